import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import * as fc from "fast-check";
import type { FaultEpisode } from "../site/mod.ts";
import {
  AID_ACTIONS,
  type AidCase,
  type AidOrder,
  type AidRule,
  type DoneAid,
  dueAid,
  isAidable,
} from "./first_aid.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const RULE: AidRule = {
  id: "stuck",
  codes: ["ConnectorLockFailure"],
  subjects: [],
  forMs: 2 * MINUTE_MS,
  steps: ["unlock", "softReset", "powerCycle"],
  cooldownMs: 10 * MINUTE_MS,
  perDay: 5,
  whileCharging: false,
};

function episode(facts: Partial<FaultEpisode> = {}): FaultEpisode {
  return {
    id: 1,
    code: "ConnectorLockFailure",
    kind: "ConnectorLockFailure",
    severity: "warning",
    subject: "slot 1",
    text: "",
    sinceMs: 0,
    lastSeenMs: 0,
    count: 1,
    overMs: null,
    ...facts,
  };
}

function caseOf(facts: Partial<AidCase> = {}): AidCase {
  return {
    episode: episode(),
    stoodMs: 5 * MINUTE_MS,
    chargerId: "CP1",
    slot: 1,
    isConnected: true,
    charging: [],
    canPowerCycle: true,
    ...facts,
  };
}

function done(step: number, agoMs: number, facts: Partial<DoneAid> = {}): DoneAid {
  return { ruleId: "stuck", episodeId: 1, chargerId: "CP1", step, agoMs, ...facts };
}

const actions = (orders: readonly AidOrder[]) => orders.map(({ action }) => action);

Deno.test("nothing is done before a fault stands for as long as the rule says", () => {
  assertEquals(dueAid([RULE], [caseOf({ stoodMs: 2 * MINUTE_MS - 1 })], []), []);
  assertEquals(actions(dueAid([RULE], [caseOf({ stoodMs: 2 * MINUTE_MS })], [])), ["unlock"]);
});

Deno.test("steps come one after the other, after a pause, each once, and then no more", () => {
  const after = (...steps: readonly DoneAid[]) => actions(dueAid([RULE], [caseOf()], steps));
  assertEquals(after(done(0, 10 * MINUTE_MS - 1)), []);
  assertEquals(after(done(0, 10 * MINUTE_MS)), ["softReset"]);
  assertEquals(after(done(0, 20 * MINUTE_MS), done(1, 10 * MINUTE_MS)), ["powerCycle"]);
  assertEquals(after(done(2, 10 * DAY_MS)), [], "all was tried");
});

Deno.test("the next fault begins with the gentlest step, within what a day allows", () => {
  const next = caseOf({ episode: episode({ id: 2 }) });
  assertEquals(actions(dueAid([RULE], [next], [done(2, 20 * MINUTE_MS)])), ["unlock"]);
  const five = [1, 2, 3, 4, 5].map((hours) => done(0, hours * 3_600_000, { episodeId: 9 }));
  assertEquals(dueAid([RULE], [next], five), []);
  const older = five.with(4, done(0, DAY_MS, { episodeId: 9 }));
  assertEquals(actions(dueAid([RULE], [next], older)), ["unlock"]);
});

Deno.test("nothing is done where a car charges, unless the rule says so", () => {
  const busy = caseOf({ charging: [1] });
  assertEquals(dueAid([RULE], [busy], []), []);
  assertEquals(actions(dueAid([{ ...RULE, whileCharging: true }], [busy], [])), ["unlock"]);
  const neighbour = caseOf({ charging: [2] });
  assertEquals(actions(dueAid([RULE], [neighbour], [])), ["unlock"], "that frees one connector");
  assertEquals(dueAid([RULE], [neighbour], [done(0, DAY_MS)]), [], "a restart ends both sessions");
});

