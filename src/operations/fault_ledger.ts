import { compact } from "../lib/json.ts";
import { clip } from "../lib/text.ts";
import {
  type AidStep,
  type FaultCode,
  faultCodeOf,
  type FaultEnding,
  type FaultEpisode,
  faultNature,
  type SiteFault,
} from "../site/mod.ts";

/** The faults of the site: those that stand, and what is remembered of those that are over. */
export interface FaultLedger {
  /** By kind and subject, in the order in which they were told last. */
  readonly open: ReadonlyMap<string, FaultEpisode>;
  /** In the order in which they ended. */
  readonly past: readonly FaultEpisode[];
  /**
   * Those that stood before the gateway started anew, and were not told since: whoever finds them has
   * yet to look. By kind and subject.
   */
  readonly unconfirmed: ReadonlySet<string>;
  readonly nextId: number;
}

/** What may happen to faults. */
export type FaultEvent =
  | { readonly kind: "told"; readonly fault: SiteFault }
  | { readonly kind: "acknowledge" | "close"; readonly id: number; readonly by: string }
  | { readonly kind: "aided"; readonly id: number; readonly step: AidStep }
  /** Whoever looks for faults has had the time to look, after a start. */
  | { readonly kind: "settled" }
  /** Time has gone by. */
  | { readonly kind: "look" };

/** What came of an event. */
export interface FaultStep {
  readonly ledger: FaultLedger;
  /** Those that are not as they were, but for how often and when last. */
  readonly changed: readonly FaultEpisode[];
  /** Those that are remembered no longer. */
  readonly forgotten: readonly number[];
}

/** What a charger says of itself may be as long as its frame. */
const TEXT_MAX = 1_000;
/** A charger that invents faults must not drive those of others out of the book. */
const OPEN_MAX = 500;
const OPEN_OF_ONE_MAX = 40;
const PAST_MAX = 2_000;
const PAST_OF_ONE_MAX = 200;
const AID_MAX = 40;
/** What comes back so soon was never gone. */
const BACK_WITHIN_MS = 300_000;
/** What has happened and nobody has looked at is over after so long. */
const AGED_MS = 14 * 86_400_000;

/** A book with nothing in it. */
export const NO_FAULTS: FaultLedger = {
  open: new Map(),
  past: [],
  unconfirmed: new Set(),
  nextId: 1,
};

/** The book as the ledger kept it. */
export function openFaultLedger(kept: Iterable<FaultEpisode>): FaultLedger {
  // Of another version of the gateway the code may be unknown here.
  const all = [...kept].map((each) => ({ ...each, code: faultCodeOf(each.kind) }));
  const open = all.filter(({ overMs }) => overMs === null).toSorted(byLastSeen)
    .map((each) => [keyOf(each), each] as const);
  const past = all.filter(({ overMs }) => overMs !== null)
    .toSorted((a, b) => (a.overMs ?? 0) - (b.overMs ?? 0));
  return {
    open: new Map(open),
    past: past.slice(-PAST_MAX),
    unconfirmed: new Set(open.filter(([, { code }]) => isFoundAnew(code)).map(([key]) => key)),
    nextId: Math.max(0, ...all.map(({ id }) => id)) + 1,
  };
}

/** What an event does to the faults. */
export function stepFaults(ledger: FaultLedger, event: FaultEvent, nowMs: number): FaultStep {
  switch (event.kind) {
    case "told":
      return event.fault.state === "raised"
        ? raise(ledger, event.fault, nowMs)
        : end(ledger, keyOf(event.fault), "told", nowMs);
    case "acknowledge":
      return acknowledge(ledger, event, nowMs);
    case "close": {
      const key = keyOfId(ledger, event.id);
      if (key === null) return unchanged(ledger);
      const seen = acknowledge(ledger, event, nowMs);
      return seen.ledger.open.has(key) ? end(seen.ledger, key, "by-hand", nowMs) : seen;
    }
    case "aided": {
      const helped = (each: FaultEpisode) => ({
        ...each,
        aid: withStep(each.aid ?? [], event.step),
      });
      const key = keyOfId(ledger, event.id);
      return key === null ? revisePast(ledger, event.id, helped) : revise(ledger, key, helped);
    }
    case "settled":
      return endAll(ledger, [...ledger.unconfirmed], "not-found-anew", nowMs);
    case "look": {
      const aged = [...ledger.open].filter(([, { code, lastSeenMs }]) =>
        faultNature(code).ends === "happened" && nowMs - lastSeenMs >= AGED_MS
      );
      return endAll(ledger, aged.map(([key]) => key), "aged", nowMs);
    }
  }
}

