import {
  composeSample,
  type FoundMeter,
  isAlike,
  isInverterModel,
  type MeterFinding,
  momentFindings,
  type ProfileMatch,
  type Quantity,
  STRAIGHT_WIRING,
  TERMINALS,
  type Values,
} from "../meters/mod.ts";
import { LINES, type MeterRole, type MeterSample } from "../site/mod.ts";
import { findingWords } from "../web/mod.ts";

/** What a meter shows now, a line of text for each of its terminals and one for the rest. */
export function valueLines(values: Values): readonly string[] {
  const lines = TERMINALS.flatMap((terminal) => {
    const [volts, amps, watts] = (["voltage", "current", "active_power"] as const).map((each) =>
      values.get(`${each}_l${terminal}`)
    );
    return rowOf(`L${terminal}`, volts, amps, watts);
  });
  const drawn = values.get("active_power_import");
  const fedIn = values.get("active_power_export");
  const total = values.get("active_power_total") ??
    (drawn === undefined || fedIn === undefined ? undefined : drawn - fedIn);
  const of = (quantity: Quantity) => values.get(quantity);
  return [
    ...lines,
    restOf(total, of("frequency"), of("energy_import_total"), of("energy_export_total")),
  ];
}

/** The same of a sample, by the lines of the site. */
export function sampleLines(sample: MeterSample): readonly string[] {
  const { voltagesV, currentsAmps, powersW, totalPowerW, frequencyHz, importWh, exportWh } = sample;
  return [
    ...LINES.flatMap((line) =>
      rowOf(line, voltagesV?.[line], currentsAmps?.[line], powersW?.[line])
    ),
    restOf(totalPowerW, frequencyHz, importWh, exportWh),
  ];
}

/** What is to be said of a finding. */
export function findingLines(finding: MeterFinding): readonly string[] {
  const { seen, cause, next } = findingWords("en", finding);
  return [`! ${seen}`, `  Probably: ${cause}`, `  Next: ${next}`];
}

/** What looks wrong in what was read once, line by line. */
export function momentLines(
  role: MeterRole,
  sample: MeterSample,
  hasGeneration: boolean,
): readonly string[] {
  return momentFindings(role, sample, hasGeneration).flatMap(findingLines);
}

/** Of a meter of which nobody knows yet what it measures. */
function valueFindings(values: Values): readonly string[] {
  const sample = composeSample(
    values,
    { wiring: STRAIGHT_WIRING, currentSign: "from-power" },
    { meterId: "", atMonoMs: 0, atWallMs: 0 },
  );
  return momentLines("grid", sample, false);
}

function rowOf(
  name: string,
  volts: number | undefined,
  amps: number | undefined,
  watts: number | undefined,
): readonly string[] {
  if (volts === undefined && amps === undefined && watts === undefined) return [];
  const cell = (text: string) => text.padStart(11);
  return [
    `${name} ${cell(number(volts, 1, "V"))}${cell(number(amps, 2, "A"))}${cell(kilo(watts, "W"))}`
      .trimEnd(),
  ];
}

function restOf(
  watts: number | undefined,
  hertz: number | undefined,
  importWh: number | undefined,
  exportWh: number | undefined,
): string {
  const parts = [
    watts === undefined ? "" : `total ${kilo(watts, "W")}`,
    number(hertz, 2, "Hz"),
    importWh === undefined ? "" : `drawn ${kilo(importWh, "Wh")}`,
    exportWh === undefined ? "" : `fed in ${kilo(exportWh, "Wh")}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function number(value: number | undefined, digits: number, unit: string): string {
  return value === undefined ? "" : `${value.toFixed(digits)} ${unit}`;
}

function kilo(value: number | undefined, unit: "W" | "Wh"): string {
  return value === undefined ? "" : `${(value / 1_000).toFixed(2)} k${unit}`;
}

/** How the meter is reached, for a line of site.yaml: `driver: modbus-tcp, host: …`. */
export interface MeterPlace {
  /** "192.168.10.20:502" or "/dev/ttyUSB0, 9600 8N1" */
  readonly shown: string;
  readonly isSerial: boolean;
  readonly yaml: string;
}

/** Numbers as one writes them: "1-10, 126". */
export function rangesText(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((left, right) => left - right);
  const starts = sorted.filter((each) => !numbers.includes(each - 1));
  return starts.map((start) => {
    let end = start;
    while (numbers.includes(end + 1)) end += 1;
    return end === start ? String(start) : `${start}-${end}`;
  }).join(", ");
}

/** What is to be said of a meter that was found. */
export function foundLines(found: FoundMeter, place: MeterPlace): readonly string[] {
  const [best, ...others] = found.matches;
  const who = `${place.shown}, unit ${found.unit}`;
  if (best === undefined) {
    return [
      `${who}: answers, but none of the known profiles makes sense of it.`,
      "  With its maker's register list: hardware/meters/README.md says how to write one.",
    ];
  }
  if (best.sunspec !== undefined) return sunspecLines(found, place);
  const alike = others.filter((each) => isAlike(each, best)).map(({ profile }) => profile.id);
  const or = alike.length === 0 ? "" : `, or ${alike.join(", ")} (the same registers)`;
  return [
    `${who}: ${best.profile.id}${or}`,
    ...swapped(best),
    ...valueLines(best.values).map((line) => `  ${line}`),
    ...valueFindings(best.values).map((line) => `  ${line}`),
    `  site.yaml: - { id: main, ${place.yaml}, unit: ${found.unit}, profile: ${best.profile.id}${
      isSwapped(best) ? `, wordOrder: ${best.wordOrder}` : ""
    } }`,
  ];
}

/** A device that says by itself what it has: each of its meters and inverters. */
function sunspecLines({ unit, matches }: FoundMeter, place: MeterPlace): readonly string[] {
  return matches.flatMap(({ sunspec, values }) => {
    if (sunspec === undefined) return [];
    const { model, nth } = sunspec;
    const isInverter = isInverterModel(model);
    const which = nth === 1 ? `{ model: ${model} }` : `{ model: ${model}, nth: ${nth} }`;
    const id = isInverter ? "roof" : "main";
    return [
      `${place.shown}, unit ${unit}: SunSpec model ${model}, ${
        isInverter ? "an inverter" : "a meter"
      }`,
      ...valueLines(values).map((line) => `  ${line}`),
      `  site.yaml: - { id: ${id}, ${place.yaml}, unit: ${unit}, profile: sunspec, ` +
      `sunspec: ${which}${isInverter ? ", role: generation" : ""} }`,
    ];
  });
}

function isSwapped({ profile, wordOrder }: ProfileMatch): boolean {
  return profile.wordOrder !== wordOrder;
}

function swapped(match: ProfileMatch): readonly string[] {
  return isSwapped(match) ? [`  Its words are in the other order: ${match.wordOrder}.`] : [];
}
