import { drop, put, type WriteOf } from "../lib/write.ts";
import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import { type CachedToken, createTokenCache } from "./cache.ts";
import type { ChargerListRecord } from "./charger_list.ts";
import {
  type AuthorizationPolicy,
  type Circumstances,
  decide,
  isMasterGroup,
  type Verdict,
} from "./decision.ts";
import {
  editList,
  editMany,
  EMPTY_LIST,
  type ListedToken,
  listedToken,
  type ListUpdate,
  type LocalList,
  type TokenOrder,
  updateList,
} from "./local_list.ts";
import { type DriverPreferences, exactKey, groupOf, isExpired, tokenKey } from "../site/mod.ts";
import type { TokenAlias } from "./token_aliases.ts";
import { isRemembered } from "./token_kinds.ts";

/** What authorization keeps on disk. */
export interface TokenCollections {
  readonly "local-list": ListedToken;
  readonly "local-list-version": number;
  readonly "authorization-cache": CachedToken;
  /** By the charger. */
  readonly "charger-lists": ChargerListRecord;
  /** By the alias itself. */
  readonly "token-aliases": TokenAlias;
}

export type TokenWrite = WriteOf<TokenCollections>;

/** What was on disk at the start. */
export interface TokenSnapshot {
  readonly listed: ReadonlyMap<string, ListedToken>;
  readonly listVersion: number;
  readonly cached: ReadonlyMap<string, CachedToken>;
}

export interface TokenBookOptions {
  readonly policy: () => AuthorizationPolicy;
  /** A keyed one-way digest, so that a stolen cache names nobody. */
  readonly digest: (text: string) => string;
  readonly cacheCapacity: number;
  readonly listCapacity: number;
  readonly heard?: TokenListener;
}

/** Hears what happens to the list. */
export interface TokenListener {
  listChanged(): void;
  /** Answers of the CSMS contradict its own list (1.6 §3.5.2), or do no longer. */
  conflict(state: "raised" | "over"): void;
}

/** The local list and the cache in memory. Each change returns what to write. */
export interface TokenBook {
  readonly list: () => LocalList;
  readonly cacheSize: () => number;
  /** True for a token of the list or the cache, whatever they say of it. */
  knows(idToken: IdToken): boolean;
  /** The CSMS has answered otherwise about a token than its list says, and not settled it yet. */
  hasListConflict(): boolean;
  /** What is kept of a token, for whoever has a right to know. */
  recall(idToken: IdToken): {
    readonly listed: ListedToken | undefined;
    readonly cached: CachedToken | undefined;
  };
  /** Forgets a token; the list stays as the CSMS wants it (2.x N10.FR.03). */
  forget(idToken: IdToken): readonly TokenWrite[];
  /** What is to be done about a token; `more` is what else bears on it than what the book knows. */
  judge(idToken: IdToken, online: boolean, nowWallMs: number, more?: Circumstances): Verdict;
  /** True for the group of master passes, and for a token that is known to be of it. */
  isMasterPass(idToken: IdToken, group: IdToken | null): boolean;
  /** Learns an answer of the CSMS. Tokens of the list are never cached (1.6 §3.5.3). */
  learn(idToken: IdToken, info: IdTokenInfo, nowWallMs: number): TokenLesson;
  update(update: ListUpdate): {
    readonly status: "Accepted" | "Failed" | "VersionMismatch";
    readonly writes: readonly TokenWrite[];
  };
  /** False for a token that is not in the list while that is full. */
  hasRoomFor(idToken: IdToken): boolean;
  /** Sets a token of the list on the operator's word, or (info null) takes it off. */
  edit(
    idToken: IdToken,
    info: IdTokenInfo | null,
    preferences?: DriverPreferences,
  ): readonly TokenWrite[];
  /** Sets many tokens of the list on the operator's word. */
  editMany(orders: readonly TokenOrder[]): readonly TokenWrite[];
  /** How many more tokens the list can hold. */
  room(): number;
  clearCache(): readonly TokenWrite[];
  /**
   * Takes some tokens of a long update out of the cache that are now in the list; null when all are.
   * Each costs a digest, and nobody should wait for ten thousand.
   */
  sweep(): readonly TokenWrite[] | null;
  /** What is to be written of the uses of cached tokens: each at most once an hour. */
  uses(): readonly TokenWrite[];
}

