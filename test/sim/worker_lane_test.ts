import { assertEquals, assertStringIncludes } from "@std/assert";
import { QUIET } from "./_fake_lane.ts";
import type { Outcome } from "./lane.ts";
import { createWorkerLane } from "./worker_lane.ts";

const never = new AbortController().signal;

/** Runs one scenario in a worker that consists of `code`. */
async function runIn(code: string, stallMs = 60_000, signal = never): Promise<Outcome> {
  const module = `data:application/javascript,${encodeURIComponent(code)}`;
  const lane = createWorkerLane({ stallMs, module });
  const outcome = await lane.run(QUIET, signal, () => {});
  lane.close();
  return outcome;
}

const rulesOf = ({ report }: Outcome) => report.findings.map(({ rule }) => rule);

Deno.test("a scenario runs in a worker to its end", async () => {
  const lane = createWorkerLane();
  const { report, isWhole } = await lane.run(
    { ...QUIET, chargers: 2, seconds: 60 },
    never,
    () => {},
  );
  lane.close();
  assertEquals([report.findings, isWhole], [[], true]);
});

Deno.test("a scenario that throws has failed, and the lane runs the next", async () => {
  const lane = createWorkerLane();
  const broken = await lane.run({ ...QUIET, chargers: 0 }, never, () => {});
  assertEquals(rulesOf(broken), ["threw"]);
  assertStringIncludes(broken.report.findings[0]?.text ?? "", "Cannot draw site: 0 chargers");
  const next = await lane.run({ ...QUIET, chargers: 1, seconds: 1 }, never, () => {});
  lane.close();
  assertEquals(rulesOf(next), []);
});

Deno.test("a worker that breaks has failed", async () => {
  assertEquals(rulesOf(await runIn(`onmessage = () => { throw new Error("no"); }`)), ["threw"]);
});

Deno.test("a scenario that spins is given up", async () => {
  assertEquals(rulesOf(await runIn(`onmessage = () => { for (;;); }`, 100)), ["hung"]);
});

Deno.test("a scenario that is called off has not failed, and counts as far as it came", async () => {
  const timeIsUp = new AbortController();
  const lane = createWorkerLane();
  const outcome = await lane.run(
    { ...QUIET, seconds: 86_400 },
    timeIsUp.signal,
    () => timeIsUp.abort(),
  );
  assertEquals([outcome.isWhole, outcome.report.findings], [false, []]);
  assertEquals(outcome.report.simulatedS > 0, true);
});
