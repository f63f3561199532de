import { readCounts } from "./flags.ts";

/** What the flags of `deno task drain` mean. */
export type DrainFlags =
  | {
    readonly kind: "run";
    readonly options: {
      readonly days: number;
      readonly chargers: number;
      readonly sessionsPerDay: number;
      readonly readingEveryS: number;
      readonly partS: number;
      readonly rttsMs: readonly number[];
      /** A ledger that has its backlog already; null where one is to be written. */
      readonly ledger: string | null;
    };
  }
  | { readonly kind: "help" }
  | { readonly kind: "bad"; readonly sentence: string };

/** What `--help` says. */
export const DRAIN_HELP =
  `deno task drain: what a week without the CSMS leaves behind, and how the gateway tells it

  --days D              without the CSMS, 1 to 60 (default 7)
  --chargers C          1 to 200 (default 50)
  --sessions-per-day N  at each charger, 1 to 96 (default 8)
  --reading-every S     seconds between the meter values of a session, 1 to 3600 (default 60)
  --rtts A,B            how late the CSMS answers, in ms, one drain after the other (default 50,150)
  --seconds S           how long each of the three parts of a drain is watched, 1 to 3600 (default 30)
  --ledger FILE         an older ledger.db with the backlog, instead of writing one (which takes
                        minutes); it is left as it is

Ends with 1 when the CSMS heard anything that it must not, with 2 for flags that make no sense.`;

const COUNTED = {
  days: { least: 1, most: 60, usual: 7 },
  chargers: { least: 1, most: 200, usual: 50 },
  "sessions-per-day": { least: 1, most: 96, usual: 8 },
  "reading-every": { least: 1, most: 3_600, usual: 60 },
  seconds: { least: 1, most: 3_600, usual: 30 },
} as const;

/** Reads the flags, as `parseArgs` gives them. */
export function readDrainFlags(flags: Readonly<Record<string, unknown>>): DrainFlags {
  if (flags["help"] === true) return { kind: "help" };
  const read = readCounts(COUNTED, flags);
  if (!read.ok) return bad(read.sentence);
  const rttsMs = String(flags["rtts"] ?? "50,150").split(",").map((text) =>
    text === "" ? NaN : Number(text)
  );
  if (rttsMs.some((rtt) => !Number.isInteger(rtt) || rtt < 0 || rtt > 10_000)) {
    return bad("--rtts takes whole numbers of milliseconds up to 10000, such as 50,150");
  }
  const { ledger } = flags;
  if (ledger === "") return bad("--ledger takes a file");
  const { counts } = read;
  return {
    kind: "run",
    options: {
      days: counts.days,
      chargers: counts.chargers,
      sessionsPerDay: counts["sessions-per-day"],
      readingEveryS: counts["reading-every"],
      partS: counts.seconds,
      rttsMs,
      ledger: ledger === undefined ? null : String(ledger),
    },
  };
}

function bad(sentence: string): DrainFlags {
  return { kind: "bad", sentence: `Cannot run the drain: ${sentence}` };
}
