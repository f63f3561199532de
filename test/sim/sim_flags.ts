import { parseArgs } from "@std/cli/parse-args";
import type { ScenarioWishes } from "./scenario.ts";

/** What somebody wants to have simulated. */
export interface SimOptions {
  readonly what:
    | { readonly kind: "seeds"; readonly from: number; readonly count: number }
    | { readonly kind: "seed"; readonly seed: number }
    | { readonly kind: "file"; readonly path: string };
  readonly wishes: ScenarioWishes;
  /** The wall-clock budget; null without. */
  readonly budgetMs: number | null;
  readonly cores: number;
  readonly shrink: boolean;
  /** How many lines of the end of a story are told. */
  readonly lines: number;
}

/** What the flags mean. */
export type FlagsOutcome =
  | { readonly kind: "run"; readonly options: SimOptions }
  | { readonly kind: "help" }
  | { readonly kind: "bad"; readonly sentence: string };

/** What `--help` says. */
export const SIM_HELP = `deno task sim: whole sites on virtual time, drawn from seeds, with faults

  --seeds N      so many seeds (default 20, or as many as fit with --minutes)
  --from S       the first of them (default 1)
  --minutes M    as many seeds as fit into so many minutes of a wall clock
  --days D, --hours H   simulated length of each (default: drawn)
  --chargers C   on each site, 1 to 50 (default: drawn)
  --without-csms         the CSMS is away all the time, but for the beginning
  --cores K      scenarios at a time (default: one on each core)
  --seed S       one seed, with its whole story
  --replay FILE  a scenario as JSON, as a failure prints it
  --shrink, --no-shrink   make a failing scenario smaller (default: with --seed and --replay)
  --lines N      how much of the end of a story is told (default 40)

Ends with 1 when any failed. Ctrl-C sums up what was done.
`;

const STRINGS = [
  "seeds",
  "from",
  "days",
  "hours",
  "chargers",
  "minutes",
  "cores",
  "seed",
  "replay",
  "lines",
] as const;
type Numbers = Readonly<Partial<Record<(typeof STRINGS)[number], number>>>;

const DEFAULT_SEEDS = 20;
const DEFAULT_LINES = 40;
const HOUR_S = 3_600;
/** Flags that count, with the largest that makes sense. */
const COUNTED = { seeds: 1e9, chargers: 50, cores: 512, lines: 100_000 } as const;
/** Seeds are 32 bits. */
const SEED_MAX = 2 ** 32 - 1;

/** Reads the flags of `deno task sim`. */
export function readSimFlags(args: readonly string[], coresHere: number): FlagsOutcome {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: [...STRINGS],
    boolean: ["shrink", "help", "without-csms"],
    negatable: ["shrink"],
    unknown: (word: string) => (unknown.push(word), false),
  });
  if (flags.help) return { kind: "help" };
  if (unknown.length > 0) return bad(`${unknown[0]} is not known; --help lists what is`);
  // Negatable without a default is false by default, which says nothing.
  const shrink = args.findLast((word) => /^--(no-)?shrink$/.test(word));
  const numbers: Record<string, number> = {};
  for (const name of STRINGS) {
    const text = flags[name];
    if (text === undefined || name === "replay") continue;
    numbers[name] = text.trim() === "" ? NaN : Number(text);
  }
  const problem = problemOf(numbers, flags.replay);
  if (problem !== null) return bad(problem);
  const withoutCsms = flags["without-csms"];
  if (withoutCsms && flags.replay !== undefined) {
    return bad("--replay has no use for --without-csms");
  }
  return {
    kind: "run",
    options: optionsOf(numbers, flags.replay, {
      cores: coresHere,
      withoutCsms,
      ...(shrink === undefined ? {} : { shrink: shrink === "--shrink" }),
    }),
  };
}

function bad(sentence: string): FlagsOutcome {
  return { kind: "bad", sentence: `Cannot simulate: ${sentence}` };
}

function problemOf(numbers: Numbers, replay: string | undefined): string | null {
  for (const [name, most] of Object.entries(COUNTED)) {
    const value = numbers[name as keyof Numbers];
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) continue;
    return `--${name} takes a whole number from 1 to ${most}`;
  }
  for (const name of ["seed", "from"] as const) {
    const value = numbers[name];
    if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= SEED_MAX)) {
      continue;
    }
    return `--${name} takes a whole number from 0 to ${SEED_MAX}`;
  }
  for (const name of ["days", "hours", "minutes"] as const) {
    const value = numbers[name];
    if (value === undefined || (value > 0 && Number.isFinite(value))) continue;
    return `--${name} takes a number above 0`;
  }
  return conflictOf(numbers, replay);
}

function conflictOf(numbers: Numbers, replay: string | undefined): string | null {
  const given = (names: readonly (keyof Numbers)[]) => names.find((name) => name in numbers);
  if (replay === "") return "--replay takes a file";
  if (given(["days"]) && given(["hours"])) return "--days and --hours are two lengths";
  if (replay !== undefined) {
    const other = given(["seed", "seeds", "from", "minutes", "days", "hours", "chargers"]);
    return other === undefined ? null : `--replay has no use for --${other}`;
  }
  const other = given(["seeds", "from", "minutes"]);
  return given(["seed"]) && other ? `--seed is one seed, and has no use for --${other}` : null;
}

function optionsOf(
  numbers: Numbers,
  replay: string | undefined,
  here: {
    readonly cores: number;
    readonly withoutCsms: boolean;
    readonly shrink?: boolean;
  },
): SimOptions {
  const { seed, seeds, from = 1, minutes, chargers, days, cores = here.cores } = numbers;
  const hours = days === undefined ? numbers.hours : days * 24;
  const count = seeds ?? (minutes === undefined ? DEFAULT_SEEDS : Infinity);
  const what: SimOptions["what"] = replay !== undefined
    ? { kind: "file", path: replay }
    : seed !== undefined
    ? { kind: "seed", seed }
    : { kind: "seeds", from, count };
  return {
    what,
    wishes: {
      ...(chargers === undefined ? {} : { chargers }),
      ...(hours === undefined ? {} : { seconds: Math.max(1, Math.round(hours * HOUR_S)) }),
      ...(here.withoutCsms ? { withoutCsms: true } : {}),
    },
    budgetMs: minutes === undefined ? null : minutes * 60_000,
    cores,
    shrink: here.shrink ?? what.kind !== "seeds",
    lines: numbers.lines ?? DEFAULT_LINES,
  };
}

/** The command that runs a seed again with the same wishes. */
export function repeatCommand(
  seed: number,
  { chargers, seconds, withoutCsms }: ScenarioWishes,
): string {
  const wishes = (withoutCsms === true ? " --without-csms" : "") +
    (chargers === undefined ? "" : ` --chargers ${chargers}`) +
    (seconds === undefined ? "" : ` --hours ${seconds / HOUR_S}`);
  return `deno task sim --seed ${seed}${wishes}`;
}
