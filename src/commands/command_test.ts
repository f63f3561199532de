import { assertEquals } from "@std/assert";
import { type Command, readTyped } from "./command.ts";

const COMMAND: Command = {
  usage: "user add NAME --role ROLE [--data DIR]",
  summary: "",
  words: ["add", "NAME"],
  flags: ["role", "data"],
  run: () => Promise.resolve(0),
};

Deno.test("readTyped() reads words and flags in any order, as texts", () => {
  const expected = { kind: "run", flags: { role: "admin" }, words: ["add", "007"] } as const;
  for (
    const args of [
      ["add", "007", "--role", "admin"],
      ["--role", "admin", "add", "007"],
      ["add", "--role=admin", "007"],
    ]
  ) {
    const typed = readTyped(args, COMMAND);
    assertEquals(typed.kind === "run" && typed.flags["role"], "admin");
    assertEquals(typed.kind === "run" && typed.words, expected.words);
  }
});

Deno.test("readTyped() knows a call for help among anything else", () => {
  assertEquals(readTyped(["--help"], COMMAND), { kind: "help" });
  assertEquals(readTyped(["add", "--help"], COMMAND), { kind: "help" });
});

for (
  const [what, args, message] of [
    ["a flag that it does not know", ["add", "x", "--rolle", "admin"], "Unknown flag --rolle"],
    ["a flag without its value", ["add", "x", "--role"], "--role needs a value"],
    ["a word too few", ["add"], ""],
    ["a word too many", ["add", "x", "y"], ""],
    ["another word", ["remove", "x"], ""],
  ] as const
) {
  Deno.test(`readTyped() refuses ${what} and shows how it is used`, () => {
    const typed = readTyped(args, COMMAND);
    const usage = `Usage: main.ts ${COMMAND.usage}`;
    const whole = message === "" ? usage : `${message}. ${usage}`;
    assertEquals(typed, { kind: "wrong", message: whole });
  });
}
