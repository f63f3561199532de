/**
 * Fifty chargers that behave while somebody opens 500 bad connections a second, beside the same fifty
 * in peace. Real processes on the loopback interface, over plain TCP and over TLS.
 * `deno run -A test/bench/flood.ts [seconds] [connections a second]`; at most a minute each.
 */
import { type Answers, type FloodWay, openFloodSite } from "../support/flood_site.ts";

const SECONDS = Math.min(60, Number(Deno.args[0] ?? 60));
const PER_SECOND = Number(Deno.args[1] ?? 500);
const CHARGERS = 50;
const MIB = 1_048_576;

const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

function told({ asked, unanswered, p50, p99, max }: Answers): string {
  return `${asked} asked, ${unanswered} unanswered, p50 ${p50.toFixed(1)}, ` +
    `p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`;
}

/** CPU time of a process so far, seconds. */
async function cpuS(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function run(way: FloodWay): Promise<void> {
  const site = await openFloodSite(CHARGERS, way);
  try {
    const { gateway } = site;
    await site.measure(3);
    const peace = await site.measure(Math.min(15, SECONDS));
    const [before, cpuBefore] = [await gateway.residentBytes(), await cpuS(gateway.pid)];
    const began = performance.now();
    const [answers, outcome] = await Promise.all([
      site.measure(SECONDS),
      site.flood(SECONDS, PER_SECOND),
    ]);
    const wallS = (performance.now() - began) / 1_000;
    const after = await gateway.residentBytes();
    const core = (await cpuS(gateway.pid) - cpuBefore) / wallS;
    say(`${way}: ${CHARGERS} chargers, ${SECONDS} s`);
    say(`  in peace    ${told(peace)}`);
    say(`  in a flood  ${told(answers)}; p99 ${(answers.p99 / peace.p99).toFixed(1)} times`);
    say(`  connections of good chargers lost: ${site.lost()}`);
    say(`  bad ones: ${JSON.stringify(outcome)}`);
    say(
      `  gateway: ${(core * 100).toFixed(0)} % of a core; ` +
        `resident ${(before / MIB).toFixed(0)} -> ${(after / MIB).toFixed(0)} MB; ` +
        `lines of log ${gateway.said.length}`,
    );
  } finally {
    await site.stop();
  }
}

for (const way of ["plain", "tls"] as const) await run(way);
