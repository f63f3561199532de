import { assertEquals } from "@std/assert";
import { bench, METERED, sentLimits, settled, TWO_ON_40 } from "./_bench.ts";
import type { RememberedLimit } from "./facts.ts";
import { rememberedLimits } from "./balancer.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

Deno.test("A limit is renewed at half of its time, long where breakers hold all that is given", () => {
  const desk = settled(TWO_ON_40, [1]);
  desk.wait(349);
  assertEquals(sentLimits(desk.takeEffects()), []);
  desk.wait(1);
  const [renewal] = desk.takeEffects();
  assertEquals(renewal, {
    kind: "limit",
    slot: 1,
    limitAmps: 32,
    validForMs: 900_000,
    urgent: false,
    reason: { kind: "unlimited", maxAmps: 32 },
  });
});

Deno.test("A limit lasts two minutes where all that is given would trip a breaker", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40, meter: "main", worst: 40 }],
    evses: [{ slot: 1, on: "grid" }],
  }, []);
  desk.meter("main", 34);
  desk.facts(chargingAt(1));
  const validity = () =>
    desk.takeEffects().flatMap((effect) => effect.kind === "limit" ? [effect.validForMs] : []);
  // 6 A and 40 A are 1.15 times the rating.
  assertEquals(validity(), [120_000]);
  desk.wait(59);
  assertEquals(validity(), []);
  desk.wait(1);
  assertEquals(validity(), [120_000]);
});

Deno.test("A limit lasts two minutes where it is tight, however much its charger was written to", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40, meter: "main", worst: 40 }],
    evses: [{ slot: 1, on: "grid" }],
  }, []);
  desk.meter("main", 34);
  const traits = {
    stepAmps: 1,
    switchesPhases: false,
    isCutWired: false,
    raiseIntervalMs: 900_000,
    raiseMinAmps: 2,
  };
  desk.facts(chargingAt(1, { traits }));
  const validity = desk.takeEffects().flatMap((each) =>
    each.kind === "limit" ? [each.validForMs] : []
  );
  assertEquals(validity, [120_000]);
});

Deno.test("A limit lasts two minutes where cars that come while the gateway is gone would trip a breaker", () => {
  const validity = (failSafe: number) => {
    const evses = [1, 2, 3].map((slot) => ({ slot, on: "grid", failSafe }));
    const desk = settled({ circuits: [{ id: "grid", amps: 40 }], evses }, [1]);
    desk.wait(400);
    return desk.takeEffects().flatMap((each) => each.kind === "limit" ? [each.validForMs] : [])[0];
  };
  assertEquals(validity(6), 900_000);
  assertEquals(validity(8), 120_000, "32 A and twice 8 A are 1.2 times the rating");
});

Deno.test("A limit lasts two minutes where all that is given and the worst other load are over the limit", () => {
  const validity = (worst: number) => {
    const desk = settled({
      circuits: [{ id: "grid", amps: 40, meter: "main", worst }],
      evses: [{ slot: 1, on: "grid", max: 16 }],
    }, []);
    desk.meter("main", 5);
    desk.facts(chargingAt(1));
    desk.wait(60);
    assertEquals(desk.limits(), [16]);
    desk.takeEffects();
    desk.wait(500);
    return desk.takeEffects().flatMap((each) => each.kind === "limit" ? [each.validForMs] : [])[0];
  };
  assertEquals(validity(24), 900_000);
  // Of 42 A a breaker of 40 A makes nothing for an hour, but nobody would bring them back.
  assertEquals(validity(26), 120_000);
});

Deno.test("A long limit is shortened when the circuit gets tight", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40, meter: "main", worst: 20 }],
    evses: [{ slot: 1, on: "grid", max: 16 }, { slot: 2, on: "grid", max: 16 }],
  }, [1]);
  assertEquals(desk.limits(), [16, null]);
  desk.facts(chargingAt(2));
  // The first was sent 100 s ago for 900 s, and is due after 60 s now.
  assertEquals(sentLimits(desk.takeEffects()), ["1: 16", "2: 16"]);
});

