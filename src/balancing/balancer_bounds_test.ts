import { assert, assertEquals } from "@std/assert";
import { bench, sentLimits, settled } from "./_bench.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

const on = (circuit: string, slot: number, lines = "L1 L2 L3", max = 32) => ({
  slot,
  on: circuit,
  lines,
  max,
});

Deno.test("A limit in watts is shared like one in amperes, and told as what holds back", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 100, watts: 11_040 }],
    evses: [on("grid", 1), on("grid", 2, "L1")],
  }, [1, 2]);
  // 48 A × 230 V: three lines of 12 A, and one.
  assertEquals(desk.limits(), [12, 12]);
  const reason = desk.reason(1);
  const bottleneck = {
    kind: "power",
    circuitId: "grid",
    unit: "W",
    limit: 11_040,
    otherLoad: 0,
    others: 2_760,
  } as const;
  assertEquals(reason, { kind: "shared", bottleneck });
});

Deno.test("The building's kilowatts take room from EVs, and are given back when they are proven free", () => {
  const site: SiteDrawing = {
    marginAmps: 0,
    circuits: [{ id: "grid", amps: 100, meter: "main", watts: 20_700, worst: 40, substitute: 10 }],
    evses: [on("grid", 1), on("grid", 2)],
  };
  const desk = settled(site, [1, 2], true);
  assertEquals(desk.limits(), [15, 15]);
  desk.meter("main", [30, 0, 0]);
  desk.wait(3);
  assertEquals(desk.limits(), [10, 10]);
  desk.meter("main", 0);
  desk.wait(120);
  assertEquals(desk.limits(), [15, 15]);
  desk.meter("main", null);
  desk.wait(12);
  // Silent: 10 A of substitute on each of three lines.
  assertEquals(desk.limits(), [10, 10]);
});

Deno.test("A limit in volt-amperes counts what a meter shows of current, whichever way it flows", () => {
  const desk = settled(
    {
      circuits: [{ id: "grid", amps: 100, meter: "main", voltAmperes: 20_700 }],
      evses: [on("grid", 1)],
    },
    [1],
    true,
  );
  desk.meter("main", [-30, 0, 30]);
  desk.wait(3);
  // 0, 30 and 60 A of 90 A; with 32 A, what the sun gives on one line would not make up for the rest.
  assertEquals(desk.limits(), [30]);
});

const UNEVEN: SiteDrawing = {
  circuits: [{ id: "grid", amps: 63, meter: "main", unbalance: 20 }],
  evses: [on("grid", 1, "L1"), on("grid", 2, "L2"), on("grid", 3)],
};

Deno.test("An EV on the fuller line is lowered to its minimum and not paused; others keep theirs", () => {
  const desk = settled(UNEVEN, [1], true);
  desk.facts(chargingAt(3, { evLines: ["L1", "L2", "L3"] }));
  desk.wait(100);
  assertEquals(desk.limits(), [20, null, 32]);
  desk.meter("main", [12, 0, 0]);
  desk.wait(3);
  // The three-phase EV gave way for a moment: the line itself was full.
  assertEquals(desk.limits(), [8, null, 31]);
  desk.wait(15);
  desk.meter("main", [30, 0, 0]);
  desk.wait(3);
  assertEquals(desk.limits(), [6, null, 27]);
  desk.meter("main", 0);
  desk.wait(180);
  assertEquals(desk.limits(), [20, null, 32]);
});

Deno.test("An EV whose lines nobody knows counts on the first of its socket, until they are known", () => {
  const desk = settled(UNEVEN, [1, 3]);
  assertEquals(desk.limits(), [10, null, 10]);
  desk.facts(chargingAt(3, { evLines: ["L1"] }));
  desk.wait(5);
  assertEquals(desk.limits(), [10, null, 10]);
  desk.facts(chargingAt(3, { evLines: ["L1", "L2", "L3"] }));
  // Sooner than chargers that never measure are counted twice.
  desk.wait(14);
  assertEquals(desk.limits(), [20, null, 32]);
});

