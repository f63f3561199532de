/** A line of a CSV file; `line` counts from 1, as an editor does. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What came of reading: the rows, or the line on which a quoted cell begins that never ends. */
export type CsvReading =
  | { readonly kind: "rows"; readonly rows: readonly CsvRow[] }
  | { readonly kind: "open-quote"; readonly line: number };

/**
 * Reads CSV (RFC 4180) as spreadsheets write it: with a mark of its encoding in front, semicolons where
 * the first line has them and no comma, any end of line. Empty lines are left out. An apostrophe that
 * `csvLine` put before what looks like a formula is taken away again.
 */
export function readCsv(text: string): CsvReading {
  const source = text.replace(/^\ufeff/, "");
  const [head = ""] = source.split(/\r?\n/, 1);
  const separator = head.includes(";") && !head.includes(",") ? ";" : ",";
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quotedSince: number | null = null;
  let line = 1;
  let rowLine = 1;
  const endCell = () => {
    cells.push(plain(cell));
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (cells.some((each) => each !== "")) rows.push({ line: rowLine, cells });
    cells = [];
  };
  for (let at = 0; at < source.length; at++) {
    const sign = source.charAt(at);
    if (sign === "\n") line++;
    if (quotedSince !== null) {
      if (sign !== '"') cell += sign;
      else if (source.charAt(at + 1) === '"') cell += source.charAt(at++);
      else quotedSince = null;
    } else if (sign === '"' && cell === "") quotedSince = line;
    else if (sign === separator) endCell();
    else if (sign === "\n") {
      endRow();
      rowLine = line;
    } else if (sign !== "\r") cell += sign;
  }
  if (quotedSince !== null) return { kind: "open-quote", line: quotedSince };
  endRow();
  return { kind: "rows", rows };
}

function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
