import { assertEquals } from "@std/assert";
import { readWeekFlags } from "./week_flags.ts";

const USUAL = {
  chargers: 50,
  sessions: 42,
  readings: 10,
  csms: "refused",
  strangers: "reject",
} as const;

Deno.test("without flags it is a site of 50 chargers", () => {
  assertEquals(readWeekFlags({}), { kind: "run", plan: USUAL });
});

Deno.test("every flag is taken", () => {
  const flags = {
    chargers: "2",
    sessions: "7",
    readings: "0",
    csms: "silent",
    strangers: "accept",
  };
  const plan = {
    chargers: 2,
    sessions: 7,
    readings: 0,
    csms: "silent",
    strangers: "accept",
  } as const;
  assertEquals(readWeekFlags(flags), { kind: "run", plan });
});

Deno.test("help is given whatever else stands there", () => {
  assertEquals(readWeekFlags({ help: true, chargers: "many" }), { kind: "help" });
});

for (
  const [flags, sentence] of [
    [{ chargers: "1" }, "--chargers takes a whole number from 2 to 200"],
    [{ chargers: "" }, "--chargers takes a whole number from 2 to 200"],
    [{ sessions: "4.5" }, "--sessions takes a whole number from 7 to 10000"],
    [{ readings: "-1" }, "--readings takes a whole number from 0 to 1000"],
    [{ csms: "away" }, "--csms takes refused or silent"],
    [{ strangers: "maybe" }, "--strangers takes accept or reject"],
  ] as const
) {
  Deno.test(`${JSON.stringify(flags)} is refused: ${sentence}`, () => {
    assertEquals(readWeekFlags(flags), {
      kind: "bad",
      sentence: `Cannot run the week: ${sentence}`,
    });
  });
}
