import { assertEquals } from "@std/assert";
import { outcomeOf, QUIET } from "./_fake_lane.ts";
import { failureStory, regressionJson, siteSentence, spokenTime } from "./failure_story.ts";
import type { Scenario } from "./scenario.ts";

const SCENARIO: Scenario = {
  ...QUIET,
  seed: 24,
  quirks: true,
  disk: "sqlite",
  faults: [
    { atS: 5, fault: "the disk is full", forS: 30, who: 2, much: 0.25 },
    { atS: 3_723, fault: "a charger loses its power", forS: 2, who: 2, much: 0.5 },
  ],
};

Deno.test("a failure reads as a story", () => {
  assertEquals(
    failureStory(outcomeOf(SCENARIO, "I8").report, 1),
    `Seed 24: a site with 4 chargers with the oddities of their models, batteries that fill 20 times \
faster, a real ledger; in 1 h (3600 s) this goes wrong:
  at 5 s — the disk is full for 30 s [0.25]
  at 1 h 2 min 3 s (3723 s) — a charger loses its power (charger 3) for 2 s [0.5]
Found:
  I8, 12.5 s: the fuse is warm
The last 1 lines of what happened:
  12.5 s it is too much`,
  );
});

Deno.test("a site where nothing goes wrong says so", () => {
  assertEquals(
    siteSentence({ ...QUIET, chargers: 1, timeLapse: 1, seconds: 60 }),
    "Seed 1: a site with one charger that does as the standard says; in 1 min (60 s) nothing goes wrong.",
  );
  assertEquals([0, 59, 7_200].map(spokenTime), ["0 s", "59 s", "2 h (7200 s)"]);
});

Deno.test("a regression is written as the formatter wants it", () => {
  assertEquals(
    regressionJson({ ...SCENARIO, faults: SCENARIO.faults.slice(0, 1) }, "The fuse was warm."),
    `{
  "name": "The fuse was warm.",
  "foundBy": 24,
  "scenario": {
    "seed": 24,
    "chargers": 4,
    "seconds": 3600,
    "timeLapse": 20,
    "quirks": true,
    "disk": "sqlite",
    "faults": [
      { "atS": 5, "fault": "the disk is full", "forS": 30, "who": 2, "much": 0.25 }
    ]
  }
}
`,
  );
});
