import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { CachedToken } from "./cache.ts";
import type { ListedToken } from "./local_list.ts";
import { type AuthorizationSource, type Decision, isExpired } from "../site/mod.ts";

/** Switches of the decision, as the CSMS or site.yaml set them. */
export interface AuthorizationPolicy {
  /** 1.6 LocalPreAuthorize: the list and the cache decide even while the CSMS can be asked. */
  readonly localPreAuthorize: boolean;
  /** 1.6 LocalAuthorizeOffline: known tokens may start while the CSMS is away. */
  readonly localAuthorizeOffline: boolean;
  /** 1.6 AllowOfflineTxForUnknownId. */
  readonly unknownOffline: boolean;
  readonly listEnabled: boolean;
  readonly cacheEnabled: boolean;
  /** Since last use. */
  readonly cacheLifetimeMs: number;
}

/** What is known when a token asks. */
export interface AuthorizationCase {
  readonly idToken: IdToken;
  readonly listed: ListedToken | undefined;
  readonly cached: CachedToken | undefined;
  /** The CSMS can be asked. */
  readonly online: boolean;
  readonly nowWallMs: number;
}

/** A decision, or the need to ask the CSMS first. */
export type Verdict =
  | { readonly kind: "decided"; readonly decision: Decision }
  | { readonly kind: "ask-csms" };

/**
 * May this token charge? (1.6 §3.5.3–3.5.4, 2.x C10–C15.) The list comes before the cache; what they
 * hold counts while offline, and online only with LocalPreAuthorize. Anything but Accepted is asked
 * again online (C14.FR.03) and refused offline.
 */
export function decide(asked: AuthorizationCase, policy: AuthorizationPolicy): Verdict {
  if (asked.idToken.idToken.trim() === "") {
    return refused("Invalid", "site-rule", "the token is empty");
  }
  if (policy.listEnabled && asked.listed !== undefined) {
    return known(asked.listed.info, "list", asked, policy);
  }
  if (policy.cacheEnabled && asked.cached !== undefined) {
    return known(asked.cached.info, "cache", asked, policy);
  }
  if (asked.online) return { kind: "ask-csms" };
  if (!policy.unknownOffline) {
    return refused("Invalid", "offline-policy", "unknown, and the CSMS cannot be asked");
  }
  const reason = "unknown, accepted while the CSMS cannot be asked";
  return decided({ info: { status: "Accepted" }, source: "offline-policy", reason });
}

function known(
  info: IdTokenInfo,
  source: "list" | "cache",
  { online, nowWallMs }: AuthorizationCase,
  policy: AuthorizationPolicy,
): Verdict {
  const place = source === "list" ? "the local list" : "the cache";
  if (info.status !== "Accepted") {
    if (online) return { kind: "ask-csms" };
    return decided({ info, source, reason: `${info.status} in ${place}` });
  }
  if (isExpired(info, nowWallMs)) {
    // Valid but apparently expired must be refused as well (1.6 §3.5.4).
    if (online) return { kind: "ask-csms" };
    return decided({
      info: { ...info, status: "Expired" },
      source,
      reason: `expired in ${place}`,
    });
  }
  if (online && !policy.localPreAuthorize) return { kind: "ask-csms" };
  if (!online && !policy.localAuthorizeOffline) {
    return refused("Invalid", "offline-policy", "known tokens are not accepted offline");
  }
  return decided({ info, source, reason: `accepted by ${place}` });
}

function refused(
  status: IdTokenInfo["status"],
  source: AuthorizationSource,
  reason: string,
): Verdict {
  return decided({ info: { status }, source, reason });
}

function decided(decision: Decision): Verdict {
  return { kind: "decided", decision };
}

/** What the site itself knows against a start, however good the token is. */
export interface SiteCircumstances {
  readonly operative: boolean;
  readonly reservedForAnother: boolean;
  /** The token already charges elsewhere on this site. */
  readonly concurrent: boolean;
  /** The slot, as the CSMS numbers EVSEs. */
  readonly slot: number;
}

/** Lays the site's own rules over an accepted token. A refusal stays what it was. */
export function withSiteRules(decision: Decision, site: SiteCircumstances): Decision {
  if (decision.info.status !== "Accepted") return decision;
  const evses = decision.info.evseId;
  const isElsewhere = evses !== undefined && evses.length > 0 && !evses.includes(site.slot);
  const [status, reason] = !site.operative
    ? ["Invalid", "the EVSE is out of service"] as const
    : site.reservedForAnother
    ? ["Invalid", "the EVSE is reserved for another driver"] as const
    : isElsewhere
    ? ["NotAtThisLocation", "the token is valid at other EVSEs only"] as const
    : site.concurrent
    ? ["ConcurrentTx", "the token is charging elsewhere on this site"] as const
    : [null, ""] as const;
  if (status === null) return decision;
  return { info: { ...decision.info, status }, source: "site-rule", reason };
}
