import { assert, assertEquals } from "@std/assert";
import { LINES } from "../site/mod.ts";
import { METERED } from "./_bench.ts";
import { UNKNOWN_EVSE } from "./_evse_memory.ts";
import type { ChargerReading } from "./_held_limits.ts";
import { drawnSite, type SiteDrawing } from "./_site_drawing.ts";
import { longestOverload, simulate, type SimulatedEv } from "./_simulated_site.ts";
import { unprovenLines } from "./_unproven.ts";

const [PLACE] = drawnSite(METERED).places;
const SECOND = 1_000;

/** What counts as unproven of an EV that has charged for 5 minutes, by what its charger measured last. */
function unproven(reading: Partial<ChargerReading> | null, doubted = false) {
  if (PLACE === undefined) throw new Error("No place");
  const nowMs = 300 * SECOND;
  const measured = {
    currentsAmps: { L1: 16, L2: 16, L3: 16 },
    atMs: nowMs,
    intervalMs: 10 * SECOND,
  };
  const memory = {
    ...UNKNOWN_EVSE,
    chargingSinceMs: 0,
    reading: reading === null ? null : { ...measured, ...reading },
  };
  const place = doubted ? { ...PLACE } : PLACE;
  return unprovenLines(place, PLACE, LINES, memory, nowMs);
}

Deno.test("unprovenLines(): what a charger tells of each line is proven, and on lines that it leaves out it is not", () => {
  assertEquals(unproven({}), []);
  const mostAmps = { L1: 16, L2: 16, L3: 16 };
  assertEquals(unproven({ bounds: { leastAmps: mostAmps, mostAmps } }), []);
  assertEquals(unproven({ bounds: { leastAmps: { L1: 16, L2: 0, L3: 16 }, mostAmps } }), ["L2"]);
  const nothing = { L1: 0, L2: 0, L3: 0 };
  assertEquals(unproven({ bounds: { leastAmps: nothing, mostAmps } }), LINES);
  assertEquals(unproven({ bounds: { leastAmps: nothing, mostAmps: nothing } }), []);
});

Deno.test("unprovenLines(): nothing is proven at a socket in doubt, nor two minutes after the last reading", () => {
  assertEquals(unproven({}, true), LINES);
  assertEquals(unproven(null), LINES);
  assertEquals(unproven({ atMs: 179 * SECOND }), LINES);
  assertEquals(unproven({ atMs: 181 * SECOND }), [], "late, and not yet silent");
});

const LIMIT = 40;
const SITE: SiteDrawing = {
  circuits: [{ id: "grid", amps: LIMIT, meter: "main", worst: 30 }],
  evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
};
const COMES = 1_200;

/** Somebody comes later to the line on which an EV charges alone, and perhaps a third one after him. */
function later(first: SimulatedEv, seconds = 300, ...others: readonly SimulatedEv[]) {
  const options = drawnSite(SITE);
  const evs = [first, { slot: 2, lines: "L1", arrives: COMES }, ...others];
  const simulation = { options, evs, seconds: COMES + seconds };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  const at = (second: number) => [1, 2, 3].map((slot) => log[second]?.limits.get(slot) ?? 0);
  return { at, log };
}

/** Its charger says L2: by and by nobody knows on which line it is. */
const DOUBTED: SimulatedEv = {
  slot: 1,
  lines: "L1",
  saysLines: "L2",
  arrives: 5,
  wants: Array.from({ length: 11 }, (_, n) => [n * 100, n === 10 ? 32 : n % 2 === 0 ? 8 : 16]),
};
const TELLS_SUM: SimulatedEv = { slot: 1, lines: "L1", arrives: 5, tellsSum: true };

for (
  const [who, first] of [["at a socket in doubt", DOUBTED], ["told in sum", TELLS_SUM]] as const
) {
  Deno.test(`An EV ${who} gives another its fair share within a minute, as far as room can be proven, and then rests`, () => {
    const { at, log } = later(first);
    const [own = 0, others = 0] = at(COMES + 60);
    assert(Math.abs(own - others) <= 2, `${own} A and ${others} A`);
    // What it draws counts twice: a third of the circuit for each is all that is ever proven.
    assert(own >= 12 && others >= 12, `${own} A and ${others} A`);
    const moved = log.slice(COMES + 90).filter(({ limits }) =>
      limits.get(1) !== own || Math.abs((limits.get(2) ?? 0) - others) > 1
    );
    assertEquals(moved.map(({ second }) => second), []);
  });
}

Deno.test("A third one beside an EV told in sum is served as well", () => {
  const { at } = later(TELLS_SUM, 700, { slot: 3, lines: "L1", arrives: COMES + 300 });
  const all = at(COMES + 400);
  assert(all.every((amps) => amps >= 8), `${all}`);
});
