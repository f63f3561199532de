import type { Carry, CarryNote, MeterValue, TransactionEvent } from "../ocpp/mod.ts";
import type { OutboxRow } from "./row.ts";

/** The content of several meter rows as one. */
export interface FoldedEvent {
  readonly event: TransactionEvent;
  readonly carry: Carry | null;
}

/**
 * Puts the meter values of consecutive Updated events into one event, in order. Their notes move
 * along: a note about "meterValue/0/…" of the third event is now about its place in the whole.
 */
export function foldEvents(rows: readonly [OutboxRow, ...OutboxRow[]]): FoldedEvent {
  const [first] = rows;
  const meterValue: MeterValue[] = [];
  const notes: CarryNote[] = [];
  const dialect = rows.find(({ carry }) => carry !== null)?.carry?.dialect;
  for (const row of rows) {
    // Another dialect's notes would be read as this one's.
    const own = row.carry?.dialect === dialect ? row.carry?.notes ?? [] : [];
    notes.push(...own.map((note) => shifted(note, meterValue.length)));
    meterValue.push(...(row.event.meterValue ?? []));
  }
  return {
    event: { ...first.event, meterValue },
    carry: dialect === undefined || notes.length === 0 ? null : { dialect, notes },
  };
}

const METER_VALUE_PATH = /^meterValue\/(\d+)(\/.*)?$/;

function shifted(note: CarryNote, by: number): CarryNote {
  const match = METER_VALUE_PATH.exec(note.at);
  if (match === null) return note;
  return { ...note, at: `meterValue/${Number(match[1]) + by}${match[2] ?? ""}` };
}
