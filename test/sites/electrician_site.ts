import { encodeImage, type MeterProfile, type Quantity } from "../../src/meters/mod.ts";
import { valuesOf } from "../support/meters.ts";
import { blocksOf, type RegisterBlock } from "../support/pymodbus.ts";

/** What flows at a meter, on L1, L2 and L3. */
export interface Flow {
  readonly amps: readonly [number, number, number];
  readonly volts?: readonly [number, number, number];
  /** Power over apparent power; negative where it feeds in. */
  readonly factors?: readonly [number, number, number];
}

/** What the registers of a meter hold while that flows. */
export function registersOf(
  profile: MeterProfile,
  unit: number,
  { amps, volts = [231, 230, 229], factors = [1, 1, 1] }: Flow,
): readonly RegisterBlock[] {
  const watts = amps.map((each, at) => each * (volts[at] ?? 0) * (factors[at] ?? 1));
  const perLine = (name: string, values: readonly number[]) =>
    values.map((value, at) => [`${name}_l${at + 1}` as Quantity, value] as const);
  const values = valuesOf(Object.fromEntries([
    ...perLine("voltage", volts),
    ...perLine("current", amps.map(Math.abs)),
    ...perLine("active_power", watts),
    ["active_power_total", watts.reduce((sum, each) => sum + each, 0)],
    ["frequency", 50],
  ]));
  return blocksOf(encodeImage(profile, values), unit, profile.functionCode);
}
