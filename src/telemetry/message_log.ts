import { isRecord } from "../lib/json.ts";
import { createRing } from "../lib/ring.ts";
import { clip } from "../lib/text.ts";
import type { WireMessage } from "../site/mod.ts";

/** A frame in the log, numbered as it came. */
export type LoggedMessage = WireMessage & { readonly id: number };

/** Which frames to show, newest first. */
export interface LogFilter {
  /** Older than this frame. */
  readonly beforeId?: number;
  readonly peer?: string;
  readonly action?: string;
  readonly fromWallMs?: number;
  readonly limit: number;
}

/** The newest frames of all connections, in memory. Secrets are struck out before they get in. */
export interface MessageLog {
  add(message: WireMessage): LoggedMessage;
  find(filter: LogFilter): readonly LoggedMessage[];
}

/** Long frames are cut: the log is for reading, not for replay. */
const TEXT_LENGTH_MAX = 8_192;

/** Creates a log of at most `capacity` frames. */
export function createMessageLog(capacity: number): MessageLog {
  const ring = createRing<LoggedMessage>(capacity);
  let lastId = 0;
  return {
    add(message) {
      const text = clip(withoutSecrets(message.text), TEXT_LENGTH_MAX);
      const logged = { ...message, text, id: ++lastId };
      ring.push(logged);
      return logged;
    },
    find({ peer, action, fromWallMs, beforeId = Infinity, limit }) {
      const isWanted = (message: LoggedMessage) =>
        message.id < beforeId &&
        (peer === undefined || message.peer === peer) &&
        (action === undefined || message.text.includes(`"${action}"`)) &&
        (fromWallMs === undefined || message.atWallMs >= fromWallMs);
      return ring.items().filter(isWanted).toReversed().slice(0, Math.max(0, limit));
    },
  };
}

/** Passwords travel as the value of a named key: in both directions, for a charger with its slot. */
const SECRET_KEY = /AuthorizationKey|BasicAuthPassword/i;

/** `ftp://user:password@host`: what a charger needs to fetch or bring a file. */
const USER_INFO = /(:\\?\/\\?\/)[^\/\\\s"@]+@/g;

function withoutSecrets(text: string): string {
  const named = SECRET_KEY.test(text) ? withoutValues(text) : text;
  return named.replace(USER_INFO, "$1***@");
}

/** Every value of a frame that names a secret is struck out, also inside a text that is JSON itself. */
function withoutValues(text: string): string {
  try {
    return JSON.stringify(struck(JSON.parse(text)));
  } catch {
    return "*** not shown: it names a password and cannot be read";
  }
}

function struck(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(struck);
  if (typeof value === "string" && SECRET_KEY.test(value) && /^\s*[{[]/.test(value)) {
    return withoutValues(value);
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, isValue(name) ? "***" : struck(field)]),
  );
}

function isValue(name: string): boolean {
  return name === "value" || name === "attributeValue";
}
