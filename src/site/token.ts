import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";

/** Where the decision about a token came from; kept with the transaction for audit. */
export type AuthorizationSource =
  | "list"
  | "cache"
  | "csms"
  | "offline-policy"
  | "site-rule"
  | "remote"
  /** The site sells to everybody. */
  | "free-vend"
  /** A token of a kind that needs no checking: a start button, a payment terminal. */
  | "kind";

/** A decision about a token, at one EVSE, now. */
export interface Decision {
  readonly info: IdTokenInfo;
  readonly source: AuthorizationSource;
  /** Why, for the record: "Blocked in the local list". */
  readonly reason: string;
  /** The token is good to end anybody's transaction, and for nothing else (2.x C16). */
  readonly masterPass?: true;
}

/** Contract ids of ISO 15118 and DIN 91286 as people write them: "DE-8AA-1A2B3C4D5-9". */
const EMAID = /^[A-Z]{2}-?[A-Z0-9]{3}-?[A-Z0-9]{6,9}(-?[A-Z0-9])?$/;

/**
 * The form in which tokens are compared: 1.6 and 2.x both call identifiers case-insensitive, card
 * readers pad them with blanks, and contract ids come with hyphens and without. A private code is
 * compared as it was typed. What is sent on is always the token as it came.
 */
export function tokenKey({ idToken, type }: IdToken): string {
  const typed = idToken.trim();
  if (type === "KeyCode") return typed;
  const text = typed.toUpperCase();
  return type === "eMAID" || EMAID.test(text) ? text.replaceAll("-", "") : text;
}

/** The same for what is kept without the token itself: a code is nobody's card, whatever its text. */
export function exactKey(idToken: IdToken): string {
  const key = tokenKey(idToken);
  return idToken.type === "KeyCode" && key !== "" ? `KeyCode ${key}` : key;
}

/** A token as it may stand in a record of decisions: a private code is nobody's to read. */
export function auditedToken(idToken: IdToken): string {
  return idToken.type === "KeyCode" ? "(code)" : tokenKey(idToken);
}

/**
 * True when two tokens are the same person's. Their kinds count only where both are known: 1.6 knows
 * none, and what it says is read as `ISO14443` or `Central` by its look.
 */
export function sameToken(left: IdToken, right: IdToken): boolean {
  if (left.type === right.type) return isSameText(tokenKey(left), tokenKey(right));
  const kinds = [left.type, right.type];
  if (kinds.includes("KeyCode")) {
    // A card's number that somebody typed is not the card.
    return kinds.includes("Central") && isSameText(left.idToken.trim(), right.idToken.trim());
  }
  const mayBeGuessed = kinds.some((kind) => kind === "Central" || kind === "ISO14443");
  return mayBeGuessed && isSameText(withoutHyphens(left, kinds), withoutHyphens(right, kinds));
}

function isSameText(left: string, right: string): boolean {
  return left !== "" && left === right;
}

/** Beside a contract id hyphens say nothing. */
function withoutHyphens(idToken: IdToken, kinds: readonly string[]): string {
  const key = tokenKey(idToken);
  return kinds.includes("eMAID") ? key.replaceAll("-", "") : key;
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
