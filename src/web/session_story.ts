import type { DecisionView, OutboxRowView } from "./views.ts";

/** What a session was offered and drew at one moment, or in the middle of one minute. */
export interface SessionReadingView {
  readonly at: string;
  /** The limit in force, in amperes per line; null where none was. */
  readonly offeredAmps: number | null;
  /** Amperes on the charger's phases 1, 2, 3; null where it does not tell. */
  readonly currentsAmps: readonly [number, number, number] | null;
  readonly powerW: number | null;
  readonly socPercent: number | null;
}

/** What the CSMS has of a session, and what it has said to it. */
export interface SessionUpstreamView {
  /** The number that a 1.6 CSMS gave it; null while it has not, or where it counts otherwise. */
  readonly number: number | null;
  /** What is still to be told, oldest first. */
  readonly rows: readonly OutboxRowView[];
  /** What an operator gave up: the CSMS never hears of it. */
  readonly givenUp: readonly {
    readonly kind: OutboxRowView["kind"];
    readonly by: string;
    readonly at: string;
    /** What the CSMS had said against it; null where it was never asked. */
    readonly error: string | null;
  }[];
  /** What it costs by the CSMS's word, in its own currency; null while it has said nothing. */
  readonly cost: { readonly amount: number; readonly at: string } | null;
}

/** What is known of how a session went, besides its bill. */
export interface SessionStoryView {
  /** Oldest first; empty where nothing is kept of it. */
  readonly readings: readonly SessionReadingView[];
  /** About its token, oldest first: those that led to it, and those while it ran. */
  readonly decisions: readonly DecisionView[];
  /** Null for a site that stands alone. */
  readonly upstream: SessionUpstreamView | null;
}

/** Where the pages and the API have it from. */
export interface SessionStoryPort {
  /** Undefined for a session that nobody knows. */
  sessionStory(id: string): Promise<SessionStoryView | undefined>;
  /**
   * Oldest first, those that are not older than `fromMs`: minute by minute, the last ones one by one.
   * Undefined for a session that nobody knows.
   */
  sessionReadings(id: string, fromMs: number): Promise<readonly SessionReadingView[] | undefined>;
  /** The newest ones of a session that runs, as they are in memory. */
  recentReadings(id: string): readonly SessionReadingView[];
}
