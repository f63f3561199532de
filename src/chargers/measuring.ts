import type { MeterReading } from "../ocpp/mod.ts";
import { isDrawing, type SlotRecord } from "../site/mod.ts";
import { type Reading, readings } from "../transactions/mod.ts";
import { oddMeasuring } from "./odd_readings.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import { doubtMs, toldCurrents } from "./told_currents.ts";

/** What chargers measure, for the balancer and the pages. */
export interface Measuring {
  /** Tells what flows now, and counts what is odd about how it is told. */
  note(station: Station, slot: SlotRecord, reading: MeterReading): void;
  /** How often a charger is to measure, in milliseconds. */
  wantedIntervalMs(): number;
  /** What the EVSE can deliver at most, where it is placed. */
  powerMax(slot: number | undefined): { readonly powerMaxW?: number };
}

/** Older readings are history: they say nothing about the current that flows now. */
const READING_IS_NOW_MS = 120_000;

/** Creates it. */
export function createMeasuring(
  { clock, site, events, variables }: Pick<
    ChargersPorts,
    "clock" | "site" | "events" | "variables"
  >,
): Measuring {
  function wantedIntervalMs(): number {
    return variables.integer("SampledDataCtrlr.TxUpdatedInterval") * 1000;
  }

  function note(station: Station, { slot }: SlotRecord, message: MeterReading): void {
    const phases = site.place(slot)?.lines.length ?? 3;
    for (const quirk of oddMeasuring(message, phases)) station.noteQuirk(quirk);
    const reading = readings(message.meterValue).at(-1);
    if (reading !== undefined) tell(station, slot, reading, phases);
  }

  function tell(station: Station, slot: number, reading: Reading, phases: number): void {
    const ageMs = station.clock.ageMs(reading.at);
    if (ageMs > READING_IS_NOW_MS) return;
    const { at: _at, context: _context, currentsAmps: _amps, untoldPhases: _none, ...others } =
      reading;
    const values = { ...others, ...toldCurrents(reading, phases, nominalVoltageV()) };
    site.noteDrawing(slot, isDrawing(values));
    const intervalMs = site.charger(station.chargerId)?.features?.sampleIntervalMs ??
      wantedIntervalMs();
    const atMonoMs = clock.monoMs() - ageMs;
    const doubt = doubtMs(station.clock.offsetMs());
    const timing = { atMonoMs, intervalMs, ...(doubt > 0 ? { doubtMs: doubt } : {}) };
    events.emit("measured", { slot, ...values, ...timing });
    events.emit("evse", { slot });
  }

  function powerMax(slot: number | undefined): { readonly powerMaxW?: number } {
    const place = slot === undefined ? undefined : site.place(slot);
    if (place === undefined) return {};
    return { powerMaxW: place.maxCurrentAmps * place.lines.length * nominalVoltageV() };
  }

  function nominalVoltageV(): number {
    return Number(variables.value("ChargingStation.SupplyVoltage"));
  }

  return { note, wantedIntervalMs, powerMax };
}
