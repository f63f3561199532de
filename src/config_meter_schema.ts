import { z } from "zod";
import { duration, lines, name, port } from "./config_words.ts";
import { QUANTITIES, UNITS } from "./meters/mod.ts";

const meterCommon = {
  id: name,
  role: z.enum(["grid", "circuit", "generation", "battery", "consumer"]).default("circuit"),
  lines: lines.default(["L1", "L2", "L3"]),
  inverted: z.boolean().default(false),
};

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

const mqttMeter = z.strictObject({
  ...meterCommon,
  driver: z.literal("mqtt"),
  url: z.string().min(1),
  topic: z.string().min(1).optional(),
  path: z.string().optional(),
  scale: z.number().optional(),
  topics: z.partialRecord(z.enum(QUANTITIES), mqttTopic).default({}),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  maxAge: duration.default(10_000),
});

/** A meter of site.yaml, by the driver that reaches it. */
export const meterSchema = z.discriminatedUnion("driver", [modbusMeter, mqttMeter]);
