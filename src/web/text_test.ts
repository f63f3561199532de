import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { textOf } from "./text.ts";
import { CHARGER_TEXT } from "./text/charger.ts";
import { COMMAND_TEXT } from "./text/command.ts";
import { DOOR_TEXT } from "./text/door.ts";
import { EVSE_TEXT } from "./text/evse.ts";
import { FRAME_TEXT } from "./text/frame.ts";
import { OUTCOME_TEXT } from "./text/outcome.ts";
import { RECORD_TEXT } from "./text/record.ts";
import { SESSION_TEXT } from "./text/session.ts";
import { SIGN_IN_TEXT } from "./text/sign_in.ts";
import { SITE_TEXT } from "./text/site.ts";
import { TOKEN_TEXT } from "./text/token.ts";

function* leaves(value: unknown, path = ""): Generator<readonly [string, unknown]> {
  if (!isRecord(value)) return yield [path, value];
  for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`);
}

const SUBJECTS = [
  CHARGER_TEXT,
  COMMAND_TEXT,
  DOOR_TEXT,
  EVSE_TEXT,
  FRAME_TEXT,
  OUTCOME_TEXT,
  RECORD_TEXT,
  SESSION_TEXT,
  SIGN_IN_TEXT,
  SITE_TEXT,
  TOKEN_TEXT,
];

Deno.test("every subject is in the text of the pages, and no two say a word of the same name", () => {
  const names = SUBJECTS.flatMap((subject) => Object.keys(subject.en));
  assertEquals(names.toSorted(), Object.keys(textOf("en")).toSorted());
});

const LANGUAGES = ["en", "mr", "hi"] as const;

function saidBy(text: unknown): unknown {
  return typeof text === "function" ? text("1", "2", "3") : text;
}

Deno.test("no text is empty, and none holds markup, in any language", () => {
  for (const language of LANGUAGES) {
    for (const [path, text] of leaves(textOf(language))) {
      if (text === null || path === ".meterStates.good") continue;
      const words = saidBy(text);
      const where = `${language}${path}`;
      assertEquals(typeof words === "string" && words.trim() !== "", true, where);
      assertEquals(/[<>]/.test(String(words)), false, where);
      assertEquals(/undefined|NaN|\[object/.test(String(words)), false, where);
    }
  }
});

/** What is no word of a language: names of chargers, and what is put together from what is handed over. */
const WORDLESS = /^\.(signedInAs|askedBy|withCount|identityPlaceholder|meterStates\.good)$/;

Deno.test("Marathi and Hindi are said in Devanagari, and not in each other's words", () => {
  const [mr, hi] = (["mr", "hi"] as const).map((language) => new Map(leaves(textOf(language))));
  const same: string[] = [];
  for (const [path, text] of hi ?? []) {
    const other = mr?.get(path);
    assertEquals(text === null, other === null, path);
    if (text === null || WORDLESS.test(path)) continue;
    for (const [language, words] of [["hi", saidBy(text)], ["mr", saidBy(other)]]) {
      assertEquals(
        /\p{Script=Devanagari}/u.test(String(words)),
        true,
        `${language}${path}: ${words}`,
      );
    }
    if (String(saidBy(text)).length > 30 && saidBy(text) === saidBy(other)) same.push(path);
  }
  assertEquals(same, []);
});

Deno.test("what is handed over to a text is said in every language", () => {
  for (const [path, text] of leaves(textOf("en"))) {
    if (typeof text !== "function" || path === ".commandNames.reset") continue;
    const handed = ["417", "528", "639"].slice(0, text.length);
    const said = handed.filter((each) => String(text(...handed)).includes(each));
    for (const language of ["mr", "hi"] as const) {
      const other = new Map(leaves(textOf(language))).get(path);
      const words = typeof other === "function" ? String(other(...handed)) : "";
      const missing = said.filter((each) => !words.includes(each));
      assertEquals(missing, [], `${language}${path}: ${words}`);
    }
  }
});

Deno.test("counted texts are right for one and for many", () => {
  const text = textOf("en");
  assertEquals([text.alarms(1), text.alarms(2)], ["1 alarm", "2 alarms"]);
  assertEquals(text.recordsWaitingLong(1), "1 record is waiting");
  assertEquals(text.restartExplained(0).startsWith("Nobody"), true);
  assertEquals(text.restartExplained(1).startsWith("One session is"), true);
  assertEquals(text.restartExplained(3).startsWith("3 sessions are"), true);
});
