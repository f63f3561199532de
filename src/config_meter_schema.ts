import { z } from "zod";
import { duration, lines, name, port } from "./config_words.ts";
import { QUANTITIES, UNITS } from "./meters/mod.ts";

const meterCommon = {
  id: name,
  role: z.enum(["grid", "circuit", "generation", "battery", "consumer"]).default("circuit"),
  lines: lines.default(["L1", "L2", "L3"]),
  inverted: z.boolean().default(false),
};

/** Nothing is asked more often than five times a second. */
const interval = duration.refine((ms) => ms >= 200, "Expected at least 200ms");

const modbusMeter = z.strictObject({
  ...meterCommon,
  driver: z.literal("modbus-tcp"),
  host: z.string().min(1),
  port: port.default(502),
  unit: z.number().int().min(0).max(255).optional(),
  profile: z.string().min(1),
  interval: duration.default(1_000),
  timeout: duration.default(1_000),
  wordOrder: z.enum(["high-first", "low-first"]).optional(),
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

/** A meter of site.yaml, by the driver that reaches it. */
export const meterSchema = z.discriminatedUnion("driver", [modbusMeter, mqttMeter, httpMeter]);
