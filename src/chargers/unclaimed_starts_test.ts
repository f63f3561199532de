import { assertEquals } from "@std/assert";
import type { LedgerWrite } from "../outbox/mod.ts";
import type { UnclaimedStart } from "../transactions/mod.ts";
import { createUnclaimedStarts } from "./unclaimed_starts.ts";

const start = (stationTransactionId: string, chargerId = "CP1"): UnclaimedStart => ({
  chargerId,
  stationTransactionId,
  evseId: 1,
  startedAt: "2026-01-05T06:00:00Z",
  meterStartWh: 1_000,
  reservationId: null,
});

/** What is on disk after these writes. */
function written(writes: readonly LedgerWrite[], disk = new Map<string, UnclaimedStart>()) {
  for (const write of writes) {
    if (write.collection !== "unclaimed-starts") continue;
    if (write.kind === "put") disk.set(write.key, write.value);
    else disk.delete(write.key);
  }
  return disk;
}

Deno.test("an unclaimed start is known until it is released, over a restart as well", () => {
  const first = createUnclaimedStarts(new Map());
  const disk = written(first.hold(start("T-1")));
  const second = createUnclaimedStarts(disk);
  assertEquals(second.of("CP1", "T-1"), start("T-1"));
  assertEquals(second.of("CP2", "T-1"), null, "another charger's is another's");
  written(second.release("CP1", "T-1"), disk);
  assertEquals([second.of("CP1", "T-1"), disk.size], [null, 0]);
  assertEquals(second.release("CP1", "T-1"), []);
});

Deno.test("ids that look like two parts are not taken apart", () => {
  const starts = createUnclaimedStarts(new Map());
  starts.hold(start("b c", "a"));
  assertEquals(starts.of("a b", "c"), null);
});

Deno.test("a charger that invents starts loses its oldest, and nobody else's", () => {
  const starts = createUnclaimedStarts(new Map());
  const disk = written(starts.hold(start("other", "CP2")));
  for (let each = 0; each < 100; each++) written(starts.hold(start(`T-${each}`)), disk);
  assertEquals(
    [disk.size, starts.of("CP1", "T-0"), starts.of("CP1", "T-99")?.stationTransactionId],
    [
      65,
      null,
      "T-99",
    ],
  );
  assertEquals(starts.of("CP2", "other")?.chargerId, "CP2");
});
