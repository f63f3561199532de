import { isoTime } from "../lib/clock.ts";
import type { MeterValue, TransactionEvent } from "../ocpp/mod.ts";
import { followedMs, startTimeMs, stopTimeMs, type Transaction } from "../transactions/mod.ts";
import type { OutboxRow } from "./row.ts";

/**
 * The row as it should go up: its times put right by what is known of the clocks by now. `transaction`
 * is the one that it is about. What was sent before keeps its words.
 */
export function withTrueTimes(
  row: OutboxRow,
  transaction: Transaction | undefined,
  shiftOf: (stretch: string) => number,
): OutboxRow {
  const shiftMs = row.sent ? 0 : shiftMsOf(row, transaction, shiftOf);
  return shiftMs === 0 ? row : { ...row, event: shifted(row.event, shiftMs) };
}

function shiftMsOf(
  { kind, clock }: OutboxRow,
  transaction: Transaction | undefined,
  shiftOf: (stretch: string) => number,
): number {
  // More may have become known of the start and the end than when they were heard.
  if (kind === "started" && transaction !== undefined) {
    return startTimeMs(transaction) - Date.parse(transaction.startedAt);
  }
  const stopMs = kind === "ended" && transaction !== undefined ? stopTimeMs(transaction) : null;
  const { stop = null } = transaction ?? {};
  if (stopMs !== null && stop !== null) return stopMs - Date.parse(stop.stoppedAt);
  const learntMs = clock?.stretch === undefined ? 0 : shiftOf(clock.stretch);
  return followedMs(learntMs, clock?.lateMs ?? 0) + (clock?.shiftMs ?? 0);
}

function shifted(event: TransactionEvent, shiftMs: number): TransactionEvent {
  const { meterValue } = event;
  return {
    ...event,
    timestamp: moved(event.timestamp, shiftMs),
    ...(meterValue === undefined ? {} : {
      meterValue: meterValue.map((each): MeterValue => ({
        ...each,
        timestamp: moved(each.timestamp, shiftMs),
      })),
    }),
  };
}

/** A text that is no time, or would be none that a calendar has, is left as it is. */
function moved(timestamp: string, shiftMs: number): string {
  const atMs = Date.parse(timestamp) + shiftMs;
  return Math.abs(atMs) <= 8.64e15 ? isoTime(atMs) : timestamp;
}
