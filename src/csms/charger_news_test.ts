import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import type { InsideCall } from "../ocpp/mod.ts";
import { newsOf } from "./charger_news.ts";
import { createFollowUps } from "./follow_ups.ts";

async function bench() {
  const books = await openBooks();
  return { site: books.site, followUps: createFollowUps(books, []) };
}

function event(eventId: number, name: string): InsideCall<"NotifyEvent"> {
  return {
    action: "NotifyEvent",
    message: {
      generatedAt: "2026-01-05T06:00:00Z",
      seqNo: 0,
      eventData: [{
        eventId,
        timestamp: "2026-01-05T06:00:00Z",
        trigger: "Delta",
        actualValue: String(eventId),
        eventNotificationType: "CustomMonitor",
        component: { name },
        variable: { name },
      }],
    },
  };
}

Deno.test("a charger that tells of ever new things takes no room of others", async () => {
  const parts = await bench();
  const keys = Array.from(
    { length: 5_000 },
    (_, index) => newsOf("CP1", event(index * 7_919, `made-up-${index}`), parts)?.key,
  );
  assertEquals(new Set(keys).size <= 50, true);
  const numbers = Array.from({ length: 3_000 }, (_, seqNo): InsideCall<"NotifyReport"> => {
    const message = { requestId: 1, generatedAt: "2026-01-05T06:00:00Z", seqNo };
    return { action: "NotifyReport", message };
  });
  const order = { action: "GetReport", message: { requestId: 1 } } as const;
  const { call: { message: { requestId } } } = await parts.followUps.expect<"GetReport">(order, {
    chargerId: "CP1",
    slot: 1,
    is16: false,
  });
  const pieces = numbers.map(({ action, message }) =>
    newsOf("CP1", { action, message: { ...message, requestId } }, parts)?.key
  );
  assertEquals(new Set(pieces).size <= 500, true);
});

Deno.test("what is said of an EVSE that nobody knows is not passed on", async () => {
  const parts = await bench();
  const schedule: InsideCall<"NotifyEVChargingSchedule"> = {
    action: "NotifyEVChargingSchedule",
    message: {
      timeBase: "2026-01-05T06:00:00Z",
      evseId: 77,
      chargingSchedule: {
        id: 1,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
      },
    },
  };
  assertEquals(newsOf("CP1", schedule, parts), null);
});