Deno.test("A refused reduction is made up for by the others at once, and tried again", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  assertEquals(desk.limits(), [20, 20]);
  desk.answers(1, "refuses");
  desk.tell({ kind: "site-caps", caps: [{ source: "signal", amps: 30 }] });
  assertEquals(desk.limits(), [20, 10]);
  assertEquals(desk.limit(1).reservedAmps, 20);
  desk.takeEffects();
  desk.wait(4);
  assertEquals(sentLimits(desk.takeEffects()), []);
  desk.answers(1, "accepts");
  desk.wait(1);
  assertEquals(sentLimits(desk.takeEffects()), ["1: 15!"]);
  desk.wait(40);
  assertEquals(desk.limits(), [15, 15]);
});

Deno.test("A raise that gets no answer is kept free until another limit is accepted", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 40 }] }, [1, 2]);
  desk.answers(1, "says nothing");
  desk.facts(emptyAt(2));
  desk.wait(30);
  assertEquals(desk.limits(), [32, null]);
  desk.tell({ kind: "limit-failed", slot: 1, limitAmps: 32, answered: false });
  assertEquals(desk.limit(1).reservedAmps, 32);
  desk.answers(1, "accepts");
  desk.tell({ kind: "site-caps", caps: [{ source: "operator", amps: 12 }] });
  desk.wait(30);
  assertEquals(desk.limit(1).reservedAmps, 12);
});

Deno.test("A charger that answers nothing at all makes the others give way", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.answers(1, "says nothing");
  desk.tell({ kind: "site-caps", caps: [{ source: "signal", amps: 30 }] });
  assertEquals(desk.limits(), [15, 15]);
  desk.wait(15);
  assertEquals(desk.limits(), [15, 15]);
  desk.wait(1);
  assertEquals(desk.limits(), [15, 10]);
});

Deno.test("An EV that takes less than it may gives the rest to the others, and can have it back", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  assertEquals(desk.limits(), [20, 20]);
  for (let reading = 0; reading < 2; reading++) {
    desk.measured(1, 9.4);
    desk.wait(10);
  }
  desk.measured(1, 9.4);
  desk.wait(1);
  assertEquals(desk.limits(), [12, 20]);
  assertEquals(desk.reason(1).kind, "satisfied");
  desk.wait(10);
  assertEquals(desk.limits(), [12, 28]);
  desk.measured(1, 11.5);
  desk.wait(20);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("An EV that wakes up rises again", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  desk.wait(40);
  assertEquals(desk.limits(), [6, 32]);
  desk.facts(chargingAt(1));
  desk.wait(40);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("A charger that ignores its limit is counted with what it draws, and reminded", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.measured(1, 32);
  desk.wait(1);
  assertEquals(desk.limits(), [20, 8]);
  assertEquals(desk.limit(1).reservedAmps, 32);
  desk.takeEffects();
  desk.wait(60);
  const toFirst = sentLimits(desk.takeEffects()).filter((each) => each.startsWith("1:"));
  assertEquals(toFirst, ["1: 20!"]);
  desk.measured(1, 20);
  desk.wait(31);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("A charger that is away keeps its last limit, until that is over", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { connected: false }));
  desk.facts(emptyAt(2));
  desk.facts(chargingAt(2, { transactionId: "next" }));
  desk.wait(700);
  assertEquals([desk.limit(1).reservedAmps, desk.limits()[1]], [20, 20]);
  // Sent 800 s ago for 900 s; clocks may differ by 30 s.
  desk.wait(150);
  assertEquals([desk.limit(1).reservedAmps, desk.limits()[1]], [0, 32]);
});

Deno.test("A charger that comes back is told its limit again", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { connected: false }));
  desk.wait(5);
  desk.takeEffects();
  desk.facts(chargingAt(1));
  assertEquals(sentLimits(desk.takeEffects()), ["1: 20"]);
});

