import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";

/** A session ends this long after its person last did something. */
export const SESSION_IDLE_MS = 15 * 60_000;
/** A session ends this long after it began, whatever happens. */
export const SESSION_LIFE_MS = 8 * 3_600_000;
/** So long after showing who one is, one need not do so again for what is delicate. */
export const PROOF_LIFE_MS = 10 * 60_000;
const SESSIONS_MAX = 500;
const SESSIONS_PER_USER_MAX = 10;
const AGENT_LENGTH_MAX = 200;
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

/** Where a session is used, as its request says. */
export interface SessionPlace {
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

/** A session, for people to recognise it. */
export interface SessionView extends SessionPlace {
  readonly key: string;
  readonly userName: string;
  readonly openedAtMs: number;
  readonly usedAtMs: number;
}

/** The sessions of this run; a restart signs everybody out. */
export interface SessionStore {
  /** Begins a session of somebody who has just shown who it is; the id is for the cookie. */
  open(
    userName: string,
    place?: SessionPlace,
  ): { readonly id: string; readonly session: Session };
  /** The session behind a cookie, while it lasts. Finding does not prolong it. */
  find(id: string): Session | null;
  isOpen(key: string): boolean;
  /** The person did something. */
  touch(key: string): void;
  /** The person has shown again who it is. */
  prove(key: string): void;
  /** True for some minutes after the person showed who it is. */
  isProved(key: string): boolean;
  /** Those of a user, newest first. */
  list(userName: string): readonly SessionView[];
  close(key: string): void;
  /** Ends every session of a user, but for one. */
  closeOthers(userName: string, keepKey: string | null): void;
}

interface Entry {
  readonly session: Session;
  readonly place: SessionPlace;
  readonly openedAtMs: number;
  readonly openedMs: number;
  usedMs: number;
  provedMs: number;
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

  function viewOf({ session, place, openedAtMs, openedMs, usedMs }: Entry): SessionView {
    const { key, userName } = session;
    return { ...place, key, userName, openedAtMs, usedAtMs: openedAtMs + usedMs - openedMs };
  }

  return {
    open(userName, { address, agent } = { address: "", agent: "" }) {
      makeRoom(userName);
      const id = token();
      const session: Session = { key: keyOf(id), userName, csrf: token() };
      const nowMs = clock.monoMs();
      entries.set(session.key, {
        session,
        place: { address, agent: agent.slice(0, AGENT_LENGTH_MAX) },
        openedAtMs: clock.wallMs(),
        openedMs: nowMs,
        usedMs: nowMs,
        provedMs: nowMs,
      });
      return { id, session };
    },
    find: (id) => live(keyOf(id))?.session ?? null,
    isOpen: (key) => live(key) !== null,
    touch(key) {
      const entry = live(key);
      if (entry !== null) entry.usedMs = clock.monoMs();
    },
    prove(key) {
      const entry = live(key);
      if (entry !== null) entry.provedMs = clock.monoMs();
    },
    isProved(key) {
      const entry = live(key);
      return entry !== null && clock.monoMs() - entry.provedMs < PROOF_LIFE_MS;
    },
    list: (userName) =>
      [...entries.keys()].map(live).filter((entry) => entry !== null)
        .filter(({ session }) => session.userName === userName).map(viewOf).toReversed(),
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
