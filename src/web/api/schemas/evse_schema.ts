import { z } from "zod";
import { EVSE_STATES } from "../../../site/mod.ts";
import type { DemandView, EvseView, PriorityView } from "../../views.ts";
import { Slot, Time } from "./common.ts";
import { ReasonSchema } from "./reason_schema.ts";
import { TransactionSchema } from "./transaction_schema.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const PrioritySchema = viewSchema<PriorityView>()(
  z.object({
    class: z.int().describe("Higher goes first"),
    by: z.enum(["operator", "token", "csms", "group", "evse"]),
  }).meta({ id: "Priority" }),
);

const DemandBy = z.enum(["operator", "vehicle", "token", "group", "habit"]);

const DemandSchema = viewSchema<DemandView>()(
  z.object({
    departure: Time.nullable(),
    departureBy: DemandBy.nullable(),
    remainingWh: z.number().nullable(),
    energyBy: DemandBy.nullable(),
    urgent: z.boolean(),
  }).meta({ id: "Demand", description: "What the driver of a session wants" }),
);

/** An EVSE as it is now. */
export const EvseSchema = viewSchema<EvseView>()(
  z.object({
    slot: Slot,
    chargerId: z.string().meta({ example: "CP01" }),
    evseId: z.int().describe("The charger's own number for it"),
    circuitId: z.string().nullable(),
    state: z.enum(EVSE_STATES),
    protocolState: z.string().nullable().describe("OCPP's own word").meta({ example: "Charging" }),
    reason: z.string().nullable().describe("Why it waits or is limited, in words"),
    why: orNull(ReasonSchema),
    reservedAmps: z.number().nullable()
      .describe("What is kept free for it on each of its lines"),
    trust: z.enum(["trusted", "suspect", "disobeying"]).nullable()
      .describe("Whether it does as it is told"),
    operative: z.boolean(),
    priority: orNull(PrioritySchema),
    demand: orNull(DemandSchema),
    transaction: orNull(TransactionSchema),
    offeredAmps: z.number().nullable().describe("The limit in force, per line"),
    maxCurrentAmps: z.number().nullable(),
    measuredAmps: orNull(z.tuple([z.number(), z.number(), z.number()]))
      .describe("On the charger's phases 1, 2, 3"),
    powerW: z.number().nullable(),
    energyWh: z.number().nullable().describe("Of the session so far"),
    socPercent: z.number().nullable(),
    measuredAgeMs: z.number().nullable(),
    isCut: z.boolean().describe("The contactor in front of it is open"),
    pauses: z.int().describe("How often its session was paused for want of room"),
    writesPerDay: z.int().describe("Limits sent to it in the last 24 hours"),
  }).meta({ id: "Evse", description: "An EVSE as it is now, under the site's number for it" }),
);
