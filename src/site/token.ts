import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";

/** Where the decision about a token came from; kept with the transaction for audit. */
export type AuthorizationSource =
  | "list"
  | "cache"
  | "csms"
  | "offline-policy"
  | "site-rule"
  | "remote";

/** A decision about a token, at one EVSE, now. */
export interface Decision {
  readonly info: IdTokenInfo;
  readonly source: AuthorizationSource;
  /** Why, for the record: "Blocked in the local list". */
  readonly reason: string;
}

/**
 * The form in which tokens are compared: 1.6 and 2.x both call identifiers case-insensitive, and
 * card readers pad them with blanks. What is sent on is always the token as it came.
 */
export function tokenKey(idToken: IdToken): string {
  return idToken.idToken.trim().toUpperCase();
}

/** True when two tokens are the same person's. */
export function sameToken(left: IdToken, right: IdToken): boolean {
  return tokenKey(left) !== "" && tokenKey(left) === tokenKey(right);
}

/** True when two tokens belong to one group; an empty group is nobody's (1.6 §3.10, C09.FR.11). */
export function sameGroup(left: IdToken | null, right: IdToken | null): boolean {
  return left !== null && right !== null && sameToken(left, right);
}

/** The group in an answer; null where there is none, or an empty one. */
export function groupOf(info: IdTokenInfo): IdToken | null {
  const group = info.groupIdToken;
  return group === undefined || tokenKey(group) === "" ? null : group;
}

/** True when the token's own expiry lies in the past. */
export function isExpired(info: IdTokenInfo, nowWallMs: number): boolean {
  if (info.cacheExpiryDateTime === undefined) return false;
  const expiresAtMs = Date.parse(info.cacheExpiryDateTime);
  return !Number.isNaN(expiresAtMs) && expiresAtMs <= nowWallMs;
}
