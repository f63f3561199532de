import type { CircuitLoad } from "../balancing/mod.ts";
import { LINES, type MeterSample, type PerLine } from "../site/mod.ts";
import { joined, type MinuteSummary } from "./telemetry_store.ts";

/** Readings by the name of their quantity. */
export type Readings = Readonly<Record<string, number>>;

/** Sums up what is measured, minute by minute. */
export interface MinuteSummaries {
  add(subject: string, readings: Readings, nowWallMs: number): void;
  /** What is summed up of minutes that are over; `isLast`: also of the one that goes on. */
  take(nowWallMs: number, isLast?: boolean): readonly MinuteSummary[];
}

const MINUTE_MS = 60_000;
/** Bounds what waits to be taken, an hour of a large site. */
const WAITING_MAX = 20_000;

/** Nothing is summed up yet. */
export function createMinuteSummaries(): MinuteSummaries {
  let minuteMs = 0;
  let current = new Map<string, MinuteSummary>();
  let over: readonly MinuteSummary[] = [];

  function turnTo(nowWallMs: number): void {
    const next = Math.floor(nowWallMs / MINUTE_MS) * MINUTE_MS;
    if (next === minuteMs) return;
    over = [...over, ...current.values()].slice(-WAITING_MAX);
    current = new Map();
    minuteMs = next;
  }

  return {
    add(subject, readings, nowWallMs) {
      turnTo(nowWallMs);
      for (const [quantity, value] of Object.entries(readings)) {
        if (!Number.isFinite(value)) continue;
        const key = `${subject}\n${quantity}`;
        const own = { minuteMs, subject, quantity, min: value, mean: value, max: value, count: 1 };
        const before = current.get(key);
        current.set(key, before === undefined ? own : joined(before, own));
      }
    },
    take(nowWallMs, isLast = false) {
      turnTo(isLast ? nowWallMs + MINUTE_MS : nowWallMs);
      const taken = over;
      over = [];
      return taken;
    },
  };
}

/** What a meter said, quantity by quantity. */
export function sampleReadings(sample: MeterSample): Readings {
  return {
    ...byLine("currentAmps", sample.currentsAmps),
    ...byLine("voltageV", sample.voltagesV),
    ...byLine("powerW", sample.powersW),
    ...known({
      powerW: sample.totalPowerW,
      importWh: sample.importWh,
      exportWh: sample.exportWh,
      frequencyHz: sample.frequencyHz,
    }),
  };
}

/** What flows in a circuit, and what chargers may draw of it. */
export function loadReadings({ measuredAmps, reservedAmps, limitAmps }: CircuitLoad): Readings {
  return {
    ...byLine("measuredAmps", measuredAmps),
    ...byLine("reservedAmps", reservedAmps),
    limitAmps,
  };
}

function byLine(name: string, values: PerLine<number | null> | undefined): Readings {
  if (values === undefined) return {};
  return known(Object.fromEntries(LINES.map((line) => [`${name}.${line}`, values[line]])));
}

/** What nobody measures is absent, never zero. */
function known(readings: Readonly<Record<string, number | null | undefined>>): Readings {
  return Object.fromEntries(
    Object.entries(readings).filter((entry): entry is [string, number] =>
      typeof entry[1] === "number"
    ),
  );
}
