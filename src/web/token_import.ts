import { csvLine } from "../lib/csv.ts";
import { readCsv } from "../lib/csv_reading.ts";
import { JSON_FIELDS, TokenField } from "./command_fields.ts";
import { maskToken, type TokenEntry } from "./commands/command.ts";
import type { TokenView } from "./views.ts";

/** The columns of a list of cards; only the first has to be there. */
export const TOKEN_COLUMNS = [
  "token",
  "type",
  "status",
  "expires",
  "group",
  "priority",
  "departure",
  "energyKwh",
] as const;

/** One of `TOKEN_COLUMNS`. */
export type TokenColumn = typeof TOKEN_COLUMNS[number];

/** What a cell may say, in signs that need no language. */
export const TOKEN_EXAMPLES: Readonly<Record<TokenColumn, string>> = {
  token: "04A1B2C3 (1–36)",
  type: "Central, ISO14443, ISO15693, eMAID, EVCCID, KeyCode, MacAddress, VIN",
  status: "Accepted, Blocked, Expired, Invalid",
  expires: "2026-12-31T18:30:00Z",
  group: "FLEET (1–36)",
  priority: "0–100",
  departure: "17:30",
  energyKwh: "12.5",
};

/** Of a larger list the parts are brought one after another. */
export const IMPORT_TEXT_MAX = 200_000;
export const IMPORT_ROWS_MAX = 5_000;
/** Who gets so much wrong has brought another file. */
export const IMPORT_PROBLEMS_MAX = 100;

/** What is wrong with a list. Nothing of it is taken then. */
export type ImportProblem =
  & { readonly line: number }
  & (
    | { readonly kind: "no-token-column" | "open-quote" | "too-many-cells" | "too-many-rows" }
    | { readonly kind: "unknown-column" | "column-twice" | "token-twice"; readonly what: string }
    | { readonly kind: "wrong-cell"; readonly column: TokenColumn }
  );

/** A card that would be new, or be changed. */
export interface ImportChange {
  readonly line: number;
  readonly entry: TokenEntry;
  /** As it stands on the list now; null: it does not. */
  readonly before: TokenView | null;
  readonly columns: readonly TokenColumn[];
}

/** What a list would do. */
export interface ImportPlan {
  readonly problems: readonly ImportProblem[];
  readonly changes: readonly ImportChange[];
  /** Cards that stand there as they are brought. */
  readonly same: number;
  /** Lines with a code that the export has hidden: they are left out. */
  readonly hidden: number;
}

/** The list as a file. Codes that people type in are hidden unless the reader may see them. */
export function tokenListCsv(tokens: readonly TokenView[], seesCodes: boolean): string {
  const lines = tokens.map((token) =>
    csvLine(
      TOKEN_COLUMNS.map((column) =>
        column === "token" && token.type === "KeyCode" && !seesCodes ? maskToken("") : token[column]
      ),
    )
  );
  return csvLine(TOKEN_COLUMNS) + lines.join("");
}

/** Looks what a list would change, and says everything that is wrong with it by line. */
export function planImport(text: string, listed: readonly TokenView[]): ImportPlan {
  const problems: ImportProblem[] = [];
  const failed = { problems, changes: [], same: 0, hidden: 0 };
  const reading = readCsv(text);
  if (reading.kind === "open-quote") problems.push({ kind: "open-quote", line: reading.line });
  if (reading.kind !== "rows") return failed;
  const [head, ...rows] = reading.rows;
  const columns = columnsOf(head?.cells ?? [], head?.line ?? 1, problems);
  const tooMany = rows[IMPORT_ROWS_MAX];
  if (tooMany !== undefined) problems.push({ kind: "too-many-rows", line: tooMany.line });
  if (problems.length > 0) return failed;
  return planRows(rows, columns, listed, problems);
}

function columnsOf(
  head: readonly string[],
  line: number,
  problems: ImportProblem[],
): readonly TokenColumn[] {
  const found: TokenColumn[] = [];
  for (const name of head.map((each) => each.trim())) {
    const column = TOKEN_COLUMNS.find((each) => each.toLowerCase() === name.toLowerCase());
    if (column === undefined) {
      problems.push({ kind: "unknown-column", line, what: name.slice(0, 40) });
    } else if (found.includes(column)) problems.push({ kind: "column-twice", line, what: column });
    else found.push(column);
  }
  if (!found.includes("token")) problems.push({ kind: "no-token-column", line });
  return found;
}

function planRows(
  rows: readonly { readonly line: number; readonly cells: readonly string[] }[],
  columns: readonly TokenColumn[],
  listed: readonly TokenView[],
  problems: ImportProblem[],
): ImportPlan {
  const known = new Map(listed.map((view) => [view.token.toLowerCase(), view]));
  const seen = new Set<string>();
  const changes: ImportChange[] = [];
  let same = 0;
  let hidden = 0;
  for (const { line, cells } of rows) {
    if (problems.length >= IMPORT_PROBLEMS_MAX) break;
    if (cells.length > columns.length) {
      problems.push({ kind: "too-many-cells", line });
      continue;
    }
    const said = new Map(columns.map((column, at) => [column, (cells[at] ?? "").trim()]));
    if (said.get("token")?.startsWith("••••") === true) {
      hidden++;
      continue;
    }
    const brought = entryOf(said, line, problems);
    if (brought === null) continue;
    const key = brought.token.toLowerCase();
    if (seen.has(key)) problems.push({ kind: "token-twice", line, what: brought.token });
    seen.add(key);
    const before = known.get(key) ?? null;
    const entry = before === null ? brought : { ...brought, ...unsaid(before, columns) };
    const changed = TOKEN_COLUMNS.filter((column) =>
      column !== "token" && entry[column] !== (before?.[column] ?? null)
    );
    if (before !== null && changed.length === 0) same++;
    else changes.push({ line, entry, before, columns: changed });
  }
  return problems.length > 0
    ? { problems, changes: [], same: 0, hidden: 0 }
    : { problems, changes, same, hidden };
}

/** What a file says nothing of, for it lacks the column, stays as it is. */
function unsaid(before: TokenView, columns: readonly TokenColumn[]): Partial<TokenEntry> {
  const kept = TOKEN_COLUMNS.filter((column) => !columns.includes(column));
  return Object.fromEntries(kept.map((column) => [column, before[column]]));
}

/** Null where a cell is wrong; which one stands among the problems then. */
function entryOf(
  said: ReadonlyMap<TokenColumn, string>,
  line: number,
  problems: ImportProblem[],
): TokenEntry | null {
  const token = TokenField.safeParse(said.get("token") ?? "");
  const fields = JSON_FIELDS.token.safeParse(Object.fromEntries(
    [...said].filter(([column, text]) => column !== "token" && text !== "")
      .map(([column, text]) => [column, isNumeric(column) ? numberOf(text) : text]),
  ));
  const wrong = new Set<TokenColumn>(token.success ? [] : ["token"]);
  if (!fields.success) {
    for (const { path } of fields.error.issues) {
      const column = TOKEN_COLUMNS.find((each) => each === path[0]);
      if (column !== undefined) wrong.add(column);
    }
  }
  for (const column of wrong) problems.push({ kind: "wrong-cell", line, column });
  return token.success && fields.success ? { token: token.data, ...fields.data } : null;
}

function isNumeric(column: TokenColumn): boolean {
  return column === "priority" || column === "energyKwh";
}

/** Number() would read an empty text, hexadecimal digits and exponents. */
function numberOf(text: string): number | string {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
