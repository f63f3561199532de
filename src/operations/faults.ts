import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { clip } from "../lib/text.ts";
import type { SiteEvents, SiteFault } from "../site/mod.ts";

/** A fault with its history. */
export type KnownFault = SiteFault & {
  readonly sinceMs: number;
  readonly lastSeenMs: number;
  readonly count: number;
};

/** What is wrong on the site, and what was. */
export interface Faults {
  /** Raised ones first, newest first. */
  list(): readonly KnownFault[];
  /** The newest about any of these. */
  lastOf(subjects: readonly string[]): KnownFault | null;
  /** How many alarms stand. */
  alarms(): number;
  /** How many warnings stand. */
  warnings(): number;
}

/** Bounds what a charger that invents faults can take of the memory. */
const FAULTS_MAX = 500;

/** What a charger says of itself may be as long as its frame. */
const TEXT_LENGTH_MAX = 1_000;

/** Keeps book of the faults that are emitted. */
export function createFaults(clock: Clock, events: Events<SiteEvents>): Faults {
  const known = new Map<string, KnownFault>();
  events.on("fault", (fault) => {
    const key = `${fault.kind}\n${fault.subject}`;
    const before = known.get(key);
    if (fault.state === "over" && before?.state !== "raised") return;
    const nowMs = clock.wallMs();
    const isNew = before === undefined || before.state === "over";
    known.delete(key);
    known.set(key, {
      ...fault,
      text: clip(fault.text, TEXT_LENGTH_MAX),
      sinceMs: isNew ? nowMs : before.sinceMs,
      lastSeenMs: nowMs,
      count: (before?.count ?? 0) + (fault.state === "raised" ? 1 : 0),
    });
    const oldest = known.keys().next().value;
    if (known.size > FAULTS_MAX && oldest !== undefined) known.delete(oldest);
  });

  const standing = (wanted: SiteFault["severity"]) =>
    [...known.values()].filter(({ severity, state }) => severity === wanted && state === "raised")
      .length;
  const newestFirst = () => [...known.values()].reverse();
  return {
    list: () =>
      newestFirst().toSorted((a, b) => Number(a.state === "over") - Number(b.state === "over")),
    lastOf: (subjects) => newestFirst().find(({ subject }) => subjects.includes(subject)) ?? null,
    alarms: () => standing("alarm"),
    warnings: () => standing("warning"),
  };
}
