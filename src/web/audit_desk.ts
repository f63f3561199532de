import type { Clock } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { AuditNote } from "../site/mod.ts";
import type { AuditLog } from "./ports.ts";
import type { Visitor } from "./visitor.ts";

const HOUR_MS = 3_600_000;
/** More failed sign-ins than these in an hour are counted, not noted: nobody can flush the log. */
export const FAILURES_NOTED_MAX = 60;
/** Notes that the disk refused are tried again with the next ones, as many as these. */
const WAITING_MAX = 1_000;

/** Notes what people do. It never fails: who must stop a charger is not held up by a full disk. */
export interface AuditDesk {
  /** Resolves when the note is on disk, or is known to have to wait for it. */
  note(note: Omit<AuditNote, "atWallMs">): Promise<void>;
  /** A sign-in that did not work; of very many only the count is noted. */
  noteFailure(note: Omit<AuditNote, "atWallMs" | "outcome">): Promise<void>;
}

/** What the desk works with. */
export interface AuditDeskPorts {
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Creates the desk. Every entry's hash goes to the log too, which others may keep elsewhere. */
export function createAuditDesk({ audit, clock, log }: AuditDeskPorts): AuditDesk {
  const waiting: AuditNote[] = [];
  let isWriting = false;
  let hourBeganMs = -Infinity;
  let failures = 0;

  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    try {
      for (let note = waiting[0]; note !== undefined; note = waiting[0]) {
        const { number, hash } = await audit.append(note);
        waiting.shift();
        log("info", "audited", { number, hash, what: note.what, outcome: note.outcome });
      }
    } catch (error) {
      log("error", "audit_not_written", { error: errorText(error), waiting: waiting.length });
    } finally {
      isWriting = false;
    }
  }

  async function note(fields: Omit<AuditNote, "atWallMs">): Promise<void> {
    waiting.push({ ...fields, atWallMs: clock.wallMs() });
    if (waiting.length > WAITING_MAX) waiting.shift();
    await write();
  }

  return {
    note,
    async noteFailure(fields) {
      const nowMs = clock.monoMs();
      if (nowMs - hourBeganMs >= HOUR_MS) {
        const unnoted = failures - FAILURES_NOTED_MAX;
        hourBeganMs = nowMs;
        failures = 0;
        if (unnoted > 0) {
          const detail = `${unnoted} more sign-ins failed in the hour before`;
          await note({ ...fields, about: "", outcome: "failed", detail });
        }
      }
      failures++;
      if (failures <= FAILURES_NOTED_MAX) await note({ ...fields, outcome: "failed" });
    },
  };
}

/** The name, the way and the address of who sends a request, as a note has them. */
export function doerOf(
  visitor: Visitor,
  address: string,
): Pick<AuditNote, "who" | "way" | "from"> {
  const way = visitor.kind === "bearer" ? "api" : "page";
  return { who: visitor.kind === "stranger" ? "" : visitor.principal.name, way, from: address };
}
