import type { SignalAmount, SignalSpan } from "../site/mod.ts";

/** A limit that holds now. */
export interface SignalLimit extends SignalAmount {
  readonly reason: string;
  /** When something else is said; null: nobody knows. */
  readonly untilMs: number | null;
}

/** What a schedule says at a moment, and when it says something else next; null: never. */
export interface SignalMoment {
  readonly limit: SignalLimit | null;
  readonly nextMs: number | null;
}

/** Looks up a moment in spans that follow each other without overlap. */
export function momentOf(spans: readonly SignalSpan[], nowMs: number): SignalMoment {
  const current = spans.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < (toMs ?? Infinity));
  if (current === undefined) {
    const next = spans.find(({ fromMs }) => fromMs > nowMs);
    return { limit: null, nextMs: next?.fromMs ?? null };
  }
  const { unit, limit, reason, toMs } = current;
  return { limit: { unit, limit, reason, untilMs: toMs }, nextMs: toMs };
}

/** More of a schedule is not kept: it is heard again long before. */
const SPANS_MAX = 500;

/**
 * Spans in order, without those that are over by `nowMs`, neighbours that say the same as one; of those
 * that begin after so many others nothing is kept.
 */
export function tidySpans(spans: readonly SignalSpan[], nowMs: number): readonly SignalSpan[] {
  const tidy: SignalSpan[] = [];
  for (const span of spans) {
    if ((span.toMs ?? Infinity) <= Math.max(nowMs, span.fromMs)) continue;
    const last = tidy.at(-1);
    if (last !== undefined && last.toMs === span.fromMs && saysTheSame(last, span)) {
      tidy[tidy.length - 1] = { ...last, toMs: span.toMs };
    } else if (tidy.length < SPANS_MAX) tidy.push(span);
    else break;
  }
  return tidy;
}

function saysTheSame(a: SignalSpan, b: SignalSpan): boolean {
  return a.unit === b.unit && a.limit === b.limit && a.reason === b.reason;
}
