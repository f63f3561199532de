import { compact } from "../lib/json.ts";
import { type MeterRole, type MeterSample, type PerLine, perLine } from "../site/mod.ts";

/** A meter that is reckoned from others: what some show less what others show. */
export interface VirtualMeterOptions {
  readonly driver: "virtual";
  readonly id: string;
  readonly role: MeterRole;
  /** The ids of the meters that are added; at least one. */
  readonly plus: readonly string[];
  /** Those that are taken away. */
  readonly minus: readonly string[];
  /** The oldest that a part may be, in milliseconds. Default 10000. */
  readonly maxAgeMs?: number | undefined;
}

/** A meter's reading, and how it counts. */
export interface VirtualPart {
  readonly sample: MeterSample;
  readonly sign: 1 | -1;
}

/**
 * The reading of a virtual meter: as old as the oldest of its parts. What one part does not measure
 * the whole does not know. Counters are only added: those of a difference would run backwards.
 *
 * @param parts at least one
 */
export function combine(meterId: string, parts: readonly VirtualPart[]): MeterSample {
  const oldest =
    parts.reduce((left, right) => right.sample.atMonoMs < left.sample.atMonoMs ? right : left)
      .sample;
  const isSum = parts.every(({ sign }) => sign === 1);
  const voltages = parts.find(({ sample }) => sample.voltagesV !== undefined)?.sample.voltagesV;
  const frequency = parts.find(({ sample }) => sample.frequencyHz !== undefined)?.sample
    .frequencyHz;
  return compact({
    meterId,
    atMonoMs: oldest.atMonoMs,
    atWallMs: oldest.atWallMs,
    currentsAmps: lineSum(parts, ({ currentsAmps }) => currentsAmps),
    voltagesV: voltages,
    powersW: lineSum(parts, ({ powersW }) => powersW),
    totalPowerW: sum(parts, ({ totalPowerW }) => totalPowerW),
    importWh: isSum ? sum(parts, ({ importWh }) => importWh) : undefined,
    exportWh: isSum ? sum(parts, ({ exportWh }) => exportWh) : undefined,
    frequencyHz: frequency,
  });
}

function sum(
  parts: readonly VirtualPart[],
  valueOf: (sample: MeterSample) => number | undefined,
): number | undefined {
  let total = 0;
  for (const { sample, sign } of parts) {
    const value = valueOf(sample);
    if (value === undefined) return undefined;
    total += sign * value;
  }
  return total;
}

function lineSum(
  parts: readonly VirtualPart[],
  valueOf: (sample: MeterSample) => PerLine | undefined,
): PerLine | undefined {
  if (parts.some(({ sample }) => valueOf(sample) === undefined)) return undefined;
  return perLine((line) => sum(parts, (sample) => valueOf(sample)?.[line]) ?? 0);
}
