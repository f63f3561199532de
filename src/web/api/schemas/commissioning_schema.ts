import { z } from "zod";
import { COMMISSIONING_STEPS } from "../../commissioning/commissioning.ts";
import type { CommissioningView } from "../../views.ts";
import { Slot, Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const Lines = z.array(z.enum(["L1", "L2", "L3"]));

const Connector = z.object({
  slot: Slot,
  circuitId: z.string().nullable(),
  phases: Lines.describe("As site.yaml says, in the order of the socket's phases"),
  minCurrentAmps: z.number().nullable(),
  maxCurrentAmps: z.number().nullable(),
  failSafeAmps: z.number().nullable(),
  meterId: z.string().nullable().describe("The meter that sees it"),
  obstacle: orNull(
    z.enum([
      "no-place",
      "line-to-line",
      "no-meter",
      "no-line-meter",
      "takes-no-limits",
      "charger-away",
      "no-session",
      "no-room",
      "another-runs",
    ]).describe("Why its rotation cannot be tested now"),
  ),
  rotationTest: orNull(z.object({
    since: Time,
    offeredAmps: z.number(),
    steps: z.int(),
    stepsWanted: z.int(),
  })),
  lastRotationTest: orNull(z.object({
    at: Time,
    by: z.string(),
    toldPhases: Lines.describe("What site.yaml said then"),
    phases: orNull(Lines),
    proof: z.enum(["sure", "fits", "by-field"]).nullable()
      .describe("by-field: the first phase was seen, the rest follows from a right-handed field"),
    doubt: z.enum([
      "all-alike",
      "no-step",
      "others-moved",
      "unlike",
      "unsteady",
      "contradiction",
      "no-room",
      "does-not-follow",
      "charger-away",
      "session-over",
      "meter-silent",
      "too-long",
      "cancelled",
    ]).nullable().describe("Why nothing is sure"),
  })),
});

/** How far a charger is from where it may be left alone. */
export const CommissioningSchema = viewSchema<CommissioningView>()(
  z.object({
    chargerId: z.string().meta({ example: "CP01" }),
    steps: z.array(z.object({
      id: z.enum(COMMISSIONING_STEPS),
      slot: Slot.nullable().describe("Null for what is about the whole charger"),
      state: z.enum(["done", "to-do", "failed", "running"]),
      seen: z.enum([
        "placed",
        "not-placed",
        "connected",
        "away",
        "never-came",
        "model-known",
        "model-usual",
        "model-unasked",
        "takes-no-limits",
        "fail-safe-verified",
        "fail-safe-unverified",
        "fail-safe-missing",
        "fail-safe-unknown",
        "rotation-as-told",
        "rotation-other",
        "rotation-not-sure",
        "rotation-untested",
        "rotation-running",
        "rotation-needless",
        "charged",
        "not-charged",
      ]),
      text: z.string().describe("What is seen and what to do next, in the language of the site"),
    })),
    connectors: z.array(Connector),
  }).meta({ id: "Commissioning" }),
);
