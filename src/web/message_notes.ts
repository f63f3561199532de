import { isOcppVersion, loadValidator, type MessageValidator } from "../ocpp/mod.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MessageView } from "./views.ts";

/** What is odd about a frame. */
export type MessageNote =
  /** It does not meet the schema of its version; `path` is a JSON pointer. */
  | { readonly kind: "invalid"; readonly path: string; readonly message: string }
  /** An answer that is an error. */
  | { readonly kind: "error"; readonly code: string }
  /** No frame of OCPP. */
  | { readonly kind: "unreadable" }
  /** The log has only its beginning. */
  | { readonly kind: "cut" };

/** Holds frames of the log against the schemas of the version that a charger speaks. */
export interface MessageNotes {
  /** Of each frame, by its number; `messages` holds the calls that answers belong to, in any order. */
  of(
    messages: readonly MessageView[],
    version: string | null,
  ): ReadonlyMap<number, readonly MessageNote[]>;
}

const NOTES_MAX = 3;
/** The log cuts frames at this length. */
const CUT_LENGTH = 8_000;
const KEPT_MAX = 3_000;
/** The beginning of a call, with its id and action: all frames of a page are looked at, few are parsed. */
const CALL = /^\s*\[\s*2\s*,\s*"([^"\\]*)"\s*,\s*"([^"\\]*)"/;

/** Creates it. Schemas are loaded when a frame of their version is first looked at, which takes a moment. */
export function createMessageNotes(
  { spawn, onLoaded }: { readonly spawn: Spawner; readonly onLoaded: () => void },
): MessageNotes {
  const validators = new Map<string, MessageValidator | null>();
  const kept = new Map<string, readonly MessageNote[]>();

  function validatorOf(version: string | null): MessageValidator | null {
    if (version === null || !isOcppVersion(version)) return null;
    const known = validators.get(version);
    if (known !== undefined) return known;
    validators.set(version, null);
    spawn("load schemas for the message log", async () => {
      validators.set(version, await loadValidator(version));
      onLoaded();
    });
    return null;
  }

  function keep(key: string, notes: readonly MessageNote[]): void {
    kept.set(key, notes);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  }

  return {
    of(messages, version) {
      const validator = validatorOf(version);
      const calls = callsOf(messages);
      return new Map(messages.map((message) => {
        const key = `${version} ${message.id}`;
        const known = kept.get(key);
        if (known !== undefined) return [message.id, known];
        const { notes, isFinal } = notesOn(message, validator, calls);
        if (isFinal) keep(key, notes);
        return [message.id, notes];
      }));
    },
  };
}

function notesOn(
  { text, direction }: MessageView,
  validator: MessageValidator | null,
  calls: ReadonlyMap<string, string>,
): { readonly notes: readonly MessageNote[]; readonly isFinal: boolean } {
  const frame = frameOf(text);
  if (frame === null) {
    const kind = text.length >= CUT_LENGTH ? "cut" as const : "unreadable" as const;
    return { notes: [{ kind }], isFinal: true };
  }
  const [kind, id, third, fourth] = frame;
  if (kind === 4) return { notes: [{ kind: "error", code: String(third) }], isFinal: true };
  if (kind !== 2 && kind !== 3) return { notes: [], isFinal: true };
  const action = kind === 2 ? String(third) : calls.get(`${direction} ${id}`);
  // The call of an answer may still come to light, and so may the schemas.
  if (action === undefined || validator === null) return { notes: [], isFinal: false };
  const problems = kind === 2
    ? validator.strict("request", action, fourth)
    : validator.strict("response", action, third);
  const notes = problems.slice(0, NOTES_MAX).map(({ path, message }) => ({
    kind: "invalid" as const,
    path: path === "" ? "/" : path,
    message,
  }));
  return { notes, isFinal: true };
}

/** The action of each call, by the way that its answer goes and its id. */
function callsOf(messages: readonly MessageView[]): ReadonlyMap<string, string> {
  const calls = new Map<string, string>();
  for (const { text, direction } of messages) {
    const [, id, action] = CALL.exec(text) ?? [];
    if (id === undefined || action === undefined) continue;
    calls.set(`${direction === "in" ? "out" : "in"} ${id}`, action);
  }
  return calls;
}

function frameOf(text: string): readonly unknown[] | null {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? frame : null;
  } catch {
    return null;
  }
}
