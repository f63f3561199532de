import type { EvseMeasurement } from "../site/mod.ts";
import type { Readings } from "./minute_summaries.ts";
import type { MinuteSummary } from "./telemetry_store.ts";

/** What a session was offered and drew at one moment, or in the middle of one minute. */
export interface SessionReading {
  readonly atWallMs: number;
  /** The limit in force, per line; null where none was. */
  readonly offeredAmps: number | null;
  /** By the charger's phases 1, 2, 3; null where it does not tell. */
  readonly currentsAmps: readonly [number, number, number] | null;
  readonly powerW: number | null;
  readonly socPercent: number | null;
}

/** The session that runs at an EVSE, and what it is offered. */
export interface SessionNow {
  readonly transactionId: string;
  readonly offeredAmps: number | null;
}

/** Whose readings to look for, and when it ran. */
export interface SessionReadingsFilter {
  readonly transactionId: string;
  readonly slot: number;
  readonly fromMs: number;
  /** Before this moment. */
  readonly toMs: number;
}

/** The newest readings of the sessions that run, in memory. */
export interface SessionReadings {
  /** Null where one of the same second is there already. */
  add(
    { transactionId, offeredAmps }: SessionNow,
    measured: EvseMeasurement,
    nowWallMs: number,
  ): SessionReading | null;
  /** Oldest first; of the last session at each EVSE. */
  of(transactionId: string): readonly SessionReading[];
}

/** At a reading each ten seconds, twenty minutes of a session; older ones are there by the minute. */
const KEPT_MAX = 120;
const STEP_MS = 1_000;
const MINUTE_MS = 60_000;

interface Kept {
  readonly transactionId: string;
  readonly readings: readonly SessionReading[];
}

/** Nothing was read yet. */
export function createSessionReadings(): SessionReadings {
  const bySlot = new Map<number, Kept>();
  return {
    add({ transactionId, offeredAmps }, measured, nowWallMs) {
      const { slot, currentsAmps, powerW, socPercent } = measured;
      const before = bySlot.get(slot);
      const readings = before?.transactionId === transactionId ? before.readings : [];
      const ageMs = nowWallMs - (readings.at(-1)?.atWallMs ?? -Infinity);
      // Of a clock that was set back the later readings count: a curve does not go back.
      if (ageMs >= 0 && ageMs < STEP_MS) return null;
      const reading: SessionReading = {
        atWallMs: Math.floor(nowWallMs),
        offeredAmps,
        currentsAmps: currentsAmps ?? null,
        powerW: powerW ?? null,
        socPercent: socPercent ?? null,
      };
      const kept = ageMs < 0 ? [] : readings.slice(1 - KEPT_MAX);
      bySlot.set(slot, { transactionId, readings: [...kept, reading] });
      return reading;
    },
    of(transactionId) {
      for (const kept of bySlot.values()) {
        if (kept.transactionId === transactionId) return kept.readings;
      }
      return [];
    },
  };
}

/** What the minutes of an EVSE are kept under. */
export function slotSubject(slot: number): string {
  return `slot ${slot}`;
}

/** A reading quantity by quantity; what nobody measures is absent, never zero. */
export function sessionQuantities(reading: SessionReading): Readings {
  const { offeredAmps, currentsAmps, powerW, socPercent } = reading;
  const [first, second, third] = currentsAmps ?? [null, null, null];
  const all = Object.entries({
    offeredAmps,
    "currentAmps.1": first,
    "currentAmps.2": second,
    "currentAmps.3": third,
    powerW,
    socPercent,
  });
  return Object.fromEntries(all.filter((entry): entry is [string, number] => entry[1] !== null));
}

/** Minutes as they are kept, as readings in the middle of each, oldest first. */
export function minuteReadings(summaries: readonly MinuteSummary[]): readonly SessionReading[] {
  const minutes = Map.groupBy(summaries, ({ minuteMs }) => minuteMs);
  return [...minutes].sort(([a], [b]) => a - b).map(([minuteMs, found]) => {
    const mean = (name: string) => found.find(({ quantity }) => quantity === name)?.mean ?? null;
    const currents = [mean("currentAmps.1"), mean("currentAmps.2"), mean("currentAmps.3")];
    const [first = null, second = null, third = null] = currents;
    return {
      atWallMs: minuteMs + MINUTE_MS / 2,
      offeredAmps: mean("offeredAmps"),
      currentsAmps: first === null || second === null || third === null
        ? null
        : [first, second, third],
      powerW: mean("powerW"),
      socPercent: mean("socPercent"),
    };
  });
}