Deno.test("A charger that comes back after its limit expired is not given it again before it is free", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { connected: false }));
  desk.wait(1200);
  assertEquals(desk.limits(), [20, 32]);
  desk.takeEffects();
  desk.facts(chargingAt(1));
  assertEquals(sentLimits(desk.takeEffects()), ["2: 20!", "1: 8"]);
  desk.wait(31);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("After a restart without memory a running transaction counts with its maximum", () => {
  const desk = bench(TWO_ON_40);
  desk.answers(1, "says nothing");
  desk.facts(chargingAt(1));
  assertEquals(desk.limit(1).reservedAmps, 32);
  desk.facts(emptyAt(2));
  desk.facts(chargingAt(2));
  assertEquals(desk.limits(), [20, 8], "the other gets what the maximum leaves");
  desk.tell({ kind: "limit-accepted", slot: 1, limitAmps: 32 });
  desk.tell({ kind: "limit-accepted", slot: 1, limitAmps: 20 });
  desk.wait(31);
  assertEquals(desk.limit(1).reservedAmps, 20);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("A charger of which nobody knows the limit is not raised by the first one it is sent", () => {
  const desk = bench(TWO_ON_40);
  desk.facts(emptyAt(2));
  desk.facts(chargingAt(2));
  desk.wait(30);
  assertEquals(desk.limits(), [null, 32]);
  // It may be under 32 A, or under nothing at all: 20 A might be more than it has.
  desk.facts(chargingAt(1));
  assertEquals(desk.limits(), [8, 20]);
  desk.wait(31);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("rememberedLimits() carry what chargers may be under over a restart", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  const remembered = rememberedLimits(desk.state(), desk.nowMs(), desk.options);
  assertEquals(
    remembered.map(({ slot, limitAmps }) => [slot, limitAmps]),
    [[1, 20], [2, 20]],
  );
  // Sent 100 s ago for 900 s, with a tolerance of 30 s.
  assertEquals(remembered[0]?.remainingMs, 830_000);
  const fresh = bench(TWO_ON_40, { remembered });
  assertEquals(fresh.limit(1).reservedAmps, 20);
  fresh.facts(chargingAt(1));
  assertEquals(fresh.limit(1).reservedAmps, 20);
  assertEquals(fresh.limits(), [20, null]);
});

Deno.test("A remembered limit that nothing ends is kept until another is accepted", () => {
  const endless: readonly RememberedLimit[] = [{ slot: 1, limitAmps: 32, remainingMs: null }];
  const desk = bench(TWO_ON_40, { remembered: endless });
  desk.facts(chargingAt(1, { connected: false, expiryTrusted: false }));
  desk.wait(10_000);
  assertEquals(desk.limit(1).reservedAmps, 32);
});

Deno.test("An unhandled charger is waited for with its fail-safe current", () => {
  const desk = bench({
    circuits: [{ id: "grid", amps: 40 }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", failSafe: 10 }],
  });
  desk.facts(emptyAt(1));
  desk.facts(chargingAt(1));
  assertEquals(desk.limits(), [30, null]);
});

Deno.test("A charger that does not measure counts twice where others want a share", () => {
  const desk = settled(METERED, [1]);
  desk.meter("main", 32);
  desk.wait(200);
  assertEquals(desk.limits(), [32, null], "alone it keeps what it has");
  desk.facts(chargingAt(2));
  desk.wait(1);
  // 2 × 21 for the one that does not measure, 21 for the one that may.
  assertEquals(desk.limits()[0], 21);
  desk.meter("main", 21);
  desk.wait(60);
  assertEquals(desk.limits(), [21, 21]);
});

Deno.test("A charger that never answers is asked again after a minute", () => {
  const desk = settled(TWO_ON_40, [1]);
  desk.answers(1, "says nothing");
  desk.tell({ kind: "site-caps", caps: [{ source: "operator", amps: 10 }] });
  assertEquals(sentLimits(desk.takeEffects()), ["1: 10!"]);
  desk.wait(64);
  assertEquals(sentLimits(desk.takeEffects()), []);
  desk.wait(1);
  assertEquals(sentLimits(desk.takeEffects()), ["1: 10"]);
});
