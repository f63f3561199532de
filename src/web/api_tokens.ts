import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { ApiTokenRecord, Role } from "../site/mod.ts";
import { sameSecret } from "./form.ts";
import type { ApiTokenStore } from "./ports.ts";

/** What a token begins with, so that scanners for secrets find one that was published. */
const PREFIX = "sangam";
const SECRET_BYTES = 32;
/** The ledger is not written for each request of a script. */
const USE_NOTED_EVERY_MS = 3_600_000;
/** More than any site needs; an end to what a mistake in a script could make. */
export const API_TOKENS_MAX = 100;

/** What a new token is to be. */
export interface ApiTokenWish {
  readonly name: string;
  readonly role: Role;
  readonly expiresAtMs: number | null;
}

/** Tokens with which scripts use the API. */
export interface ApiTokens {
  /** Makes a token; its text is nowhere else and cannot be had again. Null: there are too many. */
  make(
    wish: ApiTokenWish,
    createdBy: string,
  ): Promise<{ readonly token: ApiTokenRecord; readonly text: string } | null>;
  /** Whose text this is; null for one that is wrong, revoked or too old. */
  find(text: string): ApiTokenRecord | null;
  /** True while a token may be used. */
  isGood(id: string): boolean;
  /** Notes that a token was used; on disk to the hour. */
  used(id: string, address: string): Promise<void>;
  revoke(id: string): Promise<void>;
}

/** Creates them on what the ledger holds. */
export function createApiTokens(
  { apiTokens: store, clock, ids }: {
    readonly apiTokens: ApiTokenStore;
    readonly clock: Clock;
    readonly ids: Ids;
  },
): ApiTokens {
  const isAlive = ({ expiresAtMs }: ApiTokenRecord) =>
    expiresAtMs === null || clock.wallMs() < expiresAtMs;

  return {
    async make({ name, role, expiresAtMs }, createdBy) {
      if (store.list().length >= API_TOKENS_MAX) return null;
      const id = Buffer.from(ids.secret(4)).toString("hex");
      const secret = Buffer.from(ids.secret(SECRET_BYTES)).toString("base64url");
      const token: ApiTokenRecord = {
        id,
        name,
        role,
        digest: digestOf(secret),
        createdAtMs: clock.wallMs(),
        createdBy,
        expiresAtMs,
        lastUsedMs: null,
        lastUsedFrom: null,
      };
      await store.save(token);
      return { token, text: `${PREFIX}_${id}_${secret}` };
    },
    find(text) {
      const match = /^sangam_([0-9a-f]{8})_([\w-]{43})$/.exec(text);
      const token = store.find(match?.[1] ?? "");
      const isRight = token !== undefined && sameSecret(digestOf(match?.[2] ?? ""), token.digest);
      return isRight && isAlive(token) ? token : null;
    },
    isGood(id) {
      const token = store.find(id);
      return token !== undefined && isAlive(token);
    },
    async used(id, address) {
      const token = store.find(id);
      const nowMs = clock.wallMs();
      if (token === undefined) return;
      const isFresh = token.lastUsedMs !== null && token.lastUsedFrom === address &&
        Math.abs(nowMs - token.lastUsedMs) < USE_NOTED_EVERY_MS;
      if (!isFresh) await store.save({ ...token, lastUsedMs: nowMs, lastUsedFrom: address });
    },
    revoke: (id) => store.remove(id),
  };
}

/** A plain digest will do: nobody can guess 256 bits (ASVS 6.5.2). */
function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
