import { compact } from "../../../lib/json.ts";
import type { MeterValue, SampledValue } from "../../inside.ts";
import type { Requests16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { unsaid } from "../translations.ts";
import { decimalText, readDecimal, writeDecimal } from "./decimal_text.ts";

/** The readings of one moment in 1.6. */
export type MeterValue16 = Requests16["MeterValues"]["meterValue"][number];
type Sample16 = MeterValue16["sampledValue"][number];
type Measurand16 = NonNullable<Sample16["measurand"]>;
type Unit16 = NonNullable<Sample16["unit"]>;
type Measurand = NonNullable<SampledValue["measurand"]>;

/**
 * Reads meter values. What 2.1 has no measurand for (temperature, fan speed) and values that are no
 * number are not inside; a note on the whole entry remembers them. Notes count entries, so whoever
 * joins or drops entries moves the notes along.
 */
export function readMeterValues(
  wire: readonly MeterValue16[],
  notes: NoteTaker,
): MeterValue[] {
  return wire.map((entry, index) => {
    const below = notes.below(String(index));
    const samples = entry.sampledValue.filter(isSayableInside);
    if (samples.length === entry.sampledValue.length) return readEntry(entry, below);
    const inside = readEntry({ ...entry, sampledValue: samples }, FORGETFUL);
    below.keep(inside, entry);
    return inside;
  });
}

/** The inverse of `readMeterValues`; leaves out what 1.6 cannot say. */
export function writeMeterValues(
  inside: readonly MeterValue[],
  notes: NoteGiver,
): MeterValue16[] {
  return inside.flatMap((entry, index) => {
    const below = notes.below(String(index));
    const written = below.recall(entry, () => writeEntry(entry, below));
    const isEmptied = written.sampledValue.length === 0 && entry.sampledValue.length > 0;
    return isEmptied ? [] : [written];
  });
}

/** For an entry that is noted as a whole. */
const FORGETFUL: NoteTaker = {
  read: (_at, translation, wire) => translation.read(wire),
  keep: () => {},
  below: () => FORGETFUL,
};

function readEntry({ timestamp, sampledValue }: MeterValue16, notes: NoteTaker): MeterValue {
  return {
    timestamp,
    sampledValue: sampledValue.map((sample, index) =>
      readSample(sample, notes.below(`sampledValue/${index}`))
    ),
  };
}

function writeEntry({ timestamp, sampledValue }: MeterValue, notes: NoteGiver): MeterValue16 {
  return {
    timestamp,
    sampledValue: sampledValue.flatMap((sample, index) =>
      writeSample(sample, notes.below(`sampledValue/${index}`))
    ),
  };
}

/** Null: 2.1 has no such measurand. */
const MEASURANDS: Readonly<Record<Measurand16, Measurand | null>> = {
  "Current.Export": "Current.Export",
  "Current.Import": "Current.Import",
  "Current.Offered": "Current.Offered",
  "Energy.Active.Export.Interval": "Energy.Active.Export.Interval",
  "Energy.Active.Export.Register": "Energy.Active.Export.Register",
  "Energy.Active.Import.Interval": "Energy.Active.Import.Interval",
  "Energy.Active.Import.Register": "Energy.Active.Import.Register",
  "Energy.Reactive.Export.Interval": "Energy.Reactive.Export.Interval",
  "Energy.Reactive.Export.Register": "Energy.Reactive.Export.Register",
  "Energy.Reactive.Import.Interval": "Energy.Reactive.Import.Interval",
  "Energy.Reactive.Import.Register": "Energy.Reactive.Import.Register",
  "Frequency": "Frequency",
  "Power.Active.Export": "Power.Active.Export",
  "Power.Active.Import": "Power.Active.Import",
  "Power.Factor": "Power.Factor",
  "Power.Offered": "Power.Offered",
  "Power.Reactive.Export": "Power.Reactive.Export",
  "Power.Reactive.Import": "Power.Reactive.Import",
  "RPM": null,
  "SoC": "SoC",
  "Temperature": null,
  "Voltage": "Voltage",
};

/** What 2.1 splits by direction and 1.6 does not. */
const NEAREST: Readonly<Partial<Record<Measurand, Measurand16>>> = {
  "Current.Import.Offered": "Current.Offered",
  "Power.Import.Offered": "Power.Offered",
};

function isMeasurand16(measurand: string): measurand is Measurand16 {
  return Object.hasOwn(MEASURANDS, measurand);
}

function isSayableInside({ value, format, measurand }: Sample16): boolean {
  const isMeasured = measurand === undefined || MEASURANDS[measurand] !== null;
  return isMeasured && (format === "SignedData" || readDecimal(value) !== null);
}

/** "Raw" is what an absent format means. */
const format = unsaid<Sample16["format"]>();

/** 1.6's schemas know the unit in two spellings; 2.1's list of units has the right one. */
const unit: Translation<Unit16, string> = {
  read: (word) => word === "Celcius" ? "Celsius" : word,
  write: (word) => isUnit16(word) ? word : "Wh",
};

const UNITS: Readonly<Record<Unit16, true>> = {
  A: true,
  Celcius: true,
  Celsius: true,
  Fahrenheit: true,
  K: true,
  kVA: true,
  kvar: true,
  kvarh: true,
  kW: true,
  kWh: true,
  Percent: true,
  V: true,
  VA: true,
  var: true,
  varh: true,
  W: true,
  Wh: true,
};

function isUnit16(word: string): word is Unit16 {
  return Object.hasOwn(UNITS, word);
}

function readSample(wire: Sample16, notes: NoteTaker): SampledValue {
  const { context, phase, location, measurand } = wire;
  const isSigned = wire.format === "SignedData";
  if (!isSigned) notes.read("format", format, wire.format);
  return compact({
    value: isSigned ? undefined : notes.read("value", decimalText, wire.value),
    signedMeterValue: isSigned ? signed(wire.value) : undefined,
    context,
    measurand: measurand === undefined ? undefined : MEASURANDS[measurand] ?? undefined,
    phase,
    location,
    unitOfMeasure: wire.unit === undefined
      ? undefined
      : { unit: notes.below("unitOfMeasure").read("unit", unit, wire.unit) },
  });
}

/** 1.6 passes signed data on as it is and says nothing about how it was signed. */
function signed(text: string) {
  return { signedMeterData: text, signingMethod: "", encodingMethod: "", publicKey: "" };
}

/** None for what 1.6 cannot say; two where 2.1 gives a number and its signature in one. */
function writeSample(inside: SampledValue, notes: NoteGiver): Sample16[] {
  const { signedMeterValue } = inside;
  const raw = writeRaw(inside, notes);
  if (signedMeterValue === undefined) return raw;
  const value = signedMeterValue.signedMeterData;
  return [...raw, { value, format: "SignedData", ...writeCircumstances(inside, notes) }];
}

function writeRaw(inside: SampledValue, notes: NoteGiver): Sample16[] {
  const { value, unitOfMeasure } = inside;
  const multiplier = unitOfMeasure?.multiplier ?? 0;
  if (value === undefined || !isSayable16(inside)) return [];
  const text = multiplier === 0
    ? notes.write("value", decimalText, value)
    : writeDecimal(value, multiplier);
  if (text === null) return [];
  const rawFormat = notes.write("format", format, undefined);
  return [compact({ value: text, format: rawFormat, ...writeCircumstances(inside, notes) })];
}

/**
 * False where leaving out what 1.6 has no word for would turn the reading into another one: an absent
 * measurand means energy, an absent unit Wh, an absent location the outlet.
 */
function isSayable16({ measurand, location, unitOfMeasure }: SampledValue): boolean {
  const word = unitOfMeasure?.unit;
  const isMeasurable = measurand === undefined || measurand16(measurand) !== undefined;
  const isUnitClear = word === undefined || isUnit16(word) ||
    (measurand === "Frequency" && word === "Hz");
  return isMeasurable && isUnitClear && location !== "Upstream";
}

function measurand16(measurand: Measurand): Measurand16 | undefined {
  return isMeasurand16(measurand) ? measurand : NEAREST[measurand];
}

function writeCircumstances(
  { context, measurand, phase, location, unitOfMeasure }: SampledValue,
  notes: NoteGiver,
): Omit<Sample16, "value" | "format"> {
  const word = unitOfMeasure?.unit;
  return compact({
    context,
    measurand: measurand === undefined ? undefined : measurand16(measurand),
    phase,
    location: location === "Upstream" ? undefined : location,
    unit: word === undefined || !isUnit16(word)
      ? undefined
      : notes.below("unitOfMeasure").write("unit", unit, word),
  });
}