/** With what came of a step in the place of its beginning. */
function withStep(aid: readonly AidStep[], step: AidStep): readonly AidStep[] {
  const rest = aid.filter(({ atMs, action }) => atMs !== step.atMs || action !== step.action);
  return [...rest, step].slice(-AID_MAX);
}

/** The episode with that id, over or not. */
export function episodeOf(ledger: FaultLedger, id: number): FaultEpisode | undefined {
  return [...ledger.open.values()].find((each) => each.id === id) ??
    ledger.past.find((each) => each.id === id);
}

function raise(ledger: FaultLedger, fault: SiteFault, nowMs: number): FaultStep {
  const key = keyOf(fault);
  const before = ledger.open.get(key);
  if (before !== undefined) return again(ledger, key, before, fault, nowMs);
  const last = ledger.past.findLast((each) => keyOf(each) === key);
  const isBack = last !== undefined && nowMs - (last.overMs ?? 0) < BACK_WITHIN_MS &&
    last.ending === "told";
  const episode = isBack
    ? { ...reopened(last), ...told(fault), lastSeenMs: nowMs, count: last.count + 1 }
    : begun(ledger.nextId, fault, nowMs);
  const opened: FaultLedger = {
    ...ledger,
    open: new Map(ledger.open).set(key, episode),
    past: isBack ? ledger.past.filter(({ id }) => id !== last.id) : ledger.past,
    nextId: isBack ? ledger.nextId : ledger.nextId + 1,
  };
  const made = makeRoom(opened, episode, nowMs);
  return { ...made, changed: [episode, ...made.changed] };
}

function begun(id: number, fault: SiteFault, nowMs: number): FaultEpisode {
  const { kind, subject } = fault;
  return {
    id,
    code: faultCodeOf(kind),
    kind,
    subject,
    ...told(fault),
    sinceMs: nowMs,
    lastSeenMs: nowMs,
    count: 1,
    overMs: null,
  };
}

function reopened({ ending: _ending, acknowledged: _acknowledged, ...episode }: FaultEpisode) {
  return { ...episode, overMs: null };
}

function told({ severity, text, reported }: SiteFault) {
  return compact({ severity, text: clip(text, TEXT_MAX), reported });
}

/** Told once more: news only where it is more or less grave than before. */
function again(
  ledger: FaultLedger,
  key: string,
  before: FaultEpisode,
  fault: SiteFault,
  nowMs: number,
): FaultStep {
  const isConfirmation = ledger.unconfirmed.has(key);
  const facts = told(fault);
  const episode = {
    ...before,
    ...facts,
    lastSeenMs: nowMs,
    count: before.count + (isConfirmation ? 0 : 1),
  };
  const open = new Map(ledger.open);
  open.delete(key);
  open.set(key, episode);
  const isNews = facts.severity !== before.severity;
  return {
    ledger: { ...ledger, open, unconfirmed: without(ledger.unconfirmed, key) },
    changed: isNews ? [episode] : [],
    forgotten: [],
  };
}

/** Closes what there are too many of, the least grave and oldest first. */
function makeRoom(ledger: FaultLedger, newest: FaultEpisode, nowMs: number): FaultStep {
  const own = [...ledger.open.values()].filter(({ subject }) => subject === newest.subject);
  const crowd = own.length > OPEN_OF_ONE_MAX
    ? own
    : ledger.open.size > OPEN_MAX
    ? [...ledger.open.values()]
    : [];
  const least = crowd.filter(({ id }) => id !== newest.id)
    .toSorted((a, b) => RANKS[a.severity] - RANKS[b.severity] || a.lastSeenMs - b.lastSeenMs)[0];
  return least === undefined ? unchanged(ledger) : end(ledger, keyOf(least), "no-room", nowMs);
}

