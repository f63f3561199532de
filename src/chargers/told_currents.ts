import type { EvseMeasurement } from "../site/mod.ts";
import type { Reading } from "../transactions/mod.ts";

/** Currents of a charger, as far as it tells them. */
export type ToldCurrents = Pick<EvseMeasurement, "currentsAmps" | "untoldPhases" | "totalAmps">;

/** Phases that carry so much of the power carry all of it. */
const ALL_THE_POWER = 0.85;
/** An EV that takes so much power cannot do so without current: the charger has no meter for it. */
const NO_CURRENT_ABOVE_W = 500;

/**
 * The currents of a reading, on a socket of one to three phases. A charger that reports only power is
 * read as drawing it evenly from all of them; one that reports a single current as drawing it on each.
 */
export function toldCurrents(
  reading: Pick<Reading, "currentsAmps" | "untoldPhases" | "powerW">,
  phases: number,
  nominalVoltageV: number,
): ToldCurrents {
  const { powerW } = reading;
  const totalAmps = powerW === undefined ? undefined : Math.abs(powerW) / nominalVoltageV;
  const currentsAmps = isWithoutMeter(reading) ? undefined : reading.currentsAmps;
  if (currentsAmps === undefined) {
    return totalAmps === undefined ? {} : evenly(totalAmps, phases);
  }
  // A one-phase charger's single value without a phase is not three times itself.
  if (phases === 1) return { currentsAmps: [Math.max(...currentsAmps), 0, 0] };
  const untoldPhases = (reading.untoldPhases ?? []).filter((phase) => phase < phases);
  if (untoldPhases.length === 0) return { currentsAmps };
  const sumAmps = currentsAmps.slice(0, phases).reduce((sum, amps) => sum + amps, 0);
  // Some leave out the phases that carry nothing, some say once what flows on each; the power shows it.
  const isAll = totalAmps !== undefined && totalAmps > 1 &&
    Math.abs(sumAmps - totalAmps) <= (1 - ALL_THE_POWER) * Math.max(sumAmps, totalAmps);
  if (isAll) return { currentsAmps };
  const isSum = untoldPhases.length === phases && totalAmps !== undefined;
  return { currentsAmps, untoldPhases, ...(isSum ? { totalAmps } : {}) };
}

/** Some chargers report a current of zero for ever, because they do not measure it. */
function isWithoutMeter(
  { currentsAmps, powerW = 0 }: Pick<Reading, "currentsAmps" | "powerW">,
): boolean {
  return currentsAmps !== undefined && currentsAmps.every((amps) => amps === 0) &&
    Math.abs(powerW) >= NO_CURRENT_ABOVE_W;
}

function evenly(totalAmps: number, phases: number): ToldCurrents {
  const amps = totalAmps / phases;
  const currentsAmps = [amps, phases > 1 ? amps : 0, phases > 2 ? amps : 0] as const;
  if (phases === 1) return { currentsAmps };
  const untoldPhases = ([0, 1, 2] as const).filter((phase) => phase < phases);
  return { currentsAmps, untoldPhases, totalAmps };
}

/** A clock so near to ours is right: messages take a moment. */
const IN_TIME_MS = 2_000;
/** Messages are held up for so long at most. */
const HELD_UP_MS = 60_000;

/**
 * How much earlier than it seems a reading may have been measured. A charger whose messages are all
 * late by the same looks like one whose clock is slow; and of one whose clock is wrong nobody knows how
 * late they are. `offsetMs` is our time minus the charger's; null where that is unknown.
 */
export function doubtMs(offsetMs: number | null): number {
  if (offsetMs === null || offsetMs < -IN_TIME_MS) return HELD_UP_MS;
  return Math.min(Math.max(0, offsetMs), HELD_UP_MS);
}
