import { assert, assertEquals } from "@std/assert";
import { fail, ok } from "../lib/result.ts";
import { isOwnFile, ownFilePath, readDataFile } from "./data_file_io.ts";
import type { DataParser } from "./data_problem.ts";

/** Wants `steps[1].amps` to be 6. */
const sixth: DataParser<unknown> = (value) =>
  JSON.stringify(value)?.includes('"amps":6')
    ? ok(value)
    : fail([{ path: ["steps", 1, "amps"], message: "expected 6" }, { path: [], message: "no" }]);

async function reading(text: string): Promise<readonly string[]> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, text);
    const read = await readDataFile(file, "own.yaml", sixth);
    return read.ok ? [] : read.error;
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("a problem is told with the line of its value, or of what it should be in", async () => {
  assertEquals(await reading("steps:\n  - {}\n  - amps: 6\n"), []);
  assertEquals(await reading("steps:\n  - {}\n  - amps: 7\n"), [
    "own.yaml:3: steps[1].amps: expected 6",
    "own.yaml: no",
  ]);
  assertEquals(
    (await reading("a: 1\nsteps:\n  - {}\n  - volts: 7\n"))[0]?.slice(0, 11),
    "own.yaml:4:",
  );
  assertEquals((await reading("a: 1\n"))[0], "own.yaml: steps[1].amps: expected 6");
});

Deno.test("what is no YAML is told with its line", async () => {
  const [problem = ""] = await reading("a: 1\nb: [");
  assert(/^own\.yaml:\d: /.test(problem), problem);
});

Deno.test("only a name with the ending of a file means a file of one's own", () => {
  assertEquals(["a.yaml", "b/c.yml", "a", "yaml", "a.yaml.txt"].map(isOwnFile), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(ownFilePath("a.yaml", "/etc/sangam/"), "/etc/sangam/a.yaml");
  assertEquals(ownFilePath("/b.yaml", "/etc/sangam"), "/b.yaml");
  assertEquals(ownFilePath("a.yaml", new URL("file:///x/")), "/x/a.yaml");
});