Deno.test("As many EVs start at once on a neutral as it bears were they all of one phase", () => {
  const slots = [1, 2, 3, 4];
  const desk = settled({
    circuits: [{ id: "grid", amps: 63, neutral: 16 }],
    evses: slots.map((slot) => on("grid", slot)),
  }, slots);
  assertEquals(desk.limits(), [8, 8, 0, 0]);
  for (const slot of slots) desk.facts(chargingAt(slot, { evLines: ["L1", "L2", "L3"] }));
  desk.wait(200);
  assertEquals(desk.limits(), [16, 16, 16, 15]);
});

Deno.test("EVs that go on after a restart are not paused for lines that are only possible", () => {
  const slots = [1, 2, 3, 4];
  const desk = bench({
    circuits: [{ id: "grid", amps: 63, unbalance: 20 }],
    evses: slots.map((slot) => on("grid", slot, "L1 L2 L3", 15)),
  }, { remembered: slots.map((slot) => ({ slot, limitAmps: 15, remainingMs: 600_000 })) });
  for (const slot of slots) desk.facts(chargingAt(slot));
  desk.wait(100);
  assertEquals(desk.limits(), [15, 15, 15, 15]);
});

Deno.test("Nobody starts on a line that is fuller already than the grid allows", () => {
  const desk = settled(UNEVEN, [3], true);
  desk.meter("main", [18, 0, 0]);
  desk.wait(3);
  desk.facts(chargingAt(1));
  desk.facts(chargingAt(2));
  desk.wait(60);
  assertEquals(desk.limits(), [0, 20, 32]);
  const reason = desk.reason(1);
  assert(reason.kind === "waiting" && reason.bottleneck?.kind === "unbalance", reason.kind);
});

Deno.test("EVs whose own currents are too much for the neutral are paused, one after the other", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 63, neutral: 16 }],
    evses: [on("grid", 1, "L1"), on("grid", 2, "L1"), on("grid", 3, "L1"), on("grid", 4, "L2")],
  }, [1, 2, 3]);
  assertEquals(desk.limits(), [8, 8, 0, null]);
  desk.facts(chargingAt(4));
  desk.wait(100);
  // On another line a current turns that of the neutral, and makes room for the third.
  const [one = 0, two = 0, three = 0, four = 0] = desk.limits().map((amps) => amps ?? 0);
  assert(three >= 6, `${three} A`);
  const [L1, L2] = [one + two + three, four];
  assert(Math.hypot(L1 - L2 / 2, L2 * Math.sqrt(0.75)) <= 16 + 1e-6, `${L1} A and ${L2} A`);
});

Deno.test("What the sun leaves over bounds those who charge from it, beyond their minimum", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 100 }],
    strategy: "surplus",
    evses: [on("grid", 1), on("grid", 2), on("grid", 3)],
  }, [1, 2, 3]);
  assertEquals(desk.limits(), [32, 32, 32]);
  desk.tell({ kind: "surplus", budget: { slots: [1, 2], powerW: 16_560, linesW: null } });
  assertEquals(desk.limits(), [12, 12, 32]);
  assertEquals(desk.reason(1), { kind: "capped", source: "surplus", amps: 12, untilWallMs: null });
  desk.tell({
    kind: "surplus",
    budget: { slots: [1, 2], powerW: 16_560, linesW: { L1: 9_000, L2: 3_220, L3: 9_000 } },
  });
  assertEquals(desk.limits(), [7, 7, 32]);
  desk.tell({ kind: "surplus", budget: null });
  desk.wait(90);
  assertEquals(desk.limits(), [32, 32, 32]);
});

