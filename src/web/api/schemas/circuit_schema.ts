import { z } from "zod";
import type {
  CircuitBoundView,
  CircuitLimitView,
  CircuitView,
  LoadMinuteView,
  LoadPlanView,
  SignalView,
} from "../../views.ts";
import { LineReadings, LineValues, Slot, Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const Counts = z.enum(["chargers", "everything"])
  .describe("What a limit is about: the chargers together, or all that the circuit draws");

/** A limit on chargers together. */
export const CircuitLimitSchema = viewSchema<CircuitLimitView>()(
  z.object({
    number: z.int(),
    circuitId: z.string().nullable().describe("Null: all chargers of the site"),
    source: z.enum(["signal", "operator"]),
    signal: z.string().optional(),
    counts: z.literal("everything").optional(),
    unit: z.enum(["A", "W"]).describe("Amperes bound each line, watts all lines together"),
    limit: z.number(),
    reason: z.string(),
    by: z.string(),
    at: Time,
    until: Time.nullable().describe("Null: until it is lifted"),
    metAt: Time.nullable().describe("When what chargers could draw was within it first"),
    endedAt: Time.nullable().describe("Null while it holds"),
    endedBy: z.enum(["time", "replaced", "no-circuit", "lifted"]).nullable(),
    liftedBy: z.string().nullable(),
  }).meta({
    id: "CircuitLimit",
    description: "A limit on chargers together, kept when it is over",
  }),
);

const BoundSchema = viewSchema<CircuitBoundView>()(
  z.object({
    kind: z.enum(["power", "apparent", "unbalance", "neutral"]),
    unit: z.enum(["W", "VA", "A"]),
    limit: z.number(),
    load: z.number().nullable(),
  }).meta({ id: "CircuitBound", description: "A bound on a circuit that is not one on a line" }),
);

/** A circuit as it is now. */
export const CircuitSchema = viewSchema<CircuitView>()(
  z.object({
    id: z.string().meta({ example: "row-a" }),
    parentId: z.string().nullable(),
    meterId: z.string().nullable(),
    limitAmps: z.number(),
    loadAmps: LineReadings,
    otherLoadAmps: LineValues,
    reservedAmps: LineValues,
    headroomAmps: LineValues,
    bounds: z.array(BoundSchema),
    source: z.string().describe("What feeds it now"),
    sources: z.array(z.string()),
    limits: z.array(CircuitLimitSchema),
    meterState: z.enum(["none", "good", "held", "substituted", "lost", "doubted"]),
    slots: z.array(Slot),
  }).meta({ id: "Circuit", description: "A circuit of the site, and what flows in it" }),
);

/** The load of a circuit in one minute. */
export const LoadMinuteSchema = viewSchema<LoadMinuteView>()(
  z.object({
    at: Time,
    loadAmps: LineReadings,
    reservedAmps: LineReadings,
    limitAmps: z.number(),
  }).meta({ id: "LoadMinute", description: "The most that flowed in a circuit in one minute" }),
);

/** What a circuit may well carry. */
export const LoadPlanSchema = viewSchema<LoadPlanView>()(
  z.object({ at: Time, loadAmps: LineValues })
    .meta({ id: "LoadPlan", description: "What a circuit was expected to carry at a moment" }),
);

/** Somebody outside who limits a circuit. */
export const SignalSchema = viewSchema<SignalView>()(
  z.object({
    id: z.string(),
    circuitId: z.string().nullable(),
    counts: Counts,
    heardAt: Time.nullable(),
    silent: z.boolean(),
    trouble: z.string().nullable(),
    limit: orNull(z.object({
      unit: z.enum(["A", "W"]),
      limit: z.number(),
      reason: z.string(),
      until: Time.nullable(),
    })),
    problems: z.array(z.string()),
  }).meta({ id: "Signal", description: "Somebody outside who limits a circuit" }),
);
