import { z } from "zod";
import type { AuditEntry } from "../../../site/mod.ts";
import type {
  DecisionView,
  MessageView,
  OrphanStopView,
  OutboxRowView,
  TokenUsageView,
  TokenView,
} from "../../views.ts";
import { Slot, Time, TokenText } from "./common.ts";
import { viewSchema } from "./view_schema.ts";

/** A record that waits for the CSMS. */
export const OutboxRowSchema = viewSchema<OutboxRowView>()(
  z.object({
    id: z.int(),
    transactionId: z.string(),
    slot: Slot,
    kind: z.enum(["started", "updated", "ended"]),
    createdAt: Time,
    refusals: z.int(),
    lastError: z.string().nullable(),
    dead: z.boolean().describe("It waits for an operator"),
  }).meta({ id: "OutboxRow", description: "A record that waits for the CSMS" }),
);

/** The end of a session that nobody knows. */
export const OrphanStopSchema = viewSchema<OrphanStopView>()(
  z.object({
    id: z.string(),
    chargerId: z.string(),
    heardAt: Time,
    stoppedAt: Time.describe("By the charger's clock"),
    chargersOwnId: z.string().nullable(),
    registerWh: z.number(),
    token: TokenText.nullable(),
    stopReason: z.string(),
  }).meta({ id: "OrphanStop", description: "The end of a session that nobody knows" }),
);

/** An entry of the site's list of tokens. */
export const TokenSchema = viewSchema<TokenView>()(
  z.object({
    token: TokenText,
    type: z.string().meta({ example: "Central" }),
    status: z.string().meta({ example: "Accepted" }),
    expires: Time.nullable(),
    group: z.string().nullable(),
    origin: z.enum(["csms", "operator"]),
    priority: z.int().nullable(),
    departure: z.string().nullable().meta({ example: "17:30" }),
    energyKwh: z.number().nullable(),
  }).meta({ id: "Token", description: "An entry of the site's list of tokens" }),
);

/** What a token was used for. */
export const TokenUsageSchema = viewSchema<TokenUsageView>()(
  z.object({
    token: TokenText,
    sessions: z.int(),
    energyWh: z.number(),
    lastUsedAt: Time,
  }).meta({
    id: "TokenUsage",
    description: "Sessions of a listed token that ended in the last twelve months",
  }),
);

/** A decision about a token. */
export const DecisionSchema = viewSchema<DecisionView>()(
  z.object({
    at: Time,
    chargerId: z.string(),
    slot: Slot.nullable(),
    token: TokenText,
    what: z.enum(["authorize", "start", "stop", "remote-start"]),
    status: z.string(),
    source: z.string().describe("Who decided: the list, the cache, the CSMS, a rule"),
    reason: z.string(),
    waitedMs: z.number(),
  }).meta({ id: "Decision", description: "A token was let in or turned away" }),
);

/** A frame of the message log. */
export const MessageSchema = viewSchema<MessageView>()(
  z.object({
    id: z.int(),
    atWallMs: z.number().describe("Unix time in milliseconds"),
    peer: z.string().describe("The charger's id, or csms"),
    direction: z.enum(["in", "out"]),
    text: z.string().describe("The OCPP-J frame; passwords and keys are masked"),
  }).meta({ id: "Message", description: "An OCPP frame as it went over a wire" }),
);

/** An entry of the audit log, as the API tells it. */
export type AuditView = Omit<AuditEntry, "atWallMs"> & { readonly at: string };

/** An entry of the audit log. */
export const AuditEntrySchema = viewSchema<Omit<AuditView, "what"> & { readonly what: string }>()(
  z.object({
    number: z.int().describe("Counted from 1, without a gap"),
    at: Time,
    who: z.string(),
    way: z.enum(["page", "api", "mqtt", "console", "csms", "rule"]),
    from: z.string(),
    what: z.string().meta({ example: "command start" }),
    about: z.string(),
    outcome: z.enum(["done", "refused", "failed"]),
    detail: z.string(),
    hash: z.string().describe("Digest of the entry and of the hash before it"),
  }).meta({ id: "AuditEntry", description: "Who did what, from where, and how it went" }),
);
