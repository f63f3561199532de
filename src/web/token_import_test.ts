import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { LISTED_TYPES } from "./command_fields.ts";
import {
  IMPORT_PROBLEMS_MAX,
  IMPORT_ROWS_MAX,
  planImport,
  TOKEN_EXAMPLES,
  tokenListCsv,
} from "./token_import.ts";
import { problemInWords, tokenImportTextOf } from "./token_import_text.ts";
import type { TokenView } from "./views.ts";

const BARE: TokenView = {
  token: "04A1B2C3",
  type: "Central",
  status: "Accepted",
  expires: null,
  group: null,
  origin: "operator",
  priority: null,
  departure: null,
  energyKwh: null,
};

const isoDate = fc.date({
  min: new Date("2026-01-01"),
  max: new Date("2099-01-01"),
  noInvalidDate: true,
}).map((date) => date.toISOString());
const printable = fc.stringMatching(/^[!-~]{1,36}$/).filter((text) => !/^'[=+\-@]/.test(text));

const tokenView: fc.Arbitrary<TokenView> = fc.record({
  token: printable,
  type: fc.constantFrom(...LISTED_TYPES),
  status: fc.constantFrom("Accepted", "Blocked", "Expired", "Invalid"),
  expires: fc.option(isoDate),
  group: fc.option(printable),
  origin: fc.constantFrom("csms" as const, "operator" as const),
  priority: fc.option(fc.integer({ min: 0, max: 100 })),
  departure: fc.option(fc.constantFrom("00:00", "17:30", "23:59")),
  energyKwh: fc.option(fc.integer({ min: 1, max: 900 }).map((tenths) => tenths / 10)),
});

const tokenList = fc.uniqueArray(tokenView, {
  maxLength: 8,
  selector: ({ token }) => token.toLowerCase(),
});

Deno.test("a list that was exported and is brought back changes nothing", () => {
  fc.assert(fc.property(tokenList, (tokens) => {
    const plan = planImport(tokenListCsv(tokens, true), tokens);
    assertEquals([plan.problems, plan.changes, plan.same], [[], [], tokens.length]);
  }));
});

Deno.test("a list that was exported makes the same list elsewhere", () => {
  fc.assert(fc.property(tokenList, (tokens) => {
    const { changes } = planImport(tokenListCsv(tokens, true), []);
    assertEquals(
      changes.map(({ entry }) => entry),
      tokens.map(({ origin: _origin, ...entry }) => entry),
    );
  }));
});

Deno.test("whatever a file holds, it is a plan or problems with lines of it, and never both", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
    const { problems, changes } = planImport(`token,status\n${text}`, [BARE]);
    assertEquals(problems.length === 0 || changes.length === 0, true);
    const lines = text.split("\n").length + 1;
    for (const { line } of problems) assertEquals(line >= 1 && line <= lines, true);
  }));
});

Deno.test("codes that people type in are hidden from who is no administrator, and such lines left out", () => {
  const code = { ...BARE, token: "471199", type: "KeyCode" };
  const hidden = tokenListCsv([BARE, code], false);
  assertEquals(hidden.includes("471199"), false);
  assertStringIncludes(tokenListCsv([BARE, code], true), "471199");
  const plan = planImport(hidden, [BARE, code]);
  assertEquals([plan.problems, plan.changes, plan.same, plan.hidden], [[], [], 1, 1]);
});

Deno.test("what is new and what changes is told apart, column by column", () => {
  const { changes, same } = planImport(
    "token;status;group\n04a1b2c3;Blocked;\nNEW-1;;FLEET\n",
    [BARE],
  );
  assertEquals(same, 0);
  assertEquals(
    changes.map(({ line, entry, before, columns }) => [line, entry.token, before?.token, columns]),
    [
      [2, "04a1b2c3", "04A1B2C3", ["status"]],
      [3, "NEW-1", undefined, ["type", "status", "group"]],
    ],
  );
});

Deno.test("what a file has no column for stays; an empty cell of a column takes it away", () => {
  const visitor = { ...BARE, group: "FLEET", priority: 8, departure: "17:30", energyKwh: 12 };
  const { changes } = planImport("token,status,priority\n04A1B2C3,Blocked,\n", [visitor]);
  const { origin: _origin, ...before } = visitor;
  assertEquals(changes.map(({ entry }) => entry), [
    { ...before, status: "Blocked", priority: null },
  ]);
});

Deno.test("each mistake is named with its line, in every language", () => {
  const said = (text: string) =>
    planImport(text, []).problems.map((problem) =>
      (["en", "mr", "hi"] as const).map((language) =>
        `${problem.line} ` + problemInWords(
          tokenImportTextOf(language),
          problem,
          problem.kind === "wrong-cell" ? TOKEN_EXAMPLES[problem.column] : "",
        )
      )
    );
  const english = (text: string) => said(text).map(([first]) => first);
  assertEquals(english("name,status\n"), [
    "1 There is no column “name”.",
    "1 The first line has no column “token”.",
  ]);
  assertEquals(english("token,token\nA,B\n"), ["1 The column “token” is there twice."]);
  assertEquals(english('token\nA\n"B\n'), ["3 A quotation mark that begins here never ends."]);
  assertEquals(english("token,priority\nA,5,6\nB,101\nB2,-1\nC,1e1\n\u0915,1\nD,7\nd,8\n"), [
    "2 This line has more cells than the first.",
    "3 priority: expected 0–100",
    "4 priority: expected 0–100",
    "5 priority: expected 0–100",
    "6 token: expected 04A1B2C3 (1–36)",
    "8 Card d is in the file twice.",
  ]);
  assertEquals(english("token,expires,departure,energyKwh\nA,tomorrow,25:00,0\n"), [
    "2 expires: expected 2026-12-31T18:30:00Z",
    "2 departure: expected 17:30",
    "2 energyKwh: expected 12.5",
  ]);
  for (const [, mr, hi] of said("x\n")) {
    assertEquals([mr, hi].every((text) => /\p{Script=Devanagari}/u.test(text ?? "")), true);
  }
});

Deno.test("a file is bounded in lines, and so is what is said against it", () => {
  const rows = (count: number, cell: string) =>
    "token\n" + Array.from({ length: count }, (_, at) => `${cell}${at}\n`).join("");
  assertEquals(planImport(rows(IMPORT_ROWS_MAX, "A"), []).changes.length, IMPORT_ROWS_MAX);
  const { problems, changes } = planImport(rows(IMPORT_ROWS_MAX + 1, "A"), []);
  assertEquals([problems, changes], [[{ kind: "too-many-rows", line: IMPORT_ROWS_MAX + 2 }], []]);
  assertEquals(planImport(rows(500, "\u0915"), []).problems.length, IMPORT_PROBLEMS_MAX);
});
