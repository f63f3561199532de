import { createHash } from "node:crypto";
import { sameJson } from "../lib/json.ts";
import type { AuthorizationEntry } from "../ocpp/mod.ts";
import { groupOf, isExpired, tokenKey } from "../site/mod.ts";
import { isMasterGroup } from "./decision.ts";
import type { ListedToken, LocalList } from "./local_list.ts";
import { isRemembered } from "./token_kinds.ts";

/** What a charger was last given of the site's list, as it is kept on disk. */
export interface ChargerListRecord {
  readonly chargerId: string;
  /** The highest version ever sent to it. Versions only grow. */
  readonly version: number;
  /** Of the entries that it took; null while a push is under way, or where it refused one. */
  readonly digest: string | null;
  readonly entries: number;
  /** When it took them, by our wall clock; null where it never did. */
  readonly pushedAtMs: number | null;
}

/** The entries for one charger, by the key of their token. */
export type ChargerList = ReadonlyMap<string, AuthorizationEntry>;

/** What the choice depends on besides the list. */
export interface ListChoice {
  /** Slots of the charger. */
  readonly slots: readonly number[];
  /** How many entries it takes. */
  readonly capacity: number;
  /** Members stop other people's sessions and start none (2.x C16), which no 1.6 charger knows. */
  readonly masterPassGroup: string;
  readonly nowWallMs: number;
}

/**
 * Tokens that a charger may accept by itself: accepted, not expired, and good at each of its EVSEs.
 * The others are left out: to a charger they are strangers.
 */
export function acceptableAt(
  list: LocalList,
  { slots, masterPassGroup, nowWallMs }: Omit<ListChoice, "capacity">,
): readonly ListedToken[] {
  return [...list.tokens.values()].filter(({ idToken, info }) => {
    const group = groupOf(info);
    const evses = info.evseId ?? [];
    return info.status === "Accepted" && tokenKey(idToken) !== "" && !isExpired(info, nowWallMs) &&
      !isMasterGroup(group, { masterPassGroup }) && isRemembered(idToken) &&
      (evses.length === 0 || slots.every((slot) => evses.includes(slot)));
  });
}

/**
 * As many of them as the charger takes: those used there last, then those used on the site last,
 * then by name. `recentKeys`: keys of tokens, the ones used last first.
 */
export function chosenFor(
  tokens: readonly ListedToken[],
  capacity: number,
  recentKeys: readonly string[],
): ChargerList {
  const rank = new Map<string, number>();
  for (const key of recentKeys) if (!rank.has(key)) rank.set(key, rank.size);
  const rankOf = (key: string) => rank.get(key) ?? rank.size;
  const chosen = tokens.map((token) => [tokenKey(token.idToken), token] as const)
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
    .slice(0, capacity);
  return new Map(chosen.map(([key, token]) => [key, entryOf(token)]));
}

/** One entry object a token, however many chargers have it. */
const entries = new WeakMap<ListedToken, AuthorizationEntry>();

function entryOf(token: ListedToken): AuthorizationEntry {
  const known = entries.get(token);
  if (known !== undefined) return known;
  const { idToken, info: { cacheExpiryDateTime, groupIdToken } } = token;
  const entry: AuthorizationEntry = {
    idToken,
    idTokenInfo: {
      status: "Accepted",
      ...(cacheExpiryDateTime === undefined ? {} : { cacheExpiryDateTime }),
      ...(groupIdToken === undefined || tokenKey(groupIdToken) === "" ? {} : { groupIdToken }),
    },
  };
  entries.set(token, entry);
  return entry;
}

/** The entries of a differential update: removed tokens without info, then new and changed ones. */
export function listChanges(before: ChargerList, after: ChargerList): AuthorizationEntry[] {
  const removed = [...before].filter(([key]) => !after.has(key))
    .map(([, { idToken }]) => ({ idToken }));
  const set = [...after].filter(([key, entry]) => !sameJson(before.get(key), entry))
    .map(([, entry]) => entry);
  return [...removed, ...set];
}

/** Tells lists apart; what is in them cannot be read from it. */
export function listDigest(list: ChargerList): string {
  const hash = createHash("sha256");
  for (const key of [...list.keys()].toSorted()) hash.update(`${JSON.stringify(list.get(key))}\n`);
  return hash.digest("base64url");
}

/** Entries in messages of at most `itemsMax`; one message for none. */
export function inMessages(
  changes: readonly AuthorizationEntry[],
  itemsMax: number,
): readonly (readonly AuthorizationEntry[])[] {
  const count = Math.max(1, Math.ceil(changes.length / itemsMax));
  return Array.from(
    { length: count },
    (_, index) => changes.slice(index * itemsMax, (index + 1) * itemsMax),
  );
}
