import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import {
  type AuthorizationSource,
  type Decision,
  groupOf,
  isExpired,
  type Reservation,
  tokenKey,
} from "../site/mod.ts";
import type { CachedToken } from "./cache.ts";
import type { ListedToken } from "./local_list.ts";
import { type SiteCircumstances, withSiteRules } from "./site_rules.ts";
import { kindRules } from "./token_kinds.ts";

/** Switches of the decision, as the CSMS or site.yaml set them. */
export interface AuthorizationPolicy {
  /** 1.6 LocalPreAuthorize: the list and the cache decide even while the CSMS can be asked. */
  readonly localPreAuthorize: boolean;
  /** 1.6 LocalAuthorizeOffline: known tokens may start while the CSMS is away. */
  readonly localAuthorizeOffline: boolean;
  /** 1.6 AllowOfflineTxForUnknownId. */
  readonly unknownOffline: boolean;
  /** How many sessions such a token may have before the CSMS has heard of one; absent: any number. */
  readonly unknownSessionsMax?: number;
  /** 1.6 AuthorizeRemoteTxRequests: what the CSMS orders is authorized like a driver's own wish. */
  readonly authorizeRemoteStart: boolean;
  readonly listEnabled: boolean;
  /** 2.x LocalAuthListCtrlr.SupportsExpiryDateTime: entries of the list expire. */
  readonly listExpires: boolean;
  readonly cacheEnabled: boolean;
  /** Since last use. */
  readonly cacheLifetimeMs: number;
  /** 2.x MasterPassGroupId: who is of this group stops and never starts. Empty for none. */
  readonly masterPassGroup: string;
  /** The site sells to everybody. */
  readonly freeVend: boolean;
}

/** What is known when a token asks. */
export interface AuthorizationCase {
  readonly idToken: IdToken;
  readonly listed: ListedToken | undefined;
  readonly cached: CachedToken | undefined;
  /** The CSMS can be asked. */
  readonly online: boolean;
  readonly nowWallMs: number;
  readonly more?: Circumstances;
}

/** What else may bear on a decision, as far as it is so. */
export interface Circumstances {
  /** What the CSMS said when it was asked just now. */
  readonly answer?: IdTokenInfo;
  /** The order to start that is carried out. */
  readonly order?: StartOrderFacts;
  /** What was decided about this token at this charger a moment ago (ruling 1). */
  readonly recent?: Decision;
  /** For a start: the EVSE, and what speaks against it there. */
  readonly site?: SiteCircumstances;
}

/** Who ordered a start, and for whom. */
export interface StartOrderFacts {
  readonly origin: "csms" | "operator" | "free-vend";
  readonly groupIdToken: IdToken | null;
}

/** A decision, or the need to ask the CSMS first. */
export type Verdict =
  | {
    readonly kind: "decided";
    readonly decision: Decision;
    /** The reservation that an accepted start uses up. */
    readonly uses: Reservation | null;
  }
  | { readonly kind: "ask-csms" };

/**
 * May this token charge? Whether it is good is one thing; that a master pass never starts and what
 * the site has against a start here and now come on top, however good the token is.
 */
export function decide(asked: AuthorizationCase, policy: AuthorizationPolicy): Verdict {
  const decision = aboutToken(asked, policy);
  if (decision === "ask-csms") return { kind: decision };
  const { more: { site } = {} } = asked;
  const judged = withMasterPass(withinOffline(decision, site, policy), asked, policy);
  const { decision: final, uses } = site === undefined
    ? { decision: judged, uses: null }
    : withSiteRules(judged, asked, site);
  return { kind: "decided", decision: final, uses };
}

/**
 * Is the token good? (1.6 §3.5.3–3.5.4, 2.x C10–C15.) The list comes before the cache; what they hold
 * counts while offline, and online only with LocalPreAuthorize. Anything but Accepted is asked again
 * online (C14.FR.03) and refused offline.
 */
function aboutToken(asked: AuthorizationCase, policy: AuthorizationPolicy): Decision | "ask-csms" {
  const { idToken, listed, cached, more: { answer, recent } = {} } = asked;
  const { isChecked } = kindRules(idToken);
  if (!isChecked) return granted("kind", `${idToken.type} needs no checking`);
  const given = ordered(asked, policy) ?? sold(asked, policy) ?? recent;
  if (given !== undefined) return given;
  if (tokenKey(idToken) === "") return refused("Invalid", "site-rule", "the token is empty");
  if (answer !== undefined) {
    return { info: answer, source: "csms", reason: `${answer.status} by the CSMS` };
  }
  if (policy.listEnabled && listed !== undefined) return known(listed.info, "list", asked, policy);
  if (policy.cacheEnabled && cached !== undefined) {
    return known(cached.info, "cache", asked, policy);
  }
  if (asked.online) return "ask-csms";
  return policy.unknownOffline
    ? granted("offline-policy", "unknown, accepted while the CSMS cannot be asked")
    : refused("Invalid", "offline-policy", "unknown, and the CSMS cannot be asked");
}

