import { assertEquals } from "@std/assert";
import { readSimFlags, repeatCommand, type SimOptions } from "./sim_flags.ts";

function options(...args: string[]): SimOptions | string {
  const outcome = readSimFlags(args, 4);
  if (outcome.kind === "run") return outcome.options;
  return outcome.kind === "bad" ? outcome.sentence : "help";
}

const USUAL: SimOptions = {
  what: { kind: "seeds", from: 1, count: 20 },
  wishes: {},
  budgetMs: null,
  cores: 4,
  shrink: false,
  lines: 40,
};

Deno.test("without flags 20 seeds run on all cores", () => assertEquals(options(), USUAL));

Deno.test("minutes take the place of a number of seeds", () => {
  const what = { kind: "seeds", from: 7, count: Infinity };
  assertEquals<unknown>(options("--minutes", "1.5", "--from", "7"), {
    ...USUAL,
    what,
    budgetMs: 90_000,
  });
});

Deno.test("days, hours and chargers make each site what it is", () => {
  const wishes = { chargers: 50, seconds: 7 * 86_400 };
  assertEquals<unknown>(options("--days", "7", "--chargers", "50"), { ...USUAL, wishes });
  assertEquals<unknown>(options("--hours=0.5"), { ...USUAL, wishes: { seconds: 1_800 } });
});

Deno.test("the CSMS may be away all the time", () => {
  const wishes = { withoutCsms: true };
  assertEquals<unknown>(options("--without-csms"), { ...USUAL, wishes });
  assertEquals(repeatCommand(24, wishes), "deno task sim --seed 24 --without-csms");
});

Deno.test("one seed is shrunk if it fails, unless somebody does not want that", () => {
  const what = { kind: "seed", seed: 24 };
  assertEquals<unknown>(options("--seed", "24"), { ...USUAL, what, shrink: true });
  assertEquals<unknown>(options("--seed", "24", "--no-shrink"), { ...USUAL, what });
  assertEquals<unknown>(options("--shrink"), { ...USUAL, shrink: true });
});

Deno.test("what makes no sense is said in a sentence", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["--seeds=0", "--seeds takes a whole number from 1 to 1000000000"],
    ["--seeds=x", "--seeds takes a whole number from 1 to 1000000000"],
    ["--chargers=51", "--chargers takes a whole number from 1 to 50"],
    ["--hours=-1", "--hours takes a number above 0"],
    ["--seed=1.5", "--seed takes a whole number from 0 to 4294967295"],
    ["--days=1 --hours=1", "--days and --hours are two lengths"],
    ["--seed=1 --from=3", "--seed is one seed, and has no use for --from"],
    ["--replay=a.json --seed=3", "--replay has no use for --seed"],
    ["--replay=a.json --without-csms", "--replay has no use for --without-csms"],
    ["--replay=", "--replay takes a file"],
    ["--speed=3", "--speed=3 is not known; --help lists what is"],
    ["24", "24 is not known; --help lists what is"],
  ];
  for (const [line, sentence] of cases) {
    assertEquals(options(...line.split(" ")), `Cannot simulate: ${sentence}`);
  }
  assertEquals(options("--help"), "help");
});

Deno.test("a seed is repeated with the wishes that it was drawn with", () => {
  assertEquals(repeatCommand(24, {}), "deno task sim --seed 24");
  const command = repeatCommand(24, { chargers: 6, seconds: 1_000 });
  assertEquals(command, "deno task sim --seed 24 --chargers 6 --hours 0.2777777777777778");
  const again = options(...command.split(" ").slice(3));
  assertEquals(typeof again === "string" ? again : again.wishes, { chargers: 6, seconds: 1_000 });
});
