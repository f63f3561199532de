import type { MeterValue } from "../ocpp/mod.ts";
import type { Transaction } from "./transaction.ts";

/** What is done with meter values. */
export type ReadingWorth =
  /** The CSMS wants them: they are stored, and go up. */
  | "pass-on"
  /** Nobody wants them upstream; they are stored, so that a restart goes on from near here. */
  | "store"
  /** Newer ones come soon. Whoever looks now sees them; no disk does. */
  | "glance";

/** By which meter values are judged. */
export interface ReadingWish {
  /**
   * How often the CSMS wants samples of a transaction (SampledDataCtrlr.TxUpdatedInterval). Chargers
   * sample more often than that, for the balancer. 0: it wants none (1.6 §9.1.17
   * MeterValueSampleInterval, 2.1 J02.FR.11).
   */
  readonly wantedIntervalMs: number;
  readonly nowWallMs: number;
}

/** Samples that nobody wants are stored so often. */
const STORE_INTERVAL_MS = 60_000;

/** A charger's timer is not ours: one that comes a little early is the one that was meant. */
const EARLY_SHARE = 0.1;

/**
 * Chooses which meter values of a transaction are worth a write (ruling 3): the first, one for each
 * interval that the CSMS wants, and whatever is not a mere periodic sample: signed values, values of
 * the clock, values that somebody asked for. The newest of the others is held, should it be the last.
 */
export function worthOf(
  { lastKept }: Transaction,
  meterValue: readonly MeterValue[],
  { wantedIntervalMs, nowWallMs }: ReadingWish,
): ReadingWorth {
  if (meterValue.some(isEvidence)) return "pass-on";
  const isWanted = wantedIntervalMs > 0;
  const intervalMs = (isWanted ? wantedIntervalMs : STORE_INTERVAL_MS) * (1 - EARLY_SHARE);
  // By the charger's time, since history comes all at once; by ours, for a charger whose clock stands
  // still. Either clock may be set back, which only makes one reading more.
  const isDue = lastKept === undefined ||
    isApart(nowWallMs, lastKept.heardAtMs, intervalMs) ||
    meterValue.some(({ timestamp }) =>
      isApart(Date.parse(timestamp), Date.parse(lastKept.at), intervalMs)
    );
  if (!isDue) return "glance";
  return isWanted ? "pass-on" : "store";
}

/** Not one of the samples that come all the time. */
function isEvidence({ sampledValue }: MeterValue): boolean {
  return sampledValue.some(({ signedMeterValue, context = "Sample.Periodic" }) =>
    signedMeterValue !== undefined || context !== "Sample.Periodic"
  );
}

function isApart(leftMs: number, rightMs: number, leastMs: number): boolean {
  return Math.abs(leftMs - rightMs) >= leastMs;
}
