import { z } from "zod";
import { QUIRKS } from "../../../site/mod.ts";
import type {
  AbilitiesView,
  ChargerCertificateView,
  ChargerSecurityView,
  ChargerView,
  HeldView,
  LimitPathView,
  LocalListView,
  QuirkView,
  WaitingView,
} from "../../views.ts";
import { Slot, Time } from "./common.ts";
import { EvseSchema } from "./evse_schema.ts";
import { FaultSchema } from "./fault_schema.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const Shape = z.object({ protocol: z.string(), connectors: z.int() });

const HeldSchema = viewSchema<HeldView>()(
  z.object({ since: Time, was: Shape, is: Shape }).meta({
    id: "Held",
    description: "How a charger was when its slots were given, and how it came back",
  }),
);

const LocalListSchema = viewSchema<LocalListView>()(
  z.object({
    state: z.enum(["current", "waiting", "refused"]),
    version: z.int(),
    entries: z.int(),
    capacity: z.int(),
    pushedAt: Time.nullable(),
    trouble: z.string().nullable(),
  }).meta({ id: "LocalList", description: "The part of the site's list that a charger was given" }),
);

const AbilitiesSchema = viewSchema<AbilitiesView>()(
  z.object({
    profiles: z.boolean(),
    stackLevelMax: z.int(),
    rateUnit: z.enum(["A", "W"]),
    localList: z.boolean(),
    reservation: z.boolean(),
    remoteTrigger: z.boolean(),
    sampleIntervalMs: z.number().nullable(),
  }).meta({ id: "Abilities", description: "What a charger says it can" }),
);

const QuirkSchema = viewSchema<QuirkView>()(
  z.object({
    quirk: z.enum(QUIRKS),
    value: z.unknown(),
    from: z.enum(["asked", "model", "site.yaml", "always"]),
    count: z.int(),
    lastAt: Time.nullable(),
  }).meta({ id: "Quirk", description: "Something that a charger does its own way" }),
);

const LimitPathSchema = viewSchema<LimitPathView>()(
  z.object({
    slot: Slot,
    by: z.enum([
      "TxProfile",
      "TxDefaultProfile",
      "ChargePointMaxProfile",
      "vendor",
      "none",
      "unknown",
    ]),
    stackLevel: z.int().nullable(),
    unit: z.enum(["A", "W"]),
    endsByItself: z.boolean(),
    failSafe: z.enum(["schedule", "current", "unverified", "missing"]),
    writesToday: z.int(),
    writesMax: z.int(),
    writesTotal: z.int(),
  }).meta({ id: "LimitPath", description: "How limits reach one EVSE" }),
);

const Profile = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
  .describe("A security profile of OCPP");

const CertificateSchema = viewSchema<ChargerCertificateView>()(
  z.object({
    fingerprint: z.string().describe("SHA-256"),
    serialNumber: z.string(),
    subject: z.string().nullable(),
    from: Time,
    until: Time,
    issuedAt: Time,
    firstUsed: Time.nullable().describe("When the charger first came with it"),
    revoked: orNull(z.object({ at: Time, reason: z.string() })),
  }).meta({ id: "ChargerCertificate", description: "A certificate of a charger" }),
);

const SecuritySchema = viewSchema<ChargerSecurityView>()(
  z.object({
    profile: orNull(Profile),
    leastProfile: Profile,
    password: z.object({
      kept: z.boolean().describe("Kept here as a digest"),
      since: Time.nullable(),
      changing: z.boolean().describe("It was given a new one and has not come with it yet"),
    }),
    certificates: z.array(CertificateSchema),
  }).meta({ id: "ChargerSecurity", description: "How a charger proves who it is" }),
);

/** A charger without its EVSEs, as events have it. */
export const ChargerSchema = viewSchema<ChargerView>()(
  z.object({
    id: z.string().meta({ example: "CP01" }),
    protocol: z.string().nullable().meta({ example: "ocpp2.0.1" }),
    connected: z.boolean(),
    address: z.string().nullable(),
    connectedSince: Time.nullable(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serialNumber: z.string().nullable(),
    firmware: z.string().nullable(),
    bootedAt: Time.nullable(),
    slots: z.array(Slot),
    held: orNull(HeldSchema),
    formerly: orNull(z.object({
      until: Time,
      model: z.string(),
      serialNumber: z.string().nullable(),
    })),
    lastFault: orNull(FaultSchema),
    coercions: z.record(z.string(), z.int())
      .describe("How often what it sends had to be mended, by kind"),
    clockOffsetMs: z.number().nullable().describe("The charger's clock minus ours"),
    localList: orNull(LocalListSchema),
    quirkProfile: orNull(z.object({
      id: z.string(),
      foundBy: z.enum(["site.yaml", "boot"]),
      quirks: z.record(z.string(), z.unknown()),
      notes: z.string().nullable(),
    })),
    abilities: orNull(AbilitiesSchema),
    quirks: z.array(QuirkSchema),
    limitPaths: z.array(LimitPathSchema),
    security: SecuritySchema,
  }).meta({ id: "Charger", description: "A charging station" }),
);

/** A charger as it is read. */
export const ChargerWithEvsesSchema = ChargerSchema.extend({ evses: z.array(EvseSchema) })
  .meta({ id: "ChargerWithEvses", description: "A charging station with its EVSEs" });

/** A charger that knocked and waits for somebody to adopt it. */
export const WaitingSchema = viewSchema<WaitingView>()(
  z.object({
    id: z.string(),
    address: z.string(),
    protocols: z.array(z.string()),
    firstSeen: Time,
    lastSeen: Time,
    knocks: z.int(),
  }).meta({ id: "Waiting", description: "A charger that knocked and is not known" }),
);
