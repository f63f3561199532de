import { assertEquals } from "@std/assert";
import { loadValidator } from "../ocpp/mod.ts";
import { limitNoticeCall } from "./limit_notice.ts";

const NOW_MS = Date.parse("2026-01-05T08:00:00Z");
const LIMITED = {
  kind: "limited",
  slot: 3,
  source: "Other",
  amps: 10,
  untilWallMs: NOW_MS + 3_600_000,
} as const;

Deno.test("a limit of somebody else is told with who, and with its schedule", () => {
  const { action, message } = limitNoticeCall(LIMITED, 7, NOW_MS);
  assertEquals(action, "NotifyChargingLimit");
  assertEquals(message, {
    evseId: 7,
    chargingLimit: { chargingLimitSource: "Other" },
    chargingSchedule: [{
      id: 1,
      startSchedule: "2026-01-05T08:00:00.000Z",
      duration: 3_600,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
    }],
  });
});

Deno.test("its end is told with who", () => {
  assertEquals(limitNoticeCall({ kind: "cleared", slot: 3, source: "SO" }, 7, NOW_MS), {
    action: "ClearedChargingLimit",
    message: { chargingLimitSource: "SO", evseId: 7 },
  });
});

Deno.test("what is told is a message of 2.0.1 and of 2.1", async () => {
  for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
    const check = await loadValidator(version);
    for (const notice of [LIMITED, { kind: "cleared", slot: 3, source: "EMS" }] as const) {
      const { action, message } = limitNoticeCall(notice, 7, NOW_MS);
      assertEquals(check.strict("request", action, message), [], `${version} ${action}`);
    }
  }
});
