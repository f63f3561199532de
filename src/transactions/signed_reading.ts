import { compact } from "../lib/json.ts";
import type { MeterValue, SampledValue } from "../ocpp/mod.ts";
import { flagged, type Transaction } from "./transaction.ts";

type SignedMeterValue = NonNullable<SampledValue["signedMeterValue"]>;

/**
 * A reading that the meter has signed. The texts are what the charger sent, character by character:
 * whoever checks the signature needs them so (ruling 5).
 */
export interface SignedReading {
  /** By the charger's clock, as the charger wrote it. */
  readonly at: string;
  readonly heardAtMs: number;
  /** Absent where the charger said none: then it is a periodic sample. */
  readonly context?: NonNullable<SampledValue["context"]>;
  /** Absent where the charger said none: then it is the register. */
  readonly measurand?: NonNullable<SampledValue["measurand"]>;
  /** The number beside it, where there was one; it is not what was signed. */
  readonly value?: number;
  readonly unit?: string;
  readonly signedMeterData: string;
  /** What 1.6 has no field for is absent. */
  readonly signingMethod?: string;
  readonly encodingMethod?: string;
  readonly publicKey?: string;
}

/** A signed reading where the ledger keeps it; nothing else of the ledger refers to it. */
export interface SignedRecord {
  readonly transactionId: string;
  /** From 0; a later reading takes the place of one from the middle of the session. */
  readonly position: number;
  readonly reading: SignedReading;
}

/** Chargers that sign every sample would fill the disk: of more, those in the middle are given up. */
export const SIGNED_FIRST_MAX = 32;
export const SIGNED_LAST_MAX = 64;
/** Characters of one reading with all its texts; 2.1 allows 32,768 for the data itself. */
export const SIGNED_LENGTH_MAX = 36_000;

/** What signed readings do to their transaction, and what is to be written beside it. */
export interface SignedStep {
  readonly transaction: Transaction;
  readonly signed: readonly SignedRecord[];
}

/**
 * Takes the signed ones of meter values to the session. The first and the last of a session are kept; its
 * flag says where some were not.
 */
export function withSignedReadings(
  transaction: Transaction,
  meterValue: readonly MeterValue[],
  heardAtMs: number,
): SignedStep {
  return signedReadings(meterValue, heardAtMs).reduce<SignedStep>(
    (step, reading) => {
      const { transaction: before, signed } = step;
      if (lengthOf(reading) > SIGNED_LENGTH_MAX) {
        return { transaction: flagged(before, "signed-readings-dropped"), signed };
      }
      const came = before.signedReadings ?? 0;
      const kept = { ...before, signedReadings: came + 1 };
      const isFull = came >= SIGNED_FIRST_MAX + SIGNED_LAST_MAX;
      return {
        transaction: isFull ? flagged(kept, "signed-readings-dropped") : kept,
        signed: [...signed, {
          transactionId: before.id,
          position: positionOf(came),
          reading,
        }],
      };
    },
    { transaction, signed: [] },
  );
}

/** The signed ones of meter values, in their order. */
export function signedReadings(
  meterValue: readonly MeterValue[],
  heardAtMs: number,
): readonly SignedReading[] {
  return meterValue.flatMap(({ timestamp, sampledValue }) =>
    sampledValue.flatMap((sample) => {
      const { signedMeterValue } = sample;
      return signedMeterValue === undefined
        ? []
        : [readingOf(timestamp, heardAtMs, sample, signedMeterValue)];
    })
  );
}

/** Only those entries of meter values in which something is signed. */
export function signedEntries(meterValue: readonly MeterValue[] = []): readonly MeterValue[] {
  return meterValue.filter(({ sampledValue }) =>
    sampledValue.some(({ signedMeterValue }) => signedMeterValue !== undefined)
  );
}

/** In the order in which they came; what a charger has told twice with the same words, once. */
export function orderedSigned(records: readonly SignedRecord[]): readonly SignedReading[] {
  const seen = new Set<string>();
  return records.toSorted((a, b) =>
    a.reading.heardAtMs - b.reading.heardAtMs || a.position - b.position
  ).map(({ reading }) => reading).filter(({ context, signedMeterData, publicKey }) => {
    const name = JSON.stringify([context, signedMeterData, publicKey]);
    return !seen.has(name) && seen.add(name);
  });
}

function readingOf(
  at: string,
  heardAtMs: number,
  { context, measurand, value, unitOfMeasure }: SampledValue,
  { signedMeterData, signingMethod, encodingMethod, publicKey }: SignedMeterValue,
): SignedReading {
  return compact({
    at,
    heardAtMs,
    context,
    measurand,
    value,
    unit: unitOfMeasure?.unit,
    signedMeterData,
    // The inside has empty texts for what 1.6 did not say.
    signingMethod: signingMethod || undefined,
    encodingMethod: encodingMethod || undefined,
    publicKey: publicKey || undefined,
  });
}

function lengthOf(reading: SignedReading): number {
  return JSON.stringify(reading).length;
}

function positionOf(came: number): number {
  return came < SIGNED_FIRST_MAX
    ? came
    : SIGNED_FIRST_MAX + (came - SIGNED_FIRST_MAX) % SIGNED_LAST_MAX;
}
