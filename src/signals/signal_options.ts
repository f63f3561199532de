import type { SignalAmount } from "../site/mod.ts";

/** What a signal limits, and what holds when it is silent. */
export interface SignalPlan {
  readonly id: string;
  /** Who says so in records: "openadr flex". */
  readonly by: string;
  /** Null: all of the site. */
  readonly circuitId: string | null;
  readonly counts: "chargers" | "everything";
  /** So long without a word it counts as silent. */
  readonly silentAfterMs: number;
  /** What holds while it is silent and what it said last is over; null: nothing. */
  readonly fallback: SignalAmount | null;
}

/** How a signal is heard. */
export type SignalOptions = OpenAdrOptions | HttpSignalOptions | ApiSignalOptions;

/** A VTN of OpenADR 3.0 or 3.1 that is asked for its events. */
export interface OpenAdrOptions {
  readonly driver: "openadr";
  readonly plan: SignalPlan;
  /** The address that its paths begin with, without a slash at the end. */
  readonly url: string;
  readonly version: "3.0" | "3.1";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  /** Where tokens are given; absent: where the VTN says, on its own host. */
  readonly tokenUrl?: string | undefined;
  readonly ca?: string | undefined;
  /** By name; absent: all that the VTN shows us. */
  readonly program?: string | undefined;
  readonly targets: readonly string[];
  /** 3.0 names the kind of its targets. */
  readonly targetType: string;
  readonly levelsW: ReadonlyMap<number, number>;
  /** As what we are registered; absent: we are not. */
  readonly venName?: string | undefined;
  readonly intervalMs: number;
}

/** An address that answers with JSON what may be drawn now. */
export interface HttpSignalOptions {
  readonly driver: "http-json";
  readonly plan: SignalPlan;
  readonly url: string;
  /** Where the number is: "limit.kW"; null there: no limit. */
  readonly path: string;
  readonly unit: "A" | "W" | "kW";
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  readonly ca?: string | undefined;
  readonly intervalMs: number;
}

/** A box that tells us by our own API. */
export interface ApiSignalOptions {
  readonly driver: "api";
  readonly plan: SignalPlan;
}
