import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bench } from "./_bench.ts";
import { type Assumption, forecast, type ForecastMoment, type ForecastStart } from "./forecast.ts";
import { chargingAt, type SiteDrawing } from "./_site_drawing.ts";
import { LINES } from "../site/mod.ts";

const HOUR_MS = 3_600_000;
const ROW: SiteDrawing = {
  circuits: [{ id: "grid", amps: 63, worst: 40, meter: "main" }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }, { slot: 3, on: "grid" }],
};

/** Three EVs that charge side by side beside 15 A of a building, settled. */
function running(site: SiteDrawing = ROW): ForecastStart {
  const live = bench(site, { isLive: true });
  live.meter("main", 15);
  for (const { slot } of site.evses) live.facts(chargingAt(slot));
  live.wait(240);
  return startOf(live);
}

function startOf(live: ReturnType<typeof bench>): ForecastStart {
  return { state: live.state(), options: live.options, monoMs: live.nowMs(), wallMs: 1_000_000 };
}

function last(start: ForecastStart, assumption: Assumption = {}, ms = HOUR_MS): ForecastMoment {
  const moments = [...forecast(start, assumption, ms)];
  const moment = moments.at(-1);
  if (moment === undefined) throw new Error("Cannot look ahead: no moment came");
  return moment;
}

const limits = ({ evses }: ForecastMoment) => evses.map(({ limitAmps }) => limitAmps);

Deno.test("a forecast of a settled site is that it stays so, and its energy is what flows", () => {
  const start = running();
  const then = last(start);
  assertEquals(limits(then), [16, 16, 16]);
  assertEquals(then.afterMs, HOUR_MS);
  for (const { energyWh, reason } of then.evses) {
    assertAlmostEquals(energyWh, 16 * 3 * 230, 200);
    assertEquals(reason.kind, "shared");
  }
  assertEquals(then.circuits.map(({ loadAmps }) => loadAmps), [{ L1: 63, L2: 63, L3: 63 }]);
});

Deno.test("reckoning what would be changes nothing of what is", () => {
  const start = running();
  const before = structuredClone(start.state);
  const assumption: Assumption = {
    strategy: "priority",
    facts: [chargingAt(1, { priority: 9, caps: [{ source: "operator", amps: 7 }] })],
    groupCaps: [{ circuitId: "grid", source: "operator", unit: "W", limit: 9_000 }],
  };
  last(start, assumption);
  assertEquals(start.state, before);
  assertEquals(limits(last(start)), [16, 16, 16], "and not of what would be without it");
});

Deno.test("a cap on one leaves more to the others until it ends", () => {
  const start = running();
  const untilWallMs = start.wallMs + HOUR_MS / 2;
  const caps = [{ source: "operator", amps: 8, untilWallMs }] as const;
  const moments = [...forecast(start, { facts: [chargingAt(1, { caps })] }, HOUR_MS)];
  const at = (ms: number) => moments.find(({ afterMs }) => afterMs >= ms);
  const halfway = at(HOUR_MS / 3);
  assertEquals(halfway && limits(halfway), [8, 20, 20]);
  assertEquals(limits(last(start, { facts: [chargingAt(1, { caps })] })), [16, 16, 16]);
});

Deno.test("a limit on all chargers together ends with its time, and so does what it kept from them", () => {
  const start = running();
  const dim = (untilWallMs: number): Assumption => ({
    groupCaps: [{ circuitId: "grid", source: "signal", unit: "A", limit: 24, untilWallMs }],
  });
  assertEquals(limits(last(start, dim(Infinity))), [8, 8, 8]);
  assertEquals(limits(last(start, dim(start.wallMs + HOUR_MS / 2))), [16, 16, 16]);
});

Deno.test("who goes first gets what his socket carries, by the strategy that heeds it", () => {
  const start = running();
  const facts = [chargingAt(2, { priority: 9 })];
  assertEquals(limits(last(start, { facts })), [16, 16, 16], "fair heeds no class");
  assertEquals(limits(last(start, { facts, strategy: "priority" })), [8, 32, 8]);
});

Deno.test("a driver who leaves makes room for the others", () => {
  const start = running();
  const demand = { remainingWh: null, departsAtMs: start.monoMs + HOUR_MS / 2 };
  const then = last(start, { facts: [chargingAt(3, { demand })] });
  assertEquals(then.evses.map(({ isCharging }) => isCharging), [true, true, false]);
  assertEquals(limits(then).slice(0, 2), [24, 24]);
  assertAlmostEquals(then.evses[2]?.energyWh ?? 0, 16 * 3 * 230 / 2, 300);
});

Deno.test("an EV that was seen to take less goes on taking less", () => {
  const live = bench(ROW, { isLive: true });
  live.meter("main", 15);
  for (const slot of [1, 2, 3]) live.facts(chargingAt(slot));
  live.draws(1, 7);
  live.wait(400);
  const then = last(startOf(live));
  assertEquals(then.evses[0]?.drawnAmps, 7);
  assertEquals(limits(then).slice(1), [20, 19], "48 A, less 7 and the room above it");
});

Deno.test("a meter that is lost stays so: chargers keep their fail-safe current", () => {
  const live = bench({ ...ROW, evses: ROW.evses.map((each) => ({ ...each, failSafe: 6 })) }, {
    isLive: true,
  });
  live.meter("main", 15);
  for (const slot of [1, 2, 3]) live.facts(chargingAt(slot));
  live.wait(120);
  live.meter("main", null);
  live.wait(90);
  assertEquals(limits(last(startOf(live))), [6, 6, 6]);
});

Deno.test("whatever is assumed, what a forecast shows is within the limit, and the state is untouched", () => {
  const start = running();
  const before = JSON.stringify([...start.state.evses]);
  const assumptions = fc.record({
    strategy: fc.constantFrom("fair" as const, "priority" as const, "departure" as const),
    facts: fc.uniqueArray(fc.integer({ min: 1, max: 3 })).chain((slots) =>
      fc.tuple(
        ...slots.map((slot) =>
          fc.record({
            amps: fc.integer({ min: 0, max: 40 }),
            priority: fc.integer({ min: 0, max: 100 }),
            departs: fc.option(fc.integer({ min: -HOUR_MS, max: HOUR_MS })),
            remainingWh: fc.option(fc.integer({ min: 0, max: 40_000 })),
          }).map(({ amps, priority, departs, remainingWh }) =>
            chargingAt(slot, {
              priority,
              caps: [{ source: "operator", amps }],
              demand: {
                remainingWh,
                departsAtMs: departs === null ? null : start.monoMs + departs,
              },
            })
          )
        ),
      )
    ),
    groupCaps: fc.array(
      fc.record({
        circuitId: fc.constantFrom(null, "grid", "attic"),
        source: fc.constant("operator" as const),
        unit: fc.constantFrom("A" as const, "W" as const),
        limit: fc.integer({ min: 0, max: 50_000 }),
      }),
      { maxLength: 2 },
    ),
  });
  fc.assert(
    fc.property(assumptions, (assumption) => {
      const settled = last(start, assumption, 600_000);
      for (const { loadAmps } of settled.circuits) {
        for (const line of LINES) assert(loadAmps[line] <= 63 + 1e-6, JSON.stringify(settled));
      }
      assertEquals(JSON.stringify([...start.state.evses]), before);
    }),
    { numRuns: 25 },
  );
});
