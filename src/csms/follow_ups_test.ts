import { assertEquals, assertNotEquals } from "@std/assert";
import type { InsideCall } from "../ocpp/mod.ts";
import { createFollowUps } from "./follow_ups.ts";

const report = (requestId: number): InsideCall<"GetReport"> => ({
  action: "GetReport",
  message: { requestId },
});
const to = (chargerId: string) => ({ chargerId, slot: 1, is16: false });

Deno.test("two orders of one number to two chargers are told apart, and neither hears the CSMS's number", () => {
  const followUps = createFollowUps(() => 0);
  const first = followUps.expect(report(1), to("CP1")).message.requestId;
  const second = followUps.expect(report(1), to("CP2")).message.requestId;
  assertNotEquals(first, second);
  assertEquals(followUps.find("CP1", "NotifyReport", first)?.requestId, 1);
  assertEquals(followUps.find("CP2", "NotifyReport", first), undefined);
  assertEquals(followUps.find("CP1", "NotifyMonitoringReport", first), undefined);
});

Deno.test("numbers are beyond the gateway's own, fit 31 bits, and go on after a restart", () => {
  const before = createFollowUps(() => Date.UTC(2026, 0, 5)).expect(report(1), to("CP1"));
  const after = createFollowUps(() => Date.UTC(2026, 0, 5, 1)).expect(report(1), to("CP1"));
  const [first, second] = [before, after].map(({ message }) => message.requestId);
  assertEquals([Number(first) > 1_000_000_000, Number(second) > Number(first)], [true, true]);
  assertEquals(Number(second) < 2 ** 31, true);
});

Deno.test("of a charger that gives no number the newest order is meant", () => {
  const followUps = createFollowUps(() => 0);
  for (const requestId of [7, 8]) followUps.expect(report(requestId), to("CP1"));
  assertEquals(followUps.find("CP1", "NotifyReport", undefined)?.requestId, 8);
});

Deno.test("orders are forgotten when there are too many, the oldest first", () => {
  const followUps = createFollowUps(() => 0);
  const numbers = Array.from(
    { length: 201 },
    (_, index) => followUps.expect(report(index), to("CP1")).message.requestId,
  );
  assertEquals(followUps.find("CP1", "NotifyReport", numbers[0]), undefined);
  assertEquals(followUps.find("CP1", "NotifyReport", numbers[1])?.requestId, 1);
});

Deno.test("what nothing follows goes as it is", () => {
  const call: InsideCall<"ClearCache"> = { action: "ClearCache", message: {} };
  assertEquals(createFollowUps(() => 0).expect(call, to("CP1")), call);
});
