import type { MeterProfile } from "./profile.ts";
import type { Quantity, Values } from "./quantity.ts";
import { baseUnitOf, toBaseUnit } from "./unit.ts";

/*
 * SunSpec as far as measuring needs it (SunSpec Device Information Model Specification 1.1; models as
 * in github.com/sunspec/models). A device says by itself what it has: after a mark come models, each
 * with a number and a length, until one with the number 0xFFFF.
 */

/** Stands for the profile of a device that says by itself what it measures. */
export const SUNSPEC_PROFILE: MeterProfile = {
  id: "sunspec",
  vendor: "SunSpec",
  models: ["any device with one of the models 101–103, 111–113, 201–204, 211–214 or 701"],
  transports: ["rtu", "tcp", "rtu-over-tcp"],
  functionCode: 3,
  wordOrder: "high-first",
  byteOrder: "high-first",
  maxRegistersPerRead: 125,
  maxGap: 0,
  invalid: [],
  currentSign: "from-power",
  unit: 1,
  registers: [],
  confidence: "high",
  sources: ["github.com/sunspec/models"],
};

/** Where the mark may be, in the order in which devices prefer them. */
export const SUNSPEC_BASES: readonly number[] = [40_000, 50_000, 0];
/** "SunS" in two registers. */
export const SUNSPEC_MARK: readonly [number, number] = [0x5375, 0x6e53];
/** The number of the model that ends the list. */
export const LAST_MODEL = 0xffff;

/** A model as a device announces it. */
export interface ModelPlace {
  readonly model: number;
  /** Of its number, the first of its registers. */
  readonly address: number;
  /** How many registers follow its number and length. */
  readonly length: number;
}

type PointType = "int16" | "uint16" | "uint32" | "acc32" | "uint64" | "float32";

/** One value of a model. */
interface Point {
  readonly quantity: Quantity;
  /** From the model's number on. */
  readonly offset: number;
  readonly type: PointType;
  /** Where its scale factor, a power of ten, stands; floats have none. */
  readonly scaleAt?: number;
}

/** A model that measures. */
interface Measuring {
  readonly kind: "meter" | "inverter";
  readonly points: readonly Point[];
}

const points = (
  type: PointType,
  scaleAt: number | undefined,
  ...named: readonly (readonly [Quantity, number])[]
): readonly Point[] =>
  named.map(([quantity, offset]) => ({
    quantity,
    offset,
    type,
    ...(scaleAt !== undefined && { scaleAt }),
  }));

const lines = (
  what: "current" | "voltage" | "active_power",
  ...offsets: readonly number[]
): readonly (readonly [Quantity, number])[] =>
  ([1, 2, 3] as const).map((line, at) => [`${what}_l${line}` as const, offsets[at] ?? 0] as const);

const INVERTER: Measuring = {
  kind: "inverter",
  points: [
    ...points("uint16", 6, ...lines("current", 3, 4, 5)),
    ...points("uint16", 13, ...lines("voltage", 10, 11, 12)),
    ...points("int16", 15, ["active_power_total", 14]),
    ...points("uint16", 17, ["frequency", 16]),
    ...points("acc32", 26, ["energy_export_total", 24]),
  ],
};

const INVERTER_FLOAT: Measuring = {
  kind: "inverter",
  points: points(
    "float32",
    undefined,
    ...lines("current", 4, 6, 8),
    ...lines("voltage", 16, 18, 20),
    ["active_power_total", 22],
    ["frequency", 24],
    ["energy_export_total", 32],
  ),
};

const METER: Measuring = {
  kind: "meter",
  points: [
    ...points("int16", 6, ...lines("current", 3, 4, 5)),
    ...points("int16", 15, ...lines("voltage", 8, 9, 10)),
    ...points("int16", 17, ["frequency", 16]),
    ...points("int16", 22, ["active_power_total", 18], ...lines("active_power", 19, 20, 21)),
    ...points("acc32", 54, ["energy_export_total", 38], ["energy_import_total", 46]),
  ],
};

const METER_FLOAT: Measuring = {
  kind: "meter",
  points: points(
    "float32",
    undefined,
    ...lines("current", 4, 6, 8),
    ...lines("voltage", 12, 14, 16),
    ["frequency", 26],
    ["active_power_total", 28],
    ...lines("active_power", 30, 32, 34),
    ["energy_export_total", 60],
    ["energy_import_total", 68],
  ),
};

const DER: Measuring = {
  kind: "inverter",
  points: [
    ...points("int16", 113, ...lines("current", 45, 68, 91)),
    ...points("uint16", 114, ...lines("voltage", 47, 70, 93)),
    ...points("uint32", 115, ["frequency", 17]),
    ...points("int16", 116, ["active_power_total", 10], ...lines("active_power", 41, 64, 87)),
    ...points("uint64", 120, ["energy_export_total", 19], ["energy_import_total", 23]),
  ],
};

/** Preferred ones first: of two of a kind, that with floats is finer. */
const MODELS: ReadonlyMap<number, Measuring> = new Map([
  ...[213, 214, 212, 211].map((model) => [model, METER_FLOAT] as const),
  ...[203, 204, 202, 201].map((model) => [model, METER] as const),
  [701, DER] as const,
  ...[113, 112, 111].map((model) => [model, INVERTER_FLOAT] as const),
  ...[103, 102, 101].map((model) => [model, INVERTER] as const),
]);