const RANKS = { info: 0, warning: 1, alarm: 2 } as const;

function acknowledge(
  ledger: FaultLedger,
  { id, by }: { readonly id: number; readonly by: string },
  nowMs: number,
): FaultStep {
  const key = keyOfId(ledger, id);
  if (key === null) return unchanged(ledger);
  const seen = revise(
    ledger,
    key,
    (each) => ({ ...each, acknowledged: each.acknowledged ?? { by, atMs: nowMs } }),
  );
  const episode = seen.ledger.open.get(key);
  // What has only happened is over once somebody knows.
  return episode !== undefined && faultNature(episode.code).ends === "happened"
    ? end(seen.ledger, key, "by-hand", nowMs)
    : seen;
}

function revise(
  ledger: FaultLedger,
  key: string,
  change: (episode: FaultEpisode) => FaultEpisode,
): FaultStep {
  const before = ledger.open.get(key);
  if (before === undefined) return unchanged(ledger);
  const episode = change(before);
  return {
    ledger: { ...ledger, open: new Map(ledger.open).set(key, episode) },
    changed: [episode],
    forgotten: [],
  };
}

/** What helped is known after the fault is over. */
function revisePast(
  ledger: FaultLedger,
  id: number,
  change: (episode: FaultEpisode) => FaultEpisode,
): FaultStep {
  const before = ledger.past.find((each) => each.id === id);
  if (before === undefined) return unchanged(ledger);
  const episode = change(before);
  const past = ledger.past.map((each) => each === before ? episode : each);
  return { ledger: { ...ledger, past }, changed: [episode], forgotten: [] };
}

function endAll(
  ledger: FaultLedger,
  keys: readonly string[],
  ending: FaultEnding,
  nowMs: number,
): FaultStep {
  let step = unchanged(ledger);
  for (const key of keys) {
    const next = end(step.ledger, key, ending, nowMs);
    step = {
      ledger: next.ledger,
      changed: [...step.changed, ...next.changed],
      forgotten: [...step.forgotten, ...next.forgotten],
    };
  }
  return step;
}

function end(
  ledger: FaultLedger,
  key: string,
  ending: FaultEnding,
  nowMs: number,
): FaultStep {
  const before = ledger.open.get(key);
  if (before === undefined) return unchanged(ledger);
  const open = new Map(ledger.open);
  open.delete(key);
  // Some say at the end that all is well: what was wrong is worth more, and stays.
  const episode = { ...before, overMs: Math.max(nowMs, before.sinceMs), ending };
  const { past, forgotten } = remembered([...ledger.past, episode], episode.subject);
  return {
    ledger: { ...ledger, open, past, unconfirmed: without(ledger.unconfirmed, key) },
    changed: [episode],
    forgotten,
  };
}

function remembered(
  past: readonly FaultEpisode[],
  subject: string,
): { readonly past: readonly FaultEpisode[]; readonly forgotten: readonly number[] } {
  const own = past.filter((each) => each.subject === subject);
  const surplus = own.length > PAST_OF_ONE_MAX ? own : past.length > PAST_MAX ? past : [];
  const gone = surplus[0]?.id;
  return gone === undefined
    ? { past, forgotten: [] }
    : { past: past.filter(({ id }) => id !== gone), forgotten: [gone] };
}

function keyOfId({ open }: FaultLedger, id: number): string | null {
  return [...open].find(([, each]) => each.id === id)?.[0] ?? null;
}

/** What tells one fault from another. */
export function keyOf({ kind, subject }: Pick<SiteFault, "kind" | "subject">): string {
  return `${kind}\n${subject}`;
}

function isFoundAnew(code: FaultCode): boolean {
  return faultNature(code).ends === "found-anew";
}

function byLastSeen(a: FaultEpisode, b: FaultEpisode): number {
  return a.lastSeenMs - b.lastSeenMs;
}

function without(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  if (!keys.has(key)) return keys;
  const rest = new Set(keys);
  rest.delete(key);
  return rest;
}

function unchanged(ledger: FaultLedger): FaultStep {
  return { ledger, changed: [], forgotten: [] };
}
