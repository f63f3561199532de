import { z } from "zod";
import type { ProblemDocument } from "../../problem.ts";
import { viewSchema } from "./view_schema.ts";

const AnswerPayload = z.record(z.string(), z.unknown())
  .describe("What the charger answered to a message, in its own version; without secrets");

/** The answer to a command that was accepted. */
export const CommandAccepted = z.object({
  outcome: z.literal("accepted"),
  detail: z.string().describe("What the charger or the site said"),
  answer: AnswerPayload.optional(),
}).meta({
  id: "CommandAccepted",
  description: "The charger, or the site, said that it will. Whether it did shows in its state.",
});

/** What is wrong with one field. */
const FieldError = z.object({ path: z.string(), message: z.string() }).meta({ id: "FieldError" });

/** An error, whatever it is. */
export const ProblemSchema = viewSchema<
  ProblemDocument & {
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
    readonly outcome?: "refused" | "failed" | "unanswered";
    readonly reason?: string;
    readonly advice?: string;
    readonly answer?: Record<string, unknown>;
  }
>()(
  z.object({
    type: z.string().describe("about:blank where the status says it all").meta({
      example: "urn:sangam:problem:invalid-input",
    }),
    title: z.string().meta({ example: "Unprocessable Content" }),
    status: z.int().meta({ example: 422 }),
    detail: z.string().meta({ example: "amps: Too small: expected number to be >=0" }),
    instance: z.string().describe("The id under which the gateway's log has it").meta({
      example: "urn:uuid:6b1f0f5c-7a3e-4a52-9d9b-0f6f6d1b2c3d",
    }),
    errors: z.array(FieldError).optional().describe("Which fields are wrong, and why"),
    outcome: z.enum(["refused", "failed", "unanswered"]).optional()
      .describe("What became of a command"),
    reason: z.string().optional(),
    advice: z.string().optional().describe("What to try"),
    answer: AnswerPayload.optional(),
  }).meta({ id: "Problem", description: "What went wrong (RFC 9457)" }),
);

const Named = { name: z.string(), instance: z.string().optional() };

/** What a charger is set to. */
export const ConfigurationSchema = z.object({
  version: z.enum(["1.6", "2.0.1", "2.1"]).describe("The OCPP version that the charger speaks"),
  settings: z.array(
    z.object({
      name: z.string().describe("The key of 1.6, or Component[instance].Variable[instance]"),
      at: z.object({
        component: z.object({
          ...Named,
          evse: z.object({ id: z.int(), connectorId: z.int().optional() }).optional(),
        }),
        variable: z.object(Named),
      }).nullable().describe("How it is changed in 2.x; null in 1.6"),
      value: z.string().nullable().describe("Null where it is not told, or a secret"),
      access: z.enum(["read-only", "read-write", "write-only"]),
      kept: z.enum(["read-only", "the gateway's"]).nullable()
        .describe("Why it cannot be changed here; null where it can be"),
    }).meta({ id: "ChargerSetting" }),
  ),
  unknown: z.array(z.string()).describe("What was asked for and the charger does not have"),
}).meta({ id: "Configuration" });