/** The models that measure, by their numbers. */
export const MEASURING_MODELS: readonly number[] = [...MODELS.keys()].toSorted((a, b) => a - b);

/** What of a device is wanted. */
export interface SunspecChoice {
  /** The number of a model. Default: what suits the role. */
  readonly model?: number | undefined;
  /** The how-manieth of its kind, from 1, where a device passes on several meters. Default 1. */
  readonly nth?: number | undefined;
  /** Where the mark is. Default: looked for. */
  readonly base?: number | undefined;
}

/**
 * The model to read: the one that was named, else a meter's for what flows, an inverter's for what is
 * generated or stored. Null where the device has none.
 */
export function chooseModel(
  found: readonly ModelPlace[],
  choice: SunspecChoice,
  prefersInverter: boolean,
): ModelPlace | null {
  const nth = choice.nth ?? 1;
  const ranked = [...MODELS].toSorted(([, left], [, right]) =>
    Number(isPreferred(right)) - Number(isPreferred(left))
  );
  function isPreferred({ kind }: Measuring): boolean {
    return (kind === "inverter") === prefersInverter;
  }
  for (const [model] of ranked) {
    if (choice.model !== undefined && choice.model !== model) continue;
    const place = found.filter((each) => each.model === model)[nth - 1];
    if (place !== undefined) return place;
  }
  return null;
}

/**
 * The models that measure: of a device's meters all of the preferred kind, and of its inverters, with
 * the how-manieth of its number each is.
 */
export function measuringModels(
  found: readonly ModelPlace[],
): readonly { readonly place: ModelPlace; readonly nth: number }[] {
  const kinds = [chooseModel(found, {}, false), chooseModel(found, {}, true)];
  const numbers = new Set(kinds.flatMap((place) => place === null ? [] : [place.model]));
  return [...numbers].flatMap((number) =>
    found.filter(({ model }) => model === number).map((place, at) => ({ place, nth: at + 1 }))
  );
}

/** True for a model of an inverter: what it gives counts as generated. */
export function isInverterModel(model: number): boolean {
  return MODELS.get(model)?.kind === "inverter";
}

/** How many registers of a model have to be read, its number and length included. */
export function registersNeeded({ model, length }: ModelPlace): number {
  const ends = (MODELS.get(model)?.points ?? []).map(({ offset, type, scaleAt = 0 }) =>
    Math.max(offset + WIDTHS[type], scaleAt + 1)
  );
  return Math.min(length + 2, Math.max(...ends));
}

const WIDTHS: Readonly<Record<PointType, number>> = {
  int16: 1,
  uint16: 1,
  uint32: 2,
  acc32: 2,
  uint64: 4,
  float32: 2,
};

/**
 * The values of a model, in base units, powers positive when drawn. What a device does not implement
 * is absent. An inverter's currents are signed as its power is.
 *
 * @param registers the model's, from its number on
 */
export function decodeModel(model: number, registers: readonly number[]): Values {
  const measuring = MODELS.get(model);
  const values = new Map<Quantity, number>();
  for (const point of measuring?.points ?? []) {
    const raw = rawOf(registers.slice(point.offset, point.offset + WIDTHS[point.type]), point.type);
    const factor = point.scaleAt === undefined ? 0 : scaleFactor(registers[point.scaleAt]);
    if (raw === null || factor === null) continue;
    const value = toBaseUnit(raw, 10 ** factor, baseUnitOf(point.quantity));
    if (Number.isFinite(value)) values.set(point.quantity, value);
  }
  return measuring?.kind === "inverter" ? turned(values) : values;
}

/** An inverter counts what it gives; the site what it draws. */
function turned(values: ReadonlyMap<Quantity, number>): Values {
  const total = values.get("active_power_total") ?? 0;
  return new Map([...values].map(([quantity, value]) => {
    if (quantity.startsWith("active_power")) return [quantity, 0 - value] as const;
    if (!quantity.startsWith("current")) return [quantity, value] as const;
    const line = quantity.slice(-2);
    const power = [...values].find(([name]) => name === `active_power_${line}`)?.[1] ?? total;
    return [quantity, power > 0 ? 0 - Math.abs(value) : Math.abs(value)] as const;
  }));
}

/** 0x8000 of a scale factor: the values that need it are not implemented. */
function scaleFactor(register: number | undefined): number | null {
  if (register === undefined) return null;
  const factor = register >= 0x8000 ? register - 0x1_0000 : register;
  return factor >= -10 && factor <= 10 ? factor : null;
}

/** A raw number; null where the device says that it has none, or the registers are not there. */
function rawOf(registers: readonly number[], type: PointType): number | null {
  if (registers.length !== WIDTHS[type]) return null;
  const view = new DataView(new ArrayBuffer(8));
  registers.forEach((register, at) => view.setUint16(at * 2, register));
  switch (type) {
    case "int16":
      return unless(view.getInt16(0), -0x8000);
    case "uint16":
      return unless(view.getUint16(0), 0xffff);
    case "uint32":
      return unless(view.getUint32(0), 0xffff_ffff);
    case "acc32":
      // A counter that is not kept is 0.
      return unless(view.getUint32(0), 0);
    case "uint64": {
      const value = view.getBigUint64(0);
      return value === 0xffff_ffff_ffff_ffffn ? null : Number(value);
    }
    case "float32": {
      const value = view.getFloat32(0);
      return Number.isFinite(value) ? value : null;
    }
  }
}

function unless(value: number, none: number): number | null {
  return value === none ? null : value;
}
