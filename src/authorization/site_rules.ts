import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import {
  type Decision,
  groupOf,
  HELD,
  type Reservation,
  reservationFor,
  type Reservations,
  sameToken,
} from "../site/mod.ts";
import { kindRules } from "./token_kinds.ts";

/** What the site itself knows about a start, however good the token is. */
export interface SiteCircumstances {
  /** The slot, as the CSMS numbers EVSEs. */
  readonly slot: number;
  readonly operative: boolean;
  /** Its charger came back with another shape: nobody knows which EVSE it is (ruling 10). */
  readonly held: boolean;
  readonly reservations: Reservations;
  /** Other EVSEs that the holder of a reservation of the whole site could still be sent to. */
  readonly freeElsewhere: number;
  /** The token charges at another EVSE of this site. */
  readonly chargesElsewhere: boolean;
  /** Why no session may begin on the whole site; null where one may. */
  readonly closed: string | null;
  /** Sessions of this token that nobody vouched for, and that the CSMS has not heard of; absent: 0. */
  readonly unheardSessions?: number;
  /** Another start of the token has won while this one was being decided. */
  readonly isBeaten: boolean;
}

/** A decision with what the site has to say about it. */
export interface SiteVerdict {
  readonly decision: Decision;
  /** The reservation that an accepted start uses up. */
  readonly uses: Reservation | null;
}

/** Lays the site's own rules over an accepted token. A refusal stays what it was. */
export function withSiteRules(
  decision: Decision,
  asked: { readonly idToken: IdToken; readonly online: boolean; readonly nowWallMs: number },
  site: SiteCircumstances,
): SiteVerdict {
  if (decision.info.status !== "Accepted") return { decision, uses: null };
  const { slot, freeElsewhere, reservations } = site;
  const start = { slot, idToken: asked.idToken, groupIdToken: groupOf(decision.info) };
  const reserved = reservationFor(
    reservations,
    { ...start, freeElsewhere },
    asked.nowWallMs,
    sameToken,
  );
  const evses = decision.info.evseId;
  const isElsewhere = evses !== undefined && evses.length > 0 && !evses.includes(slot);
  // Who sells to everybody has said that charging comes before the books.
  if (site.closed !== null && decision.source !== "free-vend") {
    return against("Invalid", site.closed);
  }
  if (site.held) return against("Invalid", HELD);
  if (!site.operative) return against("Invalid", "the EVSE is out of service");
  if (reserved.kind === "reserved-for-another") {
    return against("Invalid", "the EVSE is reserved for another driver");
  }
  if (isElsewhere) {
    return against("NotAtThisLocation", "the token is valid at other EVSEs only");
  }
  if (isConcurrent(decision, asked, site)) {
    return against("ConcurrentTx", "the token is charging elsewhere on this site");
  }
  return { decision, uses: reserved.kind === "own" ? reserved.reservation : null };

  function against(status: IdTokenInfo["status"], reason: string): SiteVerdict {
    const refusal: Decision = {
      info: { ...decision.info, status },
      source: "site-rule",
      reason,
    };
    return { decision: refusal, uses: null };
  }
}

/**
 * By itself the site lets a token charge in one place at a time. The CSMS may let it charge in two,
 * while it is there to hear of both; but of a start that won meanwhile it knew nothing when it was
 * asked. Who orders a start knows what he does.
 */
function isConcurrent(
  { source }: Decision,
  { idToken, online }: { readonly idToken: IdToken; readonly online: boolean },
  { chargesElsewhere, isBeaten }: SiteCircumstances,
): boolean {
  if (!kindRules(idToken).isOnePerson || source === "remote" || source === "free-vend") {
    return false;
  }
  return isBeaten || (chargesElsewhere && !(source === "csms" && online));
}
