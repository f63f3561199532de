import type { Clock } from "../../lib/clock.ts";
import { stateOfCharge } from "../ev.ts";
import { terminalAmps } from "../outlet.ts";
import { shownWh, type StationBody, type StationSocket, timestamp } from "./body.ts";
import { type MeterValue16, meterValueOf, type ReadingContext16 } from "./measurands.ts";
import { advanceOutlets } from "./pilots.ts";
import type { StationClock } from "./station_clock.ts";

const DAY_MS = 86_400_000;

/** Reads so many measurands at a socket now; null where none of them can be read. */
export function readMeter(
  station: StationBody,
  socket: StationSocket,
  measurands: readonly string[],
  context: ReadingContext16,
): MeterValue16 | null {
  advanceOutlets(station);
  const { outlet } = socket;
  const { options } = station;
  const reading = {
    registerWh: shownWh(station, socket),
    amps: terminalAmps(outlet),
    volts: options.volts,
    offeredAmps: outlet.isLive ? outlet.offeredAmps : 0,
    offeredPhases: outlet.offeredPhases,
    soc: outlet.ev === null ? null : stateOfCharge(outlet.ev),
  };
  return meterValueOf(reading, measurands, {
    context,
    timestamp: timestamp(station),
    tellsPhases: !options.faults.metersWithoutPhases,
  });
}

/** Something that recurs at whole intervals of a day by the station's clock. */
export interface DayRhythm {
  /** The interval may have changed. */
  restart(): void;
  stop(): void;
}

/** Creates the rhythm; the intervals of a day begin at midnight (1.6 §9.1.5). An interval of 0 is none. */
export function createDayRhythm(
  { ports, clock: own }: {
    readonly ports: { readonly clock: Clock };
    readonly clock: StationClock;
  },
  intervalMsNow: () => number,
  work: () => void,
): DayRhythm {
  let cancel = () => {};
  function restart(): void {
    cancel();
    cancel = () => {};
    const intervalMs = intervalMsNow();
    if (intervalMs === 0) return;
    const nowMs = own.nowMs();
    const waitMs = intervalMs - nowMs % DAY_MS % intervalMs;
    cancel = ports.clock.after(waitMs, () => {
      // The station's clock may have been set back a little meanwhile.
      if (own.nowMs() >= nowMs + waitMs) work();
      restart();
    });
  }
  return { restart, stop: () => cancel() };
}
