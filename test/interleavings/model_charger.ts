import type { StartIntent, StopIntent } from "../../src/ocpp/mod.ts";

/** A session as the charger itself has counted it. */
export interface CountedSession {
  readonly start: StartIntent;
  /** Null while it goes on, and for one that was forgotten. */
  readonly stop: Omit<StopIntent, "transactionNumber"> | null;
  /** The last register that it told while it went on. */
  readonly meteredWh: number | null;
  readonly isForgotten: boolean;
  /** The number that it was given; null before its start was answered. */
  readonly number: number | null;
}

/** What the charger still has to tell, in order. */
export type Untold =
  | { readonly kind: "boot" }
  | { readonly kind: "status"; readonly isCharging: boolean }
  | { readonly kind: "start" | "stop" | "meter"; readonly session: number };

/** A charger with one connector, as a value. It does what it is told, and ignores answers to starts. */
export interface ModelCharger {
  readonly sessions: readonly CountedSession[];
  readonly untold: readonly Untold[];
  /** What it has mislaid, and will find later. */
  readonly mislaid: readonly Untold[];
  readonly registerWh: number;
  /** It has been told that the card is good, and nobody has started with it yet. */
  readonly mayStart: boolean;
}

/** One that nobody has charged at. */
export const IDLE_CHARGER: ModelCharger = {
  sessions: [],
  untold: [],
  mislaid: [],
  registerWh: 1_000,
  mayStart: false,
};

/** The session that goes on, by its place among all; -1 for none. */
export function runningSession({ sessions }: ModelCharger): number {
  return sessions.findIndex(({ stop, isForgotten }) => stop === null && !isForgotten);
}

/** With one of its sessions changed. */
export function withSession(
  charger: ModelCharger,
  place: number,
  changes: Partial<CountedSession>,
): ModelCharger {
  const sessions = charger.sessions.map((each, index) =>
    index === place ? { ...each, ...changes } : each
  );
  return { ...charger, sessions };
}

/** With what it had mislaid found again. */
export function withFound(charger: ModelCharger): ModelCharger {
  return { ...telling(charger, ...charger.mislaid), mislaid: [] };
}

/** With more to tell. */
export function telling(charger: ModelCharger, ...more: readonly Untold[]): ModelCharger {
  return { ...charger, untold: [...charger.untold, ...more] };
}
