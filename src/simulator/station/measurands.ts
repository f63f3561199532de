import type { Requests16 } from "../../ocpp/messages/mod.ts";

/** The entries of MeterValues.req and of StopTransaction's transactionData. */
export type MeterValue16 = Requests16["MeterValues"]["meterValue"][number];
/** One value in them. */
export type SampledValue16 = MeterValue16["sampledValue"][number];
type Measurand16 = NonNullable<SampledValue16["measurand"]>;
type Phase16 = NonNullable<SampledValue16["phase"]>;
type Unit16 = NonNullable<SampledValue16["unit"]>;
/** Why a reading was taken. */
export type ReadingContext16 = NonNullable<SampledValue16["context"]>;

/** What a connector's meter, control pilot and EV say at a moment. */
export interface ConnectorReading {
  readonly registerWh: number;
  /** Amperes per phase terminal of the socket, in order. */
  readonly amps: readonly number[];
  readonly volts: number;
  readonly offeredAmps: number;
  readonly offeredPhases: number;
  /** 0 to 1; null where no EV tells. */
  readonly soc: number | null;
}

/** What a station can measure, in its configuration keys' order of names (1.6 §7.31). */
const SUPPORTED = [
  "Current.Import",
  "Current.Offered",
  "Energy.Active.Import.Register",
  "Frequency",
  "Power.Active.Import",
  "Power.Offered",
  "SoC",
  "Voltage",
] as const satisfies readonly Measurand16[];

type Supported = typeof SUPPORTED[number];

/** Those that a key may narrow to one phase: `Voltage.L1` (1.6 §9.1.17). */
const PER_PHASE: ReadonlySet<Supported> = new Set([
  "Current.Import",
  "Power.Active.Import",
  "Voltage",
]);

const LINE_PHASES = ["L1", "L2", "L3"] as const;
const NEUTRAL_PHASES = ["L1-N", "L2-N", "L3-N"] as const;

/** An item of a key such as MeterValuesSampledData. */
interface Wanted {
  readonly measurand: Supported;
  /** Index of the one phase that is wanted; null for all. */
  readonly phase: number | null;
}

/** True for a list that a station can be configured to measure (1.6 §3.16.4). Empty is a list too. */
export function isMeasurandList(text: string, lengthMax: number): boolean {
  const items = itemsOf(text);
  return items.length <= lengthMax && items.every((item) => wantedOf(item) !== null);
}

/** How a station writes its readings down. */
export interface ReadingStyle {
  readonly context: ReadingContext16;
  readonly timestamp: string;
  /** False for a meter that gives one current for all phases. */
  readonly tellsPhases: boolean;
}

/**
 * A reading as OCPP has it, with the measurands of `list` (comma separated); null where none of them
 * has a value now, since a MeterValue without values is not allowed.
 */
export function meterValueOf(
  reading: ConnectorReading,
  list: readonly string[],
  { context, timestamp, tellsPhases }: ReadingStyle,
): MeterValue16 | null {
  const wanted = list.flatMap((item) => wantedOf(item) ?? []);
  const sampledValue = wanted.flatMap((each) => sample(reading, each, tellsPhases))
    .map((value): SampledValue16 => ({ ...value, context, location: locationOf(value) }));
  return sampledValue.length === 0 ? null : { timestamp, sampledValue };
}

function itemsOf(text: string): readonly string[] {
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

function wantedOf(item: string): Wanted | null {
  const measurand = SUPPORTED.find((each) => item === each || item.startsWith(`${each}.`));
  if (measurand === undefined) return null;
  if (item === measurand) return { measurand, phase: null };
  const suffix = item.slice(measurand.length + 1).replace(/-N$/, "");
  const phase = LINE_PHASES.findIndex((name) => name === suffix);
  return phase >= 0 && PER_PHASE.has(measurand) ? { measurand, phase } : null;
}

type Sample = Pick<SampledValue16, "value" | "measurand" | "phase" | "unit">;

function sample(reading: ConnectorReading, wanted: Wanted, tellsPhases: boolean): Sample[] {
  const { amps, volts, offeredAmps, offeredPhases, soc } = reading;
  const { measurand, phase } = wanted;
  switch (measurand) {
    case "Energy.Active.Import.Register":
      // Whole and never rounded up, as in StartTransaction and StopTransaction.
      return [one(measurand, Math.floor(reading.registerWh), 0, "Wh")];
    case "Current.Import":
      if (!tellsPhases) return [one(measurand, Math.max(...amps), 2, "A")];
      return perPhase(amps, phase, LINE_PHASES, (value) => one(measurand, value, 2, "A"));
    case "Voltage": {
      const each = amps.map(() => volts);
      if (!tellsPhases) return [one(measurand, volts, 1, "V")];
      return perPhase(each, phase, NEUTRAL_PHASES, (value) => one(measurand, value, 1, "V"));
    }
    case "Power.Active.Import": {
      const watts = amps.map((value) => value * volts);
      if (phase === null || !tellsPhases) return [one(measurand, sum(watts), 0, "W")];
      return perPhase(watts, phase, LINE_PHASES, (value) => one(measurand, value, 0, "W"));
    }
    case "Current.Offered":
      return [one(measurand, offeredAmps, 1, "A")];
    case "Power.Offered":
      return [one(measurand, offeredAmps * offeredPhases * volts, 0, "W")];
    case "SoC":
      return soc === null ? [] : [one(measurand, soc * 100, 0, "Percent")];
    case "Frequency":
      return [{ value: "50.00", measurand }];
  }
}

function perPhase(
  values: readonly number[],
  only: number | null,
  names: readonly Phase16[],
  write: (value: number) => Sample,
): Sample[] {
  return values.flatMap((value, index) => {
    const phase = names[index];
    if (phase === undefined || (only !== null && only !== index)) return [];
    return [{ ...write(value), phase }];
  });
}

function one(measurand: Measurand16, value: number, decimals: number, unit: Unit16): Sample {
  return { value: value.toFixed(decimals), measurand, unit };
}

function locationOf({ measurand }: Sample): NonNullable<SampledValue16["location"]> {
  return measurand === "SoC" ? "EV" : "Outlet";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
