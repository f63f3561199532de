import { z } from "zod";
import type { CsmsView, OutboxClassView, SiteView } from "../../views.ts";
import { Time } from "./common.ts";
import { viewSchema } from "./view_schema.ts";

const OutboxClassSchema = viewSchema<OutboxClassView>()(
  z.object({ rows: z.int(), bytes: z.int(), rowsMax: z.int(), bytesMax: z.int() })
    .meta({ id: "OutboxClass", description: "What waits of one class, and how much may" }),
);

/** The link to the CSMS. */
export const CsmsSchema = viewSchema<CsmsView>()(
  z.object({
    configured: z.boolean().describe("False for a site that stands alone"),
    connected: z.boolean(),
    online: z.boolean().describe("The CSMS has accepted us and answers"),
    protocol: z.string().nullable().meta({ example: "ocpp2.0.1" }),
    since: Time,
    trouble: z.string().nullable(),
    clockOffsetMs: z.number().nullable(),
    outbox: z.object({
      rows: z.int(),
      oldestSeconds: z.number(),
      deadLetters: z.int(),
      classes: z.object({
        sessions: OutboxClassSchema,
        readings: OutboxClassSchema.extend({ thinned: z.int(), droppedForRoom: z.int() }),
      }),
    }),
  }).meta({ id: "Csms", description: "The link to the CSMS, and what waits for it" }),
);

/** The site as a whole. */
export const SiteSchema = viewSchema<SiteView>()(
  z.object({
    name: z.string().meta({ example: "Pune Depot" }),
    timezone: z.string().meta({ example: "Asia/Kolkata" }),
    language: z.enum(["en", "mr", "hi"]),
    time: Time,
    clock: z.enum(["known", "presumed", "untrusted"])
      .describe("Whether that is so: the CSMS says it, only the machine does, or it cannot be"),
    csms: CsmsSchema,
    totals: z.object({
      chargers: z.int(),
      connected: z.int(),
      evses: z.int(),
      charging: z.int(),
      powerW: z.number(),
      energyTodayWh: z.number(),
    }),
    alarms: z.int(),
    warnings: z.int(),
    openListener: z.boolean()
      .describe("Chargers without password may connect somewhere (security profile 0)"),
  }).meta({ id: "Site" }),
);
