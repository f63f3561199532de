import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { IdToken } from "../ocpp/mod.ts";
import type { DecisionEvent, SiteEvents } from "./events.ts";
import { auditedToken, type Decision } from "./token.ts";

/** Where and for what a decision was made. */
export type DecisionPlace = Pick<DecisionEvent, "chargerId" | "slot" | "what">;

/** Tells of a decision about a token, for whoever keeps the record. */
export function auditDecision(
  { clock, events }: { readonly clock: Clock; readonly events: Events<SiteEvents> },
  place: DecisionPlace,
  idToken: IdToken,
  { info: { status }, source, reason }: Decision,
  waitedMs: number,
): void {
  const token = auditedToken(idToken);
  const atWallMs = clock.wallMs();
  events.emit("decision", { atWallMs, ...place, token, status, source, reason, waitedMs });
}
