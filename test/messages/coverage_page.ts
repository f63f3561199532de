import type { Handling } from "../../src/ocpp/mod.ts";
import { type Cell, type Coverage, MESSAGES } from "./coverage.ts";
import { nameOf, PAIRS } from "./pair.ts";

/** Where the page stands, from the folder of the project. */
export const COVERAGE_PAGE = "src/ocpp/COVERAGE.md";

const LETTERS: Readonly<Record<Handling, string>> = {
  answer: "A",
  forward: "F",
  "fan-out": "M",
  queue: "Q",
  coalesce: "C",
  refuse: "R",
};

const LEGEND: readonly (readonly [mark: string, what: string])[] = [
  ["**A**", "answers by itself: it is the CSMS of its chargers, and the station of its CSMS"],
  ["**F**", "forwards it to the one whom it is about, under his numbers; his answer comes back"],
  ["**M**", "asks every charger and merges the answers"],
  ["**Q**", "has it on disk before it answers; it goes up in its turn, once"],
  ["**C**", "answers, and tells only the newest"],
  ["**R**", "refuses in the words of the message"],
  ["", "(empty) the version of who would say it has no such message"],
];

const INTRODUCTION = `# What becomes of each message

Written by \`deno task coverage\` from the two routing tables, \`src/chargers/station_routes.ts\` and
\`src/csms/routes.ts\`; a test plays every line of it against the whole gateway.

${aligned([["", "what the gateway does"], ...LEGEND])}

Several letters: it depends on what is in the message. Messages bear the names of OCPP 2.1, but for
the two that only 1.6 has: StartTransaction and StopTransaction are TransactionEvents to a CSMS of
2.x, and the other way round. Where the other side's version has no word for a message, the gateway
answers alone or refuses.
`;

/** The whole page, as \`deno fmt\` would write it. */
export function coveragePage(coverage: Coverage): string {
  return [
    INTRODUCTION,
    "## From chargers\n",
    "Columns: the version of the charger → that of the CSMS.\n",
    table(MESSAGES.up, (action) => PAIRS.map((pair) => coverage.up(action, pair))),
    "\n## From the CSMS\n",
    "Columns: the version of the charger ← that of the CSMS.\n",
    table(MESSAGES.down, (action) => PAIRS.map((pair) => coverage.down(action, pair)), "←"),
    "",
  ].join("\n");
}

function table<Action extends string>(
  actions: readonly Action[],
  cellsOf: (action: Action) => readonly Cell[],
  arrow = "→",
): string {
  const pairs = PAIRS.map(({ charger, csms }) => `${nameOf(charger)} ${arrow} ${nameOf(csms)}`);
  const rows = actions.map((action) => [action, ...cellsOf(action).map(lettersOf)]);
  return aligned([["", ...pairs], ...rows]);
}

function lettersOf(cell: Cell): string {
  return Object.entries(LETTERS).filter(([handling]) => cell.has(handling as Handling))
    .map(([, letter]) => letter).join(" ");
}

/** Rows of a Markdown table, their columns as wide as the widest of each. */
function aligned(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? "").length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
