import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { ChosenSource, Circuit, SiteEvents } from "../site/mod.ts";
import { createCircuitSources } from "./circuit_sources.ts";

const MAIN: Circuit = {
  id: "main",
  parentId: null,
  limitAmps: 100,
  powerLimitW: 60_000,
  continuousFactor: 1,
  meterId: null,
  otherLoad: { worstAmps: 0, substituteAmps: 0 },
  sources: [{ id: "genset", limitAmps: 40, powerLimitW: 25_000 }, { id: "small", limitAmps: 25 }],
};

function bench(stored: readonly ChosenSource[] = []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const faults: string[] = [];
  events.on("fault", ({ subject, state, text }) => faults.push(`${subject} ${state}: ${text}`));
  const written: ChosenSource[] = [];
  const sources = createCircuitSources({
    clock,
    log: () => {},
    events,
    circuits: [MAIN, { ...MAIN, id: "row", parentId: "main" }],
    write(writes) {
      for (const each of writes) if (each.kind === "put") written.push(each.value);
      return Promise.resolve();
    },
  }, stored);
  const limits = () =>
    sources.circuits().map(({ limitAmps, powerLimitW }) => [limitAmps, powerLimitW]);
  return { clock, sources, faults, written, limits };
}

const chose = (sourceId: string): ChosenSource => ({
  circuitId: "main",
  sourceId,
  by: "priya",
  atMs: 0,
});

Deno.test("a circuit has the limits of what feeds it, at once, and others have theirs", async () => {
  const { sources, faults, limits, written } = bench();
  let changes = 0;
  sources.listen(() => changes++);
  assertEquals(limits(), [[100, 60_000], [100, 60_000]]);
  await sources.choose("main", "genset", "priya");
  assertEquals([limits(), sources.on("main")], [[[40, 25_000], [100, 60_000]], "genset"]);
  await sources.choose("main", "small", "priya");
  assertEquals(limits()[0], [25, 60_000], "what it does not name stays");
  await sources.choose("main", "grid", "priya");
  assertEquals([limits()[0], changes], [[100, 60_000], 3]);
  assertEquals(written.map(({ sourceId, by }) => [sourceId, by]), [
    ["genset", "priya"],
    ["small", "priya"],
    ["grid", "priya"],
  ]);
  assertEquals(faults, [
    'main raised: "main" is fed by "genset": 40 A per line',
    'main raised: "main" is fed by "small": 25 A per line',
    'main over: "main" is fed by "grid": 100 A per line',
  ]);
});

Deno.test("after a restart the same source feeds it", () => {
  const { limits, faults } = bench([chose("genset")]);
  assertEquals([limits()[0], faults.length], [[40, 25_000], 1]);
});

Deno.test("a source that site.yaml calls otherwise by now counts as the weakest there is", () => {
  assertEquals(bench([chose("diesel")]).limits()[0], [25, 60_000]);
});

Deno.test("a note about a circuit that is gone does no harm", () => {
  const { limits } = bench([{ ...chose("genset"), circuitId: "attic" }]);
  assertEquals(limits()[0], [100, 60_000]);
});
