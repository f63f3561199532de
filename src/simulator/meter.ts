import { encodeImage, type MeterProfile, type Quantity, type Values } from "../meters/mod.ts";
import { onEachLine, type PerLine, perLine } from "../site/mod.ts";

/** What flows through a meter at a moment, and what has flowed. Positive from the grid. */
export interface MeterState {
  readonly amps: PerLine;
  readonly volts: PerLine;
  /** Wh per line, in each direction. */
  readonly importWh: PerLine;
  readonly exportWh: PerLine;
  /** Of all lines together: what one line takes while another gives does not count. */
  readonly totalImportWh: number;
  readonly totalExportWh: number;
  readonly atMs: number;
}

/** The cosine between voltage and current of an ordinary site. */
const POWER_FACTOR = 0.98;
const REACTIVE_FACTOR = Math.sqrt(1 - POWER_FACTOR ** 2);
const FREQUENCY_HZ = 50;

/** The lines of the site with the numbers of the terminals that they are connected to. */
const TERMINAL_LINES = [["L1", 1], ["L2", 2], ["L3", 3]] as const;

const MS_PER_HOUR = 3_600_000;

/** Resistance of the supply: the voltage falls a little when much is drawn. */
const SUPPLY_OHM = 0.03;

/** A meter without current whose registers have seen `importWh`. */
export function newMeter(volts: number, nowMs: number, importWh = 0): MeterState {
  return {
    amps: onEachLine(0),
    volts: onEachLine(volts),
    importWh: onEachLine(importWh / 3),
    exportWh: onEachLine(0),
    totalImportWh: importWh,
    totalExportWh: 0,
    atMs: nowMs,
  };
}

/** The meter at `nowMs`, from when on `amps` flow. Until then flowed what it showed. */
export function stepMeter(
  meter: MeterState,
  amps: PerLine,
  nominalVolts: number,
  nowMs: number,
): MeterState {
  const hours = Math.max(0, nowMs - meter.atMs) / MS_PER_HOUR;
  const taken = perLine((line) => watts(meter, line) * hours);
  const total = sum(taken);
  return {
    amps,
    volts: perLine((line) => nominalVolts - SUPPLY_OHM * amps[line]),
    importWh: perLine((line) => meter.importWh[line] + Math.max(0, taken[line])),
    exportWh: perLine((line) => meter.exportWh[line] + Math.max(0, -taken[line])),
    totalImportWh: meter.totalImportWh + Math.max(0, total),
    totalExportWh: meter.totalExportWh + Math.max(0, -total),
    atMs: nowMs,
  };
}

function watts({ amps, volts }: MeterState, line: keyof PerLine): number {
  return amps[line] * volts[line] * POWER_FACTOR;
}

/**
 * Everything that a meter can say, in base units. Most meters give currents as magnitudes and leave
 * the direction to the power; `signed` ones do not.
 */
export function meterValues(meter: MeterState, currentSign: MeterProfile["currentSign"]): Values {
  const { amps, volts } = meter;
  const current = (line: keyof PerLine) =>
    currentSign === "signed" ? amps[line] : Math.abs(amps[line]);
  const total = sum(perLine((line) => watts(meter, line)));
  const apparent = sum(perLine((line) => Math.abs(amps[line]) * volts[line]));
  const values = new Map<Quantity, number>(TERMINAL_LINES.flatMap(([line, number]) => {
    const perTerminal: [Quantity, number][] = [
      [`voltage_l${number}`, volts[line]],
      [`voltage_ll_l${number}`, volts[line] * Math.sqrt(3)],
      [`current_l${number}`, current(line)],
      [`active_power_l${number}`, watts(meter, line)],
      [`power_factor_l${number}`, POWER_FACTOR],
      [`energy_import_l${number}`, meter.importWh[line]],
      [`energy_export_l${number}`, meter.exportWh[line]],
    ];
    return perTerminal;
  }));
  const currents = sum(perLine(current));
  const rest: [Quantity, number][] = [
    ["voltage_ln_average", sum(volts) / 3],
    ["current_neutral", neutralAmps(amps)],
    ["current_average", currents / 3],
    ["current_total", currents],
    ["active_power_total", total],
    ["active_power_import", Math.max(0, total)],
    ["active_power_export", Math.max(0, -total)],
    ["reactive_power_total", apparent * REACTIVE_FACTOR],
    ["apparent_power_total", apparent],
    ["power_factor_total", POWER_FACTOR],
    ["frequency", FREQUENCY_HZ],
    ["energy_import_total", meter.totalImportWh],
    ["energy_export_total", meter.totalExportWh],
    ["energy_sum", meter.totalImportWh + meter.totalExportWh],
  ];
  for (const [quantity, value] of rest) values.set(quantity, value);
  return values;
}

/** What the registers of a meter of that profile hold. */
export function meterRegisters(
  meter: MeterState,
  profile: MeterProfile,
): ReadonlyMap<number, number> {
  return encodeImage(profile, meterValues(meter, profile.currentSign));
}

/** Three currents 120° apart leave this on the neutral. */
function neutralAmps({ L1, L2, L3 }: PerLine): number {
  return Math.sqrt(Math.max(0, L1 ** 2 + L2 ** 2 + L3 ** 2 - L1 * L2 - L2 * L3 - L3 * L1));
}

function sum({ L1, L2, L3 }: PerLine): number {
  return L1 + L2 + L3;
}
