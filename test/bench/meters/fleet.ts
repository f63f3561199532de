/** What the bench of meters reads: twenty on the network, four on one bus at 9600 baud. */
import { loadMeterProfile } from "../../../src/meters/meter_profile_io.ts";
import {
  byteMs,
  COMMON_SERIAL,
  type MeterProfile,
  type Quantity,
  type Values,
} from "../../../src/meters/mod.ts";

export const TCP_METERS = 20;
export const SERIAL_UNITS = [1, 2, 3, 4] as const;
export const BYTE_MS = byteMs(COMMON_SERIAL);

/** A common meter. */
export async function benchProfile(): Promise<MeterProfile> {
  const loaded = await loadMeterProfile("carlo-gavazzi-em340-em540", "/nowhere");
  if (!loaded.ok) throw new Error(loaded.error.join());
  // One read of all of it: its counter is as old as the reading, and four fit onto a slow bus.
  const registers = loaded.value.registers.filter(({ address }) => address < 54);
  return { ...loaded.value, registers, maxRegistersPerRead: 60, maxGap: 40 };
}

/** The counter wraps round after so many steps of 100 Wh. */
const STEPS = 1_000_000_000;

/** What a meter shows: its counter says when, in milliseconds. */
export function valuesAt(ms: number): Values {
  const wave = Math.sin(ms / 3_000);
  const entries: [Quantity, number][] = [1, 2, 3].flatMap((terminal): [Quantity, number][] => [
    [`voltage_l${terminal}` as Quantity, Number((230 + wave).toFixed(1))],
    [`current_l${terminal}` as Quantity, Number((10 + wave).toFixed(3))],
    [`active_power_l${terminal}` as Quantity, Number((2_300 + 230 * wave).toFixed(1))],
  ]);
  return new Map<Quantity, number>([
    ...entries,
    ["active_power_total", 6_900],
    ["frequency", 50],
    ["energy_import_total", (Math.round(ms) % STEPS) * 100],
  ]);
}

/** How long ago a counter was shown, in milliseconds. */
export function ageOf(importWh: number, nowMs: number): number {
  return (Math.round(nowMs) % STEPS - Math.round(importWh / 100) + STEPS) % STEPS;
}
