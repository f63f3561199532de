import { z } from "zod";
import type { Bill } from "../../../transactions/mod.ts";
import type { LimitChangeView, TransactionView } from "../../views.ts";
import { Slot, Time, TokenText } from "./common.ts";
import { ReasonSchema } from "./reason_schema.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const Money = z.string().meta({
  description: "An amount as decimal text, in the bill's currency",
  example: "118.00",
});
const Weekday = z.enum([
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
]);
const Bound = z.number().optional();
const Text = z.string().optional();

const Conditions = z.object({
  startTimeOfDay: Text,
  endTimeOfDay: Text,
  dayOfWeek: z.array(Weekday).optional(),
  validFromDate: Text,
  validToDate: Text,
  season: z.object({ from: z.string(), to: z.string() }).optional(),
  minEnergy: Bound,
  maxEnergy: Bound,
  minPower: Bound,
  maxPower: Bound,
  minCurrent: Bound,
  maxCurrent: Bound,
  minTime: Bound,
  maxTime: Bound,
  minChargingTime: Bound,
  maxChargingTime: Bound,
  minIdleTime: Bound,
  maxIdleTime: Bound,
  paymentBrand: Text,
  paymentRecognition: Text,
}).meta({
  id: "PriceConditions",
  description: "When a price applies, in the words of OCPP 2.1's TariffConditionsType",
});

const BillSchema = viewSchema<Bill>()(
  z.object({
    currency: z.string().meta({ example: "INR" }),
    tariffId: z.string(),
    typeOfCost: z.enum(["NormalCost", "MinCost", "MaxCost"]),
    lines: z.array(z.object({
      kind: z.enum([
        "energy",
        "chargingTime",
        "idleTime",
        "fixedFee",
        "reservationFixed",
        "adjustment",
      ]),
      tariffId: z.string(),
      quantity: z.string(),
      unit: z.enum(["kWh", "min", "h", "session"]),
      unitPrice: Money,
      when: orNull(Conditions),
      exclTax: Money,
      tax: Money,
      inclTax: Money,
      taxRates: z.array(z.object({ type: z.string(), percent: z.string(), stack: z.number() })),
    })),
    exclTax: Money,
    tax: Money,
    rounding: Money,
    total: Money,
    final: z.boolean().describe("False while the session goes on"),
  }).meta({ id: "Bill", description: "What a session costs, in lines that add up" }),
);

/** A session. */
export const TransactionSchema = viewSchema<TransactionView>()(
  z.object({
    id: z.string(),
    number: z.int().describe("Counted over the site's life; the newest has the highest"),
    chargerId: z.string().meta({ example: "CP01" }),
    slot: Slot,
    token: TokenText,
    startedAt: Time,
    stoppedAt: Time.nullable().describe("Null while it goes on"),
    energyWh: z.number().describe("By the charger's register, which the bill goes by"),
    stopReason: z.string().nullable(),
    authorizationSource: z.string(),
    authorizationReason: z.string(),
    authorizationStatus: z.string(),
    upstream: z.enum(["none", "waiting", "partly", "delivered", "dead-letter"])
      .describe("What of it the CSMS has"),
    flags: z.array(z.string()),
    remarks: z.array(z.string()).describe("The flags in words, and what else one should know"),
    evidenceWh: z.number().nullable().describe("What the site itself has counted"),
    evidenceBy: z.string().nullable().describe("By power or register"),
    correctionWh: z.number().nullable()
      .describe("By how much the charger's own end, which came too late, differs from the bill"),
    correctionCost: Money.nullable(),
    signedReadings: z.int().describe("How many readings its meter has signed"),
    cost: orNull(BillSchema),
  }).meta({ id: "Transaction", description: "A session of charging" }),
);

const LimitChangeSchema = viewSchema<LimitChangeView>()(
  z.object({
    at: Time,
    limitAmps: z.number().nullable().describe("Per line; null before the first limit"),
    why: ReasonSchema,
  }).meta({ id: "LimitChange", description: "From a moment on a session had this limit" }),
);

/** A session with the limits it had. */
export const TransactionWithLimitsSchema = TransactionSchema.extend({
  limits: z.array(LimitChangeSchema).describe("Oldest first"),
}).meta({ id: "TransactionWithLimits", description: "A session, and the limits it had and why" });
