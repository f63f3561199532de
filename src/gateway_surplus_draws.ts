import type { SunPlace, SunSeeker } from "./balancing/mod.ts";
import { type EvseMeasurement, onEachLine, type PerLine, perLine } from "./site/mod.ts";

type Wiring = Pick<SunPlace, "socketLines" | "lines" | "voltsEach">;

/** Messages of chargers are on their way for a while. */
const DELAY_MS = 10_000;

/**
 * What an EV draws, as the surplus has to know it: measured as power, else as currents; where its
 * charger does not measure, or has not for long, as much as it is allowed to.
 */
export function drawsOf(
  place: Wiring,
  measured: EvseMeasurement | undefined,
  limitAmps: number | null,
  nowMs: number,
): SunSeeker["draws"] {
  const isFresh = measured !== undefined &&
    nowMs - measured.atMonoMs <= 2 * measured.intervalMs + DELAY_MS;
  const lines = isFresh ? measuredW(place, measured) : null;
  if (lines !== null && isFresh) return { lines, atMs: measured.atMonoMs };
  return limitAmps === null ? null : { lines: spread(place, limitAmps), atMs: nowMs };
}

function measuredW(
  place: Wiring,
  { powerW, currentsAmps }: EvseMeasurement,
): PerLine | null {
  const amps = currentsAmps?.reduce((sum, each) => sum + each, 0) ?? 0;
  if (currentsAmps !== undefined && amps > 0) {
    const wattsPerAmp = powerW === undefined ? place.voltsEach : powerW / amps;
    return perLine((line) => wattsPerAmp * (currentsAmps[place.socketLines.indexOf(line)] ?? 0));
  }
  if (powerW !== undefined) return spread(place, powerW / place.lines.length / place.voltsEach);
  return currentsAmps === undefined ? null : onEachLine(0);
}

/** The same current on each of its lines. */
function spread({ lines, voltsEach }: Wiring, amps: number): PerLine {
  return perLine((line) => lines.includes(line) ? amps * voltsEach : 0);
}
