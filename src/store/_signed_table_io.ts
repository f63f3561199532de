import type { DatabaseSync } from "node:sqlite";
import type { SignedRecord } from "../transactions/mod.ts";
import { isSum, parsed, recordSum } from "./_checksum_io.ts";

/** Signed readings, beside their sessions: a session is written often, these are long and never change. */
export const SIGNED_SHAPE = `
  CREATE TABLE signed_reading (
    transaction_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    value TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (transaction_id, position)
  ) STRICT;
`;

/** Keeps the table. */
export interface SignedTable {
  put(record: SignedRecord): void;
  /** All of one session. */
  forget(transactionId: string): void;
}

/** The table of an open ledger. */
export function openSignedTable(database: DatabaseSync): SignedTable {
  const write = database.prepare("INSERT OR REPLACE INTO signed_reading VALUES (?, ?, ?, ?)");
  const drop = database.prepare("DELETE FROM signed_reading WHERE transaction_id = ?");
  return {
    put(record) {
      const { transactionId, position } = record;
      const value = JSON.stringify(record);
      write.run(transactionId, position, value, signedSum(transactionId, position, value));
    },
    forget: (transactionId) => void drop.run(transactionId),
  };
}

/** Those of one session, without what is damaged. */
export function readSigned(database: DatabaseSync, transactionId: string): SignedRecord[] {
  return database.prepare(
    "SELECT * FROM signed_reading WHERE transaction_id = ? ORDER BY position",
  ).all(transactionId).filter(isSignedReading)
    .flatMap(({ value }) => parsed<SignedRecord>(String(value)) ?? []);
}

/** True for a row that is what was written. */
export function isSignedReading(
  { transaction_id, position, value, checksum }: Readonly<Record<string, unknown>>,
): boolean {
  return isSum(checksum, signedSum(String(transaction_id), Number(position), String(value)));
}

function signedSum(transactionId: string, position: number, value: string): number {
  return recordSum("signed-readings", `${transactionId} ${position}`, value);
}
