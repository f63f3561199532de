import { assertEquals } from "@std/assert";
import { bootDueMs, heartbeatMs, registered, type Registration } from "./registration.ts";

const NOW_MS = 100_000;
const RETRY_MIN_MS = 10_000;
const DAY_MS = 86_400_000;

const ANSWERS: readonly (readonly [
  status: "Accepted" | "Pending" | "Rejected",
  interval: number,
  becomes: Registration,
])[] = [
  ["Accepted", 300, { kind: "accepted", heartbeatMs: 300_000 }],
  ["Accepted", 0, { kind: "accepted", heartbeatMs: 60_000 }],
  ["Accepted", 604_800, { kind: "accepted", heartbeatMs: DAY_MS }],
  ["Pending", 30, { kind: "pending", retryAtMs: NOW_MS + 30_000 }],
  ["Pending", 0, { kind: "pending", retryAtMs: NOW_MS + 60_000 }],
  ["Rejected", 3_600, { kind: "rejected", retryAtMs: NOW_MS + 3_600_000 }],
  ["Rejected", 1, { kind: "rejected", retryAtMs: NOW_MS + RETRY_MIN_MS }],
];

for (const [status, interval, becomes] of ANSWERS) {
  Deno.test(`an answer ${status} with interval ${interval} makes us ${becomes.kind}`, () => {
    assertEquals(registered({ status, interval }, NOW_MS, RETRY_MIN_MS), becomes);
  });
}

Deno.test("BootNotification is due at once, when the CSMS said, or not at all", () => {
  assertEquals(bootDueMs({ kind: "unregistered" }), 0);
  assertEquals(bootDueMs({ kind: "pending", retryAtMs: 7 }), 7);
  assertEquals(bootDueMs({ kind: "rejected", retryAtMs: 8 }), 8);
  assertEquals(bootDueMs({ kind: "accepted", heartbeatMs: 9 }), null);
});

Deno.test("heartbeatMs() gives at least one heartbeat a day, and a minute where the interval is left to us", () => {
  assertEquals([0, 1, 86_400, 86_401].map(heartbeatMs), [60_000, 1_000, DAY_MS, DAY_MS]);
});
