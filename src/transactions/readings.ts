import type { MeterValue, SampledValue } from "../ocpp/mod.ts";

/**
 * What a meter value says, in base units. Chargers leave out units, contexts and measurands, write
 * "L1-N" for "L1" and kWh for Wh; here that is evened out. What was not measured is absent.
 */
export interface Reading {
  readonly at: string;
  readonly context: NonNullable<SampledValue["context"]>;
  readonly energyWh?: number;
  readonly powerW?: number;
  /** Amperes drawn on the charger's phases 1, 2, 3. */
  readonly currentsAmps?: readonly [number, number, number];
  /**
   * Of these, which it does not tell, by index; absent: none. A value without a phase stands for each,
   * and is the current of no one of them for certain.
   */
  readonly untoldPhases?: readonly PhaseIndex[];
  readonly offeredAmps?: number;
  readonly socPercent?: number;
}

/** Reads every entry of a MeterValues or TransactionEvent message. */
export function readings(meterValues: readonly MeterValue[]): Reading[] {
  return meterValues.map(readOne);
}

function readOne({ timestamp, sampledValue }: MeterValue): Reading {
  const energyWh = total(sampledValue, "Energy.Active.Import.Register");
  const powerW = total(sampledValue, "Power.Active.Import");
  const currents = perPhase(sampledValue, "Current.Import");
  const offered = offeredAmps(sampledValue);
  const soc = total(sampledValue, "SoC");
  return {
    at: timestamp,
    context: sampledValue[0]?.context ?? "Sample.Periodic",
    ...(energyWh === undefined ? {} : { energyWh }),
    ...(powerW === undefined ? {} : { powerW }),
    ...currents,
    ...(offered === undefined ? {} : { offeredAmps: offered }),
    ...(soc === undefined ? {} : { socPercent: soc }),
  };
}

/** The value of the whole, or the sum of its phases where only those are given. */
function total(values: readonly SampledValue[], measurand: string): number | undefined {
  const { whole, phases } = measured(values, measurand);
  if (whole !== undefined) return whole;
  return phases.size === 0 ? undefined : rounded([...phases.values()].reduce((a, b) => a + b));
}

/** A single value without phase flows on phase 1 of a one-phase charger, or on each. */
function perPhase(
  values: readonly SampledValue[],
  measurand: string,
): Pick<Reading, "currentsAmps" | "untoldPhases"> {
  const { whole, phases } = measured(values, measurand);
  const amps = (index: PhaseIndex) => Math.abs(phases.get(index) ?? 0);
  if (phases.size > 0) {
    const untoldPhases = PHASES.filter((index) => !phases.has(index));
    return {
      currentsAmps: [amps(0), amps(1), amps(2)],
      ...(untoldPhases.length === 0 ? {} : { untoldPhases }),
    };
  }
  if (whole === undefined) return {};
  const each = Math.abs(whole);
  return { currentsAmps: [each, each, each], untoldPhases: PHASES };
}

/** An offer holds for each phase by itself: three phases of 16 A are an offer of 16 A. */
function offeredAmps(values: readonly SampledValue[]): number | undefined {
  const { whole, phases } = measured(values, "Current.Offered");
  if (whole !== undefined) return whole;
  return phases.size === 0 ? undefined : Math.max(...phases.values());
}

/** What a message says of one measurand, in base units: as a whole, and phase by phase. */
interface Measured {
  readonly whole: number | undefined;
  readonly phases: ReadonlyMap<PhaseIndex, number>;
}

/** A charger that sends both "L1" and "L1-N" means one current, of which the larger counts. */
function measured(values: readonly SampledValue[], measurand: string): Measured {
  const phases = new Map<PhaseIndex, number>();
  let whole: number | undefined;
  for (const value of values) {
    if (measurandOf(value) !== measurand || !isAtOutlet(value, measurand)) continue;
    const amount = inBaseUnit(value);
    if (amount === undefined) continue;
    const index = phaseIndex(value);
    if (value.phase === undefined) whole ??= amount;
    else if (index !== null) phases.set(index, larger(phases.get(index), amount));
  }
  return { whole, phases };
}

function larger(known: number | undefined, amount: number): number {
  return known !== undefined && Math.abs(known) > Math.abs(amount) ? known : amount;
}

function measurandOf(value: SampledValue): string {
  return value.measurand ?? "Energy.Active.Import.Register";
}

/**
 * Readings at the inlet, the EV or the body are about something else than what is sold; but a state
 * of charge there is only in the EV.
 */
function isAtOutlet({ location }: SampledValue, measurand: string): boolean {
  return location === undefined || location === "Outlet" || measurand === "SoC";
}

/** A charger's phase, counted from 0. */
export type PhaseIndex = 0 | 1 | 2;

const PHASES: readonly PhaseIndex[] = [0, 1, 2];

function phaseIndex({ phase }: SampledValue): PhaseIndex | null {
  switch (phase) {
    case "L1":
    case "L1-N":
      return 0;
    case "L2":
    case "L2-N":
      return 1;
    case "L3":
    case "L3-N":
      return 2;
    default:
      return null;
  }
}

const KILO_UNITS = new Set(["kwh", "kw", "kvarh", "kvar", "kva", "kvah"]);

/** Undefined where there is no number: a signed value may come without, a multiplier may be absurd. */
function inBaseUnit({ value, unitOfMeasure }: SampledValue): number | undefined {
  if (value === undefined) return undefined;
  const kilo = KILO_UNITS.has(unitOfMeasure?.unit?.trim().toLowerCase() ?? "");
  const scaled = rounded(value * 10 ** (unitOfMeasure?.multiplier ?? 0) * (kilo ? 1000 : 1));
  return Number.isFinite(scaled) ? scaled : undefined;
}

/** A kWh value with decimals must not come out as 1234.5000000002 Wh. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
