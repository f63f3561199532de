import { z } from "zod";
import type { DataProblem } from "../hardware/mod.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { type InvalidPattern, isInvalidPattern } from "./invalid_pattern.ts";
import { QUANTITIES, type Quantity, SAMPLED_QUANTITIES } from "./quantity.ts";
import {
  PART_ORDERS,
  type PartOrder,
  REGISTER_TYPES,
  registerCount,
  type RegisterType,
} from "./register_value.ts";
import { asSerialFormat, BAUD_RATES, SERIAL_FORMATS, type SerialSettings } from "./serial_line.ts";
import { baseUnitOf, type Unit, unitFits, UNITS } from "./unit.ts";

/** The most registers that Modbus lets one request read (Modbus Application Protocol V1.1b3, §6.3). */
export const PROTOCOL_READ_LIMIT = 125;

/** How sure we are that a device does what its profile says. */
export type Confidence = "high" | "medium" | "low";

/** Where a quantity lies in a meter, and how. */
export interface MeterRegister {
  readonly quantity: Quantity;
  /** Of the first register, counted from 0 as it goes over the wire: never 30001 or 40001. */
  readonly address: number;
  readonly type: RegisterType;
  /** The raw number times this is the value in `unit`. */
  readonly scale: number;
  readonly unit: Unit;
  /** `low`: kept for whoever can check it on a device, but never read. */
  readonly confidence?: Confidence | undefined;
}

/** The serial line as the meter leaves the factory. */
export interface SerialDefaults {
  readonly baud: number;
  /** Data bits, parity, stop bits: "8N1". */
  readonly format: string;
  /** Its unit there, where that is another than elsewhere. */
  readonly unit?: number | undefined;
}

/** What Sangam knows about a model of meter: a file of `hardware/meters/`, or one of the user's own. */
export interface MeterProfile {
  readonly id: string;
  readonly vendor: string;
  readonly models: readonly string[];
  readonly transports: readonly ("rtu" | "tcp" | "rtu-over-tcp")[];
  /** 3 reads holding registers, 4 reads input registers. */
  readonly functionCode: 3 | 4;
  readonly wordOrder: PartOrder;
  readonly byteOrder: PartOrder;
  readonly maxRegistersPerRead: number;
  /** The longest run of registers without a value of ours that may be read along. 0: none. */
  readonly maxGap: number;
  readonly invalid: readonly InvalidPattern[];
  /** `from-power`: the meter gives magnitudes, and the power of the same terminal has the sign. */
  readonly currentSign: "from-power" | "signed";
  /** The unit number (slave address) as the meter leaves the factory. */
  readonly unit: number;
  readonly serial?: SerialDefaults | undefined;
  readonly tcp?: { readonly port: number } | undefined;
  readonly registers: readonly MeterRegister[];
  readonly confidence: Confidence;
  /** Public projects and documents that the facts come from. */
  readonly sources: readonly string[];
  readonly notes?: string | undefined;
}

/** What is wrong with a profile, and where: `registers[3].unit`. */
export type ProfileProblem = DataProblem;

const CONFIDENCES = ["high", "medium", "low"] as const;

const patternSchema = z.custom<InvalidPattern>(
  (value) => typeof value === "string" && isInvalidPattern(value),
  {
    error: "expected max-positive, min-negative, all-ones, high-word-7fff " +
      'or a quoted pattern of 1, 2 or 4 registers like "0x7FFFFFFF"',
  },
);

const registerSchema = z.strictObject({
  quantity: z.enum(QUANTITIES),
  address: z.int().min(0).max(65_535),
  type: z.enum(REGISTER_TYPES),
  scale: z.number().refine((scale) => scale !== 0, { error: "expected a number other than 0" })
    .default(1),
  unit: z.enum(UNITS),
  confidence: z.enum(CONFIDENCES).optional(),
});

