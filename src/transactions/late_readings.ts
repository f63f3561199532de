import { markOf } from "../lib/text.ts";
import type { Carry, Enveloped, MeterReading, MeterValue } from "../ocpp/mod.ts";
import { flagged, type Transaction } from "./transaction.ts";

/** Meter values that came after the Stop of their transaction (Ocular, BS-EV). */
export interface LateReading {
  readonly heardAtMs: number;
  /** By which a repeat is known. */
  readonly mark: string;
  /** The end of the transaction had not gone up when they came: they are part of it. */
  readonly isInEnd: boolean;
  readonly meterValue: readonly MeterValue[];
  readonly carry?: Carry;
}

/** A charger that goes on for ever about what has ended fills neither memory nor disk. */
export const LATE_READINGS_MAX = 20;
export const LATE_READINGS_LENGTH_MAX = 32_768;

/** The mark by which the same meter values are known again. */
export function readingMark({ meterValue }: MeterReading): string {
  return markOf(JSON.stringify(meterValue));
}

/** True for meter values that the ended transaction has seen. */
export function isSeen({ lastMeterMark, lateReadings = [] }: Transaction, mark: string): boolean {
  return mark === lastMeterMark || lateReadings.some((each) => each.mark === mark);
}

/** The ended transaction with meter values that came after its Stop, as they are. */
export function withLateReading(
  ended: Transaction,
  { message, carry }: Enveloped<MeterReading>,
  { heardAtMs, isInEnd }: Pick<LateReading, "heardAtMs" | "isInEnd">,
): Transaction {
  const late = flagged(ended, "readings-after-stop");
  const { meterValue } = message;
  const reading: LateReading = {
    heardAtMs,
    isInEnd,
    mark: readingMark(message),
    meterValue,
    ...(carry === undefined ? {} : { carry }),
  };
  const lateReadings = [...ended.lateReadings ?? [], reading];
  const isTooMuch = lateReadings.length > LATE_READINGS_MAX ||
    JSON.stringify(lateReadings).length > LATE_READINGS_LENGTH_MAX;
  return isTooMuch ? flagged(late, "late-readings-dropped") : { ...late, lateReadings };
}
