import { z } from "zod";
import type { SiteTimeView } from "../../views.ts";
import { Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

/** What time it is on the site, and who says so. */
export const SiteTimeSchema = viewSchema<SiteTimeView>()(
  z.object({
    time: Time,
    source: z.enum(["csms", "ntp", "machine", "none"])
      .describe("machine: nothing speaks against it; none: it cannot be right"),
    since: Time.nullable().describe("Since when it comes from there, in this run"),
    csmsOffsetMs: z.number().nullable()
      .describe("The clock of the CSMS minus ours when it last told the time"),
    ntp: orNull(z.object({
      service: z.enum(["systemd-timesyncd", "chrony"]),
      synchronized: z.boolean(),
      seenAt: Time,
      offsetMs: z.number().nullable(),
    })),
    chargers: z.array(z.object({
      chargerId: z.string().meta({ example: "CP01" }),
      connected: z.boolean(),
      offsetMs: z.number().nullable().describe("The charger's clock minus ours"),
      isOff: z.boolean().describe("Off by more than half a minute"),
      toldSince: Time.nullable()
        .describe("Since when it is told this time by BootNotification and Heartbeat"),
    })),
  }).meta({ id: "SiteTime" }),
);
