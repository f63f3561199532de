import { z } from "zod";
import { duration, lines, name, port } from "./config_words.ts";
import {
  asSerialFormat,
  BAUD_RATES,
  MEASURING_MODELS,
  QUANTITIES,
  SERIAL_FORMATS,
  SERIAL_READ_TIMEOUT_MS,
  UNITS,
} from "./meters/mod.ts";

const meterCommon = {
  id: name,
  role: z.enum(["grid", "circuit", "generation", "battery", "consumer"]).default("circuit"),
  lines: lines.default(["L1", "L2", "L3"]),
  inverted: z.boolean().default(false),
};

/** Nothing is asked more often than five times a second. */
const interval = duration.refine((ms) => ms >= 200, "Expected at least 200ms");

const polledCommon = {
  ...meterCommon,
  profile: z.string().min(1),
  // What is wanted of a device that has several things; for profile sunspec.
  sunspec: z.strictObject({
    model: z.literal([...MEASURING_MODELS], `Expected one of ${MEASURING_MODELS.join(", ")}`)
      .optional(),
    nth: z.number().int().min(1).max(50).optional(),
    base: z.number().int().min(0).max(65_000).optional(),
  }).optional(),
  interval: interval.default(1_000),
  spacing: duration.default(0),
  wordOrder: z.enum(["high-first", "low-first"]).optional(),
};

const unit = z.number().int().min(0).max(255).optional();

const modbusMeter = z.strictObject({
  ...polledCommon,
  driver: z.enum(["modbus-tcp", "modbus-rtu-over-tcp"]),
  host: z.string().min(1),
  port: port.default(502),
  unit,
  timeout: duration.default(1_000),
});

const serialMeter = z.strictObject({
  ...polledCommon,
  driver: z.literal("modbus-rtu"),
  device: z.string().regex(
    /^\/[^\0\s,]{1,200}$/,
    "Expected the full name of a serial port, such as /dev/ttyUSB0",
  ),
  baud: z.literal(
    [...BAUD_RATES],
    `Expected one of ${BAUD_RATES.join(", ")}`,
  ).optional(),
  format: z.preprocess(
    asSerialFormat,
    z.enum(SERIAL_FORMATS, `Expected one of ${SERIAL_FORMATS.join(", ")}`).optional(),
  ),
  // On a serial bus 0 speaks to all at once, and none of them answers.
  unit: z.number().int().min(1).max(247).optional(),
  timeout: duration.default(SERIAL_READ_TIMEOUT_MS),
});

const mqttTopic = z.union([
  z.string().min(1),
  z.strictObject({
    topic: z.string().min(1),
    path: z.string().optional(),
    unit: z.enum(UNITS).optional(),
    scale: z.number().optional(),
    time: z.string().optional(),
  }),
]);

/** What a preset leaves open. */
const presetSettings = z.record(
  z.string(),
  z.union([z.string().min(1), z.number().transform(String)]),
)
  .default({});

const mqttMeter = z.strictObject({
  ...meterCommon,
  driver: z.literal("mqtt"),
  url: z.string().min(1),
  preset: z.string().min(1).optional(),
  with: presetSettings,
  topic: z.string().min(1).optional(),
  path: z.string().optional(),
  scale: z.number().optional(),
  topics: z.partialRecord(z.enum(QUANTITIES), mqttTopic).default({}),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  // Of this client, for brokers that ask for a certificate.
  cert: z.string().optional(),
  key: z.string().optional(),
  clientId: z.string().regex(
    /^[\x21-\x7E]{1,64}$/,
    "Expected 1 to 64 printable characters without blanks",
  ).optional(),
  version: z.preprocess(
    (value) => value === 5 ? "5" : value,
    z.enum(["3.1.1", "5"], "Expected 3.1.1 or 5").default("3.1.1"),
  ),
  maxAge: duration.default(10_000),
});

const jsonValue = z.union([
  z.string().min(1),
  z.strictObject({
    path: z.string().min(1),
    unit: z.enum(UNITS).optional(),
    scale: z.number().optional(),
    time: z.string().optional(),
  }),
]);

const httpMeter = z.strictObject({
  ...meterCommon,
  driver: z.literal("http-json"),
  url: z.string().min(1),
  preset: z.string().min(1).optional(),
  with: presetSettings,
  values: z.partialRecord(z.enum(QUANTITIES), jsonValue).default({}),
  username: z.string().min(1).optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  interval: interval.default(1_000),
  timeout: duration.default(2_000),
  maxAge: duration.default(10_000),
});

const speedwireMeter = z.strictObject({
  ...meterCommon,
  driver: z.literal("speedwire"),
  serial: z.number().int().min(1).max(4_294_967_294).optional(),
  localAddress: z.ipv4().optional(),
  maxAge: duration.default(10_000),
});

const chargerMeter = z.strictObject({
  ...meterCommon,
  // Default: those of the socket itself.
  lines: lines.optional(),
  driver: z.literal("charger"),
  slot: z.number().int().min(1).max(10_000),
  maxAge: duration.default(180_000),
});

const virtualMeter = z.strictObject({
  id: name,
  role: meterCommon.role,
  driver: z.literal("virtual"),
  plus: z.array(name).min(1).max(100),
  minus: z.array(name).max(100).default([]),
  maxAge: duration.default(10_000),
});

/** A meter of site.yaml, by the driver that reaches it. */
export const meterSchema = z.discriminatedUnion("driver", [
  modbusMeter,
  serialMeter,
  mqttMeter,
  httpMeter,
  speedwireMeter,
  chargerMeter,
  virtualMeter,
]);