Deno.test("what cannot be done where the fault is, is passed over", () => {
  const away = caseOf({ isConnected: false });
  assertEquals(actions(dueAid([RULE], [away], [])), ["powerCycle"]);
  assertEquals(dueAid([RULE], [{ ...away, canPowerCycle: false }], []), []);
  assertEquals(actions(dueAid([RULE], [caseOf({ slot: null })], [])), ["softReset"]);
});

Deno.test("a rule is about the faults and places that it names", () => {
  assertEquals(dueAid([{ ...RULE, codes: ["ReaderFailure"] }], [caseOf()], []), []);
  assertEquals(dueAid([{ ...RULE, subjects: ["CP2"] }], [caseOf()], []), []);
  assertEquals(dueAid([{ ...RULE, subjects: ["slot 1"] }], [caseOf()], []).length, 1);
  assertEquals(dueAid([{ ...RULE, subjects: ["CP1"] }], [caseOf()], []).length, 1);
  assertEquals(dueAid([RULE], [caseOf({ episode: episode({ overMs: 1 }) })], []), []);
});

Deno.test("one charger has one thing done to it at a time, whichever rules and faults there are", () => {
  const rules = [RULE, { ...RULE, id: "other" }];
  const cases = [caseOf(), caseOf({ episode: episode({ id: 2, subject: "slot 2" }), slot: 2 })];
  assertEquals(dueAid(rules, cases, []).map(({ ruleId }) => ruleId), ["stuck"]);
  const byOther = done(0, 5 * MINUTE_MS, { ruleId: "other", episodeId: 7 });
  assertEquals(dueAid([RULE], cases, [byOther]), [], "the pause is the charger's");
});

Deno.test("what has only happened is nothing to restart for", () => {
  assertEquals([isAidable("implausible-energy"), isAidable("charger-stays-away")], [false, true]);
});

Deno.test("however faults come and go, no rule does more than it may, nor where a car charges", () => {
  const rule = fc.record({
    steps: fc.array(fc.constantFrom(...AID_ACTIONS), { minLength: 1, maxLength: 5 }),
    cooldownMs: fc.integer({ min: 1, max: 120 }).map((minutes) => minutes * MINUTE_MS),
    perDay: fc.integer({ min: 1, max: 6 }),
    whileCharging: fc.boolean(),
  });
  const turn = fc.record({
    minutes: fc.integer({ min: 1, max: 300 }),
    isNew: fc.boolean(),
    charging: fc.subarray([1, 2]),
    isConnected: fc.boolean(),
    canPowerCycle: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.array(turn), (drawn, turns) => {
      const rules = drawn.map((each, index) => ({ ...RULE, ...each, id: `rule-${index}` }));
      const acts: (AidOrder & { readonly atMs: number })[] = [];
      let nowMs = 0;
      let id = 1;
      for (const { minutes, isNew, ...facts } of turns) {
        nowMs += minutes * MINUTE_MS;
        if (isNew) id++;
        const past = acts.map(({ atMs, ...each }) => ({ ...each, agoMs: nowMs - atMs }));
        const orders = dueAid(rules, [caseOf({ episode: episode({ id }), ...facts })], past);
        assert(orders.length <= 1);
        for (const order of orders) {
          const own = rules.find((each) => each.id === order.ruleId);
          assume(own !== undefined, "the rule is known");
          const day = acts.filter((one) => one.ruleId === own.id && nowMs - one.atMs < DAY_MS);
          assert(day.length < own.perDay, "too many in a day");
          assert(acts.every(({ atMs }) => nowMs - atMs >= own.cooldownMs), "no pause");
          assert(
            acts.every((one) =>
              one.ruleId !== own.id || one.episodeId !== id || one.step < order.step
            ),
            "not in order",
          );
          const hit = order.action === "unlock" ? [1] : [1, 2];
          const hurts = facts.charging.some((slot) => hit.includes(slot));
          assert(own.whileCharging || !hurts, "a car was charging");
          acts.push({ ...order, atMs: nowMs });
        }
      }
    }),
    { numRuns: 300 },
  );
});
