import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { AidStep, FaultCollections, FaultEpisode, SiteEvents } from "../site/mod.ts";
import {
  episodeOf,
  type FaultEvent,
  type FaultStep,
  keyOf,
  openFaultLedger,
  stepFaults,
} from "./fault_ledger.ts";

/** A fault with its history. */
export type KnownFault = FaultEpisode & {
  readonly state: "raised" | "over";
  /** False for one that stood before the gateway started anew, while it is not known whether it does still. */
  readonly isConfirmed: boolean;
};

/** What is wrong on the site, and what was. */
export interface Faults {
  /** Raised ones first, newest first; `which`: only those that stand. */
  list(which?: "standing"): readonly KnownFault[];
  find(id: number): KnownFault | null;
  /** The newest about any of these. */
  lastOf(subjects: readonly string[]): KnownFault | null;
  /** How many alarms stand. */
  alarms(): number;
  /** How many warnings stand. */
  warnings(): number;
  /** How many stand, by how grave they are. */
  standing(): Readonly<Record<FaultEpisode["severity"], number>>;
  /** Somebody has seen it. Null where none with that id stands. */
  acknowledge(id: number, by: string): KnownFault | null;
  /** Somebody says that it is over. Null as above. */
  close(id: number, by: string): KnownFault | null;
  /** Something was done about it by itself. */
  aided(id: number, step: AidStep): void;
  /** To be called now and then: what is old ends, what was put off is kept. */
  look(): void;
}

/** A change of the ledger. */
export type FaultWrite = WriteOf<FaultCollections>;

export interface FaultsPorts {
  readonly clock: Pick<Clock, "wallMs" | "monoMs">;
  readonly events: Events<SiteEvents>;
  /** Takes what is to be on disk; false where the disk is wanted for something better now. */
  readonly keep: (writes: readonly FaultWrite[]) => boolean;
}

/** After a start a charger has so long to come back, and whoever looks for faults to find them anew. */
const SETTLED_MS = 35 * 60_000;
/** How often and when last goes to disk so often: a fault may be told each second. */
const KEEP_EVERY_MS = 600_000;

/** Keeps book of the faults that are emitted, beginning with those that the ledger kept. */
export function createFaults(
  { clock, events, keep }: FaultsPorts,
  kept: Iterable<FaultEpisode> = [],
): Faults {
  let ledger = openFaultLedger(kept);
  let isSettled = ledger.unconfirmed.size === 0;
  const startedMs = clock.monoMs();
  let keptAtMs = startedMs;
  /** What the disk does not have yet, by id. */
  const unkept = new Map<number, FaultWrite>();
  /** Told again since it was kept, by id. */
  const touched = new Set<number>();

  function take(event: FaultEvent): FaultStep {
    const step = stepFaults(ledger, event, clock.wallMs());
    ledger = step.ledger;
    for (const each of step.changed) note(put("fault-episodes", each.id, each), each.id);
    for (const id of step.forgotten) note(drop("fault-episodes", id), id);
    if (unkept.size > 0 && step.changed.length > 0) write();
    for (const each of step.changed) events.emit("fault-episode", each);
    return step;
  }

  function note(write: FaultWrite, id: number): void {
    unkept.set(id, write);
    touched.delete(id);
  }

  function write(): void {
    if (keep([...unkept.values()])) unkept.clear();
  }

  events.on("fault", (fault) => {
    const { changed } = take({ kind: "told", fault });
    if (changed.length > 0) return;
    const again = ledger.open.get(keyOf(fault));
    if (again !== undefined) touched.add(again.id);
  });

  const known = (each: FaultEpisode): KnownFault => ({
    ...each,
    state: each.overMs === null ? "raised" : "over",
    isConfirmed: each.overMs !== null || !ledger.unconfirmed.has(keyOf(each)),
  });
  const find = (id: number) => {
    const found = episodeOf(ledger, id);
    return found === undefined ? null : known(found);
  };
  function standing(): Readonly<Record<FaultEpisode["severity"], number>> {
    const counts = { info: 0, warning: 0, alarm: 0 };
    for (const [key, { severity }] of ledger.open) {
      if (!ledger.unconfirmed.has(key)) counts[severity] += 1;
    }
    return counts;
  }

  function decide(kind: "acknowledge" | "close", id: number, by: string): KnownFault | null {
    return take({ kind, id, by }).changed.length === 0 ? null : find(id);
  }

  return {
    list: (which) =>
      [
        ...[...ledger.open.values()].reverse(),
        ...(which === "standing" ? [] : ledger.past.toReversed()),
      ].map(known),
    find,
    lastOf(subjects) {
      const of = ({ subject }: FaultEpisode) => subjects.includes(subject);
      const last = [...ledger.open.values()].findLast(of) ?? ledger.past.findLast(of);
      return last === undefined ? null : known(last);
    },
    alarms: () => standing().alarm,
    warnings: () => standing().warning,
    standing,
    acknowledge: (id, by) => decide("acknowledge", id, by),
    close: (id, by) => decide("close", id, by),
    aided: (id, step) => void take({ kind: "aided", id, step }),
    look() {
      const nowMs = clock.monoMs();
      if (!isSettled && nowMs - startedMs >= SETTLED_MS) {
        isSettled = true;
        take({ kind: "settled" });
      }
      take({ kind: "look" });
      if (nowMs - keptAtMs >= KEEP_EVERY_MS) {
        keptAtMs = nowMs;
        for (const id of touched) {
          const episode = episodeOf(ledger, id);
          if (episode !== undefined) unkept.set(id, put("fault-episodes", id, episode));
        }
        touched.clear();
      }
      if (unkept.size > 0) write();
    },
  };
}
