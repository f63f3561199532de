import { clip } from "../lib/text.ts";
import type { SignalSpan } from "../site/mod.ts";
import type { OpenAdrEvent, OpenAdrProgram } from "./openadr_objects.ts";
import { type TimedInterval, timesOf } from "./openadr_timing.ts";
import { tidySpans } from "./signal_schedule.ts";

/** What a VTN's words come to at this site. */
export interface OpenAdrMeaning {
  /** What all may draw at a level of SIMPLE, in watts; a level that is not there cannot be carried out. */
  readonly levelsW: ReadonlyMap<number, number>;
  /** Makes random starts differ from site to site, and the same at each look: the client's id. */
  readonly seed: string;
}

/** What was made of the events of a VTN. */
export interface OpenAdrSchedule {
  readonly spans: readonly SignalSpan[];
  /** What would be carried out and cannot. */
  readonly problems: readonly string[];
  /** Kinds of payloads that say nothing about what may be drawn: PRICE, EXPORT_CAPACITY_LIMIT. */
  readonly ignored: readonly string[];
}

/** Schedules are made for so long; they are asked for again each minute. */
const HORIZON_MS = 8 * 86_400_000;
/** More intervals than these are no schedule of a site. */
const CLAIMS_MAX = 5_000;
/** A level of normal operation. */
const NORMAL = 0;

/**
 * What is wanted of events, as limits one after the other. Of events that say the same kind of thing for
 * the same time the one of higher priority counts (the lower number; none is the lowest), of equal ones
 * the lower limit. IMPORT_CAPACITY_SUBSCRIPTION is what holds where there is no IMPORT_CAPACITY_LIMIT
 * (3.1.1 user guide §8.10.1). A level of SIMPLE holds beside both: the lower counts.
 */
export function scheduleOf(
  events: readonly OpenAdrEvent[],
  programs: readonly OpenAdrProgram[],
  meaning: OpenAdrMeaning,
  nowMs: number,
): OpenAdrSchedule {
  const problems = new Set<string>();
  const ignored = new Set<string>();
  const view = {
    nowMs,
    horizonMs: nowMs + HORIZON_MS,
    fractionOf: (key: string) => fractionOf(`${meaning.seed} ${key}`),
  };
  const claims = events.flatMap((event) =>
    timesOf(event, view)
      .filter(({ fromMs, toMs }) => toMs > nowMs && fromMs < view.horizonMs)
      .flatMap((interval) =>
        interval.payloads.flatMap(({ type, values }) => {
          const kind = KINDS[type];
          if (kind === undefined) {
            ignored.add(type);
            return [];
          }
          const watts = kind === "level"
            ? levelWatts(values, meaning, event, problems)
            : capacityWatts(type, values, event, programs, problems);
          return watts === null ? [] : claimsOf(kind, type, watts, interval, event);
        })
      )
  );
  if (claims.length > CLAIMS_MAX) {
    problems.add("more is said than can be kept: the end is left out");
  }
  const kept = claims.toSorted((a, b) => a.fromMs - b.fromMs).slice(0, CLAIMS_MAX);
  return { spans: lowestOver(kept, nowMs), problems: [...problems], ignored: [...ignored] };
}

type Kind = "limit" | "subscription" | "level";

const KINDS: Readonly<Record<string, Kind>> = {
  IMPORT_CAPACITY_LIMIT: "limit",
  IMPORT_CAPACITY_SUBSCRIPTION: "subscription",
  SIMPLE: "level",
};

/** What one event wants for a while. */
interface Claim {
  readonly kind: Kind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly watts: number;
  /** Infinity where none is given: the lowest. */
  readonly priority: number;
  readonly reason: string;
}

/** Several values divide the time of their interval among them (§7.3); without an end the lowest holds. */
function claimsOf(
  kind: Kind,
  type: string,
  watts: readonly number[],
  { fromMs, toMs }: TimedInterval,
  event: OpenAdrEvent,
): readonly Claim[] {
  const priority = event.priority ?? Infinity;
  const reason = `${type} of event ${nameOf(event)}`;
  const claim = (from: number, to: number, amount: number): Claim => ({
    kind,
    fromMs: from,
    toMs: to,
    watts: amount,
    priority,
    reason,
  });
  if (watts.length === 1 || toMs === Infinity) return [claim(fromMs, toMs, Math.min(...watts))];
  const eachMs = (toMs - fromMs) / watts.length;
  return watts.map((amount, index) =>
    claim(fromMs + index * eachMs, fromMs + (index + 1) * eachMs, amount)
  );
}

