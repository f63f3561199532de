import { z } from "zod";
import { FAULT_CODES, type FaultCode } from "../../../site/mod.ts";
import type { FirstAidRuleView } from "../../views.ts";
import { Time } from "./common.ts";
import { viewSchema } from "./view_schema.ts";

const Action = z.enum(["unlock", "softReset", "hardReset", "powerCycle"]);
const CODES = Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]];

/** What is done about faults by itself, and what was done. */
export const FirstAidRuleSchema = viewSchema<FirstAidRuleView>()(
  z.object({
    id: z.string().describe("As site.yaml calls it"),
    codes: z.array(z.enum(CODES)).describe("About which faults something is done"),
    about: z.array(z.string()).describe("At which chargers or slots; empty: at all"),
    forSeconds: z.number().describe("A fault stands for so long before"),
    steps: z.array(Action).describe("One after the other, until the fault is over"),
    cooldownSeconds: z.number().describe("Between two steps at one charger"),
    perDay: z.int().describe("More is not done at one charger within 24 hours"),
    whileCharging: z.boolean().describe("It is done though a car charges there"),
    done: z.array(z.object({
      at: Time,
      faultId: z.int(),
      chargerId: z.string(),
      action: Action,
      outcome: z.string().describe("What came of it, in English"),
    })).describe("Within the last 24 hours, newest first"),
  }).meta({ id: "FirstAidRule" }),
);
