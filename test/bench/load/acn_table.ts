/**
 * A month of charging at a real site under the departure strategy of the balancer, beside the classic
 * algorithms and the best simple rule known, in one run. `deno run -A test/bench/load/acn_table.ts
 * [--data folder]`. The data is not part of this repository (`acn_data.ts`).
 */
import { parseArgs } from "@std/cli/parse-args";
import { acnFolder, halfOf, readSessions, resampled, type Session } from "./acn_data.ts";
import { playMonth, type Rule } from "./acn_month.ts";
import { STATIONS } from "./acn_site.ts";
import { balancedLaxity } from "./balanced_laxity.ts";
import { type Battery, hardestBattery } from "./battery.ts";
import {
  earliestDeparture,
  firstComeFirstServed,
  leastLaxity,
  roundRobin,
} from "./classic_rules.ts";
import { ourRule } from "./our_rule.ts";

/** From 10 to 140 kW. */
const CAPACITIES_KW = Array.from({ length: 27 }, (_, index) => 10 + 5 * index);
const SHOWN_KW = [10, 20, 30, 40, 50];

interface Contender {
  readonly name: string;
  /** Made anew for each month. */
  readonly rule: () => Rule;
  readonly batteryOf?: (session: Session) => Battery;
}

const CONTENDERS: readonly Contender[] = [
  { name: "bare loop (gives nothing)", rule: () => () => {} },
  { name: "FCFS", rule: () => firstComeFirstServed },
  { name: "EDF", rule: () => earliestDeparture },
  { name: "LLF", rule: () => leastLaxity },
  { name: "round robin", rule: () => roundRobin },
  { name: "LLF, phases at one level", rule: () => balancedLaxity("continuous") },
  { name: "ours", rule: () => ourRule("continuous") },
  { name: "6 A, 1 A steps: LLF, one level", rule: () => balancedLaxity("whole-amperes") },
  { name: "6 A, 1 A steps: ours", rule: () => ourRule("whole-amperes") },
  {
    name: "… tapering EVs, all kept for them",
    rule: () => ourRule("whole-amperes"),
    batteryOf: hardestBattery,
  },
  {
    name: "… tapering EVs, ours",
    rule: () => ourRule("whole-amperes", true),
    batteryOf: hardestBattery,
  },
];

interface Row {
  readonly name: string;
  readonly meanPercent: number;
  readonly shownPercents: readonly number[];
  readonly violations: number;
  /** Of one month. */
  readonly ms: number;
}

function compete({ name, rule, batteryOf }: Contender, sessions: readonly Session[]): Row {
  const begun = performance.now();
  const months = CAPACITIES_KW.map((kw) => playMonth(sessions, kw, rule(), batteryOf));
  const ms = (performance.now() - begun) / months.length;
  const percents = months.map(({ deliveredPercent }) => deliveredPercent);
  return {
    name,
    meanPercent: percents.reduce((sum, percent) => sum + percent, 0) / percents.length,
    shownPercents: SHOWN_KW.map((kw) => percents[CAPACITIES_KW.indexOf(kw)] ?? NaN),
    violations: months.reduce((sum, month) => sum + month.violations, 0),
    ms,
  };
}

function printTable(title: string, rows: readonly Row[]): void {
  const bareMs = rows[0]?.ms ?? NaN;
  print(`\n${title}\n`);
  const heads = ["mean", ...SHOWN_KW.map((kw) => `${kw} kW`), "over limit", "ms a month", "× bare"];
  print(`${"".padEnd(36)}${heads.map((head) => head.padStart(11)).join("")}\n`);
  for (const { name, meanPercent, shownPercents, violations, ms } of rows) {
    const cells = [
      meanPercent.toFixed(3),
      ...shownPercents.map((percent) => percent.toFixed(2)),
      String(violations),
      ms.toFixed(0),
      (ms / bareMs).toFixed(1),
    ];
    print(`${name.padEnd(36)}${cells.map((cell) => cell.padStart(11)).join("")}\n`);
  }
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

function main(): number {
  const { data } = parseArgs(Deno.args, { string: ["data"] });
  const folder = data ?? acnFolder();
  if (folder === null) {
    print("load table: skipped, ../shared/data is not here (--data folder says where it is)\n");
    return 0;
  }
  const sessions = readSessions(folder);
  const title = "Energy delivered, % of what was asked for, mean of 27 capacities";
  printTable(`${title}: Caltech, March 2019`, CONTENDERS.map((each) => compete(each, sessions)));
  const others = CONTENDERS.filter(({ name }) => /^bare|one level|ours$/.test(name));
  const cuts: readonly (readonly [string, readonly Session[]])[] = [
    ["first half", halfOf(sessions, "first")],
    ["second half", halfOf(sessions, "second")],
    ...[1, 2, 3].map((seed) =>
      [`drawn anew, seed ${seed}`, resampled(sessions, STATIONS, seed)] as const
    ),
  ];
  for (const [name, cut] of cuts) {
    printTable(`${name}, ${cut.length} sessions`, others.map((each) => compete(each, cut)));
  }
  return 0;
}

if (import.meta.main) Deno.exit(main());
