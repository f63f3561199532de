/** Scenarios that failed once, shrunk, each in a file of test/sim/regressions/: none fails again. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { QUIET } from "./_fake_lane.ts";
import { failureStory, regressionJson } from "./failure_story.ts";
import { reportOf } from "./lane.ts";
import { type RunReport, runScenario } from "./run.ts";
import { readRegression, type Regression } from "./scenario_file.ts";

const FOLDER = new URL("./regressions/", import.meta.url);
const STORY_LINES = 40;

type Read =
  | { readonly kind: "read"; readonly regression: Regression }
  | { readonly kind: "unreadable"; readonly error: unknown };

function read(name: string): Read {
  try {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    return { kind: "read", regression: readRegression(text, `test/sim/regressions/${name}`) };
  } catch (error) {
    return { kind: "unreadable", error };
  }
}

/** Throws with the whole story when it fails again. */
async function mustPass(
  { scenario, foundBy }: Regression,
  run: (scenario: Regression["scenario"]) => Promise<RunReport>,
): Promise<void> {
  const report = await run(scenario);
  if (report.findings.length === 0) return;
  throw new Error(`It is back (found by seed ${foundBy}).\n${failureStory(report, STORY_LINES)}`);
}

const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(".json")).toSorted();
for (const name of files) {
  const file = read(name);
  if (file.kind === "read") {
    const { regression } = file;
    Deno.test(`never again: ${regression.name}`, () => mustPass(regression, runScenario));
  } else {
    Deno.test(`the regression ${name} can be read`, () => {
      throw file.error;
    });
  }
}

Deno.test("regressions are found", () => assert(files.length > 0, "the folder is empty"));

Deno.test("a regression that fails again tells its story", async () => {
  const regression = readRegression(regressionJson({ ...QUIET, seed: 24 }), "a.json");
  const progress = { simulatedS: 60, sessions: 1, frames: 1 };
  const broken = reportOf(regression.scenario, progress, {
    rule: "threw",
    text: "no such charger",
  });
  const { message } = await assertRejects(
    () => mustPass(regression, () => Promise.resolve(broken)),
    Error,
    "found by seed 24",
  );
  assertEquals(message.split("\n").at(-1), "  threw, 60 s: no such charger");
});
