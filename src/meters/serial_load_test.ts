import { assert, assertAlmostEquals } from "@std/assert";
import { testProfile } from "../../test/support/meters.ts";
import type { ModbusRtuMeterOptions } from "./modbus_options.ts";
import { serialRoundMs, serialShare } from "./serial_load.ts";

/** A meter whose six registers come in one read. */
function meter(changes: Partial<ModbusRtuMeterOptions> = {}): ModbusRtuMeterOptions {
  return {
    driver: "modbus-rtu",
    id: "m",
    role: "grid",
    device: "/dev/ttyUSB0",
    serial: { baud: 9_600, format: "8N1" },
    profile: testProfile(),
    ...changes,
  };
}

Deno.test("a round is the bytes of request and answer, two silences and the meter's own time", () => {
  const bytes = 8 + 5 + 2 * 6;
  assertAlmostEquals(serialRoundMs(meter()), 40 + (bytes + 7) * 10 / 9.6);
});

Deno.test("two reads cost more than one of the same registers", () => {
  const profile = testProfile({ maxRegistersPerRead: 3 });
  assert(serialRoundMs(meter({ profile })) > serialRoundMs(meter()) + 40);
});

Deno.test("slow buses, short intervals and many meters fill a bus", () => {
  assert(serialShare([meter()]) < 0.1);
  assert(serialShare([meter({ intervalMs: 50 })]) > 1);
  assert(serialShare([meter({ serial: { baud: 1_200, format: "8E1" } })]) > 0.3);
  const share = serialShare([meter()]);
  assert(Math.abs(serialShare(Array.from({ length: 20 }, () => meter())) - 20 * share) < 1e-9);
});
