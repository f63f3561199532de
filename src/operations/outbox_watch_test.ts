import { assertEquals } from "@std/assert";
import { OUTBOX_BOUNDS } from "../outbox/mod.ts";
import type { SiteFault } from "../site/mod.ts";
import { createOutboxWatch } from "./outbox_watch.ts";

const NO_LOAD = { rows: 0, bytes: 0 };

/** What the watch tells about each of these loads, one after the other. */
function told(...looks: readonly { sessions?: number; readingBytes?: number; forRoom?: number }[]) {
  const faults: string[] = [];
  let now: (typeof looks)[number] = {};
  const watch = createOutboxWatch({
    loads: () => ({
      sessions: { ...NO_LOAD, rows: now.sessions ?? 0 },
      readings: { ...NO_LOAD, bytes: now.readingBytes ?? 0 },
      dropped: { thinned: 0, forRoom: now.forRoom ?? 0 },
      bounds: OUTBOX_BOUNDS,
    }),
  }, {
    emit: (_, fault) =>
      void faults.push(`${(fault as SiteFault).kind} ${(fault as SiteFault).state}`),
  });
  return looks.map((look) => {
    faults.length = 0;
    now = look;
    watch.look();
    return [...faults];
  });
}

Deno.test("an outbox with room is nothing to tell", () => {
  assertEquals(told({}, { sessions: 99_999 }), [[], []]);
});

Deno.test("that new sessions are refused is told while it lasts, and that it is over once", () => {
  const full = { sessions: 100_000 };
  assertEquals(told(full, full, {}, {}), [
    ["outbox-sessions-full raised"],
    ["outbox-sessions-full raised"],
    ["outbox-sessions-full over"],
    [],
  ]);
});

Deno.test("readings that were dropped to make room are told, also when there is room again", () => {
  assertEquals(
    told({ forRoom: 7 }, { forRoom: 7 }, { forRoom: 8 }, { readingBytes: 1e12, forRoom: 8 }),
    [
      ["outbox-readings-full raised"],
      ["outbox-readings-full over"],
      ["outbox-readings-full raised"],
      ["outbox-readings-full raised"],
    ],
  );
});
