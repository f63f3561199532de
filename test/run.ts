/**
 * `deno task test`: every check and every test, as a person and as CI runs them. The last line reads
 * `N passed, N failed`. With `--checks-only` (`deno task ok`) the tests are left out. Drawn tests draw from
 * a seed that the tree gives, or from that of `--draws N`.
 */

import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DRAWS_VARIABLE, seedOfTree } from "./draws.ts";
import { type Suite, suitesOf } from "./suites.ts";

interface Step {
  readonly title: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Step[] = [
  { title: "format", args: ["fmt", "--check"] },
  { title: "lint and layers", args: ["lint"] },
  { title: "types", args: ["check", "--frozen"] },
];

/** `deno test` ends with a line like "ok | 812 passed | 0 failed | 2 ignored (31s)". */
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/;

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

async function run(step: Step): Promise<boolean> {
  print(`\n— ${step.title}\n`);
  const child = new Deno.Command(Deno.execPath(), { args: [...step.args] }).spawn();
  return (await child.status).success;
}

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** All test files of the tree, by path from its root. */
async function testFiles(): Promise<readonly string[]> {
  const files: string[] = [];
  for (const room of ["src", "test"]) {
    for (const path of await readdir(join(ROOT, room), { recursive: true })) {
      if (/_test\.tsx?$/.test(path)) files.push(join(room, path));
    }
  }
  return files;
}

/** Writes what a worker is to load; a file of its own is that itself. */
async function written({ name, files }: Suite, folder: string): Promise<string> {
  const [first = ""] = files;
  if (files.length === 1) return join(ROOT, first);
  const path = join(folder, `${name}.ts`);
  const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(ROOT, file)))};\n`);
  await Deno.writeTextFile(path, lines.join(""));
  return path;
}

/** Runs the tests, showing their output as it comes, and reads the counts from the last line. */
async function runTests(
  draws: number,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const folder = await Deno.makeTempDir({ prefix: "suites-" });
  const suites = await Promise.all(
    suitesOf(await testFiles()).map((suite) => written(suite, folder)),
  );
  print(`\n— tests, draws from seed ${draws}\n`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      "--unstable-net",
      "--no-check",
      "--parallel",
      "--preload=test/draws_preload.ts",
      "--config=deno.json",
      ...suites.map((path) => relative(ROOT, path)),
    ],
    stdout: "piped",
    env: { NO_COLOR: "1", [DRAWS_VARIABLE]: String(draws) },
  }).spawn();
  const decoder = new TextDecoder();
  let rest = "";
  let counts = { passed: 0, failed: 0 };
  for await (const bytes of child.stdout) {
    await Deno.stdout.write(bytes);
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const match = SUMMARY.exec(line);
      if (match !== null) counts = { passed: Number(match[1]), failed: Number(match[2]) };
    }
  }
  const { success } = await child.status;
  await Deno.remove(folder, { recursive: true });
  // A run that broke off without naming a failed test has failed all the same.
  return success ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

/** The seed that was asked for, or the tree's own. */
async function drawsFrom(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--draws");
  if (at < 0) return await seedOfTree(new URL("../", import.meta.url));
  const asked = Number(args[at + 1]);
  if (Number.isInteger(asked)) return asked;
  print(`--draws wants a whole number, not "${args[at + 1] ?? ""}"\n`);
  Deno.exit(2);
}

async function main(): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const step of CHECKS) {
    if (await run(step)) passed++;
    else failed++;
  }
  if (!Deno.args.includes("--checks-only")) {
    const tests = await runTests(await drawsFrom(Deno.args));
    passed += tests.passed;
    failed += tests.failed;
  }
  print(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

Deno.exit(await main());
