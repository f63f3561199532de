import type { OcpiCdr, SignedFile, TimeRange } from "../reports/mod.ts";
import type { SignedReading } from "../transactions/mod.ts";

/** What the meter signed in a session. */
export interface SignedView {
  readonly number: number;
  readonly readings: readonly SignedReading[];
  readonly files: readonly SignedFile[];
}

/** Records of sessions for others: partners, and whoever checks what a meter has signed. */
export interface WebRecords {
  /** Charge detail records; null where site.yaml does not say how the site is called there. */
  readonly cdr: {
    /** Null: there is none (yet). Undefined: nobody knows such a session. */
    one(transactionId: string): Promise<OcpiCdr | null | undefined>;
    /** Those of sessions that began in a time, one JSON list in pieces. */
    all(time: TimeRange): AsyncIterable<string>;
  } | null;
  /** Undefined: nobody knows such a session. */
  signed(transactionId: string): Promise<SignedView | undefined>;
  /** All files of one session, as a tar in pieces. */
  signedFiles(found: SignedView): AsyncIterable<Uint8Array>;
  /** Those of sessions that began in a time, as a tar in pieces. */
  signedArchive(time: TimeRange): AsyncIterable<Uint8Array>;
}
