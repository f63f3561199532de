import { readCounts } from "./flags.ts";
import type { WeekPlan } from "./week.ts";

/** What the flags of `deno task week` mean. */
export type WeekFlags =
  | { readonly kind: "run"; readonly plan: WeekPlan }
  | { readonly kind: "help" }
  | { readonly kind: "bad"; readonly sentence: string };

/** What `--help` says. */
export const WEEK_HELP =
  `deno task week: a week without the CSMS, compressed, with real processes, and the books compared

  --chargers C    2 to 200 (default 50)
  --sessions N    visits to each charger in the whole week, 7 to 10000 (default 42)
  --readings R    meter values of each session, 0 to 1000 (default 10)
  --csms HOW      refused: its port is closed; silent: it hears and never answers (default refused)
  --strangers S   accept or reject: cards that nobody knows (default reject)

Ends with 1 when the CSMS has anything otherwise than the chargers, with 2 for flags that make no
sense.`;

const COUNTED = {
  chargers: { least: 2, most: 200, usual: 50 },
  sessions: { least: 7, most: 10_000, usual: 42 },
  readings: { least: 0, most: 1_000, usual: 10 },
} as const;

/** Reads the flags, as `parseArgs` gives them. */
export function readWeekFlags(flags: Readonly<Record<string, unknown>>): WeekFlags {
  if (flags["help"] === true) return { kind: "help" };
  const read = readCounts(COUNTED, flags);
  if (!read.ok) return bad(read.sentence);
  const { csms = "refused", strangers = "reject" } = flags;
  if (csms !== "refused" && csms !== "silent") return bad("--csms takes refused or silent");
  if (strangers !== "accept" && strangers !== "reject") {
    return bad("--strangers takes accept or reject");
  }
  return { kind: "run", plan: { ...read.counts, csms, strangers } };
}

function bad(sentence: string): WeekFlags {
  return { kind: "bad", sentence: `Cannot run the week: ${sentence}` };
}
