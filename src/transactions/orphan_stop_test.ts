import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { at, atMs, stopCase } from "../../test/contract/sessions.ts";
import {
  keepOrphan,
  NO_ORPHAN_STOPS,
  ORPHAN_STOPS_PER_CHARGER,
  orphanKey,
  type OrphanStop,
  shownOrphans,
} from "./orphan_stop.ts";

function keyOf({ chargerId, stop: { message } }: OrphanStop): string {
  return orphanKey(chargerId, message);
}

function orphan(chargerId: string, seconds: number): OrphanStop {
  const { intent } = stopCase(7, { timestamp: at(seconds) });
  return { chargerId, heardAtMs: atMs(seconds), stop: intent };
}

Deno.test("keepOrphan() keeps an orphan once, from when it was heard first", () => {
  const first = orphan("CP1", 1);
  const step = keepOrphan(NO_ORPHAN_STOPS, first);
  assertEquals(step, {
    orphanStops: new Map([[keyOf(first), first]]),
    kept: first,
    dropped: null,
  });
  const again = keepOrphan(step.orphanStops, { ...first, heardAtMs: atMs(500) });
  assertStrictEquals(again.orphanStops, step.orphanStops);
  assertEquals([again.kept, again.dropped], [null, null]);
});

Deno.test("orphanKey() tells chargers, numbers, times and registers apart", () => {
  const base = orphan("CP1", 1);
  const changed = (change: object): OrphanStop => ({
    ...base,
    stop: { message: { ...base.stop.message, ...change } },
  });
  const keys = [
    base,
    { ...base, chargerId: "CP2" },
    changed({ transactionNumber: 8 }),
    changed({ timestamp: at(2) }),
    changed({ meterStopWh: 1 }),
  ].map(keyOf);
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("keepOrphan() drops a charger's own oldest beyond the bound, never another's", () => {
  const others = orphan("CP2", 0);
  let { orphanStops } = keepOrphan(NO_ORPHAN_STOPS, others);
  const dropped: (string | null)[] = [];
  for (let second = 1; second <= ORPHAN_STOPS_PER_CHARGER + 2; second++) {
    const step = keepOrphan(orphanStops, orphan("CP1", second));
    orphanStops = step.orphanStops;
    if (step.dropped !== null) dropped.push(step.dropped);
  }
  assertEquals(dropped, [keyOf(orphan("CP1", 1)), keyOf(orphan("CP1", 2))]);
  assertEquals(orphanStops.size, ORPHAN_STOPS_PER_CHARGER + 1);
  assert(orphanStops.has(keyOf(others)));
});

Deno.test("keepOrphan() drops what somebody has looked into before what nobody has", () => {
  let orphanStops = NO_ORPHAN_STOPS;
  for (let second = 1; second <= ORPHAN_STOPS_PER_CHARGER; second++) {
    orphanStops = keepOrphan(orphanStops, orphan("CP1", second)).orphanStops;
  }
  const looked = keyOf(orphan("CP1", 5));
  const dismissed = { by: "priya", atMs: atMs(60) };
  orphanStops = new Map(orphanStops).set(looked, { ...orphan("CP1", 5), dismissed });
  assertEquals(keepOrphan(orphanStops, orphan("CP1", 99)).dropped, looked);
  assertEquals(shownOrphans({ orphanStops }).length, ORPHAN_STOPS_PER_CHARGER - 1);
});
