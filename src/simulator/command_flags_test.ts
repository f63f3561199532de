import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { type CommandUsage, readFlags } from "./command_flags.ts";

const USAGE: CommandUsage = {
  name: "main.ts simulate thing",
  summary: "a thing",
  flags: {
    url: { kind: "text", value: "URL", help: "where it is", isRequired: true },
    name: { kind: "text", value: "NAME", help: "what it is called", default: "it" },
    size: { kind: "number", value: "N", help: "how large", default: 3, least: 1, most: 10 },
    loud: { kind: "switch", help: "says more" },
    tag: { kind: "list", value: "TAG", help: "may stand several times" },
  },
  notes: ["One more thing."],
};

function values(...args: readonly string[]) {
  const reading = readFlags(args, USAGE);
  assume(reading.kind === "values", JSON.stringify(reading));
  return reading.values;
}

Deno.test("readFlags() gives what stands there, and defaults for the rest", () => {
  const given = values("--url", "ws://x", "--size=7", "--loud", "--tag", "a", "--tag", "b");
  assertEquals([given.text("url"), given.number("size"), given.isOn("loud"), given.list("tag")], [
    "ws://x",
    7,
    true,
    ["a", "b"],
  ]);
  const bare = values("--url", "ws://x");
  assertEquals([bare.text("name"), bare.number("size"), bare.isOn("loud"), bare.list("tag")], [
    "it",
    3,
    false,
    [],
  ]);
});

Deno.test("readFlags() keeps texts that look like numbers", () => {
  assertEquals(values("--url", "x", "--name", "007").text("name"), "007");
});

const PROBLEMS: readonly (readonly [readonly string[], string])[] = [
  [[], "--url is missing"],
  [["--url"], "--url needs a value"],
  [["--url", "x", "--color", "red"], "Cannot understand --color"],
  [["--url", "x", "word"], "Cannot understand word"],
  [["--url", "x", "--size", "many"], "--size is many: expected a number from 1 to 10"],
  [["--url", "x", "--size", "0"], "--size is 0: expected a number from 1 to 10"],
  [["--url", "x", "--size", "11"], "--size is 11: expected a number from 1 to 10"],
];

for (const [args, message] of PROBLEMS) {
  Deno.test(`readFlags() of "${args.join(" ")}" says what is wrong`, () => {
    assertEquals(readFlags(args, USAGE), { kind: "problem", message });
  });
}

Deno.test("--help explains every flag, whatever else is wrong", () => {
  const reading = readFlags(["--help", "--size", "x"], USAGE);
  assume(reading.kind === "help", "help was asked for");
  const lines = reading.text.split("\n");
  assertEquals(lines[0], "main.ts simulate thing: a thing");
  assert(lines.includes("  --url URL    where it is (required)"), reading.text);
  assert(lines.includes("  --size N     how large (default 3)"), reading.text);
  assertEquals(lines.at(-1), "One more thing.");
});
