import type { Carry, CarryNote, MeterValue, TransactionEvent } from "../ocpp/mod.ts";
import type { LateReading } from "../transactions/mod.ts";
import type { OutboxRow } from "./row.ts";

/** The content of several meter rows as one. */
export interface FoldedEvent {
  readonly event: TransactionEvent;
  readonly carry: Carry | null;
}

/**
 * Puts the meter values of consecutive Updated events into one event, in order; `isKept` says which of
 * them, if not all. Their notes move along: a note about "meterValue/0/…" of the third event is now
 * about its place in the whole. What holds something that happened offline is offline (2.x E04.FR.03).
 */
export function foldEvents(
  rows: readonly [OutboxRow, ...OutboxRow[]],
  isKept: (meterValue: MeterValue) => boolean = () => true,
): FoldedEvent {
  const [first] = rows;
  const meterValue: MeterValue[] = [];
  const notes: CarryNote[] = [];
  const dialect = rows.find(({ carry }) => carry !== null)?.carry?.dialect;
  for (const row of rows) {
    const places = new Map<number, number>();
    for (const [place, value] of (row.event.meterValue ?? []).entries()) {
      if (!isKept(value)) continue;
      places.set(place, meterValue.length);
      meterValue.push(value);
    }
    // Another dialect's notes would be read as this one's.
    const own = row.carry?.dialect === dialect ? row.carry?.notes ?? [] : [];
    notes.push(...own.flatMap((note) => moved(note, places)));
  }
  const isOffline = rows.some(({ event }) => event.offline === true);
  return {
    event: { ...first.event, ...(isOffline ? { offline: true } : {}), meterValue },
    carry: dialect === undefined || notes.length === 0 ? null : { dialect, notes },
  };
}

/**
 * The end of a transaction with meter values that came after it, as 1.6 tells them in its
 * transactionData: before the register of the end, which stays last.
 */
export function withLateReadings(
  { event, carry }: FoldedEvent,
  late: readonly LateReading[],
): FoldedEvent {
  const told = event.meterValue ?? [];
  const register = told.slice(-1);
  const meterValue: MeterValue[] = told.slice(0, -1);
  const notes: CarryNote[] = [...carry?.notes ?? []];
  const dialect = carry?.dialect ?? late.find((each) => each.carry !== undefined)?.carry?.dialect;
  for (const each of late) {
    const own = each.carry?.dialect === dialect ? each.carry?.notes ?? [] : [];
    const places = new Map(each.meterValue.map((_, place) => [place, meterValue.length + place]));
    notes.push(...own.flatMap((note) => moved(note, places)));
    meterValue.push(...each.meterValue);
  }
  return {
    event: { ...event, meterValue: [...meterValue, ...register] },
    carry: dialect === undefined || notes.length === 0 ? null : { dialect, notes },
  };
}

const METER_VALUE_PATH = /^meterValue\/(\d+)(\/.*)?$/;

/** The note about the new place of what it is about; none when that is gone. */
function moved(note: CarryNote, places: ReadonlyMap<number, number>): CarryNote[] {
  const match = METER_VALUE_PATH.exec(note.at);
  if (match === null) return [note];
  const place = places.get(Number(match[1]));
  return place === undefined ? [] : [{ ...note, at: `meterValue/${place}${match[2] ?? ""}` }];
}