/** 1.6 §5.11: with AuthorizeRemoteTxRequests the CSMS's order is no more than a driver's wish. */
function ordered(
  { more: { order } = {} }: AuthorizationCase,
  { authorizeRemoteStart, freeVend }: AuthorizationPolicy,
): Decision | undefined {
  if (order === undefined) return undefined;
  const { origin, groupIdToken } = order;
  if (origin === "csms" && authorizeRemoteStart) return undefined;
  const info: IdTokenInfo = {
    status: "Accepted",
    ...(groupIdToken === null ? {} : { groupIdToken }),
  };
  if (origin === "free-vend") {
    return freeVend ? { info, source: origin, reason: "started by the site itself" } : undefined;
  }
  const reason = origin === "csms" ? "ordered by the CSMS" : "ordered by an operator";
  return { info, source: "remote", reason };
}

/**
 * A site that sells to everybody asks nobody; it still tells the group, for those who may stop. Only
 * who has the group of master passes is asked for his right to it.
 */
function sold(asked: AuthorizationCase, policy: AuthorizationPolicy): Decision | undefined {
  const groupIdToken = knownGroup(asked, policy);
  if (!policy.freeVend || isMasterGroup(groupIdToken, policy)) return undefined;
  return {
    info: { status: "Accepted", ...(groupIdToken === null ? {} : { groupIdToken }) },
    source: "free-vend",
    reason: "the site sells to everybody",
  };
}

function known(
  info: IdTokenInfo,
  source: "list" | "cache",
  { online, nowWallMs }: AuthorizationCase,
  policy: AuthorizationPolicy,
): Decision | "ask-csms" {
  const place = source === "list" ? "the local list" : "the cache";
  if (info.status !== "Accepted") {
    return online ? "ask-csms" : { info, source, reason: `${info.status} in ${place}` };
  }
  const mayExpire = source === "cache" || policy.listExpires;
  if (mayExpire && isExpired(info, nowWallMs)) {
    // Valid but apparently expired must be refused as well (1.6 §3.5.4, C13.FR.05).
    if (online) return "ask-csms";
    return { info: { ...info, status: "Expired" }, source, reason: `expired in ${place}` };
  }
  if (online && !policy.localPreAuthorize) return "ask-csms";
  return !online && !policy.localAuthorizeOffline
    ? refused("Invalid", "offline-policy", "known tokens are not accepted offline")
    : { info, source, reason: `accepted by ${place}` };
}

/** A card that nobody knows is good for so much, and no more: the CSMS may never pay for it. */
function withinOffline(
  decision: Decision,
  site: SiteCircumstances | undefined,
  { unknownSessionsMax = Number.POSITIVE_INFINITY }: AuthorizationPolicy,
): Decision {
  if (decision.source !== "offline-policy" || decision.info.status !== "Accepted") return decision;
  const { unheardSessions = 0 } = site ?? {};
  return unheardSessions < unknownSessionsMax
    ? decision
    : refused("Invalid", "offline-policy", `unknown, with ${unheardSessions} sessions already`);
}

/** Who is of the master group does not start, whoever says that he may (C12.FR.09, C16.FR.03). */
function withMasterPass(
  decision: Decision,
  asked: AuthorizationCase,
  policy: AuthorizationPolicy,
): Decision {
  const groupIdToken = groupOf(decision.info) ?? knownGroup(asked, policy);
  if (groupIdToken === null || !isMasterGroup(groupIdToken, policy)) return decision;
  const { info, source, reason } = decision;
  if (info.status !== "Accepted") return decision;
  const isProven = source === "list" || source === "cache" || source === "csms";
  return {
    info: { ...info, groupIdToken, status: "Invalid" },
    source: "site-rule",
    reason: `a master pass stops and never starts (${reason})`,
    ...(isProven ? { masterPass: true } : {}),
  };
}

/** True for the group of master passes. */
export function isMasterGroup(
  group: IdToken | null,
  { masterPassGroup }: Pick<AuthorizationPolicy, "masterPassGroup">,
): boolean {
  if (group === null || masterPassGroup.trim() === "") return false;
  return tokenKey(group) === tokenKey({ idToken: masterPassGroup, type: group.type });
}

/** The group that the list, or else the cache, knows of a token, whatever else they say of it. */
function knownGroup(
  { listed, cached }: AuthorizationCase,
  policy: AuthorizationPolicy,
): IdToken | null {
  if (policy.listEnabled && listed !== undefined) return groupOf(listed.info);
  return policy.cacheEnabled && cached !== undefined ? groupOf(cached.info) : null;
}

function granted(source: AuthorizationSource, reason: string): Decision {
  return { info: { status: "Accepted" }, source, reason };
}

function refused(
  status: IdTokenInfo["status"],
  source: AuthorizationSource,
  reason: string,
): Decision {
  return { info: { status }, source, reason };
}
