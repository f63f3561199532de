import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const NAMES = [
  "start",
  "check",
  "schema",
  "permissions",
  "user add",
  "user list",
  "user role",
  "user reset",
  "user remove",
  "audit verify",
  "meter probe",
  "meter read",
  "backup",
  "bundle",
  "restore",
  "migrate",
  "export",
];

Deno.test("the help names every command; without a command it is shown and the use is wrong", async () => {
  const asked = fakeTerminal();
  assertEquals(await runProgram(["--help"], asked), 0);
  for (const name of [...NAMES, "demo", "simulate"]) {
    assertStringIncludes(asked.printed(), `  main.ts ${name}`);
  }
  const bare = fakeTerminal();
  assertEquals(await runProgram([], bare), 2);
  assertEquals(bare.printed(), asked.printed());
});

for (const name of NAMES) {
  Deno.test(`"${name} --help" explains it and does nothing`, async () => {
    const terminal = fakeTerminal();
    assertEquals(await runProgram([...name.split(" "), "--help"], terminal), 0);
    assert(terminal.printed().startsWith(`main.ts ${name}`));
    assertEquals(terminal.complaints, []);
  });

  Deno.test(`"${name}" with a flag that it does not know is wrong usage`, async () => {
    const terminal = fakeTerminal();
    assertEquals(await runProgram([...name.split(" "), "--nonsense", "x"], terminal), 2);
    assertStringIncludes(terminal.complaints.join(), "Unknown flag --nonsense");
    assertEquals(terminal.printed(), "");
  });
}

Deno.test("a command that does not exist is wrong usage, and is named", async () => {
  const terminal = fakeTerminal();
  assertEquals(await runProgram(["strat"], terminal), 2);
  assertEquals(terminal.complaints, [
    'There is no command "strat"\nmain.ts --help lists the commands',
  ]);
});

Deno.test("the version is printed alone", async () => {
  const terminal = fakeTerminal();
  assertEquals(await runProgram(["--version"], terminal), 0);
  assert(/^\d+\.\d+\.\d+\n$/.test(terminal.printed()));
});

Deno.test("what goes wrong is a line, not a stack", async () => {
  const folder = await Deno.makeTempDir();
  const terminal = fakeTerminal();
  await Deno.writeTextFile(`${folder}/site.yaml`, `store: { path: "${folder}/site.yaml" }\n`);
  assertEquals(await runProgram(["migrate", "--config", `${folder}/site.yaml`], terminal), 1);
  assertEquals(terminal.complaints.length, 1);
  assert(!terminal.complaints.join().includes("\n    at "));
  await Deno.remove(folder, { recursive: true });
});