/** What an answer of the CSMS taught. */
export interface TokenLesson {
  readonly writes: readonly TokenWrite[];
  /** The answer contradicts the local list (1.6 §3.5.2: report LocalListConflict). */
  readonly conflictsWithList: boolean;
}

const SWEPT_AT_ONCE = 500;

/** Opens the book on what was on disk. */
export function createTokenBook(options: TokenBookOptions, snapshot: TokenSnapshot): TokenBook {
  let list: LocalList = { version: snapshot.listVersion, tokens: snapshot.listed };
  const cache = createTokenCache(options.cacheCapacity, snapshot.cached);
  /** Keys of listed tokens about which the CSMS has answered otherwise since. */
  const conflicts = new Set<string>();
  /** Keys of listed tokens that may still be in the cache. */
  const unswept = new Set<string>();

  function judge(
    idToken: IdToken,
    online: boolean,
    nowWallMs: number,
    more: Circumstances = {},
  ): Verdict {
    const policy = options.policy();
    const digest = options.digest(exactKey(idToken));
    const cached = cache.use(digest, nowWallMs, policy.cacheLifetimeMs);
    const listed = listedToken(list, idToken);
    const atMs = cache.timeMs(nowWallMs);
    return decide({ idToken, listed, cached, online, nowWallMs: atMs, more }, policy);
  }

  /** Uses go to disk with whatever else does. */
  function uses(): TokenWrite[] {
    return cache.usesToWrite().map((used) => put("authorization-cache", used.digest, used));
  }

  function learn(idToken: IdToken, info: IdTokenInfo, nowWallMs: number): TokenLesson {
    const listed = listedToken(list, idToken);
    if (listed !== undefined) {
      // What an operator listed is no list of the CSMS, and no update of it could settle that.
      const conflictsWithList = listed.origin === "csms" &&
        validity(listed.info, nowWallMs) !== validity(info, nowWallMs);
      noteConflicts((keys) => {
        if (conflictsWithList) keys.add(tokenKey(listed.idToken));
        else keys.delete(tokenKey(listed.idToken));
      });
      return { writes: [], conflictsWithList };
    }
    const digest = options.digest(exactKey(idToken));
    // Even a cache that is switched off must not hold outdated answers when it comes back.
    const isKept = options.policy().cacheEnabled || cache.has(digest);
    if (!isKept || !isRemembered(idToken) || tokenKey(idToken) === "") {
      return { writes: [], conflictsWithList: false };
    }
    const change = cache.remember(digest, info, nowWallMs);
    const evicted = change.evicted.map((key) => drop("authorization-cache", key));
    return {
      writes: [put("authorization-cache", digest, change.stored), ...evicted, ...uses()],
      conflictsWithList: false,
    };
  }

  function noteConflicts(change: (keys: Set<string>) => void): void {
    const hadAny = conflicts.size > 0;
    change(conflicts);
    const hasAny = conflicts.size > 0;
    if (hasAny !== hadAny) options.heard?.conflict(hasAny ? "raised" : "over");
  }

  function adopt(next: LocalList, changed: readonly string[]): readonly TokenWrite[] {
    list = next;
    if (changed.length > 0) options.heard?.listChanged();
    return changed.map((key) => {
      const token = next.tokens.get(key);
      return token === undefined ? drop("local-list", key) : put("local-list", key, token);
    });
  }

  return {
    list: () => list,
    cacheSize: cache.size,
    knows(idToken) {
      return listedToken(list, idToken) !== undefined ||
        cache.has(options.digest(exactKey(idToken)));
    },
    hasListConflict: () => conflicts.size > 0,
    recall: (idToken) => ({
      listed: listedToken(list, idToken),
      cached: cache.get(options.digest(exactKey(idToken))),
    }),
    forget(idToken) {
      const digest = options.digest(exactKey(idToken));
      return cache.forget(digest) ? [drop("authorization-cache", digest)] : [];
    },
    judge,
    isMasterPass(idToken, group) {
      const policy = options.policy();
      const cached = cache.get(options.digest(exactKey(idToken)));
      const known = listedToken(list, idToken)?.info ?? cached?.info;
      return isMasterGroup(group, policy) ||
        (known !== undefined && isMasterGroup(groupOf(known), policy));
    },
    learn,
    update(update) {
      const outcome = updateList(list, update, options.listCapacity);
      if (outcome.kind === "version-mismatch") return { status: "VersionMismatch", writes: [] };
      if (outcome.kind === "failed") return { status: "Failed", writes: [] };
      const writes = adopt(outcome.list, outcome.changed);
      noteConflicts((keys) => {
        if (update.type === "Full") keys.clear();
        for (const { idToken } of update.entries) keys.delete(tokenKey(idToken));
      });
      const version = put("local-list-version", "csms", outcome.list.version);
      // An id in the list is not kept in the cache as well (1.6 §3.5.3).
      return { status: "Accepted", writes: [...writes, version, ...forgetListed(outcome.changed)] };
    },
    hasRoomFor: (idToken) =>
      listedToken(list, idToken) !== undefined || list.tokens.size < options.listCapacity,
    edit(idToken, info, preferences) {
      const key = tokenKey(idToken);
      // The same text may stand there as another kind, and then under another key.
      const before = listedToken(list, idToken)?.idToken ?? idToken;
      const keys = [...new Set([tokenKey(before), key])];
      noteConflicts((conflicting) => keys.forEach((each) => conflicting.delete(each)));
      const cleared = editList(list, before, null);
      const next = info === null ? cleared : editList(cleared, idToken, info, preferences);
      return [
        ...adopt(next, keys.filter((each) => list.tokens.get(each) !== next.tokens.get(each))),
        ...forgetListed(keys),
      ];
    },
    editMany(orders) {
      const next = editMany(list, orders);
      noteConflicts((conflicting) => next.changed.forEach((each) => conflicting.delete(each)));
      return [...adopt(next.list, next.changed), ...forgetListed(next.changed)];
    },
    room: () => Math.max(0, options.listCapacity - list.tokens.size),
    clearCache: () => cache.clear().map((key) => drop("authorization-cache", key)),
    sweep,
    uses,
  };

  function forgetListed(keys: readonly string[]): readonly TokenWrite[] {
    if (cache.size() > 0) { for (const key of keys) if (list.tokens.has(key)) unswept.add(key); }
    return sweep() ?? [];
  }

  function sweep(): readonly TokenWrite[] | null {
    if (unswept.size === 0) return null;
    const keys = [...unswept].slice(0, SWEPT_AT_ONCE);
    for (const key of keys) unswept.delete(key);
    return keys.flatMap((key) => list.tokens.get(key) ?? [])
      .map(({ idToken }) => options.digest(exactKey(idToken)))
      .filter((digest) => cache.forget(digest))
      .map((digest) => drop("authorization-cache", digest));
  }
}

/** A list calls a token valid while it charges elsewhere too (1.6 §3.5.2), until it expires. */
function validity(info: IdTokenInfo, nowWallMs: number): IdTokenInfo["status"] {
  if (info.status !== "Accepted" && info.status !== "ConcurrentTx") return info.status;
  return isExpired(info, nowWallMs) ? "Expired" : "Accepted";
}

/** A book with nothing in it. */
export const EMPTY_TOKENS: TokenSnapshot = {
  listed: EMPTY_LIST.tokens,
  listVersion: EMPTY_LIST.version,
  cached: new Map(),
};
