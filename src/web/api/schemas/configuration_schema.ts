import { z } from "zod";
import type { ChargerDriftView } from "../../configuration_port.ts";
import type { SettingOutcome } from "../configuration_api.ts";
import { Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

/** How a charger stands to what site.yaml wants of it. */
export const ChargerDriftSchema = viewSchema<ChargerDriftView>()(
  z.object({
    chargerId: z.string(),
    checkedAt: orNull(Time).describe("Null: not since the gateway started"),
    reading: z.enum(["never", "told", "silent"])
      .describe("`silent`: it did not answer when it was asked last"),
    settings: z.array(z.object({
      name: z.string().describe("The key of 1.6, or Component.Variable[instance]"),
      wanted: z.string(),
      actual: z.string().nullable().describe("Null where it does not tell it"),
      state: z.enum(["same", "differs", "unknown", "refused", "after-restart", "left"])
        .describe("`left`: it did not stay, and is not tried again before tomorrow"),
      corrects: z.boolean().describe("The gateway sets it by itself"),
      tries: z.int().describe("How often it was set within a day"),
    })),
  }).meta({ id: "ChargerDrift" }),
);

const Outcome = viewSchema<SettingOutcome>()(
  z.object({
    chargerId: z.string(),
    outcome: z.enum(["accepted", "refused", "failed", "unanswered"]),
    detail: z.string(),
    needsRestart: z.literal(true).optional()
      .describe("It counts once the charger has restarted"),
  }).meta({ id: "SettingOutcome" }),
);

/** What became of setting one thing on many chargers. */
export const SettingOutcomesSchema = z.object({ results: z.array(Outcome) })
  .meta({ id: "SettingOutcomes" });
