import { createHash } from "node:crypto";
import type { AuditCheck, AuditEntry, AuditFilter, AuditNote } from "../site/mod.ts";

/** What the first entry of all follows. */
export const AUDIT_ROOT: AuditAnchor = { number: 0, hash: "0".repeat(64) };

/** Longer texts are cut: strangers choose some of them. */
const TEXT_MAX = 300;

/** The entry before the first that is kept: the chain of what is left hangs on it. */
export interface AuditAnchor {
  readonly number: number;
  readonly hash: string;
}

/** A log of what people did, to which one can only add. */
export interface AuditStore {
  /** Puts a note at the end. It is on disk when this resolves; rejects where it could not be. */
  append(note: AuditNote): Promise<AuditEntry>;
  /** Newest first. */
  find(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /** Reads all that is kept, and checks that each entry follows from the one before. */
  check(): Promise<AuditCheck>;
  close(): Promise<void>;
}

/** The entry that a note becomes after another. */
export function linked(before: AuditAnchor, note: AuditNote): AuditEntry {
  const entry = { ...cleaned(note), number: before.number + 1 };
  return { ...entry, hash: hashOf(before.hash, entry) };
}

/** Checks entries, oldest first, that follow an anchor. */
export function checkChain(anchor: AuditAnchor, entries: Iterable<AuditEntry>): AuditCheck {
  let last = anchor;
  let count = 0;
  for (const entry of entries) {
    const isNext = entry.number === last.number + 1 && entry.hash === hashOf(last.hash, entry);
    if (!isNext) return { kind: "broken", number: last.number + 1 };
    last = entry;
    count++;
  }
  const first = count === 0 ? 0 : anchor.number + 1;
  return {
    kind: "sound",
    entries: count,
    first,
    last: count === 0 ? 0 : last.number,
    hash: last.hash,
  };
}

/** True for an entry that is looked for. */
export function isSought(entry: AuditEntry, filter: AuditFilter): boolean {
  return (filter.who === undefined || entry.who === filter.who) &&
    (filter.what === undefined || entry.what.startsWith(filter.what)) &&
    (filter.fromMs === undefined || entry.atWallMs >= filter.fromMs) &&
    (filter.toMs === undefined || entry.atWallMs < filter.toMs) &&
    (filter.beforeNumber === undefined || entry.number < filter.beforeNumber);
}

/** An array, so that no text can look like the end of one field and the beginning of the next. */
function hashOf(before: string, entry: Omit<AuditEntry, "hash">): string {
  const { number, atWallMs, who, way, from, what, about, outcome, detail } = entry;
  const fields = [before, number, atWallMs, who, way, from, what, about, outcome, detail];
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}

/** One line of printable text each, whatever a stranger typed as a name. */
function cleaned(note: AuditNote): AuditNote {
  return {
    ...note,
    atWallMs: Math.floor(note.atWallMs),
    who: line(note.who),
    from: line(note.from),
    about: line(note.about),
    detail: line(note.detail),
  };
}

function line(text: string): string {
  const printable = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return [...printable].slice(0, TEXT_MAX).join("");
}