Deno.test("Each part of a site shares by the strategy of its nearest circuit, and each EV counts the same above", () => {
  const desk = settled({
    strategy: "fair",
    circuits: [
      { id: "grid", amps: 60 },
      { id: "row a", from: "grid", amps: 63, strategy: "priority" },
      { id: "row b", from: "grid", amps: 63 },
    ],
    evses: [
      { slot: 1, on: "row a", priority: 1 },
      { slot: 2, on: "row a", priority: 9 },
      { slot: 3, on: "row b", priority: 9 },
      { slot: 4, on: "row b", priority: 1 },
    ],
  }, [1, 2, 3, 4]);
  // 15 A each; the 30 A of row a go to its higher class first, down to the other's minimum.
  assertEquals(desk.limits(), [6, 24, 15, 15]);
});

Deno.test("Where departures count, who has least time to spare goes first", () => {
  const hour = 3_600_000;
  const desk = settled({
    strategy: "departure",
    circuits: [{ id: "grid", amps: 44 }],
    evses: [on("grid", 1), on("grid", 2), on("grid", 3)],
  }, []);
  const wants = (kwh: number, hours: number) => ({
    demand: { remainingWh: kwh * 1_000, departsAtMs: desk.nowMs() + hours * hour },
  });
  desk.facts(chargingAt(1, wants(20, 9)));
  desk.facts(chargingAt(2, wants(20, 1)));
  desk.facts(chargingAt(3));
  desk.wait(120);
  // Of whom nothing is known has its even share; the late one charges already and keeps its minimum.
  assertEquals(desk.limits(), [6, 24, 14]);
});

Deno.test("An EV that somebody put first goes first under every strategy", () => {
  for (const strategy of ["fair", "priority", "departure", "surplus"] as const) {
    const desk = settled({
      strategy,
      circuits: [{ id: "grid", amps: 44 }],
      evses: [on("grid", 1), on("grid", 2), on("grid", 3)],
    }, [1, 2, 3]);
    desk.facts(chargingAt(3, { priority: 1_000 }));
    desk.wait(120);
    assertEquals(desk.limits(), [6, 6, 32], strategy);
  }
});

Deno.test("Limits are multiples of what a charger rounds to", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 41 }],
    evses: [on("grid", 1), on("grid", 2), on("grid", 3)],
  }, []);
  const rounding = (stepAmps: number) => ({
    traits: {
      stepAmps,
      switchesPhases: false,
      isCutWired: false,
      raiseIntervalMs: 0,
      raiseMinAmps: 1,
    },
  });
  desk.facts(chargingAt(1, rounding(0)));
  desk.facts(chargingAt(2, rounding(2)));
  desk.facts(chargingAt(3, rounding(1)));
  desk.wait(120);
  const [any = 0, even = 0, whole = 0] = desk.limits().map((amps) => amps ?? 0);
  assertEquals([even % 2, whole % 1], [0, 0]);
  assertEquals(Math.round((any + even + whole) * 10), 410);
});

Deno.test("Behind a transformer two lines of the feeder carry what one EV takes, each its part", () => {
  const desk = settled({
    circuits: [
      { id: "grid", amps: 10 },
      { id: "panel", from: "grid", amps: 100, ratio: 0.25 },
    ],
    evses: [on("panel", 1, "L1-L2", 40)],
  }, [1]);
  // A quarter on two lines of the feeder, a half on the third.
  assertEquals(desk.limits(), [20]);
});

Deno.test("An alarm stands while a circuit is above its kilowatts and no charger can give more", () => {
  const desk = bench({
    circuits: [{ id: "grid", amps: 63, meter: "main", watts: 11_000 }],
    evses: [on("grid", 1)],
  });
  desk.facts(emptyAt(1));
  desk.meter("main", 20);
  desk.wait(2);
  const alarms = desk.takeEffects().flatMap((effect) =>
    effect.kind === "alarm" ? [effect.alarm] : []
  );
  assertEquals(alarms, [{ kind: "over-limit", circuitId: "grid", line: "W" }]);
  assertEquals(sentLimits(desk.takeEffects()), []);
});
