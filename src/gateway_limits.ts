import type { SentLimit } from "./balancing/mod.ts";
import { type Clock, TIMED_OUT, within } from "./lib/clock.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import type { Journal } from "./outbox/mod.ts";

/** A limit that is about to be sent. */
export interface LimitToSend {
  readonly slot: number;
  readonly limitAmps: number;
  readonly validForMs: number;
  /** A reduction. */
  readonly urgent: boolean;
  /** What the charger falls back to when the limit has run out. */
  readonly failSafeAmps: number;
}

/**
 * The disk's knowledge of what chargers may be under, from which the gateway starts after a power cut.
 * A raise waits for the disk. A reduction does not: a disk that is full must not keep a circuit over
 * its limit.
 */
export interface SentLimits {
  /**
   * Resolves when the limit may be sent, with how long it may be valid; null where a newer one took
   * its place meanwhile. `note` is what the disk is to know once it is sent.
   */
  prepare(limit: LimitToSend, note: SentLimit | null): Promise<number | null>;
  /** The transaction is over, and its limits with it. */
  forget(slot: number): void;
}

/** A disk that works has taken a note by then. */
const DISK_PATIENCE_MS = 500;

/** Opens the notes on what is on disk. */
export function createSentLimits(
  ports: { readonly clock: Clock; readonly journal: Journal; readonly spawn: Spawner },
  before: Iterable<SentLimit>,
): SentLimits {
  const { clock, journal, spawn } = ports;
  const onDisk = new Map([...before].map((note) => [note.slot, note]));
  const turns = new Map<number, number>();

  function nextTurn(slot: number): number {
    const turn = (turns.get(slot) ?? 0) + 1;
    turns.set(slot, turn);
    return turn;
  }

  async function write(note: SentLimit): Promise<void> {
    await journal.commit([put("sent-limits", note.slot, note)]);
    onDisk.set(note.slot, note);
  }

  /** For how long the disk's notes and the fail-safe current cover a limit as high as this. */
  function coveredMs({ slot, limitAmps, failSafeAmps }: LimitToSend): number {
    if (limitAmps <= failSafeAmps) return Number.POSITIVE_INFINITY;
    const note = onDisk.get(slot);
    if (note === undefined || note.limitAmps < limitAmps) return 0;
    return note.expiresAtMs === null
      ? Number.POSITIVE_INFINITY
      : Math.max(0, note.expiresAtMs - clock.wallMs());
  }

  return {
    async prepare(limit, note) {
      const turn = nextTurn(limit.slot);
      let { validForMs } = limit;
      if (note !== null) {
        const writing = write(note);
        const coveredNowMs = limit.urgent ? coveredMs(limit) : 0;
        if (coveredNowMs > 0) {
          // Reductions wait for nothing: what the disk knows of is more than this.
          spawn("note limit", () => writing);
          validForMs = Math.min(validForMs, coveredNowMs);
        } else if (await within(clock, DISK_PATIENCE_MS, writing) === TIMED_OUT) {
          const covered = coveredMs(limit);
          if (covered > 0) spawn("note limit", () => writing);
          else await writing;
          validForMs = covered > 0 ? Math.min(validForMs, covered) : validForMs;
        }
      }
      return turns.get(limit.slot) === turn ? validForMs : null;
    },
    forget(slot) {
      nextTurn(slot);
      onDisk.delete(slot);
      spawn("forget limit", () => journal.commit([drop("sent-limits", slot)]));
    },
  };
}
