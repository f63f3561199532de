import {
  orderedSigned,
  type SignedReading,
  type SignedRecord,
  type Tariff,
  type Transaction,
} from "../transactions/mod.ts";
import { cdrOf } from "./cdr.ts";
import type { OcpiCdr } from "./ocpi_objects.ts";
import type { OcpiOptions } from "./ocpi_options.ts";
import type { SignedSession } from "./signed_files.ts";
import type { TimeRange } from "./sources.ts";

/** Where records for others read. */
export interface RecordSources {
  /** Sessions that began in the time, those that go on too, the oldest first. */
  sessions(time: TimeRange): AsyncIterable<readonly Transaction[]>;
  signedReadings(transactionId: string): Promise<readonly SignedRecord[]>;
  /** A tariff by its key; undefined for one that nobody knows. */
  tariff(key: string): Tariff | undefined;
}

/** What the meter signed in a session, in the order in which it came. */
export async function signedOf(
  sources: Pick<RecordSources, "signedReadings">,
  { id, signedReadings = 0 }: Pick<Transaction, "id" | "signedReadings">,
): Promise<readonly SignedReading[]> {
  return signedReadings === 0 ? [] : orderedSigned(await sources.signedReadings(id));
}

/** The charge detail record of a session; null where there is none (yet). */
export async function recordOf(
  sources: Pick<RecordSources, "signedReadings" | "tariff">,
  transaction: Transaction,
  options: OcpiOptions,
): Promise<OcpiCdr | null> {
  if (transaction.stop === null) return null;
  const tariffs = (transaction.cost?.tariffKeys ?? []).map((key) => sources.tariff(key));
  return cdrOf({ transaction, tariffs, signed: await signedOf(sources, transaction) }, options);
}

/** The records of all sessions that began in a time and are over, as one JSON list, in pieces. */
export async function* recordsJson(
  sources: RecordSources,
  time: TimeRange,
  options: OcpiOptions,
): AsyncGenerator<string> {
  yield "[";
  let isFirst = true;
  for await (const page of sources.sessions(time)) {
    let text = "";
    for (const transaction of page) {
      const record = await recordOf(sources, transaction, options);
      if (record === null) continue;
      text += `${isFirst ? "\n" : ",\n"}${JSON.stringify(record)}`;
      isFirst = false;
    }
    if (text !== "") yield text;
  }
  yield "\n]\n";
}

/** Sessions that began in a time and have signed readings. */
export async function* signedSessions(
  sources: Omit<RecordSources, "tariff">,
  time: TimeRange,
): AsyncGenerator<SignedSession> {
  for await (const page of sources.sessions(time)) {
    for (const session of page) {
      const readings = await signedOf(sources, session);
      if (readings.length > 0) yield { session, readings };
    }
  }
}
