/**
 * `deno task test`: every check and every test, as a person and as CI runs them. The last line reads
 * `N passed, N failed`. With `--checks-only` (`deno task ok`) the tests are left out. Drawn tests draw from
 * a seed that the tree gives, or from that of `--draws N`.
 */

import { DRAWS_VARIABLE, seedOfTree } from "./draws.ts";

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

/** Runs the tests, showing their output as it comes, and reads the counts from the last line. */
async function runTests(
  draws: number,
): Promise<{ readonly passed: number; readonly failed: number }> {
  print(`\n— tests, draws from seed ${draws}\n`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      "--unstable-net",
      "--no-check",
      "--parallel",
      "--preload=test/draws_preload.ts",
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
