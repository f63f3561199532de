import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";

/** A session ends this long after its person last did something. */
export const SESSION_IDLE_MS = 15 * 60_000;
/** A session ends this long after it began, whatever happens. */
export const SESSION_LIFE_MS = 8 * 3_600_000;
const SESSIONS_MAX = 500;
const SESSIONS_PER_USER_MAX = 10;
/** 256 bits. */
const ID_BYTES = 32;

/** Somebody's signed-in browser. */
export interface Session {
  /** The digest of the id in the cookie; the id itself is not kept. */
  readonly key: string;
  readonly userName: string;
  /** Stands in each form, so that a form of another site cannot pass for one of ours. */
  readonly csrf: string;
}

/** The sessions of this run; a restart signs everybody out. */
export interface SessionStore {
  /** Begins a session and returns the id for the cookie. */
  open(userName: string): { readonly id: string; readonly session: Session };
  /** The session behind a cookie, while it lasts. Finding does not prolong it. */
  find(id: string): Session | null;
  isOpen(key: string): boolean;
  /** The person did something. */
  touch(key: string): void;
  close(key: string): void;
  /** Ends every session of a user, but for one. */
  closeOthers(userName: string, keepKey: string | null): void;
}

interface Entry {
  readonly session: Session;
  readonly openedMs: number;
  usedMs: number;
}

/** Creates an empty store. */
export function createSessionStore(clock: Clock, ids: Ids): SessionStore {
  const entries = new Map<string, Entry>();
  const token = () => Buffer.from(ids.secret(ID_BYTES)).toString("base64url");

  function live(key: string): Entry | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    const nowMs = clock.monoMs();
    const isOver = nowMs - entry.usedMs >= SESSION_IDLE_MS ||
      nowMs - entry.openedMs >= SESSION_LIFE_MS;
    if (isOver) entries.delete(key);
    return isOver ? null : entry;
  }

  function makeRoom(userName: string): void {
    for (const key of [...entries.keys()]) live(key);
    const own = [...entries.values()].filter(({ session }) => session.userName === userName);
    const surplus = own.slice(0, Math.max(0, own.length - SESSIONS_PER_USER_MAX + 1));
    for (const { session } of surplus) entries.delete(session.key);
    const oldest = entries.keys().next().value;
    if (entries.size >= SESSIONS_MAX && oldest !== undefined) entries.delete(oldest);
  }

  return {
    open(userName) {
      makeRoom(userName);
      const id = token();
      const session: Session = { key: keyOf(id), userName, csrf: token() };
      const nowMs = clock.monoMs();
      entries.set(session.key, { session, openedMs: nowMs, usedMs: nowMs });
      return { id, session };
    },
    find: (id) => live(keyOf(id))?.session ?? null,
    isOpen: (key) => live(key) !== null,
    touch(key) {
      const entry = live(key);
      if (entry !== null) entry.usedMs = clock.monoMs();
    },
    close: (key) => void entries.delete(key),
    closeOthers(userName, keepKey) {
      for (const [key, { session }] of entries) {
        if (session.userName === userName && key !== keepKey) entries.delete(key);
      }
    },
  };
}

function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
