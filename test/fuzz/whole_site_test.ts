/**
 * A fuzzer at every edge of the real gateway at once, for seconds: what `deno task fuzz` does for
 * hours. What was worth keeping is tried first.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { drawnSeed } from "../draws.ts";
import { remark } from "../support/remark.ts";
import { openCollection, readCorpus } from "./corpus.ts";
import { EDGES } from "./edge.ts";
import { reportLines } from "./fuzz_report.ts";
import { runFuzz } from "./fuzz_run.ts";

Deno.test("nonsense at every edge neither ends the gateway nor holds up a charger that behaves", async () => {
  const seed = drawnSeed();
  const collection = openCollection();
  const report = await runFuzz({
    minutes: 0.3,
    seed,
    edges: [],
    progress: remark,
    first: readCorpus(),
    collection,
  });
  remark(`seed ${seed}: ${reportLines(report, collection)[0]}`);
  assertEquals(report.complaints, [], `seed ${seed}; ${report.failing}`);
  assertEquals(EDGES.filter((edge) => !report.inputs.has(edge)), [], "nothing was said there");
  assertGreater(report.answerMs.length, 3);
});
