import { assert, assertEquals } from "@std/assert";
import { LINES } from "../site/mod.ts";
import { type BalancerEffect, type PhaseCount, USUAL_TRAITS } from "./facts.ts";
import { type Bench, bench } from "./_bench.ts";
import { drawnSite, type SiteDrawing } from "./_site_drawing.ts";
import { longestOverload, simulate, type SimulatedEv, standingAlarms } from "./_simulated_site.ts";
import { chargingAt } from "./_site_drawing.ts";
import { sunPlaces } from "./surplus_places.ts";

const SUNNY: SiteDrawing = {
  strategy: "surplus",
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
};

const budget = (powerW: number, phases: PhaseCount, slots = [1]) => ({
  slots,
  powerW,
  linesW: null,
  phases: slots.map((slot) => ({ slot, phases })),
});

/** One EV under so much sun, on as many phases as is wished from a second on. */
function sunnyDay(
  ev: Partial<SimulatedEv>,
  wishes: readonly (readonly [second: number, phases: PhaseCount, powerW: number])[],
  seconds = 900,
  drawing = SUNNY,
) {
  return simulate({
    options: drawnSite(drawing),
    seconds,
    evs: [{ slot: 1, switches: 5, ...ev }],
    sun(second) {
      const [, phases, powerW] = wishes.findLast(([from]) => from <= second) ?? [0, 3, 9_000];
      return budget(powerW, phases);
    },
  });
}

/** When the charger was told another number of phases: "120: 6 A on 1". */
function ordersOf(log: readonly { second: number; effects: readonly BalancerEffect[] }[]) {
  let before: number | undefined;
  return log.flatMap(({ second, effects }) =>
    effects.flatMap((effect) => {
      if (effect.kind !== "limit" || effect.numberPhases === before) return [];
      before = effect.numberPhases;
      return [`${second}: ${effect.limitAmps} A on ${effect.numberPhases}`];
    })
  );
}

const flowAt = (log: ReturnType<typeof sunnyDay>, second: number) =>
  LINES.map((line) => log[second]?.flows.get("grid")?.[line] ?? NaN);

Deno.test("phases: an EV goes down to its minimum, then over to one phase, and takes the sun there", () => {
  const log = sunnyDay({}, [[0, 3, 9_000], [200, 1, 3_000]]);
  assertEquals(flowAt(log, 190), [13, 13, 13]);
  const [order = ""] = ordersOf(log);
  const [second = 0] = order.split(":").map(Number);
  assert(second > 205 && second < 240, order);
  assert(order.endsWith("6 A on 1"), order);
  assertEquals(flowAt(log, 450), [13, 0, 0], "3 kW on one line");
});

Deno.test("phases: until a charger was seen to go over every line of its socket is kept for it", () => {
  const log = sunnyDay({ switches: 40 }, [[0, 3, 9_000], [200, 1, 3_000]]);
  const [order = ""] = ordersOf(log);
  const told = Number.parseInt(order);
  for (const { second, limits } of log) {
    if (second < told || second > told + 95) continue;
    assertEquals(limits.get(1), 6, `${second}: not raised on a line before it is proven`);
  }
  assertEquals(flowAt(log, told + 200), [13, 0, 0]);
});

Deno.test("phases: it goes back to three at its minimum, and rises there", () => {
  const log = sunnyDay({}, [[0, 1, 3_000], [900, 3, 9_000]], 1_300);
  assertEquals(flowAt(log, 890), [13, 0, 0]);
  const back = ordersOf(log).at(-1) ?? "";
  assert(/^9\d\d: 6 A on 3$/.test(back), back);
  assertEquals(flowAt(log, 1_299), [13, 13, 13]);
});

Deno.test("phases: a charger that accepts and does not go over is counted as it is measured, told of, and left alone", () => {
  const log = sunnyDay({ switches: "never" }, [[0, 3, 9_000], [200, 1, 3_000]], 1_800);
  assertEquals(ordersOf(log).map((order) => order.split(" ").at(-1)), ["1", "3"]);
  assertEquals(standingAlarms(log), [{ kind: "keeps-phases", slot: 1 }]);
  assertEquals(flowAt(log, 1_790).map((amps) => amps > 0), [true, true, true]);
});