function nameOf({ id, eventName }: OpenAdrEvent): string {
  const name = (eventName ?? "").replace(/\p{Cc}+/gu, " ").trim();
  return name === "" ? id : `"${clip(name, 80)}"`;
}

const WATTS: Readonly<Record<string, number>> = { W: 1, KW: 1_000, MW: 1_000_000 };

/** Without a unit it is kilowatts: those are what OpenADR's own examples of capacities are in. */
function capacityWatts(
  type: string,
  values: readonly unknown[],
  event: OpenAdrEvent,
  programs: readonly OpenAdrProgram[],
  problems: Set<string>,
): readonly number[] | null {
  const program = programs.find(({ id }) => id === event.programID);
  const units = [event.payloadDescriptors ?? [], program?.payloadDescriptors ?? []]
    .flatMap((all) => all.find(({ payloadType }) => payloadType === type)?.units ?? [])[0] ?? "KW";
  const factor = WATTS[units.toUpperCase()];
  if (factor === undefined) {
    problems.add(`event ${nameOf(event)}: ${type} in "${clip(units, 20)}" is no power`);
    return null;
  }
  if (values.length === 0 || !values.every(isAmount)) {
    problems.add(`event ${nameOf(event)}: ${type} without a number`);
    return null;
  }
  return values.map((value) => Math.max(0, Math.round(value * factor)));
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function levelWatts(
  values: readonly unknown[],
  { levelsW }: OpenAdrMeaning,
  event: OpenAdrEvent,
  problems: Set<string>,
): readonly number[] | null {
  const watts: number[] = [];
  for (const level of values.length === 0 ? [null] : values) {
    const found = level === NORMAL ? Infinity : levelsW.get(Number(level ?? NaN));
    if (found === undefined) {
      const said = clip(JSON.stringify(level) ?? "", 20);
      problems.add(`event ${nameOf(event)}: site.yaml does not say what level ${said} is`);
      return null;
    }
    watts.push(found);
  }
  return watts;
}

/** Walks over all moments at which a claim begins or ends; they are in order of their beginnings. */
function lowestOver(starts: readonly Claim[], nowMs: number): readonly SignalSpan[] {
  const moments = [...new Set([nowMs, ...starts.flatMap(({ fromMs, toMs }) => [fromMs, toMs])])]
    .filter((ms) => ms >= nowMs && Number.isFinite(ms)).toSorted((a, b) => a - b);
  const spans: SignalSpan[] = [];
  let active: Claim[] = [];
  let begun = 0;
  moments.forEach((fromMs, index) => {
    active = active.filter(({ toMs }) => toMs > fromMs);
    for (let next = starts[begun]; next !== undefined && next.fromMs <= fromMs;) {
      if (next.toMs > fromMs) active.push(next);
      next = starts[++begun];
    }
    const claim = inForce(active);
    if (claim === null) return;
    const { watts: limit, reason } = claim;
    spans.push({ fromMs, toMs: moments[index + 1] ?? null, unit: "W", limit, reason });
  });
  return tidySpans(spans, nowMs);
}

function inForce(active: readonly Claim[]): Claim | null {
  const capacity = firstOf(active, "limit") ?? firstOf(active, "subscription");
  const level = firstOf(active, "level");
  const lower = capacity === null || (level !== null && level.watts < capacity.watts)
    ? level
    : capacity;
  return lower === null || lower.watts === Infinity ? null : lower;
}

function firstOf(active: readonly Claim[], kind: Kind): Claim | null {
  let first: Claim | null = null;
  for (const claim of active) {
    if (claim.kind !== kind) continue;
    const isFirst = first === null || claim.priority < first.priority ||
      (claim.priority === first.priority && claim.watts < first.watts);
    if (isFirst) first = claim;
  }
  return first;
}

/** A number from −1 to 1 that belongs to a text (FNV-1a). */
function fractionOf(text: string): number {
  let mixed = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0xffffffff * 2 - 1;
}
