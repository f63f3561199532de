/** Who gets how much, and why: one file a case in `cases/`, for electricians to read and to add to. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { readCase } from "./case_file.ts";
import { playCase } from "./case_run.ts";

const FOLDER = new URL("./cases/", import.meta.url);
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).toSorted();

for (const file of FILES) {
  const given = readCase(Deno.readTextFileSync(new URL(file, FOLDER)), file);
  Deno.test(`case ${file}: ${given.name}`, () => {
    const wrong = playCase(given);
    assertEquals(wrong, [], `${given.why}\n${wrong.join("\n")}`);
  });
}

Deno.test("there are forty cases and more, each with a name of its own", () => {
  assert(FILES.length >= 40, `${FILES.length}`);
  const names = FILES.map((file) =>
    readCase(Deno.readTextFileSync(new URL(file, FOLDER)), file).name
  );
  assertEquals(new Set(names).size, names.length);
});

const SOUND = `
name: Two EVs share forty amperes
why: Nobody gets more than another who could use it.
tree:
  circuits: { grid: { amps: 40 } }
  sockets: { 1: { on: grid }, 2: { on: grid } }
demands: { 1: {}, 2: {} }
time: 2min
expected: { 1: 20, 2: 20 }
`;

Deno.test("a case that expects something else is told what it got, where and why", () => {
  assertEquals(playCase(readCase(SOUND, "sound.yaml")), []);
  const wrong = SOUND.replace(
    "{ 1: 20, 2: 20 }",
    '{ 1: 21, 2: { amps: "15..25", because: idle } }',
  );
  assertEquals(playCase(readCase(wrong, "wrong.yaml")), [
    "at first: socket 1 has 20 A (shared: grid L1), expected 21 A",
    "at first: socket 2 has 20 A (shared: grid L1), expected because: idle",
  ]);
  const alarmed = `${SOUND}alarms: [meter-lost grid]\n`;
  assertEquals(playCase(readCase(alarmed, "alarmed.yaml")), [
    "at first: alarms are [], not [meter-lost grid]",
  ]);
});

Deno.test("a case that cannot be read says in which file, where, and what is wrong", () => {
  const bad = SOUND.replace("amps: 40", "ampere: 40").replace("2min", "soon");
  const { message }: Error = assertThrows(() => readCase(bad, "bad.yaml"), Error);
  assertEquals(message.split("\n").map((line) => line.split(":")[0]?.trim()), [
    "bad.yaml",
    "tree.circuits.grid.amps",
    "tree.circuits.grid",
    "time",
  ]);
});
