import type { Clock } from "../../lib/clock.ts";

/** The clock inside a station, as right or wrong as it may be. */
export interface StationClock {
  /** Unix time in milliseconds, as the station believes. */
  nowMs(): number;
  /** Sets the clock by what the CSMS says (1.6 §4.2, §4.6). */
  synchronise(currentTime: string): void;
}

/** What is wrong with the clock. */
export interface ClockFaults {
  /** It is always so far ahead, however often it is set. */
  readonly clockOffsetMs: number;
  /** It gains so many microseconds a second from one setting to the next. */
  readonly clockDriftPpm: number;
}

/** A clock that was right when it was made. */
export function createStationClock(clock: Clock, faults: ClockFaults): StationClock {
  let setToMs = clock.wallMs();
  let setAtMs = clock.monoMs();
  return {
    nowMs() {
      const elapsedMs = clock.monoMs() - setAtMs;
      const drift = 1 + faults.clockDriftPpm / 1e6;
      return Math.floor(setToMs + elapsedMs * drift + faults.clockOffsetMs);
    },
    synchronise(currentTime) {
      const toldMs = Date.parse(currentTime);
      if (Number.isNaN(toldMs)) return;
      setToMs = toldMs;
      setAtMs = clock.monoMs();
    },
  };
}