Deno.test("phases: a one-phase EV that is told to charge on three is no charger's fault", () => {
  const log = sunnyDay({ lines: "L1" }, [[0, 1, 3_000], [900, 3, 9_000]], 1_900);
  assertEquals(ordersOf(log).map((order) => order.split(" ").at(-1)), ["1", "3", "1"]);
  assertEquals(standingAlarms(log), []);
});

Deno.test("phases: where the model needs it nothing flows for a while before it goes over", () => {
  const log = sunnyDay({ switchPause: 20 }, [[0, 3, 9_000], [200, 1, 3_000]]);
  const off = log.filter(({ second, limits }) => second > 200 && limits.get(1) === 0);
  assert(off.length >= 20 && off.length < 60, `${off.length} s`);
  assertEquals(ordersOf(log)[0]?.endsWith("6 A on 1"), true, ordersOf(log).join());
  assertEquals(flowAt(log, 600), [13, 0, 0]);
});

Deno.test("phases: nobody goes over more often than every ten minutes, four times an hour and ten a session", () => {
  const flips = Array.from(
    { length: 400 },
    (_, index) => [index * 120, index % 2 === 0 ? 3 : 1, 4_300] as const,
  );
  const log = sunnyDay({}, flips, 6 * 3_600);
  const times = ordersOf(log).map((order) => Number.parseInt(order));
  assert(times.length === 10, times.join());
  times.forEach((second, index) => {
    const [next = Infinity, fifth = Infinity] = [times[index + 1], times[index + 4]];
    assert(next - second >= 600 && fifth - second >= 3_600, times.join());
  });
});

Deno.test("phases: a line that is full keeps it on one phase, and it goes over when there is room", () => {
  const drawing: SiteDrawing = {
    strategy: "surplus",
    circuits: [{ id: "grid", amps: 40, meter: "main", worst: 40 }],
    evses: [{ slot: 1, on: "grid" }],
  };
  const options = drawnSite(drawing);
  const log = simulate({
    options,
    seconds: 1_800,
    evs: [{ slot: 1, switches: 5 }],
    building: (_id, second, line) => line === "L2" && second > 600 && second < 1_200 ? 37 : 2,
    sun: (second) => budget(9_000, second < 700 ? 1 : 3),
  });
  const back = Number.parseInt(ordersOf(log).at(-1) ?? "");
  assert(back >= 1_200, ordersOf(log).join());
  const waiting = log.filter(({ second }) => second > 350 && second < 1_200);
  assert(waiting.every(({ limits }) => (limits.get(1) ?? 0) >= 6), "it is not paused for that");
  assertEquals(longestOverload({ options, seconds: 0, evs: [] }, log), 0);
});

const TRAITS = { ...USUAL_TRAITS, switchesPhases: true };

/** An EV that charges on one phase, seen and learnt. */
function onOnePhase(): Bench {
  const desk = bench(SUNNY);
  desk.facts(chargingAt(1, { traits: TRAITS }));
  desk.tell({ kind: "surplus", budget: budget(3_000, 1) });
  for (let second = 0; second < 200; second += 10) {
    desk.wait(10);
    desk.measured(1, [6, 0, 0]);
  }
  desk.wait(1);
  return desk;
}

Deno.test("phases: what is kept on three lines is given back when one is proven, and kept again when it goes on", () => {
  const desk = onOnePhase();
  assertEquals(LINES.map((line) => desk.load("grid").reservedAmps[line] > 0), [true, false, false]);
  assertEquals(desk.reason(1).onPhases, "one");
  desk.measured(1, [6, 6, 6]);
  desk.wait(1);
  assertEquals(LINES.map((line) => desk.load("grid").reservedAmps[line] > 0), [true, true, true]);
});

