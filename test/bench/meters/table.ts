/**
 * What reading 24 meters once a second costs: twenty over TCP and four on one bus at 9600 baud, by the
 * gateway and, in the same run, by a bare client. Needs socat for the bus.
 *
 * `deno run -A test/bench/meters/table.ts [seconds]`. Fails where the gateway takes more than 5 % of a
 * core, or half of its samples are decided upon later than 20 ms after their last byte.
 */
import { readLines } from "../../support/lines.ts";
import { makeSerialPair, SOCAT } from "../../support/serial_pair.ts";
import { print } from "../charger_load.ts";
import type { ReaderReport } from "./report.ts";

const SECONDS = Number(Deno.args[0] ?? 20);
const ALLOWED_SHARE = 0.05;
const ALLOWED_MS = 20;
const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;

function run(file: string, args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--frozen",
      "--allow-all",
      "--config",
      CONFIG,
      new URL(file, import.meta.url).pathname,
      ...args,
    ],
    stdout: "piped",
  }).spawn();
  return { child, lines: readLines(child.stdout) };
}

async function reportOf(file: string, args: readonly string[]): Promise<ReaderReport> {
  const { child, lines } = run(file, args);
  const line = await lines.next();
  await lines.drain();
  await child.status;
  if (line === null) throw new Error(`${file} said nothing`);
  return JSON.parse(line);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function row({ name, seconds, cpuShare, tcpMs, serialMs }: ReaderReport): string {
  const spread = (ages: readonly number[]) =>
    `${quantile(ages, 0.5)} / ${quantile(ages, 0.99)} ms`.padStart(14);
  const rate = ((tcpMs.length + serialMs.length) / seconds).toFixed(1);
  return `${name.padEnd(12)} ${(100 * cpuShare).toFixed(2).padStart(6)} % of a core ` +
    `${rate.padStart(5)} samples/s   TCP p50/p99 ${spread(tcpMs)}   serial ${spread(serialMs)}`;
}

if (!SOCAT.isInstalled) {
  print("meters: skipped, socat is not installed");
  Deno.exit(0);
}
await using ours = await makeSerialPair();
await using theirs = await makeSerialPair();
const servers = run("./servers.ts", [ours.far, theirs.far]);
const ports: readonly number[] = JSON.parse(await servers.lines.next() ?? "[]");
const args = (device: string) => [String(SECONDS), device, ...ports.map(String)];
const [gateway, bare] = await Promise.all([
  reportOf("./gateway_reader.ts", args(ours.near)),
  reportOf("./bare_reader.ts", args(theirs.near)),
]);
servers.child.kill("SIGTERM");
await servers.lines.drain();
await servers.child.status;
print(`20 meters over TCP and 4 on a bus at 9600 baud, each once a second`);
for (const report of [gateway, bare]) print(row(report));
const median = Math.max(quantile(gateway.tcpMs, 0.5), quantile(gateway.serialMs, 0.5));
const isFine = gateway.cpuShare <= ALLOWED_SHARE && median <= ALLOWED_MS;
if (!isFine) print(`more than ${100 * ALLOWED_SHARE} % or ${ALLOWED_MS} ms`);
Deno.exitCode = isFine ? 0 : 1;
