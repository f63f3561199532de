import { assertEquals } from "@std/assert";
import { readDrainFlags } from "./drain_flags.ts";

const USUAL = {
  days: 7,
  chargers: 50,
  sessionsPerDay: 8,
  readingEveryS: 60,
  partS: 30,
  rttsMs: [50, 150],
  ledger: null,
};

Deno.test("without flags it is a week of 50 chargers, told over 50 and 150 ms", () => {
  assertEquals(readDrainFlags({}), { kind: "run", options: USUAL });
});

Deno.test("every flag is taken", () => {
  const flags = {
    days: "1",
    chargers: "3",
    "sessions-per-day": "2",
    "reading-every": "900",
    seconds: "5",
    rtts: "0",
    ledger: "a.db",
  };
  const options = {
    days: 1,
    chargers: 3,
    sessionsPerDay: 2,
    readingEveryS: 900,
    partS: 5,
    rttsMs: [0],
    ledger: "a.db",
  };
  assertEquals(readDrainFlags(flags), { kind: "run", options });
});

Deno.test("help is given whatever else stands there", () => {
  assertEquals(readDrainFlags({ help: true, days: "many" }), { kind: "help" });
});

for (
  const [flags, sentence] of [
    [{ days: "0" }, "--days takes a whole number from 1 to 60"],
    [{ seconds: "" }, "--seconds takes a whole number from 1 to 3600"],
    [
      { rtts: "50,soon" },
      "--rtts takes whole numbers of milliseconds up to 10000, such as 50,150",
    ],
    [{ rtts: "" }, "--rtts takes whole numbers of milliseconds up to 10000, such as 50,150"],
    [{ ledger: "" }, "--ledger takes a file"],
  ] as const
) {
  Deno.test(`${JSON.stringify(flags)} is refused: ${sentence}`, () => {
    assertEquals(readDrainFlags(flags), {
      kind: "bad",
      sentence: `Cannot run the drain: ${sentence}`,
    });
  });
}