const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
    error: "expected lower-case words joined by -",
  }),
  vendor: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  transports: z.array(z.enum(["rtu", "tcp", "rtu-over-tcp"])).min(1),
  functionCode: z.literal([3, 4]),
  wordOrder: z.enum(PART_ORDERS),
  byteOrder: z.enum(PART_ORDERS).default("high-first"),
  maxRegistersPerRead: z.int().min(1).max(PROTOCOL_READ_LIMIT).default(PROTOCOL_READ_LIMIT),
  maxGap: z.int().min(0).max(PROTOCOL_READ_LIMIT).default(0),
  invalid: z.array(patternSchema).default([]),
  currentSign: z.enum(["from-power", "signed"]),
  unit: z.int().min(0).max(255).default(1),
  serial: z.strictObject({
    baud: z.int().min(300).max(921_600),
    format: z.preprocess(
      asSerialFormat,
      z.string().regex(/^[78][NEO][12]$/, { error: 'expected a text like "8N1"' }),
    ),
    unit: z.int().min(1).max(247).optional(),
  }).optional(),
  tcp: z.strictObject({ port: z.int().min(1).max(65_535) }).optional(),
  registers: z.array(registerSchema).min(1),
  confidence: z.enum(CONFIDENCES),
  sources: z.array(z.string().min(1)).min(1),
  notes: z.string().optional(),
}).superRefine((profile, context) => {
  for (const problem of contradictions(profile)) {
    context.addIssue({ code: "custom", path: [...problem.path], message: problem.message });
  }
});

/** Reads a profile out of what a YAML or JSON file held. Every problem is told, not just the first. */
export function parseMeterProfile(value: unknown): Result<MeterProfile, readonly ProfileProblem[]> {
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return fail(parsed.error.issues.map(({ path, message }) => ({
    path: path.map((part) => typeof part === "symbol" ? String(part) : part),
    message,
  })));
}

/** What the shape alone does not show. */
function* contradictions(profile: MeterProfile): Generator<ProfileProblem> {
  for (const [index, register] of profile.registers.entries()) {
    yield* contradictionsOf(register, index, profile);
  }
  if (readableRegisters(profile).length === 0) {
    const names = SAMPLED_QUANTITIES.join(", ");
    yield { path: ["registers"], message: `expected at least one readable quantity of ${names}` };
  }
}

function* contradictionsOf(
  register: MeterRegister,
  index: number,
  profile: MeterProfile,
): Generator<ProfileProblem> {
  const at = (field: string) => ["registers", index, field];
  const { quantity, unit, address, type } = register;
  if (!unitFits(unit, quantity)) {
    const message = `${quantity} cannot be in ${unit}; its unit is ${
      baseUnitOf(quantity)
    } or alike`;
    yield { path: at("unit"), message };
  }
  if (address + registerCount(type) > 65_536) {
    yield { path: at("address"), message: `a ${type} at ${address} ends past the last register` };
  }
  if (registerCount(type) > profile.maxRegistersPerRead) {
    yield { path: at("type"), message: `a ${type} does not fit into one read` };
  }
  if (profile.registers.findIndex((other) => other.quantity === quantity) < index) {
    yield { path: at("quantity"), message: `${quantity} is there twice` };
  }
}

/** The unit number that a meter leaves the factory with, on a serial line or elsewhere. */
export function factoryUnit({ unit, serial }: MeterProfile, isSerial: boolean): number {
  return isSerial ? serial?.unit ?? unit : unit;
}

/** The serial settings that a meter leaves the factory with; null where nobody says, or they are odd. */
export function serialOf({ serial }: MeterProfile): SerialSettings | null {
  const baud = BAUD_RATES.find((each) => each === serial?.baud);
  const format = SERIAL_FORMATS.find((each) => each === serial?.format);
  return baud === undefined || format === undefined ? null : { baud, format };
}

/** The registers that a site sample needs, by address. */
export function readableRegisters(profile: MeterProfile): readonly MeterRegister[] {
  return profile.registers
    .filter(({ quantity, confidence }) =>
      confidence !== "low" && SAMPLED_QUANTITIES.includes(quantity)
    )
    .toSorted((left, right) => left.address - right.address);
}
