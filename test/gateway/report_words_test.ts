import { assert, assertEquals } from "@std/assert";
import { sourcesOf } from "../../src/reports/_sources_for_test.ts";
import { makeReport, NOTE_KEYS, REPORT_NAMES } from "../../src/reports/mod.ts";
import { REPORT_SPANS } from "../../src/web/report_query.ts";
import { reportTextOf } from "../../src/web/report_text.ts";

const PERIOD = { fromMs: 0, toMs: 86_400_000, timezone: "UTC" };
const LANGUAGES = ["en", "mr", "hi"] as const;

Deno.test("every report, table and column has its words in each language", async () => {
  const reports = await Promise.all(
    REPORT_NAMES.map((name) => makeReport(name, PERIOD, sourcesOf({}))),
  );
  for (const language of LANGUAGES) {
    const words = reportTextOf(language);
    for (const { name, tables } of reports) {
      assert(words.reports[name] !== "" && words.hints[name] !== "");
      for (const { id, columns } of tables) {
        assert(words.tables[id] !== undefined, `${language}: table ${id} of ${name}`);
        for (const column of columns) {
          assert(words.columns[column.name] !== undefined, `${language}: column ${column.name}`);
        }
      }
    }
    for (const span of REPORT_SPANS) assert(words.spans[span] !== "");
    for (const key of NOTE_KEYS) {
      assertEquals(/undefined/.test(words.notes[key]("1", "2")), false, `${language}: ${key}`);
    }
  }
});

Deno.test("the languages say the same things, each in its own letters", () => {
  const english = reportTextOf("en");
  for (const language of ["mr", "hi"] as const) {
    const words = reportTextOf(language);
    for (const part of ["tables", "columns", "values"] as const) {
      assertEquals(Object.keys(words[part]), Object.keys(english[part]), `${language} ${part}`);
      for (const [key, text] of Object.entries(words[part])) {
        assert(/[\u0900-\u097F]/.test(text) || key === "carbonKg", `${language} ${part} ${key}`);
      }
    }
  }
});
