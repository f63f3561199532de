/**
 * Fuzzing for as long as wanted, followed by a person: `deno task fuzz --minutes 60`.
 *
 *     --minutes N   how long (default 10)
 *     --seed N      default: drawn, and printed
 *     --edge A,B    only these edges (default: all)
 *     --replay FILE tries the inputs of a file first, as a run that failed has left it
 *     --keep        adds inputs that came to something new to the corpus
 */
import { parseArgs } from "@std/cli/parse-args";
import { openCollection, readCorpus } from "./corpus.ts";
import { type EdgeName, EDGES } from "./edge.ts";
import { runFuzz } from "./fuzz_run.ts";
import { reportLines } from "./fuzz_report.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const flags = parseArgs(Deno.args, {
  string: ["minutes", "seed", "edge", "replay"],
  boolean: ["keep"],
  default: { minutes: "10", seed: String(Math.floor(Math.random() * 1e9)), edge: "" },
});
const minutes = Number(flags.minutes);
const seed = Number(flags.seed);
const names = String(flags.edge).split(",").filter((name) => name !== "");
const unknown = names.filter((name) => !EDGES.some((edge) => edge === name));
if (!(minutes > 0) || !Number.isSafeInteger(seed) || unknown.length > 0) {
  print(`Cannot fuzz: --minutes and --seed take numbers, --edge some of ${EDGES.join(",")}`);
  Deno.exit(1);
}

const collection = openCollection();
const first = flags.replay === undefined
  ? readCorpus()
  : Deno.readTextFileSync(flags.replay).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
print(`Fuzzing for ${minutes} minutes with seed ${seed}`);
const report = await runFuzz({
  minutes,
  seed,
  edges: names as EdgeName[],
  progress: print,
  first,
  collection,
});
for (const line of reportLines(report, collection)) print(line);
if (flags.keep) print(`${await collection.keep()} inputs are new in the corpus`);
if (report.failing !== null) {
  print(`What was said before is in ${report.failing}; found with --seed ${seed}`);
}
Deno.exit(report.complaints.length === 0 ? 0 : 1);
