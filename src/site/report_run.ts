/** How the last one of a report that is sent by itself went. Kept over restarts. */
export interface ReportRun {
  /** The schedule's. */
  readonly id: string;
  /** Up to here all times were sent, Unix milliseconds. */
  readonly doneToMs: number;
  /** The newest try. */
  readonly triedAtMs: number | null;
  readonly tries: number;
  /** Why the newest try failed; null: it did not. */
  readonly error: string | null;
}
