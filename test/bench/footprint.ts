/**
 * How long the gateway takes from the start of its process until it takes chargers, and what it weighs
 * with many of them in the middle of sessions, beside a bare `ws` server under the same load. Real
 * processes on real sockets. `deno run -A test/bench/footprint.ts [chargers] [seconds] [interval]`.
 */
import { freePort } from "../sites/until.ts";
import { plugIn, print, sendReading } from "./charger_load.ts";
import { startLoadedGateway, startOther } from "./gateway_load.ts";

const CHARGERS = Number(Deno.args[0] ?? 50);
const SECONDS = Number(Deno.args[1] ?? 60);
/** Between two readings of one charger. */
const INTERVAL_S = Number(Deno.args[2] ?? 10);
const PASSWORD = "bench-password-1";

interface Measured {
  readonly startedInMs: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

/** A process whose memory is measured. */
interface Subject {
  readonly startedInMs: number;
  residentBytes(): Promise<number>;
}

async function measure(subject: Subject, url: string): Promise<Measured> {
  const chargers = await Promise.all(
    Array.from({ length: CHARGERS }, (_, index) => plugIn(url, PASSWORD, index)),
  );
  let peak = 0;
  for (let second = 0; second < SECONDS; second++) {
    const next = performance.now() + 1_000;
    const due = chargers.filter((_, index) => index % INTERVAL_S === second % INTERVAL_S);
    await Promise.all(due.map(sendReading));
    peak = Math.max(peak, await subject.residentBytes());
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  const resident = await subject.residentBytes();
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  return { startedInMs: subject.startedInMs, residentMb: mb(resident), peakMb: mb(peak) };
}

async function measureBare(): Promise<Measured> {
  const port = freePort();
  const program = new URL("./bare_server.ts", import.meta.url).pathname;
  const subject = await startOther([program, String(port)]);
  try {
    return await measure(subject, `ws://127.0.0.1:${port}/ocpp`);
  } finally {
    await subject.stop();
  }
}

async function measureGateway(): Promise<Measured> {
  const gateway = await startLoadedGateway({ chargers: CHARGERS, password: PASSWORD });
  try {
    return await measure(gateway.process, gateway.url);
  } finally {
    await gateway.stop();
  }
}

function row(name: string, { startedInMs, residentMb, peakMb }: Measured): void {
  const start = `${Math.round(startedInMs)} ms`.padStart(9);
  print(`${name.padEnd(10)} start ${start}   resident ${residentMb} MB   peak ${peakMb} MB`);
}

print(
  `${CHARGERS} chargers in sessions, a reading of each every ${INTERVAL_S} s, for ${SECONDS} s`,
);
const bare = await measureBare();
row("bare ws", bare);
const ours = await measureGateway();
row("Sangam", ours);
const ratio = (of: (measured: Measured) => number) => (of(ours) / of(bare)).toFixed(2);
print(
  `ratio      start ${ratio(({ startedInMs }) => startedInMs)}   ` +
    `resident ${ratio(({ residentMb }) => residentMb)}   peak ${ratio(({ peakMb }) => peakMb)}`,
);
Deno.exit(0);
