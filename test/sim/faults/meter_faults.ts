import type { MeterFault } from "../../../src/simulator/mod.ts";
import type { Fault, FaultTable } from "./fault.ts";

function meterFault(everyS: number, fault: (much: number) => MeterFault): Fault {
  return {
    everyS,
    forS: [2, 300],
    aims: false,
    strike(world, { much }) {
      world.meter.break(fault(much));
      return () => world.meter.break(null);
    },
  };
}

/** The meter at the grid connection. */
export const METER_FAULTS = {
  "the meter is silent": meterFault(900, () => ({ kind: "silent" })),
  "the meter is frozen": meterFault(1_200, () => ({ kind: "frozen" })),
  "the meter has no values": meterFault(1_200, () => ({ kind: "no-value" })),
  "the meter shows ten times too much": meterFault(1_200, () => ({
    kind: "magnified",
    factor: 10,
  })),
  "the meter trembles": meterFault(600, () => ({ kind: "noisy", part: 0.005 })),
  "the meter begins at 0": meterFault(1_800, (much) => ({
    kind: "restarted",
    zeroForMs: 20_000 * much,
  })),
  "the meter's words are swapped": meterFault(1_800, () => ({ kind: "word-swapped" })),
  "the meter is late": meterFault(1_800, (much) => ({ kind: "stale", lateMs: 20_000 * much })),
} as const satisfies FaultTable;
