import { z } from "zod";
import type {
  CircuitPreviewView,
  EvseOutlookView,
  EvsePreviewView,
  LoadPreviewView,
} from "../../views.ts";
import { Slot, Time } from "./common.ts";
import { ReasonSchema } from "./reason_schema.ts";
import { viewSchema } from "./view_schema.ts";

const OutlookSchema = viewSchema<EvseOutlookView>()(
  z.object({
    soonAmps: z.number().describe("Its limit in a few minutes, per line"),
    why: ReasonSchema,
    hourlyAmps: z.array(z.number().nullable())
      .describe("Its limit after each full hour; null where its driver has left"),
    energyWh: z.number().describe("What its EV is given until `until`"),
  }).meta({ id: "EvseOutlook", description: "What an EVSE may well get" }),
);

const EvsePreviewSchema = viewSchema<EvsePreviewView>()(
  z.object({
    slot: Slot,
    chargerId: z.string(),
    nowAmps: z.number().nullable().describe("The limit that it has now"),
    unchanged: OutlookSchema,
    changed: OutlookSchema,
  }).meta({ id: "EvsePreview", description: "One EVSE, with and without the change" }),
);

const CircuitPreviewSchema = viewSchema<CircuitPreviewView>()(
  z.object({
    id: z.string(),
    limitAmps: z.number(),
    unchangedAmps: z.number().describe("What its fullest line carries at most"),
    changedAmps: z.number(),
  }).meta({ id: "CircuitPreview", description: "One circuit, with and without the change" }),
);

/** What would become of the site with a change. */
export const LoadPreviewSchema = viewSchema<LoadPreviewView>()(
  z.object({
    at: Time,
    until: Time.describe("Up to here it was reckoned"),
    evses: z.array(EvsePreviewSchema).describe("Those where a session runs"),
    circuits: z.array(CircuitPreviewSchema),
  }).meta({ id: "LoadPreview", description: "What a change would do, beside what is" }),
);
