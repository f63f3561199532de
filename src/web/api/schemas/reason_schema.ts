import { z } from "zod";
import type { BottleneckView, ReasonView } from "../../reason_view.ts";
import { LineName, Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const CapSource = z.enum(["authorization", "csms", "operator", "plan", "signal", "surplus"]);
const Circuit = z.string().describe("The id of a circuit");

const BottleneckSchema = viewSchema<BottleneckView>()(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("line"),
      circuitId: Circuit,
      line: LineName,
      limitAmps: z.number().describe("What may flow for hours"),
      marginAmps: z.number().describe("What of the limit is kept free"),
      otherLoadAmps: z.number().describe("What is no charger"),
      othersAmps: z.number().describe("What is kept for other chargers"),
    }),
    z.object({
      kind: z.literal("power"),
      circuitId: Circuit,
      unit: z.enum(["W", "VA"]),
      limit: z.number(),
      otherLoad: z.number(),
      others: z.number(),
    }),
    z.object({
      kind: z.literal("unbalance"),
      circuitId: Circuit,
      line: LineName,
      against: LineName,
      limitAmps: z.number(),
    }),
    z.object({
      kind: z.literal("neutral"),
      circuitId: Circuit,
      limitAmps: z.number(),
      loadAmps: z.number(),
    }),
    z.object({
      kind: z.literal("cap"),
      source: CapSource,
      by: z.string().optional(),
      circuitId: Circuit.optional(),
      line: LineName,
      limitAmps: z.number(),
      until: Time.nullable(),
      othersAmps: z.number(),
    }),
    z.object({
      kind: z.literal("power-cap"),
      source: CapSource,
      by: z.string().optional(),
      circuitId: Circuit.nullable(),
      limitW: z.number(),
      until: Time.nullable(),
      othersW: z.number(),
    }),
  ]).meta({
    id: "Bottleneck",
    description: "What keeps an EVSE from more: a limit, and who uses it",
  }),
);

/** What every reason has. */
const COMMON = {
  first: z.enum(["operator", "csms", "driver", "departure", "token", "group", "evse"])
    .optional().describe("Who put it before others"),
  onPhases: z.enum(["one", "three-all-the-same"]).optional()
    .describe("It was told to charge on one phase of three, and does, or does not"),
  doubtedMeterId: z.string().optional()
    .describe("A meter above it that seems wrong: the worst other load counts in its place"),
  text: z.string().describe("In words, in the language of the site"),
  from: z.enum(["site", "vehicle", "charger", "nobody", ...CapSource.options]),
};

/** Why an EVSE has the limit it has. */
export const ReasonSchema = viewSchema<ReasonView>()(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("idle"), ...COMMON }),
    z.object({ kind: z.literal("unlimited"), maxAmps: z.number(), ...COMMON }),
    z.object({ kind: z.literal("shared"), bottleneck: orNull(BottleneckSchema), ...COMMON }),
    z.object({ kind: z.literal("rising"), towardsAmps: z.number(), ...COMMON }),
    z.object({
      kind: z.literal("waiting"),
      bottleneck: orNull(BottleneckSchema),
      minAmps: z.number(),
      nextAt: Time.nullable(),
      ...COMMON,
    }),
    z.object({
      kind: z.literal("capped"),
      source: CapSource,
      amps: z.number(),
      until: Time.nullable(),
      ...COMMON,
    }),
    z.object({ kind: z.literal("satisfied"), takesAmps: z.number().nullable(), ...COMMON }),
    z.object({
      kind: z.literal("fail-safe"),
      circuitId: Circuit,
      failSafeAmps: z.number(),
      ...COMMON,
    }),
    z.object({ kind: z.literal("disobeys"), countedAmps: z.number(), ...COMMON }),
    z.object({ kind: z.literal("unanswered"), countedAmps: z.number(), ...COMMON }),
    z.object({ kind: z.literal("uncontrolled"), countedAmps: z.number(), ...COMMON }),
    z.object({
      kind: z.literal("switching"),
      phases: z.union([z.literal(1), z.literal(3)]),
      ...COMMON,
    }),
    z.object({ kind: z.literal("waking"), ...COMMON }),
    z.object({ kind: z.literal("needs-driver"), ...COMMON }),
    z.object({ kind: z.literal("cut"), ...COMMON }),
    z.object({ kind: z.literal("away"), countedAmps: z.number(), ...COMMON }),
  ]).meta({
    id: "Reason",
    description: "Why an EVSE has the limit it has, with the numbers that let one check the sum",
  }),
);
