/** Each rule of the oracle is broken on purpose, and kept at its edge. */
import { assertEquals } from "@std/assert";
import type { Gateway } from "../../src/gateway_options.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { type Charger, EV_MODELS, newEv, numberSlots } from "../../src/simulator/mod.ts";
import { onEachLine, type PerLine } from "../../src/site/mod.ts";
import type { CircuitView, EvseView, WebPorts } from "../../src/web/mod.ts";
import { partOf } from "../support/part_of.ts";
import { type OracleRules, watchLoad, type WriteHeard } from "./oracle.ts";
import type { Scene } from "./scene.ts";
import { planOf } from "./scene_plan.ts";

const SCENE: Scene = {
  circuits: [{ id: "grid", limitAmps: 40, unbalanceMaxAmps: 20 }],
  chargers: [{}],
};

/** A site whose facts are all made up. */
function made(rules: Partial<OracleRules> = {}) {
  const clock = createVirtualClock();
  const plan = planOf(SCENE);
  const facts = {
    flow: onEachLine(20) as PerLine,
    permittedAmps: 10,
    offeredAmps: 10,
    reason: null as string | null,
    isFull: false,
    reservedAmps: 20,
    otherAmps: 10,
  };
  const writes: WriteHeard[] = [];
  const charger = partOf<Charger>({
    look: () => {
      const ev = newEv(EV_MODELS.threePhase11kW, { soc: facts.isFull ? 1 : 0.5 }, 0);
      return partOf<ReturnType<Charger["look"]>>({
        permittedAmps: facts.permittedAmps,
        hasTransaction: true,
        ev,
      });
    },
  });
  const views = partOf<WebPorts["views"]>({
    evse: () =>
      partOf<EvseView>({
        offeredAmps: facts.offeredAmps,
        reason: facts.reason,
        transaction: partOf<NonNullable<EvseView["transaction"]>>({}),
      }),
    circuits: () => [partOf<CircuitView>({
      id: "grid",
      reservedAmps: onEachLine(facts.reservedAmps),
      otherLoadAmps: onEachLine(facts.otherAmps),
    })],
  });
  const gateway = partOf<Gateway>({ web: partOf<WebPorts>({ views }) });
  const oracle = watchLoad({
    plan: { ...plan, slots: numberSlots(plan.site.chargers, 6) },
    clock,
    site: { chargers: [charger], flows: () => new Map([["grid", facts.flow]]) },
    meter: { fault: () => null },
    gateway: () => gateway,
    isHanging: () => false,
    wallOffsetMs: () => 0,
    isInTouch: () => true,
    isDisturbed: () => false,
    chargerOf: () => charger,
    scene: SCENE,
    writes,
  }, rules);
  return {
    facts,
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000);
        oracle.look();
      }
    },
    write: (limitAmps: number) =>
      void writes.push({ atMs: clock.monoMs(), identity: "CP1", purpose: "TxProfile", limitAmps }),
    found: () => [...new Set(oracle.findings.all().map(({ rule }) => rule))],
  };
}

Deno.test("a site on which all is well is left alone", async () => {
  const { pass, write, found } = made();
  for (let hour = 0; hour < 2; hour++) {
    for (let count = 0; count < 60; count++) {
      write(count % 2 === 0 ? 6 : 0);
      await pass(60);
    }
  }
  assertEquals(found(), []);
});

Deno.test("trip: 1.13 times the rating for an hour is borne, a half more is not", async () => {
  const { facts, pass, found } = made();
  facts.flow = onEachLine(40 * 1.13);
  await pass(3_600);
  assertEquals(found(), []);
  facts.flow = onEachLine(60);
  await pass(300);
  assertEquals(found(), ["trip"]);
});

Deno.test("pilot: less than 6 A, and more than nothing, is found on the wire and at the charger", async () => {
  const wire = made();
  wire.write(5.9);
  await wire.pass(1);
  assertEquals(wire.found(), ["pilot"]);
  const charger = made();
  charger.facts.permittedAmps = 3;
  await charger.pass(1);
  assertEquals(charger.found(), ["pilot"]);
});

Deno.test("writes: a profile more than an hour's budget is found", async () => {
  const { pass, write, found } = made({ writesPerHour: 10 });
  for (let count = 0; count < 10; count++) write(6 + count);
  await pass(60);
  assertEquals(found(), []);
  write(6);
  await pass(60);
  assertEquals(found(), ["writes"]);
});

Deno.test("reason: whoever has to wait is told why", async () => {
  const { facts, pass, found } = made();
  facts.offeredAmps = 0;
  facts.reason = "grid is full: waits its turn";
  await pass(10);
  assertEquals(found(), []);
  facts.reason = null;
  await pass(2);
  assertEquals(found(), ["reason"]);
});

Deno.test("waits: 45 minutes are too long for whoever still wants energy", async () => {
  for (const isFull of [true, false]) {
    const { facts, pass, found } = made();
    Object.assign(facts, { offeredAmps: 0, reason: "waits", isFull });
    await pass(45 * 60 - 1);
    assertEquals(found(), []);
    await pass(1);
    assertEquals(found(), isFull ? [] : ["waits"]);
  }
});

Deno.test("pauses: four in an hour are borne, five are not", async () => {
  const { facts, pass, found } = made();
  facts.reason = "waits";
  for (let pause = 1; pause <= 5; pause++) {
    assertEquals(found(), []);
    facts.offeredAmps = 10;
    await pass(300);
    facts.offeredAmps = 0;
    await pass(300);
  }
  assertEquals(found(), ["pauses"]);
});

Deno.test("unbalance: lines may be further apart than they may for a moment, no longer", async () => {
  const { facts, pass, found } = made();
  facts.flow = { L1: 30, L2: 10, L3: 10 };
  await pass(60);
  assertEquals(found(), []);
  facts.flow = { L1: 31, L2: 10, L3: 10 };
  await pass(14);
  assertEquals(found(), []);
  await pass(1);
  assertEquals(found(), ["unbalance"]);
});

Deno.test("books: what is reserved and known is within the limit, but for 15 s after a step", async () => {
  const { facts, pass, found } = made();
  facts.otherAmps = 21;
  await pass(14);
  facts.otherAmps = 20;
  await pass(60);
  assertEquals(found(), []);
  facts.otherAmps = 21;
  await pass(15);
  assertEquals(found(), ["books"]);
});
