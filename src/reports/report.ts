import type { ReportPeriod } from "./period.ts";

/** What there is to be reported. */
export const REPORT_NAMES = [
  "sessions",
  "energy",
  "utilisation",
  "availability",
  "faults",
  "load",
  "revenue",
  "carbon",
  "service",
] as const;

/** One of `REPORT_NAMES`. */
export type ReportName = typeof REPORT_NAMES[number];

/** True for the name of a report. */
export function isReportName(text: string): text is ReportName {
  return REPORT_NAMES.some((name) => name === text);
}

/** What a column holds, and how it is shown to people. Programs get it in this unit. */
export type ColumnKind =
  | "text"
  /** ISO 8601. */
  | "moment"
  /** "2026-03-31" or "2026-03". */
  | "date"
  /** "Monday". */
  | "weekday"
  | "count"
  | "hours"
  | "energyKwh"
  | "powerKw"
  | "apparentKva"
  | "amps"
  /** 0 to 1. */
  | "share"
  /** Decimal text, in the row's `currency`. */
  | "money"
  | "carbonKg"
  | "number";

/** A column of a table; its name holds its unit. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

export type Cell = string | number | null;
/** The cells of a row by the names of their columns. */
export type ReportRow = Readonly<Record<string, Cell>>;

/** One table of a report; its rows are made while they are read. */
export interface ReportTable {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<ReportRow> | AsyncIterable<ReportRow>;
  /** How it is drawn; absent: as a table alone. */
  readonly chart?: ReportChart;
}

/** A chart of a table: bars of columns over another, or a field of a week's hours. */
export type ReportChart =
  | { readonly kind: "bars"; readonly over: string; readonly values: readonly string[] }
  | {
    readonly kind: "week";
    readonly weekday: string;
    readonly hour: string;
    readonly value: string;
  };

/** What should be known of the figures besides, by the key of its words. */
export interface ReportNote {
  readonly key: NoteKey;
  /** What stands in the words; empty: nothing. */
  readonly values: readonly Cell[];
}

/** Keys of notes; `web` has their words. */
export const NOTE_KEYS = [
  "by-start",
  "running",
  "no-record",
  "record-since",
  "nominal-voltage",
  "no-factor",
  "factor",
  "factor-hourly",
  "method-placement",
  "too-little",
  "others-joined",
  "not-billed",
  "faults-kept",
  "decisions-kept",
  "tokens-hidden",
] as const;
export type NoteKey = typeof NOTE_KEYS[number];

/** A report of a period. */
export interface Report {
  readonly name: ReportName;
  readonly period: ReportPeriod;
  readonly notes: readonly ReportNote[];
  /** The first is the one that a single file holds where nobody says which. */
  readonly tables: readonly ReportTable[];
}
