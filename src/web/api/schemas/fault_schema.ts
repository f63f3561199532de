import { z } from "zod";
import { FAULT_CODES, type FaultCode } from "../../../site/mod.ts";
import type { FaultView } from "../../views.ts";
import { Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const CODES = Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]];

/** Something an operator should hear about. */
export const FaultSchema = viewSchema<FaultView>()(
  z.object({
    id: z.int(),
    code: z.enum(CODES),
    kind: z.string().describe("As whoever found it calls it").meta({ example: "meter-failing" }),
    severity: z.enum(["info", "warning", "alarm"]),
    subject: z.string().describe("A charger's id, a slot, a meter's id, or site"),
    place: z.object({
      kind: z.enum(["gateway", "charger", "connector", "meter", "circuit", "other"]),
      chargerId: z.string().nullable(),
      slot: z.int().nullable(),
    }),
    title: z.string().describe("What it is called"),
    meaning: z.string().describe("What that means for the site and its drivers"),
    remedy: z.string().describe("What to do first"),
    text: z.string().describe("As it was told last, in English"),
    state: z.enum(["raised", "over"]),
    since: Time,
    lastSeen: Time,
    count: z.int().describe("How often it was told"),
    over: Time.nullable(),
    ending: z.enum(["told", "not-found-anew", "by-hand", "aged", "no-room"]).nullable(),
    isConfirmed: z.boolean().describe("False while nobody knows whether it outlived a restart"),
    acknowledged: orNull(z.object({ by: z.string(), at: Time })),
    reported: orNull(
      z.object({
        vendorId: z.string().optional(),
        vendorErrorCode: z.string().optional(),
        info: z.string().optional(),
      }).describe("What the charger said"),
    ),
    aid: z.array(z.object({ at: Time, action: z.string(), outcome: z.string() }))
      .describe("What was done about it by itself"),
  }).meta({ id: "Fault" }),
);
