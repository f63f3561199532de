import { z } from "zod";
import type { MeterFinding } from "../../../meters/mod.ts";
import type { CounterBreakView, MeterPeriodView, MeterPointView, MeterView } from "../../views.ts";
import { LineName, LineValues, Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const CounterBreakSchema = viewSchema<CounterBreakView>()(
  z.object({
    direction: z.enum(["import", "export"]),
    kind: z.enum(["back", "jump", "wrapped"]),
    at: Time,
    fromWh: z.number(),
    toWh: z.number(),
    times: z.int(),
  }).meta({ id: "CounterBreak", description: "A register that did not go on from where it was" }),
);

const place = z.string().describe("host:port, or a serial port");
const unit = z.string();
const lines = z.array(LineName);
const topics = z.string();

const FindingSchema = viewSchema<MeterFinding>()(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.enum([
        "host-absent",
        "name-unknown",
        "nobody-listens",
        "connection-lost",
        "noise",
        "port",
        "login",
        "certificate",
        "not-tls",
      ]),
      place,
    }),
    z.object({
      kind: z.enum(["unit-silent", "bus-silent", "one-silent", "behind-gateway", "stranger"]),
      place,
      unit,
    }),
    z.object({ kind: z.literal("word-order"), wordOrder: z.enum(["high-first", "low-first"]) }),
    z.object({ kind: z.literal("no-register"), address: z.string() }),
    z.object({ kind: z.literal("device-fault"), place, code: z.string() }),
    z.object({ kind: z.literal("no-value"), quantity: z.string() }),
    z.object({ kind: z.literal("impossible"), quantity: z.string(), value: z.string() }),
    z.object({ kind: z.literal("over-fuse"), line: z.string(), amps: z.string() }),
    z.object({
      kind: z.enum([
        "frozen",
        "wrong-time",
        "unreadable",
        "serial-number",
        "not-sunspec",
        "all-feeding",
        "no-currents",
      ]),
    }),
    z.object({ kind: z.enum(["no-message", "only-kept"]), topics, place }),
    z.object({ kind: z.literal("no-path"), place, path: z.string() }),
    z.object({ kind: z.literal("http-status"), place, status: z.string() }),
    z.object({ kind: z.literal("charger-silent"), slot: z.string() }),
    z.object({ kind: z.literal("part"), meter: z.string() }),
    z.object({
      kind: z.enum([
        "dead-line",
        "backwards",
        "feeding-line",
        "crossed",
        "charging-unseen",
      ]),
      lines,
    }),
    z.object({ kind: z.literal("charging-reversed"), lines, seen: lines.optional() }),
    z.object({ kind: z.literal("sum"), linesW: z.number(), totalW: z.number() }),
    z.object({ kind: z.literal("slow"), everyMs: z.number() }),
    z.object({ kind: z.literal("charging-exchanged"), lines, seen: lines }),
    z.object({ kind: z.literal("charging-ratio"), factor: z.number() }),
  ]).meta({
    id: "MeterFinding",
    description: "What somebody at the cabinet should know of a meter: what was seen",
  }),
);

/** A meter as it is now. */
export const MeterSchema = viewSchema<MeterView>()(
  z.object({
    id: z.string().meta({ example: "main" }),
    role: z.enum(["grid", "circuit", "generation", "battery", "consumer"]),
    health: z.enum(["waiting", "good", "failing"]),
    trouble: z.string().nullable(),
    ageMs: z.number().nullable(),
    currentsAmps: orNull(LineValues),
    voltagesV: orNull(LineValues),
    powersW: orNull(LineValues),
    totalPowerW: z.number().nullable(),
    importWh: z.number().nullable(),
    exportWh: z.number().nullable(),
    frequencyHz: z.number().nullable(),
    readings: z.int().describe("Since the start"),
    everyMs: z.number().nullable().describe("From one reading to the next"),
    refused: z.int().describe("Readings that cannot be, since the start"),
    lastRefusal: orNull(z.object({ reason: z.string(), ageMs: z.number() })),
    counterBreaks: z.array(CounterBreakSchema),
    findings: z.array(FindingSchema),
    doubtedSince: Time.nullable()
      .describe("Since when it seems wrong, so that the worst other load counts in its place"),
  }).meta({ id: "Meter", description: "A meter of the site" }),
);

const PointSchema = viewSchema<MeterPointView>()(
  z.object({ at: Time, powerW: z.number().nullable(), currentsAmps: orNull(LineValues) })
    .meta({ id: "MeterPoint", description: "A reading, or the middle of one minute" }),
);

const PeriodSchema = viewSchema<MeterPeriodView>()(
  z.object({
    at: Time,
    until: Time,
    quality: z.enum(["whole", "part", "none", "running", "overlapping"]),
    coveredSeconds: z.number(),
    importWh: z.number().nullable(),
    exportWh: z.number().nullable(),
    unreadImportWh: z.number(),
    unreadExportWh: z.number(),
    energyBy: z.enum(["counter", "power"]).nullable(),
    powerW: z.number().nullable(),
    powerMinW: z.number().nullable(),
    powerMaxW: z.number().nullable(),
    maxAmps: orNull(LineValues),
  }).meta({ id: "MeterPeriod", description: "What a meter measured in a period" }),
);

/** What the history of a meter is told by. */
export const MeterHistorySchema = z.union([z.array(PointSchema), z.array(PeriodSchema)])
  .describe("Points for the steps reading and minute, periods for the others; oldest first");