Deno.test("phases: on its way to three phases all are kept for a charger that is late, whatever it shows meanwhile", () => {
  const desk = onOnePhase();
  desk.tell({ kind: "surplus", budget: budget(9_000, 3) });
  let toldS = Infinity;
  for (let second = 0; second < 800; second += 10) {
    desk.wait(10);
    desk.measured(1, [6, 0, 0]);
    const isTold = desk.takeEffects().some((effect) =>
      effect.kind === "limit" && effect.numberPhases === 3
    );
    if (isTold) toldS = second;
    if (second < toldS || second >= toldS + 170) continue;
    const { L2, L3 } = desk.load("grid").reservedAmps;
    assertEquals([L2, L3], [6, 6], `${second - toldS} s after it was told`);
  }
  assert(toldS < 600, `${toldS}`);
});

Deno.test("phases: a charger that comes back without its limits is counted on all its lines", () => {
  const desk = onOnePhase();
  desk.facts(chargingAt(1, { traits: TRAITS, connected: false, forgetsProfiles: true }));
  desk.facts(chargingAt(1, { traits: TRAITS, forgetsProfiles: true }));
  assertEquals(LINES.map((line) => desk.load("grid").reservedAmps[line]), [32, 32, 32]);
});

Deno.test("phases: where its limit may have ended it may be back on all phases, at its fail-safe current", () => {
  const desk = bench({ ...SUNNY, evses: [{ slot: 1, on: "grid", failSafe: 8 }] });
  desk.facts(chargingAt(1, { traits: TRAITS }));
  desk.tell({ kind: "surplus", budget: budget(3_000, 1) });
  for (let second = 0; second < 200; second += 10) {
    desk.wait(10);
    desk.measured(1, [6, 0, 0]);
  }
  desk.answers(1, "says nothing");
  for (let second = 0; second < 1_000; second += 10) {
    desk.wait(10);
    desk.measured(1, [6, 0, 0]);
  }
  const { L2, L3 } = desk.load("grid").reservedAmps;
  assertEquals([L2, L3], [8, 8]);
});

Deno.test("phases: an order that is refused is not said again, and the charger keeps what it had", () => {
  const desk = bench(SUNNY);
  desk.facts(chargingAt(1, { traits: TRAITS }));
  desk.tell({ kind: "surplus", budget: budget(4_200, 3) });
  desk.wait(100);
  desk.answers(1, "refuses");
  desk.takeEffects();
  desk.tell({ kind: "surplus", budget: budget(4_200, 1) });
  desk.wait(60);
  desk.answers(1, "accepts");
  desk.wait(600);
  const said = desk.takeEffects().flatMap((effect) =>
    effect.kind === "limit" ? [effect.numberPhases ?? "all"] : []
  );
  assertEquals([said[0], ...new Set(said.slice(1))], [1, "all"]);
});

Deno.test("phases: who does not charge by the sun any more gets all its phases back", () => {
  const desk = onOnePhase();
  desk.tell({ kind: "surplus", budget: null });
  desk.takeEffects();
  for (let second = 0; second < 700; second += 10) {
    desk.wait(10);
    desk.measured(1, [6, 0, 0]);
  }
  const orders = desk.takeEffects().flatMap((effect) =>
    effect.kind === "limit" && effect.numberPhases === 3 ? [effect.limitAmps] : []
  );
  assertEquals(orders[0], 6);
});

Deno.test("phases: over a restart the order counts, and is proven anew on all lines", () => {
  const remembered = [{ slot: 1, limitAmps: 13, remainingMs: 600_000, phases: 1 as const }];
  const desk = bench(SUNNY, { remembered });
  desk.facts(chargingAt(1, { traits: TRAITS }));
  const [first] = desk.takeEffects().filter((effect) => effect.kind === "limit");
  assert(first?.kind === "limit" && first.numberPhases === 1, JSON.stringify(first));
  assertEquals(desk.load("grid").reservedAmps.L3, 13);
  const [place] = sunPlaces(desk.state(), desk.nowMs(), desk.options);
  assertEquals(place?.phases?.now, 1);
});

Deno.test("phases: a charger that does not tell them apart is never told to go over", () => {
  const log = sunnyDay({ tellsSum: true }, [[0, 3, 9_000], [200, 1, 3_000]]);
  assertEquals(ordersOf(log), []);
});
