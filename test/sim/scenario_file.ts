import { z } from "zod";
import { type FaultName, FAULTS } from "./faults.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario that once failed, and must not again. */
export interface Regression {
  /** A sentence: what went wrong. */
  readonly name: string;
  /** The seed that it was shrunk from. */
  readonly foundBy: number;
  readonly scenario: Scenario;
}

const natural = z.number().int().nonnegative();
const faultName = z.custom<FaultName>(
  (value) => typeof value === "string" && Object.hasOwn(FAULTS, value),
  "no fault is called so",
);
const version = z.enum(["ocpp2.1", "ocpp2.0.1", "ocpp1.6"]);
const scenarioSchema: z.ZodType<Scenario> = z.strictObject({
  seed: natural,
  chargers: z.number().int().min(1).max(50),
  seconds: z.number().int().positive(),
  timeLapse: z.number().positive(),
  quirks: z.boolean(),
  disk: z.enum(["memory", "sqlite"]),
  versions: z.strictObject({
    chargers: z.array(version).min(1),
    csms: z.array(version).min(1),
  }).optional(),
  faults: z.array(z.strictObject({
    atS: natural,
    fault: faultName,
    forS: natural,
    who: natural,
    much: z.number().min(0).max(1),
  })),
});
const regressionSchema: z.ZodType<Regression> = z.strictObject({
  name: z.string().regex(/^\S.{9,}$/, "a sentence is wanted"),
  foundBy: natural,
  scenario: scenarioSchema,
});

/** Reads a regression. Throws `Error` with a line for each thing that is wrong with the text. */
export function readRegression(text: string, path: string): Regression {
  return checked(regressionSchema, parsed(text, path), path);
}

/** Reads a scenario, bare or as a regression keeps it. Throws like {@link readRegression}. */
export function readScenario(text: string, path: string): Scenario {
  const value = parsed(text, path);
  const inner = value !== null && typeof value === "object" && "scenario" in value
    ? value.scenario
    : value;
  return checked(scenarioSchema, inner, path);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot read ${path}: no JSON`, { cause: error });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues
    .map(({ path: where, message }) => `  ${where.join(".") || "as a whole"}: ${message}`);
  throw new Error(`Cannot read ${path}:\n${lines.join("\n")}`);
}
