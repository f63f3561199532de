/** A file that is being fetched: what has come so far is kept, also through a restart. */
export interface FileSink {
  /** What is there of it. */
  readonly bytes: number;
  /** By which its server knows this very content (ETag, or when it changed); null: nobody knows. */
  readonly mark: string | null;
  /** Begins anew, with the content of that mark. */
  restart(mark: string | null): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
}

/** How one try to fetch a file ended. */
export type FetchOutcome =
  | { readonly kind: "ended" }
  /** It may work the next time. */
  | { readonly kind: "broken"; readonly reason: string }
  /** It never will. */
  | { readonly kind: "refused"; readonly reason: string };

/** Fetches files from outside: over the network, or from nowhere in tests. It never rejects. */
export interface Fetcher {
  fetch(location: string, into: FileSink, signal: AbortSignal): Promise<FetchOutcome>;
}

/** Patience and size of a download. */
export interface FetchRules {
  readonly bytesMax: number;
  readonly triesMax: number;
  /** The wait after the first failed try; each further one waits twice as long… */
  readonly firstWaitMs: number;
  /** … but no longer than this. */
  readonly longestWaitMs: number;
}

/** A quarter of an hour of an internet connection that comes and goes; images of chargers are not larger. */
export const FETCH_RULES: FetchRules = {
  bytesMax: 512 * 1_048_576,
  triesMax: 8,
  firstWaitMs: 5_000,
  longestWaitMs: 300_000,
};

/** One download, from the first try to its end. Times are monotonic. */
export type FetchState =
  | { readonly kind: "trying"; readonly tries: number; readonly bytesBefore: number }
  | {
    readonly kind: "waiting";
    readonly tries: number;
    readonly untilMs: number;
    readonly reason: string;
  }
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly reason: string };

export const FETCH_BEGIN: FetchState = { kind: "trying", tries: 1, bytesBefore: 0 };

/** What a try came to, or that its wait is over, or that nobody wants it any more. */
export type FetchEvent =
  | { readonly kind: "outcome"; readonly outcome: FetchOutcome; readonly bytes: number }
  | { readonly kind: "due"; readonly bytes: number }
  | { readonly kind: "cancelled" };

/**
 * The next state of a download. A try that brought something on does not count: a slow connection that
 * breaks every minute ends as well, as long as it moves.
 */
export function stepFetch(
  state: FetchState,
  event: FetchEvent,
  nowMs: number,
  rules: FetchRules,
): FetchState {
  if (state.kind === "ended" || state.kind === "failed") return state;
  if (event.kind === "cancelled") return { kind: "failed", reason: "It was called off" };
  if (event.kind === "due") {
    return state.kind === "waiting" && nowMs >= state.untilMs
      ? { kind: "trying", tries: state.tries + 1, bytesBefore: event.bytes }
      : state;
  }
  if (state.kind !== "trying") return state;
  const { outcome } = event;
  if (outcome.kind === "ended") return { kind: "ended" };
  if (outcome.kind === "refused") return { kind: "failed", reason: outcome.reason };
  const tries = event.bytes > state.bytesBefore ? 1 : state.tries;
  if (tries >= rules.triesMax) return { kind: "failed", reason: outcome.reason };
  const waitMs = Math.min(rules.firstWaitMs * 2 ** (tries - 1), rules.longestWaitMs);
  return { kind: "waiting", tries, untilMs: nowMs + waitMs, reason: outcome.reason };
}
