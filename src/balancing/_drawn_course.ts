import { type Amps, currentsOf } from "./_bench.ts";
import { type CircuitMemory, type Measures, UNKNOWN_CIRCUIT, withSample } from "./_meter_memory.ts";

/** Currents as a meter's measures, with a watt and two volt-amperes an ampere. */
export function measuresOf(amps: Amps): Measures {
  const { L1, L2, L3 } = currentsOf(amps);
  const sum = L1 + L2 + L3;
  return [L1, L2, L3, sum, 2 * sum];
}

/** A sample at a certain second. */
export interface SampleAt {
  readonly at: number;
  readonly amps: Amps;
}

/** Samples each second from 0 s on, or as noted: [second, amperes]. */
export function course(samples: readonly (Amps | SampleAt)[]): CircuitMemory {
  return samples.reduce<CircuitMemory>((memory, sample, index) => {
    const { at, amps } = typeof sample === "object" && "amps" in sample
      ? sample
      : { at: index, amps: sample };
    return withSample(memory, measuresOf(amps), at * 1000);
  }, UNKNOWN_CIRCUIT);
}
