import type { MeterHealth, MeterListener, MeterSample } from "../../src/site/mod.ts";
import {
  type MeterProfile,
  type MeterRegister,
  QUANTITIES,
  type Quantity,
} from "../../src/meters/mod.ts";

/** A small profile of an imagined meter: three voltages and currents, each a uint16 of tenths. */
export function testProfile(changes: Partial<MeterProfile> = {}): MeterProfile {
  return {
    id: "test-meter",
    vendor: "Test",
    models: ["T1"],
    transports: ["tcp"],
    functionCode: 4,
    wordOrder: "high-first",
    byteOrder: "high-first",
    maxRegistersPerRead: 125,
    maxGap: 0,
    invalid: ["all-ones"],
    currentSign: "from-power",
    unit: 1,
    registers: [
      tenths("voltage_l1", 0, "V"),
      tenths("voltage_l2", 1, "V"),
      tenths("voltage_l3", 2, "V"),
      tenths("current_l1", 3, "A"),
      tenths("current_l2", 4, "A"),
      tenths("current_l3", 5, "A"),
    ],
    confidence: "high",
    sources: ["imagined"],
    ...changes,
  };
}

function tenths(quantity: Quantity, address: number, unit: "V" | "A"): MeterRegister {
  return { quantity, address, type: "uint16", scale: 0.1, unit };
}

/** Values by quantity, in base units. */
export function valuesOf(entries: Partial<Record<Quantity, number>>): Map<Quantity, number> {
  const values = new Map<Quantity, number>();
  for (const quantity of QUANTITIES) {
    const value = entries[quantity];
    if (value !== undefined) values.set(quantity, value);
  }
  return values;
}

/** What a listener has heard. */
export interface HeardMeter extends MeterListener {
  readonly samples: readonly MeterSample[];
  readonly refusals: readonly string[];
  readonly healths: readonly MeterHealth[];
  /** The newest health. */
  current(): MeterHealth;
  /** Resolves as soon as `holds` is true, now or after something more was heard. */
  until(holds: (heard: HeardMeter) => boolean): Promise<void>;
}

/** A listener that remembers everything. */
export function hearMeter(): HeardMeter {
  const samples: MeterSample[] = [];
  const refusals: string[] = [];
  const healths: MeterHealth[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const recheck of waiting) recheck();
  };
  const heard: HeardMeter = {
    samples,
    refusals,
    healths,
    current: () => healths.at(-1) ?? { kind: "waiting" },
    sample(sample) {
      samples.push(sample);
      wake();
    },
    refused(reason) {
      refusals.push(reason);
      wake();
    },
    health(health) {
      healths.push(health);
      wake();
    },
    until(holds) {
      if (holds(heard)) return Promise.resolve();
      return new Promise((resolve) => {
        const recheck = () => {
          if (!holds(heard)) return;
          waiting.delete(recheck);
          resolve();
        };
        waiting.add(recheck);
      });
    },
  };
  return heard;
}

/** The reason of a failing health; null for others. */
export function failure(health: MeterHealth): string | null {
  return health.kind === "failing" ? health.reason : null;
}
