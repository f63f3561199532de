import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../lib/virtual_clock.ts";
import type { AuditNote, CommandOutcome, FaultEpisode, SiteEvents } from "../site/mod.ts";
import { createFaults, type FaultWrite } from "./faults.ts";
import type { AidRule } from "./first_aid.ts";
import { type AidPlace, createFirstAidDesk } from "./first_aid_desk.ts";

const MINUTE_MS = 60_000;

const RULE: AidRule = {
  id: "away",
  codes: ["ConnectorLockFailure"],
  subjects: [],
  forMs: 2 * MINUTE_MS,
  steps: ["unlock", "hardReset"],
  cooldownMs: 10 * MINUTE_MS,
  perDay: 2,
  whileCharging: false,
};

/** A desk with a book of faults; `kept`: what a former run left. */
function openDesk(clock: VirtualClock, kept: readonly FaultEpisode[] = []) {
  const events = createEvents<SiteEvents>(() => {});
  const book = new Map(kept.map((each) => [each.id, each]));
  const faults = createFaults({
    clock,
    events,
    keep(writes: readonly FaultWrite[]) {
      for (const write of writes) {
        if (write.kind === "put") book.set(Number(write.key), write.value);
        else book.delete(Number(write.key));
      }
      return true;
    },
  }, kept);
  const said: string[] = [];
  const audited: AuditNote[] = [];
  const log = () => {};
  let outcome = (): Promise<CommandOutcome> =>
    Promise.resolve({ kind: "accepted", detail: "Done" });
  const place: AidPlace = {
    chargerId: "CP1",
    slot: 1,
    isConnected: true,
    charging: [],
    canPowerCycle: false,
  };
  const take = (text: string) => {
    said.push(text);
    return outcome();
  };
  const desk = createFirstAidDesk([RULE], {
    clock,
    log,
    spawn: createSpawner(log),
    faults,
    placeOf: (subject) => subject === "slot 1" ? place : null,
    unlock: (slot, by) => take(`unlock ${slot} by ${by}`),
    reset: (chargerId, type, by) => take(`${type} ${chargerId} by ${by}`),
    powerCycle: (chargerId) => take(`cycle ${chargerId}`),
    audit: (note) => Promise.resolve(audited.push(note)),
  });
  desk.start();
  return {
    desk,
    faults,
    book,
    said,
    audited,
    answer: (next: () => Promise<CommandOutcome>) => void (outcome = next),
    tell: (state: "raised" | "over", subject = "slot 1") =>
      events.emit("fault", {
        kind: "ConnectorLockFailure",
        severity: "warning",
        subject,
        text: "",
        state,
      }),
  };
}

Deno.test("each act stands with its fault, among what the rule did, and in the log of who did what", async () => {
  const clock = createVirtualClock();
  const { desk, tell, said, faults, audited } = openDesk(clock);
  tell("raised");
  await clock.advance(MINUTE_MS);
  assertEquals(said, []);
  await clock.advance(2 * MINUTE_MS);
  assertEquals(said, ["unlock 1 by first aid away"]);
  assertEquals(
    faults.list()[0]?.aid?.map(({ action, outcome }) => [action, outcome]),
    [["unlock", "Done"]],
  );
  assertEquals(desk.rules()[0]?.done.map(({ action, outcome }) => [action, outcome]), [
    ["unlock", "Done"],
  ]);
  assertEquals(
    audited.map(({ who, way, what, about, outcome, detail }) => [
      who,
      way,
      what,
      about,
      outcome,
      detail,
    ]),
    [["first aid away", "rule", "command unlock", "slot 1", "done", "fault 1: Done"]],
  );
  await clock.advance(11 * MINUTE_MS);
  assertEquals(said[1], "hard CP1 by first aid away");
  await clock.advance(24 * 60 * MINUTE_MS);
  assertEquals(said.length, 2, "all was tried");
  desk.stop();
  assertEquals(clock.pending(), 0);
});

Deno.test("it stops when the fault is over, and what it did stays with that", async () => {
  const clock = createVirtualClock();
  const { desk, tell, said, faults, answer } = openDesk(clock);
  const asked = Promise.withResolvers<CommandOutcome>();
  answer(() => asked.promise);
  tell("raised");
  await clock.advance(3 * MINUTE_MS);
  tell("over");
  asked.resolve({ kind: "accepted", detail: "Unlocked" });
  await clock.advance(60 * MINUTE_MS);
  assertEquals(said.length, 1);
  assertEquals(faults.list()[0]?.aid?.map(({ outcome }) => outcome), ["Unlocked"]);
  desk.stop();
});

Deno.test("while one act has no answer nothing else is done to that charger", async () => {
  const clock = createVirtualClock();
  const { desk, tell, said, answer } = openDesk(clock);
  answer(() => new Promise(() => {}));
  tell("raised");
  await clock.advance(60 * MINUTE_MS);
  assertEquals(said.length, 1);
  desk.stop();
});

Deno.test("what breaks is noted as failed, and the next step follows", async () => {
  const clock = createVirtualClock();
  const { desk, tell, said, faults, audited, answer } = openDesk(clock);
  answer(() => Promise.reject(new Error("out of order")));
  tell("raised");
  await clock.advance(3 * MINUTE_MS);
  assertEquals(audited.map(({ outcome }) => outcome), ["failed"]);
  assertEquals(faults.list()[0]?.aid?.map(({ outcome }) => outcome.includes("out of order")), [
    true,
  ]);
  answer(() => Promise.resolve({ kind: "accepted", detail: "Done" }));
  await clock.advance(11 * MINUTE_MS);
  assertEquals(said.length, 2);
  desk.stop();
});

Deno.test("neither a restart nor a clock that is set lifts a limit", async () => {
  const clock = createVirtualClock();
  const first = openDesk(clock);
  // It ends while it waits for the answer: what was begun counts.
  first.answer(() => new Promise(() => {}));
  first.tell("raised");
  await clock.advance(3 * MINUTE_MS);
  first.desk.stop();
  const second = openDesk(clock, [...first.book.values()]);
  second.tell("raised");
  await clock.advance(5 * MINUTE_MS);
  assertEquals(second.said, [], "the pause goes on");
  await clock.advance(8 * MINUTE_MS);
  assertEquals(second.said, ["hard CP1 by first aid away"]);
  second.tell("over");
  await clock.advance(10 * MINUTE_MS);
  second.tell("raised");
  await clock.advance(60 * MINUTE_MS);
  assertEquals(second.said.length, 1, "two a day and charger");
  second.desk.stop();
});

Deno.test("what stood before a restart is left alone until somebody finds it anew", async () => {
  const clock = createVirtualClock();
  const first = openDesk(clock);
  first.tell("raised");
  await clock.advance(1);
  first.desk.stop();
  const kept = [...first.book.values()].map((each): FaultEpisode => ({
    ...each,
    kind: "charger-stays-away",
  }));
  const second = openDesk(clock, kept);
  await clock.advance(20 * MINUTE_MS);
  assertEquals(second.said, []);
  second.desk.stop();
});

Deno.test("a fault at no charger, or elsewhere, is nobody's first aid", async () => {
  const clock = createVirtualClock();
  const { desk, tell, said } = openDesk(clock);
  tell("raised", "site");
  await clock.advance(60 * MINUTE_MS);
  assertEquals(said, []);
  desk.stop();
});
