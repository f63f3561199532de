import { assertEquals } from "@std/assert";
import { openBooks } from "../test/support/books.ts";
import { orphanStopViews } from "./gateway_views_orphans.ts";
import { keepStationStop } from "./transactions/mod.ts";

async function shown(...ends: readonly object[]) {
  const { transactions } = await openBooks();
  for (const [index, given] of ends.entries()) {
    transactions.apply(keepStationStop(transactions.state(), {
      chargerId: "CP1",
      nowWallMs: Date.parse("2026-01-05T07:00:00Z") + index * 1_000,
      message: { meterStopWh: 4_200, timestamp: "2026-01-05T06:30:00Z", ...given },
    }));
  }
  return orphanStopViews({ transactions });
}

Deno.test("an end without a start is shown with what its charger told of it, the newest first", async () => {
  const [newer, older] = await shown({}, {
    stationTransactionId: "TX-9",
    idToken: { idToken: "ASHA", type: "Central" },
    stoppedReason: "PowerLoss",
  });
  assertEquals(newer, {
    id: newer?.id,
    chargerId: "CP1",
    heardAt: "2026-01-05T07:00:01.000Z",
    stoppedAt: "2026-01-05T06:30:00Z",
    chargersOwnId: "TX-9",
    registerWh: 4_200,
    token: "ASHA",
    stopReason: "PowerLoss",
  });
  assertEquals([older?.chargersOwnId, older?.token, older?.stopReason], [null, null, "Local"]);
});

Deno.test("an end at no time that a calendar knows is shown at the time it was heard", async () => {
  const [only] = await shown({ timestamp: "yesterday" });
  assertEquals(only?.stoppedAt, "2026-01-05T07:00:00.000Z");
});
