import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";

/** What a CSMS says about a token. */
export type IdTagInfo16 = Responses16["Authorize"]["idTagInfo"];

/** A token that the station knows by itself. */
export interface KnownToken {
  readonly source: "list" | "cache";
  /** With "Expired" where its time is over. */
  readonly info: IdTagInfo16;
}

/** What a station's settings say of both. */
export interface TokenRules {
  hasList(): boolean;
  hasCache(): boolean;
  /** How many tokens go into the list, and into one message. */
  listMax(): number;
  messageMax(): number;
}

/** The local authorization list and the authorization cache (1.6 §3.5). */
export interface TokenMemory {
  /** The list goes before the cache (§3.5.3). */
  lookup(idTag: string, nowMs: number): KnownToken | null;
  /** Notes an IdTagInfo of the CSMS in the cache, unless the list has the token. */
  learn(idTag: string, info: IdTagInfo16 | undefined): void;
  clearCache(): Responses16["ClearCache"]["status"];
  sendLocalList(request: Requests16["SendLocalList"]): Responses16["SendLocalList"]["status"];
  /** 0 for an empty list, -1 where there is no list (§5.10). */
  listVersion(): number;
}

const CACHE_MAX = 500;

/** Creates both, empty. */
export function createTokenMemory(rules: TokenRules): TokenMemory {
  const { hasList, hasCache } = rules;
  let list: ReadonlyMap<string, IdTagInfo16> = new Map();
  let version = 0;
  const cache = new Map<string, IdTagInfo16>();

  function makeRoom(): void {
    const refused = [...cache].find(([, info]) => info.status !== "Accepted");
    const oldest = refused ?? [...cache][0];
    if (oldest !== undefined) cache.delete(oldest[0]);
  }

  return {
    lookup(idTag, nowMs) {
      const key = keyOf(idTag);
      const listed = hasList() ? list.get(key) : undefined;
      if (listed !== undefined) return { source: "list", info: asOf(listed, nowMs) };
      const cached = hasCache() ? cache.get(key) : undefined;
      return cached === undefined ? null : { source: "cache", info: asOf(cached, nowMs) };
    },
    learn(idTag, info) {
      const key = keyOf(idTag);
      if (info === undefined || !hasCache() || (hasList() && list.has(key))) return;
      cache.delete(key);
      if (cache.size >= CACHE_MAX) makeRoom();
      cache.set(key, info);
    },
    clearCache() {
      if (!hasCache()) return "Rejected";
      cache.clear();
      return "Accepted";
    },
    sendLocalList(request) {
      if (!hasList()) return "NotSupported";
      const { updateType, listVersion, localAuthorizationList: entries = [] } = request;
      if (updateType === "Differential" && listVersion <= version) return "VersionMismatch";
      const isTooLong = entries.length > rules.messageMax();
      if (listVersion <= 0 || isTooLong || !areFit(entries, updateType)) return "Failed";
      const next = updated(updateType === "Full" ? new Map() : list, entries);
      if (next.size > rules.listMax()) return "Failed";
      list = next;
      version = listVersion;
      for (const key of list.keys()) cache.delete(key);
      return "Accepted";
    },
    listVersion: () => !hasList() ? -1 : list.size === 0 ? 0 : version,
  };
}

type ListEntry = NonNullable<Requests16["SendLocalList"]["localAuthorizationList"]>[number];

/** No token twice, and in a full list none without its status (§7.1). */
function areFit(entries: readonly ListEntry[], updateType: "Full" | "Differential"): boolean {
  const keys = new Set(entries.map(({ idTag }) => keyOf(idTag)));
  return keys.size === entries.length &&
    (updateType === "Differential" || entries.every(({ idTagInfo }) => idTagInfo !== undefined));
}

function updated(
  list: ReadonlyMap<string, IdTagInfo16>,
  entries: readonly ListEntry[],
): ReadonlyMap<string, IdTagInfo16> {
  const next = new Map(list);
  for (const { idTag, idTagInfo } of entries) {
    if (idTagInfo === undefined) next.delete(keyOf(idTag));
    else next.set(keyOf(idTag), idTagInfo);
  }
  return next;
}

/** Tokens are case-insensitive (§7.28). */
function keyOf(idTag: string): string {
  return idTag.toLowerCase();
}

function asOf(info: IdTagInfo16, nowMs: number): IdTagInfo16 {
  const isOver = info.expiryDate !== undefined && Date.parse(info.expiryDate) <= nowMs;
  return isOver && info.status === "Accepted" ? { ...info, status: "Expired" } : info;
}
