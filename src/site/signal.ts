/** How much a circuit may draw: amperes bound each line, watts all lines together. */
export interface SignalAmount {
  readonly unit: "A" | "W";
  readonly limit: number;
}

/** A limit for a stretch of time, by the wall clock. */
export interface SignalSpan extends SignalAmount {
  readonly fromMs: number;
  /** Null: for ever, or until something else is said. */
  readonly toMs: number | null;
  readonly reason: string;
}

/** What a signal is told by whoever sends it. */
export type SignalWord =
  /** All that it wants from now on, in order of time, one span after the other. It replaces what it said before. */
  | {
    readonly kind: "schedule";
    readonly spans: readonly SignalSpan[];
    /** What it said that nobody can carry out, for a person to read. */
    readonly problems: readonly string[];
  }
  /** It could not be heard, and why: "no answer from vtn.example.com:443". */
  | { readonly kind: "unheard"; readonly reason: string };

/** Somebody outside who wants circuits limited, heard by whatever means. */
export interface SignalSource {
  readonly id: string;
  /** Begins to listen; `hear` is told every word, also one that says the same again. */
  start(hear: (word: SignalWord) => void): void;
  /** Lets go of sockets and timers. */
  stop(): Promise<void>;
}

/** What a signal said last. It survives a restart of the gateway. */
export interface SignalRecord {
  readonly id: string;
  readonly spans: readonly SignalSpan[];
  /** When it said something else than before. */
  readonly atMs: number;
}
