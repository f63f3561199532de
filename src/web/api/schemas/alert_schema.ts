import { z } from "zod";
import type { AlertRuleView } from "../../views.ts";
import { Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

/** Who is told of faults, and how that went. */
export const AlertRuleSchema = viewSchema<AlertRuleView>()(
  z.object({
    id: z.string().describe("As site.yaml calls it"),
    to: z.enum(["webhook", "email", "mqtt"]),
    severity: z.enum(["info", "warning", "alarm"]).describe("What is graver is told as well"),
    quiet: orNull(z.object({
      from: z.string().describe("By the clocks of the site"),
      to: z.string(),
      exceptAlarms: z.boolean(),
      isNow: z.boolean(),
    })),
    perHour: z.int().describe("More messages are not sent within an hour"),
    waiting: z.int().describe("Faults that nobody is told of yet: it is quiet, or they were many"),
    undelivered: z.int().describe("Messages that have not arrived yet"),
    deliveries: z.array(z.object({
      messageId: z.string(),
      kind: z.enum(["alert", "summary", "test"]),
      at: Time,
      faults: z.int(),
      outcome: z.enum(["delivered", "failed", "given-up"])
        .describe("What has failed is tried again; what is given up is not"),
      reason: z.string().describe("Why it did not arrive; empty where it did"),
    })).describe("The newest 20, newest first"),
  }).meta({ id: "AlertRule" }),
);
