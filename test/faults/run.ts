/**
 * Faults in any number, followed by a person: `deno task faults --kills 200 --cuts 1000 --seed 7`.
 *
 *     --kills N   kills of the real gateway while a site charges (default 200)
 *     --cuts N    power cuts of the ledger's log (default 1000)
 *     --seed N    default: drawn, and printed
 *
 * A finding is printed with the seed that repeats it: for a kill the moments are drawn from it, though
 * the machine's own timing takes part; a cut is repeated exactly.
 */
import { parseArgs } from "@std/cli/parse-args";
import { errorText } from "../../src/lib/log.ts";
import { runKills } from "./kill_rounds.ts";
import { runCuts } from "./wal_cuts.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const flags = parseArgs(Deno.args, {
  string: ["kills", "cuts", "seed"],
  default: { kills: "200", cuts: "1000", seed: String(Math.floor(Math.random() * 1e9)) },
});
const kills = Number(flags.kills);
const cuts = Number(flags.cuts);
const seed = Number(flags.seed);
if (![kills, cuts, seed].every((each) => Number.isSafeInteger(each) && each >= 0)) {
  print("Cannot run faults: --kills, --cuts and --seed take whole numbers");
  Deno.exit(1);
}

async function part(name: string, run: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const figures = await run().catch((error: unknown) => {
    print(errorText(error));
    print(`Found with --seed ${seed}`);
    Deno.exit(1);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  print(`${name} with seed ${seed}, ${seconds} s: ${JSON.stringify(figures)}`);
}

if (cuts > 0) {
  await part(
    "Power cuts",
    () => runCuts({ cuts, seed, progress: (done) => print(`  ${done} of ${cuts} cuts`) }),
  );
}
if (kills > 0) {
  await part("Kills", () =>
    runKills({
      kills,
      seed,
      progress: (done) => {
        if (done % 10 === 0) print(`  ${done} of ${kills} kills`);
      },
    }));
}
print("Nothing was lost, nothing half, nothing sent again that was confirmed.");
