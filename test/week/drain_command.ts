/**
 * `deno task drain`: a week of backlog, written by the gateway itself on virtual time, and how the
 * real process tells it to a CSMS that is far away, while drivers hold their cards to the readers.
 */
import { parseArgs } from "@std/cli/parse-args";
import { errorText } from "../../src/lib/log.ts";
import { type Backlog, writeBacklog } from "./backlog.ts";
import { watchDrain } from "./drain.ts";
import { DRAIN_HELP, type DrainFlags, readDrainFlags } from "./drain_flags.ts";
import { drainTable } from "./drain_table.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

type Run = Extract<DrainFlags, { readonly kind: "run" }>["options"];

async function write(options: Run, ledger: string): Promise<Backlog> {
  const beganMs = performance.now();
  const backlog = await writeBacklog({
    ...options,
    ledger,
    keepsLogs: false,
    hour(hours) {
      if (hours % 24 !== 0) return;
      print(`  day ${hours / 24}, ${((performance.now() - beganMs) / 1_000).toFixed(0)} s`);
    },
  }, Date.now());
  print(`${backlog.sessions} sessions with ${backlog.readings} readings`);
  return backlog;
}

async function main(): Promise<number> {
  const flags = readDrainFlags(
    parseArgs(Deno.args, {
      string: [
        "days",
        "chargers",
        "sessions-per-day",
        "reading-every",
        "rtts",
        "seconds",
        "ledger",
      ],
      boolean: ["help"],
    }),
  );
  if (flags.kind !== "run") {
    print(flags.kind === "help" ? DRAIN_HELP : flags.sentence);
    return flags.kind === "help" ? 0 : 2;
  }
  const { options } = flags;
  const folder = await Deno.makeTempDir({ prefix: "sangam-backlog-" });
  try {
    const ledger = options.ledger ?? `${folder}/ledger.db`;
    if (options.ledger === null) await write(options, ledger);
    let findings = 0;
    for (const rttMs of options.rttsMs) {
      const { chargers, partS } = options;
      const report = await watchDrain({ ledger, chargers, rttMs, partS });
      for (const line of drainTable(rttMs, report)) print(line);
      findings += report.findings.length;
    }
    return findings === 0 ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

try {
  Deno.exit(await main());
} catch (error) {
  print(errorText(error));
  Deno.exit(1);
}
