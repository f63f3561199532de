import { compact } from "../lib/json.ts";
import { type Line, type MeterSample, type PerLine, perLine } from "../site/mod.ts";
import { type Terminal, TERMINALS, type Values } from "./quantity.ts";
import { lineAt, type Wiring } from "./wiring.ts";

/** What turns values into a sample of the site. */
export interface SampleRules {
  readonly wiring: Wiring;
  /** `from-power`: currents are magnitudes, and the power of the same terminal has the sign. */
  readonly currentSign: "from-power" | "signed";
}

/** Who measured, and when. */
export interface SampleStamp {
  readonly meterId: string;
  readonly atMonoMs: number;
  readonly atWallMs: number;
}

/** What a meter said at one time. */
export interface MeterReading {
  readonly sample: MeterSample;
  /** Line to neutral, of the connected lines that the meter gives one for. */
  readonly voltagesV: ReadonlyMap<Line, number>;
}

/** Turns a meter's values into a reading: the sample for the site, and what it is judged by. */
export function composeReading(
  values: Values,
  rules: SampleRules,
  stamp: SampleStamp,
): MeterReading {
  const voltagesV = new Map<Line, number>();
  for (const terminal of TERMINALS) {
    const line = lineAt(rules.wiring, terminal);
    const voltage = values.get(`voltage_l${terminal}`);
    if (line !== null && voltage !== undefined) voltagesV.set(line, voltage);
  }
  return { sample: composeSample(values, rules, stamp), voltagesV };
}

/**
 * Turns a meter's values into a sample of the site: terminals become lines, signs become the site's.
 *
 * A current whose sign cannot be told counts as drawn, the safe side for a fuse. A line that the
 * meter is not connected to carries no current there. Anything else that is missing stays absent:
 * three currents of which one is unknown are no currents.
 */
export function composeSample(values: Values, rules: SampleRules, stamp: SampleStamp): MeterSample {
  const { wiring } = rules;
  const turned = (value: number | undefined) =>
    value === undefined ? undefined : wiring.inverted ? 0 - value : value;
  const imported = values.get("energy_import_total");
  const exported = values.get("energy_export_total");
  return compact({
    ...stamp,
    currentsAmps: onLines(wiring, (terminal) => turned(currentAt(terminal, values, rules))),
    voltagesV: wiring.lines.length === 3
      ? onLines(wiring, (terminal) => values.get(`voltage_l${terminal}`))
      : undefined,
    powersW: onLines(wiring, (terminal) => turned(powerAt(terminal, values, wiring))),
    totalPowerW: turned(totalPower(values, wiring)),
    importWh: wiring.inverted ? exported : imported,
    exportWh: wiring.inverted ? imported : exported,
    frequencyHz: values.get("frequency"),
  });
}

/** One value per line of the site, 0 where the meter is not connected; none unless all are known. */
function onLines(
  wiring: Wiring,
  valueAt: (terminal: Terminal) => number | undefined,
): PerLine | undefined {
  const known = new Map<Line, number>();
  for (const terminal of TERMINALS) {
    const line = lineAt(wiring, terminal);
    if (line === null) continue;
    const value = valueAt(terminal);
    if (value === undefined) return undefined;
    known.set(line, value);
  }
  return perLine((line) => known.get(line) ?? 0);
}

/** The current as the meter's own direction signs it. */
function currentAt(terminal: Terminal, values: Values, rules: SampleRules): number | undefined {
  const current = values.get(`current_l${terminal}`);
  if (current === undefined || rules.currentSign === "signed") return current;
  const power = powerAt(terminal, values, rules.wiring);
  if (power !== undefined) return power < 0 ? 0 - Math.abs(current) : Math.abs(current);
  // Unknown direction: after turning, the current has to come out as drawn.
  return rules.wiring.inverted ? 0 - Math.abs(current) : Math.abs(current);
}

/** The power of a terminal. A single-phase meter often has a total only. */
function powerAt(terminal: Terminal, values: Values, wiring: Wiring): number | undefined {
  const power = values.get(`active_power_l${terminal}`);
  return power ?? (wiring.lines.length === 1 ? totalOf(values) : undefined);
}

function totalPower(values: Values, wiring: Wiring): number | undefined {
  const total = totalOf(values);
  if (total !== undefined) return total;
  let sum = 0;
  for (const terminal of TERMINALS) {
    if (lineAt(wiring, terminal) === null) continue;
    const power = values.get(`active_power_l${terminal}`);
    if (power === undefined) return undefined;
    sum += power;
  }
  return sum;
}

/** The total as measured; some meters split it into two counters of one direction each. */
function totalOf(values: Values): number | undefined {
  const total = values.get("active_power_total");
  if (total !== undefined) return total;
  const drawn = values.get("active_power_import");
  const fedIn = values.get("active_power_export");
  return drawn === undefined || fedIn === undefined ? undefined : drawn - fedIn;
}
