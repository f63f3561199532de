import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The attacks that SECURITY.md has a line for. */
const ATTACKS = Array.from({ length: 26 }, (_, index) => `A${index + 1}`);

async function* tests(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* tests(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}

/** Which attacks are named by tests, each with the files of those. */
async function named(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  for (const folder of ["src/", "test/"]) {
    for await (const path of tests(ROOT + folder)) {
      const text = await Deno.readTextFile(path);
      for (const [, attack = ""] of text.matchAll(/Deno\.test\(\s*["'`](A\d+): /g)) {
        found.set(attack, (found.get(attack) ?? new Set()).add(path.slice(ROOT.length)));
      }
    }
  }
  return found;
}

Deno.test("every attack has a test that bears its name, and no test the name of another", async () => {
  const found = await named();
  assertEquals(ATTACKS.filter((attack) => !found.has(attack)), []);
  assertEquals([...found.keys()].filter((attack) => !ATTACKS.includes(attack)), []);
});

Deno.test("SECURITY.md has a line for every attack, and names each file that tests it", async () => {
  const found = await named();
  const lines = (await Deno.readTextFile(`${ROOT}SECURITY.md`)).split("\n")
    .filter((line) => /^\| A\d+ /.test(line));
  assertEquals(lines.map((line) => /^\| (A\d+) /.exec(line)?.[1]), ATTACKS);
  const missing = lines.flatMap((line) => {
    const attack = /^\| (A\d+) /.exec(line)?.[1] ?? "";
    return [...found.get(attack) ?? []].filter((file) => !line.includes(file))
      .map((file) => `${attack}: ${file}`);
  });
  assertEquals(missing, []);
});
