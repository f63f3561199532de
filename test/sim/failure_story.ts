import { findingLine } from "./checkers/findings.ts";
import type { RunReport } from "./run.ts";
import { type FaultEvent, faultLine, type Scenario } from "./scenario.ts";

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** A failure as a person reads it: the site, what went wrong there, what was found, how it ended. */
export function failureStory(report: RunReport, lines: number): string {
  const { scenario, findings, story } = report;
  const ending = story.slice(-lines);
  return [
    siteSentence(scenario),
    ...scenario.faults.map((fault) => `  at ${spokenTime(fault.atS)} ${faultLine(fault)}`),
    "Found:",
    ...findings.map((finding) => `  ${findingLine(finding)}`),
    ...(ending.length === 0 ? [] : [`The last ${ending.length} lines of what happened:`]),
    ...ending.map((line) => `  ${line}`),
  ].join("\n");
}

/** One sentence about the site of a scenario. */
export function siteSentence(scenario: Scenario): string {
  const { seed, chargers, seconds, timeLapse, quirks, disk, faults } = scenario;
  const site = chargers === 1 ? "one charger" : `${chargers} chargers`;
  const conforms = chargers === 1 ? "that does" : "that do";
  const nature = quirks ? "with the oddities of their models" : `${conforms} as the standard says`;
  const filling = timeLapse === 1 ? "" : `, batteries that fill ${timeLapse} times faster`;
  const ledger = disk === "memory" ? "" : ", a real ledger";
  const wrong = faults.length === 0 ? "nothing goes wrong." : "this goes wrong:";
  return `Seed ${seed}: a site with ${site} ${nature}${filling}${ledger}; in ` +
    `${spokenTime(seconds)} ${wrong}`;
}

/** A length of time in words, with its seconds where it is long. */
export function spokenTime(seconds: number): string {
  const parts = [
    [Math.floor(seconds / HOUR_S), "h"],
    [Math.floor(seconds / MINUTE_S) % 60, "min"],
    [seconds % 60, "s"],
  ].filter(([count]) => count !== 0).map((part) => part.join(" "));
  const words = parts.length === 0 ? "0 s" : parts.join(" ");
  return seconds < MINUTE_S ? words : `${words} (${seconds} s)`;
}

/** A scenario as JSON with a fault on each line, as a regression is kept. */
export function regressionJson(
  scenario: Scenario,
  name = "what went wrong, in a sentence",
): string {
  const { faults, ...site } = scenario;
  const head = Object.entries(site)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("");
  const body = faults.map((fault) => `      ${faultJson(fault)}`).join(",\n");
  const list = faults.length === 0 ? "[]" : `[\n${body}\n    ]`;
  return `{\n  "name": ${JSON.stringify(name)},\n  "foundBy": ${scenario.seed},\n` +
    `  "scenario": {\n${head}    "faults": ${list}\n  }\n}\n`;
}

/** As the formatter wants it. */
function faultJson({ atS, fault, forS, who, much }: FaultEvent): string {
  const parts = Object.entries({ atS, fault, forS, who, much })
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{ ${parts.join(", ")} }`;
}
