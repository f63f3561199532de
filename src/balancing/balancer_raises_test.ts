import { assertEquals } from "@std/assert";
import { METERED, sentLimits, settled, TWO_ON_40 } from "./_bench.ts";
import { USUAL_TRAITS } from "./facts.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

Deno.test("A new EV gets its share only after the others have provably given it", () => {
  const desk = settled(TWO_ON_40, [1]);
  assertEquals(desk.limits(), [32, null]);
  desk.facts(chargingAt(2));
  // What is free goes out at once, what must come from the other one does not.
  assertEquals(sentLimits(desk.takeEffects()), ["1: 20!", "2: 8"]);
  desk.wait(9);
  assertEquals(desk.limits(), [20, 8]);
  assertEquals(desk.load("grid").reservedAmps.L1, 40);
  desk.wait(21);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("A new EV waits where nothing is free until somebody gave", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 32 }] }, [1]);
  desk.facts(chargingAt(2));
  assertEquals(sentLimits(desk.takeEffects()), ["1: 16!", "2: 0"]);
  assertEquals(desk.reason(2).kind, "waiting");
  desk.wait(9);
  assertEquals(sentLimits(desk.takeEffects()), []);
  desk.wait(1);
  assertEquals(sentLimits(desk.takeEffects()), ["2: 16"]);
});

Deno.test("A measured reduction is confirmed sooner", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 32 }] }, [1]);
  desk.measured(1, 30);
  desk.facts(chargingAt(2));
  desk.wait(3);
  desk.measured(1, 16);
  desk.wait(1);
  assertEquals(desk.limits(), [16, 16]);
});

Deno.test("A reduction is not confirmed by an EV that rests: it may take the old current again", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 32 }] }, [1]);
  desk.measured(1, 0);
  desk.facts(chargingAt(2));
  desk.wait(3);
  desk.measured(1, 0);
  desk.wait(1);
  assertEquals(desk.limits(), [16, 0]);
  desk.wait(10);
  assertEquals(desk.limits(), [16, 16]);
});

Deno.test("A reduction that is not accepted frees nothing", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 32 }] }, [1]);
  desk.answers(1, "says nothing");
  desk.facts(chargingAt(2));
  desk.wait(59);
  assertEquals(desk.limits(), [16, 0]);
});

Deno.test("Raises of one EVSE keep their distance, but for the first", () => {
  const desk = settled(METERED, [], true);
  desk.meter("main", 43);
  desk.wait(1);
  desk.facts(chargingAt(1));
  assertEquals(sentLimits(desk.takeEffects()), ["1: 20"]);
  desk.meter("main", 40);
  desk.wait(29);
  assertEquals(desk.limits(), [20, null]);
  desk.wait(10);
  // Its reading says the same again, so that it may be half a minute old: what was before still counts.
  assertEquals(desk.limits(), [20, null]);
  desk.wait(1);
  assertEquals(desk.limits(), [23, null]);
});

Deno.test("A raise is not followed by another for the interval, however much there is", () => {
  const desk = settled(TWO_ON_40, []);
  const cap = (amps: number) =>
    desk.tell({ kind: "site-caps", caps: [{ source: "operator", amps }] });
  cap(10);
  desk.facts(chargingAt(1));
  cap(20);
  desk.wait(29);
  assertEquals(desk.limits(), [10, null]);
  desk.wait(1);
  assertEquals(desk.limits(), [20, null]);
  cap(30);
  desk.wait(29);
  assertEquals(desk.limits(), [20, null]);
});

Deno.test("Nothing is raised while an answer is still to come", () => {
  const desk = settled(TWO_ON_40, []);
  desk.answers(1, "says nothing");
  desk.tell({ kind: "site-caps", caps: [{ source: "operator", amps: 10 }] });
  desk.facts(chargingAt(1));
  desk.tell({ kind: "site-caps", caps: [] });
  desk.wait(59);
  assertEquals(desk.limits(), [10, null]);
});

Deno.test("What becomes free for one who waits is not given to others meanwhile", () => {
  const desk = settled({ ...METERED, circuits: [{ id: "grid", amps: 46, meter: "main" }] }, []);
  desk.meter("main", 26);
  desk.wait(31);
  desk.tell({ kind: "site-caps", caps: [{ source: "operator", amps: 10 }] });
  desk.facts(chargingAt(1));
  desk.tell({ kind: "site-caps", caps: [] });
  assertEquals(desk.limits(), [10, null]);
  // The EV draws 10 A and nobody measures: no room is proven for a second one.
  desk.meter("main", 36);
  desk.wait(1);
  desk.answers(2, "says nothing");
  desk.facts(chargingAt(2));
  assertEquals(desk.limits(), [10, 0]);
  desk.meter("main", 30);
  // 6 A are proven free. The second cannot have them before it answers; the first wants 3 of them.
  desk.wait(50);
  assertEquals(desk.limits(), [10, 0]);
  desk.answers(2, "accepts");
  desk.tell({ kind: "limit-accepted", slot: 2, limitAmps: 0 });
  desk.wait(1);
  assertEquals(desk.limits(), [10, 6]);
});

Deno.test("Nothing is raised on a circuit that was too full a moment ago", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40 }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }, {
      slot: 3,
      on: "grid",
      failSafe: 10,
    }],
  }, [1, 2]);
  assertEquals(desk.limits(), [20, 20, null]);
  desk.facts(emptyAt(3, { plugged: true }));
  assertEquals(desk.limits(), [15, 15, null]);
  desk.facts(emptyAt(3));
  desk.wait(19);
  assertEquals(desk.limits(), [15, 15, null]);
  desk.wait(1);
  assertEquals(desk.limits(), [20, 20, null]);
});

