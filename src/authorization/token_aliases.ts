import { drop, put } from "../lib/write.ts";
import { type Aliases, fitsToken16, type IdToken } from "../ocpp/mod.ts";
import { exactKey } from "../site/mod.ts";
import type { TokenWrite } from "./token_book.ts";

/** The short name of a token that 1.6 cannot say. */
export interface TokenAlias {
  readonly alias: string;
  readonly idToken: IdToken;
  /** When it was given, by our wall clock. */
  readonly givenAtMs: number;
}

/** What aliases depend on. */
export interface TokenAliasOptions {
  /** A keyed one-way digest, in hexadecimal: who knows a token must not guess its alias. */
  readonly digest: (text: string) => string;
  /** True for a text that is somebody's token already. */
  readonly isToken: (idToken: IdToken) => boolean;
  /** True for a token whose alias must not be let go: it charges, or stands on the list. */
  readonly isNeeded: (idToken: IdToken) => boolean;
  readonly commit: (writes: readonly TokenWrite[]) => Promise<void>;
  readonly wallMs: () => number;
  readonly capacity: number;
}

/** "ALIAS" and 75 bits: 20 characters of which case does not matter, and which nobody guesses. */
const PREFIX = "ALIAS";
const BITS = 75;
const DIGITS = 15;

/**
 * Opens the aliases that were on disk. An alias is a digest of its token, so one that had to be let
 * go (there are no more than `capacity`) comes out the same when its token is said again.
 */
export function createTokenAliases(
  options: TokenAliasOptions,
  stored: ReadonlyMap<string, TokenAlias>,
): Aliases {
  /** By the key of the token, the one that was not used for longest first. */
  const byToken = new Map<string, TokenAlias>();
  const byAlias = new Map<string, TokenAlias>();
  let written: Promise<void> = Promise.resolve();
  const oldestFirst = [...stored.values()].toSorted((a, b) => a.givenAtMs - b.givenAtMs);
  for (const given of oldestFirst) keep(given);

  function keep(given: TokenAlias): void {
    byToken.set(exactKey(given.idToken), given);
    byAlias.set(given.alias, given);
  }

  function give(idToken: IdToken): TokenAlias {
    const given: TokenAlias = { alias: freeAlias(idToken), idToken, givenAtMs: options.wallMs() };
    const writes: TokenWrite[] = [put("token-aliases", given.alias, given)];
    if (byToken.size >= options.capacity) writes.push(...letOneGo());
    keep(given);
    written = options.commit(writes);
    return given;
  }

  function freeAlias(idToken: IdToken): string {
    for (let attempt = 0;; attempt++) {
      const alias = aliasText(options.digest(`${attempt}\n${exactKey(idToken)}`));
      const isTaken = byAlias.has(alias) || options.isToken({ idToken: alias, type: "Central" });
      if (!isTaken) return alias;
    }
  }

  function letOneGo(): TokenWrite[] {
    for (let left = byToken.size; left > 0; left--) {
      const given = byToken.values().next().value;
      if (given === undefined) break;
      if (options.isNeeded(given.idToken)) {
        touch(given);
        continue;
      }
      byToken.delete(exactKey(given.idToken));
      byAlias.delete(given.alias);
      return [drop("token-aliases", given.alias)];
    }
    return [];
  }

  /** Marks it as just used. */
  function touch(given: TokenAlias): TokenAlias {
    const key = exactKey(given.idToken);
    byToken.delete(key);
    byToken.set(key, given);
    return given;
  }

  return {
    write(idToken) {
      if (fitsToken16(idToken)) return idToken;
      const trimmed = { ...idToken, idToken: idToken.idToken.trim() };
      // Blanks around a token say nothing, so that it may well fit without them.
      if (trimmed.idToken !== "" && fitsToken16(trimmed)) return trimmed;
      const known = byToken.get(exactKey(idToken));
      const { alias } = known === undefined ? give(idToken) : touch(known);
      return { idToken: alias, type: idToken.type };
    },
    read(idToken) {
      const given = byAlias.get(idToken.idToken.trim().toUpperCase());
      return given === undefined ? idToken : touch(given).idToken;
    },
    written: () => written,
  };
}

function aliasText(digest: string): string {
  const bits = BigInt.asUintN(BITS, BigInt(`0x${digest}`));
  return PREFIX + bits.toString(32).padStart(DIGITS, "0").toUpperCase();
}
