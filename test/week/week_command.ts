/** `deno task week`: a week without the CSMS, compressed, with real processes, in any size. */
import { parseArgs } from "@std/cli/parse-args";
import { errorText } from "../../src/lib/log.ts";
import { liveWeek } from "./week.ts";
import { figures } from "./week_figures.ts";
import { readWeekFlags, WEEK_HELP } from "./week_flags.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(): Promise<number> {
  const flags = readWeekFlags(
    parseArgs(Deno.args, {
      string: ["chargers", "sessions", "readings", "csms", "strangers"],
      boolean: ["help"],
    }),
  );
  if (flags.kind !== "run") {
    print(flags.kind === "help" ? WEEK_HELP : flags.sentence);
    return flags.kind === "help" ? 0 : 2;
  }
  const { chargers, sessions } = flags.plan;
  print(`A week without the CSMS: ${chargers} chargers, ${sessions} visits to each`);
  const report = await liveWeek(flags.plan);
  for (const line of [...figures(report), ...report.findings]) print(line);
  print(`${report.findings.length} differences`);
  return report.findings.length === 0 ? 0 : 1;
}

try {
  Deno.exit(await main());
} catch (error) {
  print(errorText(error));
  Deno.exit(1);
}
