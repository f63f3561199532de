/**
 * How long the gateway takes from the start of its process until it takes chargers, and what it weighs
 * with many of them in the middle of sessions, beside a bare `ws` server under the same load. Real
 * processes on real sockets. `deno run -A test/bench/footprint.ts [chargers] [seconds] [interval]`.
 */
import { readLines } from "../support/lines.ts";
import { type BareCharger, knock } from "../sites/bare_charger.ts";
import { runMain, startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";

const CHARGERS = Number(Deno.args[0] ?? 50);
const SECONDS = Number(Deno.args[1] ?? 60);
/** Between two readings of one charger. */
const INTERVAL_S = Number(Deno.args[2] ?? 10);
const PASSWORD = "bench-password-1";
const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

interface Measured {
  readonly startedInMs: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

/** A process whose memory is measured. */
interface Subject {
  readonly startedInMs: number;
  residentBytes(): Promise<number>;
  stop(): Promise<unknown>;
}

interface LoadedCharger {
  readonly charger: BareCharger;
  readonly transactionId: number;
}

let lastId = 0;

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function call(charger: BareCharger, action: string, payload: unknown): Promise<unknown> {
  const mark = charger.mark();
  charger.send(JSON.stringify([2, String(++lastId), action, payload]));
  return (await charger.answer(mark))[2];
}

/** Connects a charger that accepts whatever it is told, and starts a session on it. */
async function plugIn(url: string, index: number): Promise<LoadedCharger> {
  const knocked = await knock({ url: `${url}/CP${index + 1}`, password: PASSWORD });
  if (knocked.kind === "refused") throw new Error(`CP${index + 1}: HTTP ${knocked.status}`);
  const { charger } = knocked;
  answerEverything(charger);
  await call(charger, "BootNotification", { chargePointVendor: "Bench", chargePointModel: "B" });
  await status(charger, "Preparing");
  const started = await call(charger, "StartTransaction", {
    connectorId: 1,
    idTag: `CARD${index}`,
    meterStart: 0,
    timestamp: new Date().toISOString(),
  }) as { transactionId: number };
  await status(charger, "Charging");
  return { charger, transactionId: started.transactionId };
}

function status(charger: BareCharger, word: string): Promise<unknown> {
  return call(charger, "StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: word,
  });
}

function answerEverything(charger: BareCharger): void {
  let seen = 0;
  charger.until("the end of the bench", () => {
    for (; seen < charger.got.length; seen++) {
      const [kind, id, action] = JSON.parse(charger.got[seen] ?? "[]");
      if (kind !== 2) continue;
      const answer = action === "GetConfiguration" ? {} : { status: "Accepted" };
      charger.send(JSON.stringify([3, id, answer]));
    }
    return null;
  }, 3_600_000).catch(() => {});
}

function reading({ transactionId }: LoadedCharger, second: number): unknown {
  const amps = ["L1", "L2", "L3"].map((phase) => ({
    value: "15.9",
    measurand: "Current.Import",
    phase,
    unit: "A",
  }));
  return {
    connectorId: 1,
    transactionId,
    meterValue: [{
      timestamp: new Date().toISOString(),
      sampledValue: [{ value: String(second), unit: "Wh" }, ...amps],
    }],
  };
}

async function measure(subject: Subject, url: string): Promise<Measured> {
  const chargers = await Promise.all(
    Array.from({ length: CHARGERS }, (_, index) => plugIn(url, index)),
  );
  let peak = 0;
  for (let second = 0; second < SECONDS; second++) {
    const next = performance.now() + 1_000;
    const due = chargers.filter((_, index) => index % INTERVAL_S === second % INTERVAL_S);
    await Promise.all(due.map((each) => call(each.charger, "MeterValues", reading(each, second))));
    peak = Math.max(peak, await subject.residentBytes());
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  const resident = await subject.residentBytes();
  await subject.stop();
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  return { startedInMs: subject.startedInMs, residentMb: mb(resident), peakMb: mb(peak) };
}

/** Runs a program of this repository until it says that it is there. */
async function startOther(args: readonly string[]): Promise<Subject> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--allow-all", "--config", CONFIG, ...args],
    stdout: "piped",
  }).spawn();
  const lines = readLines(child.stdout);
  await lines.next();
  const startedInMs = performance.now() - began;
  const ended = (async () => {
    while (await lines.next() !== null);
  })();
  return {
    startedInMs,
    async residentBytes() {
      const text = await Deno.readTextFile(`/proc/${child.pid}/status`);
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
    },
    async stop() {
      child.kill("SIGTERM");
      await child.status;
      await ended;
    },
  };
}

async function measureBare(): Promise<Measured> {
  const port = freePort();
  const program = new URL("./bare_server.ts", import.meta.url).pathname;
  return await measure(await startOther([program, String(port)]), `ws://127.0.0.1:${port}/ocpp`);
}

async function measureGateway(): Promise<Measured> {
  const folder = await Deno.makeTempDir();
  const [ocppPort, webPort, csmsPort] = [freePort(), freePort(), freePort()];
  const csms = await startOther([MAIN, "simulate", "csms", "--port", String(csmsPort)]);
  try {
    await Deno.writeTextFile(`${folder}/site.yaml`, siteYaml({ ocppPort, webPort, csmsPort }));
    const checked = await runMain(folder, ["check"]);
    if (checked.code !== 0) throw new Error(checked.error);
    const gateway = await startGatewayProcess({ path: folder, webPort });
    return await measure(gateway, `ws://127.0.0.1:${ocppPort}/ocpp`);
  } finally {
    await csms.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function siteYaml(ports: { ocppPort: number; webPort: number; csmsPort: number }): string {
  const chargers = Array.from({ length: CHARGERS }, (_, index) => {
    const name = `CP${index + 1}`;
    const slot = `{ slot: ${index + 1}, failSafe: 6 }`;
    return `    - { id: ${name}, password: ${PASSWORD}, circuit: grid, evses: [${slot}] }`;
  });
  return `
site: { name: Bench }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.ocppPort}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.webPort} }
csms: { url: "ws://127.0.0.1:${ports.csmsPort}/ocpp", identity: BENCH }
chargers:
  known:
${chargers.join("\n")}
circuits:
  - { id: grid, limit: 800 }
log: { level: warning, format: json }
`;
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
