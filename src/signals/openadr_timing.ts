import type { OpenAdrEvent, OpenAdrPeriod } from "./openadr_objects.ts";

type Interval = NonNullable<OpenAdrEvent["intervals"]>[number];

/** An interval of an event with its own times; `toMs` may be Infinity. */
export interface TimedInterval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly payloads: Interval["payloads"];
}

/** What the times of an event depend on besides itself. */
export interface TimingView {
  readonly nowMs: number;
  /** From where on nobody has to know. */
  readonly horizonMs: number;
  /** From −1 to 1, always the same for an event: where within `randomizeStart` it is for us. */
  readonly fractionOf: (key: string) => number;
}

/** A set of intervals repeats at most so often within what is looked at. */
const ROUNDS_MAX = 2_000;
const INTERVALS_MAX = 10_000;

/**
 * When the intervals of an event are (3.1.1 user guide §7.3). One without a start follows the one
 * before; one without a duration, or of no duration, lasts until the next begins by itself, or for ever,
 * for it says a state. "Now" of no duration is how an event is called off (§7.9): it is never.
 */
export function timesOf(event: OpenAdrEvent, view: TimingView): readonly TimedInterval[] {
  const once = timedOnce(event, view);
  const lasts = event.duration ?? 0;
  const [first] = once;
  if (first === undefined || lasts === 0) return once;
  return repeated(once, first.fromMs + lasts, view);
}

function timedOnce(event: OpenAdrEvent, view: TimingView): readonly TimedInterval[] {
  const common = event.intervalPeriod ?? {};
  const nowMs = doItNowMs(event, view);
  const shiftBy = (period: OpenAdrPeriod, key: string) =>
    Math.round((period.randomizeStart ?? 0) * view.fractionOf(`${event.id} ${key}`)) || 0;
  let shiftMs = shiftBy(common, "");
  let cursorMs = Infinity;
  const timed: TimedInterval[] = [];
  (event.intervals ?? []).forEach(({ intervalPeriod, payloads }, index) => {
    const own = intervalPeriod ?? {};
    const isFirst = index === 0;
    const given = isFirst && typeof own.start !== "number" ? common.start ?? own.start : own.start;
    const isNow = isFirst && typeof given !== "number";
    if (typeof own.randomizeStart === "number") shiftMs = shiftBy(own, String(index));
    const fromMs = typeof given === "number" ? given + finite(shiftMs) : isNow ? nowMs : cursorMs;
    if (fromMs === Infinity) return;
    const last = timed.at(-1);
    if (last !== undefined && last.toMs === Infinity && fromMs > last.fromMs) {
      timed[timed.length - 1] = { ...last, toMs: fromMs };
    }
    const duration = own.duration ?? common.duration ?? null;
    const isCalledOff = isNow && duration === 0;
    const lastsMs = isCalledOff ? 0 : duration === null || duration === 0 ? Infinity : duration;
    cursorMs = fromMs + lastsMs;
    if (lastsMs > 0) timed.push({ fromMs, toMs: cursorMs, payloads });
  });
  return timed;
}

/** A start is not put off for ever. */
function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}

/** "Now" is when it was made: a limit for an hour does not begin anew with every look at it. */
function doItNowMs({ createdDateTime }: OpenAdrEvent, { nowMs }: TimingView): number {
  const madeMs = createdDateTime ?? NaN;
  return Number.isFinite(madeMs) ? Math.min(madeMs, nowMs) : nowMs;
}

/** The whole set again and again until the event is over; what is left of the last one is cut off. */
function repeated(
  once: readonly TimedInterval[],
  endMs: number,
  { nowMs, horizonMs }: TimingView,
): readonly TimedInterval[] {
  const firstMs = Math.min(...once.map(({ fromMs }) => fromMs));
  const periodMs = Math.max(...once.map(({ toMs }) => toMs)) - firstMs;
  const untilMs = Math.min(endMs, horizonMs);
  const first = Number.isFinite(periodMs)
    ? Math.max(0, Math.floor((nowMs - firstMs) / periodMs))
    : 0;
  const all: TimedInterval[] = [];
  for (let round = first; round < first + ROUNDS_MAX; round++) {
    const byMs = round === 0 ? 0 : round * periodMs;
    if (firstMs + byMs >= untilMs || all.length >= INTERVALS_MAX) break;
    for (const { fromMs, toMs, payloads } of once) {
      const cutMs = Math.min(toMs + byMs, endMs);
      if (fromMs + byMs < cutMs) all.push({ fromMs: fromMs + byMs, toMs: cutMs, payloads });
    }
    if (periodMs === Infinity) break;
  }
  return all;
}
