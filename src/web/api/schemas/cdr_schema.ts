import { z } from "zod";
import type { OcpiCdr } from "../../../reports/mod.ts";
import { CONNECTOR_FORMATS, CONNECTOR_STANDARDS, POWER_TYPES } from "../../../site/mod.ts";
import { viewSchema } from "./view_schema.ts";

const Price = z.object({ excl_vat: z.number(), incl_vat: z.number().optional() });
const Text = z.string().optional();
const Bound = z.number().optional();

const Tariff = z.object({
  country_code: z.string(),
  party_id: z.string(),
  id: z.string(),
  currency: z.string(),
  tariff_alt_text: z.array(z.object({ language: z.string(), text: z.string() })).optional(),
  min_price: Price.optional(),
  max_price: Price.optional(),
  elements: z.array(z.object({
    price_components: z.array(z.object({
      type: z.enum(["ENERGY", "TIME", "PARKING_TIME", "FLAT"]),
      price: z.number(),
      vat: Bound,
      step_size: z.int(),
    })),
    restrictions: z.object({
      start_time: Text,
      end_time: Text,
      start_date: Text,
      end_date: Text,
      min_kwh: Bound,
      max_kwh: Bound,
      min_current: Bound,
      max_current: Bound,
      min_power: Bound,
      max_power: Bound,
      min_duration: Bound,
      max_duration: Bound,
      day_of_week: z.array(z.string()).optional(),
      reservation: z.literal("RESERVATION").optional(),
    }).optional(),
  })),
  last_updated: z.string(),
});

/** A charge detail record. */
export const CdrSchema = viewSchema<OcpiCdr>()(
  z.object({
    country_code: z.string(),
    party_id: z.string(),
    id: z.string(),
    start_date_time: z.string(),
    end_date_time: z.string(),
    session_id: z.string(),
    cdr_token: z.object({
      country_code: z.string(),
      party_id: z.string(),
      uid: z.string(),
      type: z.enum(["AD_HOC_USER", "APP_USER", "OTHER", "RFID"]),
      contract_id: z.string(),
    }),
    auth_method: z.enum(["AUTH_REQUEST", "COMMAND", "WHITELIST"]),
    cdr_location: z.object({
      id: z.string(),
      name: Text,
      address: z.string(),
      city: z.string(),
      postal_code: Text,
      state: Text,
      country: z.string(),
      coordinates: z.object({ latitude: z.string(), longitude: z.string() }),
      evse_uid: z.string(),
      evse_id: z.string(),
      connector_id: z.string(),
      connector_standard: z.enum(CONNECTOR_STANDARDS),
      connector_format: z.enum(CONNECTOR_FORMATS),
      connector_power_type: z.enum(POWER_TYPES),
    }),
    currency: z.string(),
    tariffs: z.array(Tariff),
    charging_periods: z.array(z.object({
      start_date_time: z.string(),
      dimensions: z.array(z.object({
        type: z.enum(["ENERGY", "TIME", "PARKING_TIME", "MIN_POWER", "MAX_POWER"]),
        volume: z.number(),
      })),
      tariff_id: Text,
    })),
    signed_data: z.object({
      encoding_method: z.string(),
      public_key: Text,
      signed_values: z.array(z.object({
        nature: z.enum(["Start", "Intermediate", "End"]),
        plain_data: z.string(),
        signed_data: z.string(),
      })),
    }).optional(),
    total_cost: Price,
    total_fixed_cost: Price.optional(),
    total_energy: z.number().describe("kWh"),
    total_energy_cost: Price.optional(),
    total_time: z.number().describe("Hours"),
    total_time_cost: Price.optional(),
    total_parking_time: z.number().optional().describe("Hours"),
    total_parking_cost: Price.optional(),
    total_reservation_cost: Price.optional(),
    remark: Text,
    last_updated: z.string(),
  }).meta({ id: "Cdr", description: "A charge detail record of OCPI 2.2.1" }),
);

const SignedReadingSchema = z.object({
  at: z.string().describe("By the charger's clock, as the charger wrote it"),
  heardAtMs: z.number(),
  context: Text,
  measurand: Text,
  value: z.number().optional().describe("The number beside it; it is not what was signed"),
  unit: Text,
  signedMeterData: z.string().describe("As the charger sent it"),
  signingMethod: Text,
  encodingMethod: Text,
  publicKey: Text,
}).meta({ id: "SignedReading", description: "A reading that the meter has signed" });

/** What the meter signed in a session. */
export const SignedSchema = z.object({
  number: z.int(),
  readings: z.array(SignedReadingSchema).describe("In the order in which they came"),
  files: z.array(z.string()).describe("Which files there are of them, all of them in `format=tar`"),
}).meta({ id: "SignedReadings", description: "What the meter signed in a session" });
