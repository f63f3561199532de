import type { AuthorizationEntry, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import { sameJson } from "../lib/json.ts";
import { type DriverPreferences, sameToken, tokenKey } from "../site/mod.ts";

/** A token of the local list, with what the CSMS (or the operator) says of it. */
export interface ListedToken {
  readonly idToken: IdToken;
  readonly info: IdTokenInfo;
  /** Who put it there. Updates of the CSMS leave the operator's own entries alone. */
  readonly origin: "csms" | "operator";
  /** What is usual for its driver, as an operator has entered it. */
  readonly preferences?: DriverPreferences;
}

/** The local authorization list: versioned by the CSMS, never mixed with the cache. */
export interface LocalList {
  /** 0 while nothing of the CSMS stands in the list (1.6 §5.10). */
  readonly version: number;
  readonly tokens: ReadonlyMap<string, ListedToken>;
}

/** An update of the list from the CSMS. */
export interface ListUpdate {
  readonly version: number;
  readonly type: "Full" | "Differential";
  readonly entries: readonly AuthorizationEntry[];
}

/** What became of an update. `changed` holds keys of `list.tokens` that were set or removed. */
export type ListUpdateOutcome =
  | { readonly kind: "applied"; readonly list: LocalList; readonly changed: readonly string[] }
  | { readonly kind: "version-mismatch" }
  | { readonly kind: "failed"; readonly reason: string };

/** The list before anything was said. */
export const EMPTY_LIST: LocalList = { version: 0, tokens: new Map() };

/**
 * Applies an update (1.6 §5.15, D01). A differential one must be newer than the list (D01.FR.19); a
 * full one replaces it whatever the versions are. Entries without info remove the token. Nothing is
 * changed unless all can be. A list that the update leaves empty has version 0 (1.6 §5.10).
 */
export function updateList(
  list: LocalList,
  update: ListUpdate,
  tokensMax: number,
): ListUpdateOutcome {
  // Versions 0 and -1 mean "empty" and "not supported" (1.6 errata 3.52), so no update carries them.
  if (!Number.isInteger(update.version) || update.version < 1) {
    return { kind: "failed", reason: `Version ${update.version} is not a positive whole number` };
  }
  if (update.type === "Differential" && update.version <= list.version) {
    return { kind: "version-mismatch" };
  }
  const entries = new Map(update.entries.map((entry) => [tokenKey(entry.idToken), entry]));
  if (entries.size < update.entries.length) {
    return { kind: "failed", reason: "The update names one token twice" };
  }
  const tokens = updatedTokens(list, update.type, entries);
  if (tokens.size > tokensMax) {
    return { kind: "failed", reason: `The list would hold more than ${tokensMax} tokens` };
  }
  const isEmptied = [...tokens.values()].every(({ origin }) => origin === "operator");
  const version = isEmptied ? 0 : update.version;
  // A differential update can change what it names, and nothing else.
  const keys = update.type === "Full" ? [...list.tokens.keys(), ...entries.keys()] : entries.keys();
  const changed = [...new Set(keys)]
    .filter((key) => !sameJson(list.tokens.get(key), tokens.get(key)));
  return { kind: "applied", list: { version, tokens }, changed };
}

/** Sets or removes (info null) one token on the operator's word. The CSMS's version stays. */
export function editList(
  list: LocalList,
  idToken: IdToken,
  info: IdTokenInfo | null,
  preferences: DriverPreferences = {},
): LocalList {
  const tokens = new Map(list.tokens);
  if (info === null) tokens.delete(tokenKey(idToken));
  else tokens.set(tokenKey(idToken), operatorsEntry({ idToken, info, preferences }));
  return { ...list, tokens };
}

/** What an operator says of one token. */
export interface TokenOrder {
  readonly idToken: IdToken;
  readonly info: IdTokenInfo;
  readonly preferences: DriverPreferences;
}

/** Sets many of them at once, and says which keys that changed; the list is copied once. */
export function editMany(
  list: LocalList,
  orders: readonly TokenOrder[],
): { readonly list: LocalList; readonly changed: readonly string[] } {
  const tokens = new Map(list.tokens);
  const changed = new Set<string>();
  for (const order of orders) {
    // The same text may stand there as another kind, and then under another key.
    const before = listedToken({ ...list, tokens }, order.idToken)?.idToken ?? order.idToken;
    tokens.delete(tokenKey(before));
    tokens.set(tokenKey(order.idToken), operatorsEntry(order));
    changed.add(tokenKey(before)).add(tokenKey(order.idToken));
  }
  return { list: { ...list, tokens }, changed: [...changed] };
}

function operatorsEntry({ idToken, info, preferences }: TokenOrder): ListedToken {
  const says = Object.keys(preferences).length > 0 ? { preferences } : {};
  return { idToken, info, origin: "operator", ...says };
}

/** The entry of a token; a private code stands in the list as it is typed. */
export function listedToken({ tokens }: LocalList, idToken: IdToken): ListedToken | undefined {
  const typed = idToken.idToken.trim();
  return [tokenKey(idToken), typed, typed.toUpperCase()]
    .map((key) => tokens.get(key))
    .find((entry) => entry !== undefined && sameToken(entry.idToken, idToken));
}

function operatorsOwn(list: LocalList): [string, ListedToken][] {
  return [...list.tokens].filter(([, { origin }]) => origin === "operator");
}

function updatedTokens(
  list: LocalList,
  type: ListUpdate["type"],
  entries: ReadonlyMap<string, AuthorizationEntry>,
): Map<string, ListedToken> {
  const tokens = new Map(type === "Full" ? operatorsOwn(list) : list.tokens);
  for (const [key, { idToken, idTokenInfo }] of entries) {
    if (tokens.get(key)?.origin === "operator") continue;
    if (idTokenInfo === undefined) tokens.delete(key);
    else tokens.set(key, { idToken, info: idTokenInfo, origin: "csms" });
  }
  return tokens;
}