Deno.test("A step of the building is answered at once, urgently, to the whole extent", () => {
  const desk = settled(METERED, [1, 2], true);
  assertEquals(desk.limits(), [32, 31]);
  desk.meter("main", 40);
  desk.wait(1);
  assertEquals(sentLimits(desk.takeEffects()), ["1: 12!", "2: 11!"]);
});

Deno.test("An EV that begins to draw is not taken for a load of the building", () => {
  const desk = settled({ ...METERED, circuits: [{ id: "grid", amps: 16, meter: "main" }] }, []);
  desk.meter("main", 6);
  desk.wait(1);
  desk.facts(chargingAt(1));
  assertEquals(desk.limits(), [10, null]);
  desk.wait(9);
  desk.measured(1, 0);
  // 6 A of the building and 10 A of the EV, of which the charger has not told yet.
  desk.meter("main", 16);
  desk.wait(30);
  assertEquals(desk.limits(), [10, null]);
});

Deno.test("A cut that does not help is followed by a harder one after 7 s, and by pauses after 10 s", () => {
  const desk = settled(METERED, [1, 2]);
  assertEquals(desk.limits(), [32, 31]);
  // 9 A of the building, 31 A of the second EV, and 10 A of the first, which nobody measures.
  desk.meter("main", 50);
  desk.wait(2);
  desk.measured(2, 31, 60, 1);
  desk.meter("main", 50 + 36);
  desk.wait(1);
  assertEquals(desk.limits(), [20, 20]);
  // The second obeys; the first was below its new limit anyway.
  desk.meter("main", 50 + 36 - 11);
  desk.wait(6);
  assertEquals(desk.limits(), [20, 20]);
  desk.wait(1);
  // All but the 20 A that are proven to be the second's may be the building's: for that nobody stops yet.
  assertEquals(desk.limits(), [6, 6]);
  desk.wait(2);
  assertEquals(desk.limits(), [6, 6]);
  desk.wait(1);
  assertEquals(desk.limits().toSorted(), [0, 6]);
});

Deno.test("Where a breaker would trip soon, the harder cut pauses at once", () => {
  const desk = settled(METERED, [1, 2]);
  desk.meter("main", 50);
  desk.wait(2);
  desk.measured(2, 31, 60, 1);
  desk.meter("main", 50 + 43);
  desk.wait(1);
  assertEquals(desk.limits().every((amps) => (amps ?? 0) >= 6), true, "throttled first");
  // 1.45 times 63 A are 91.35 A.
  desk.meter("main", 91.4);
  desk.wait(6);
  assertEquals(desk.limits().includes(0), false);
  desk.wait(1);
  assertEquals(desk.limits().includes(0), true);
});

Deno.test("Without need nobody's limit moves: small changes stay within half of the margin", () => {
  const desk = settled({ ...METERED, marginAmps: 4 }, [1, 2], true);
  desk.meter("main", 20);
  desk.wait(60);
  assertEquals(desk.limits(), [20, 19]);
  desk.takeEffects();
  for (const amps of [21, 20, 22, 21, 22, 20]) {
    desk.meter("main", amps);
    desk.wait(20);
  }
  assertEquals(desk.limits(), [20, 19]);
  desk.meter("main", 22.1);
  desk.wait(1);
  // Past half of the margin, all of it is made free again.
  assertEquals(desk.limits(), [18, 18]);
});

Deno.test("A circuit that was too full by itself holds nobody up afterwards", () => {
  const desk = settled({ ...METERED, timing: { raiseHoldOffMs: 600_000 } }, []);
  desk.meter("main", 70);
  desk.wait(60);
  desk.meter("main", 0);
  desk.wait(35);
  desk.facts(chargingAt(1));
  assertEquals(desk.limits(), [32, null]);
});

Deno.test("Raises keep the pace and the step that a charger's flash bears, reductions wait for nothing", () => {
  const traits = { ...USUAL_TRAITS, raiseIntervalMs: 300_000, raiseMinAmps: 2 };
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { traits }));
  desk.facts(emptyAt(2));
  desk.wait(150);
  assertEquals(desk.limits()[0], 20, "its last raise was less than five minutes ago");
  desk.wait(150);
  assertEquals(desk.limits()[0], 32);
  desk.facts(chargingAt(1, { traits, caps: [{ source: "operator", amps: 10 }] }));
  assertEquals(desk.limits()[0], 10);
  desk.facts(chargingAt(1, { traits, caps: [{ source: "operator", amps: 11 }] }));
  desk.wait(400);
  assertEquals(desk.limits()[0], 10, "one ampere is not worth a write");
  desk.facts(chargingAt(1, { traits, caps: [{ source: "operator", amps: 12 }] }));
  desk.wait(1);
  assertEquals([desk.limits()[0], desk.limit(1).writesPerDay > 0], [12, true]);
});

Deno.test("A raise leaves the margin free beside all that is not proven to be a charger", () => {
  const desk = settled({ ...METERED, marginAmps: 3 }, [1]);
  assertEquals(desk.limit(1).limitAmps, 32);
  // The first EV draws 20 A and nobody measures: it may be the building.
  desk.meter("main", 20);
  desk.wait(1);
  desk.facts(chargingAt(2));
  desk.wait(5);
  assertEquals(desk.limit(2).limitAmps, 63 - 3 - 20 - 32);
});
