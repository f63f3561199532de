/**
 * What the gateway writes to its disk in a day, by the kernel's own account of the process, beside
 * the budget of 1 GB that lets flash memory live for years: 50 chargers that charge all day, and ten
 * meters read each second. Real processes on real sockets, on the file system of the folder for
 * temporary files. `deno run -A test/bench/write_budget.ts [chargers] [seconds] [interval]`.
 */
import { goodAnswer, startRawModbus } from "../support/raw_modbus.ts";
import {
  type LoadedCharger,
  plugIn,
  print,
  sendReading,
  startSession,
  stopSession,
} from "./charger_load.ts";
import { startLoadedGateway } from "./gateway_load.ts";

const CHARGERS = Number(Deno.args[0] ?? 50);
const SECONDS = Number(Deno.args[1] ?? 240);
/** Between two readings of one charger, as the balancer wants them. */
const INTERVAL_S = Number(Deno.args[2] ?? 10);
const METERS = 10;
/** More than drivers can manage at one outlet. */
const SESSIONS_PER_DAY = 10;
/** Drivers come one by one: what comes at once would share a commit. */
const BETWEEN_DRIVERS_MS = 200;
/** csms.meterInterval by default, over which chargers are spread. */
const KEPT_INTERVAL_S = 60;
const DAY_S = 86_400;
const BUDGET_BYTES = 1e9;
const PASSWORD = "bench-password-1";
const REGISTERS = Array.from({ length: 512 }, () => 0);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** Drivers come one after the other, so that readings that are due each minute are spread over it. */
async function arrive(url: string): Promise<LoadedCharger[]> {
  const arrivals = Array.from({ length: CHARGERS }, async (_, index) => {
    await pause(index * KEPT_INTERVAL_S * 1_000 / CHARGERS);
    const charger = await plugIn(url, PASSWORD, index);
    await sendReading(charger);
    return charger;
  });
  return await Promise.all(arrivals);
}

async function charge(chargers: readonly LoadedCharger[], beganMs: number): Promise<void> {
  const steps = SECONDS * 10;
  const slice = (tenth: number) => {
    const phase = tenth % (INTERVAL_S * 10);
    return chargers.filter(({ index }) =>
      Math.floor((index / CHARGERS) * KEPT_INTERVAL_S * 10) % (INTERVAL_S * 10) === phase
    );
  };
  for (let tenth = 0; tenth < steps; tenth++) {
    await pause(beganMs + tenth * 100 - performance.now());
    await Promise.all(slice(tenth).map(sendReading));
  }
  await pause(beganMs + SECONDS * 1_000 - performance.now());
}

async function takeTurns(chargers: readonly LoadedCharger[]): Promise<void> {
  for (const charger of chargers) {
    await stopSession(charger);
    await pause(BETWEEN_DRIVERS_MS);
    await startSession(charger);
    await pause(BETWEEN_DRIVERS_MS);
  }
}

function line(name: string, bytes: number): void {
  const share = (bytes / BUDGET_BYTES).toFixed(3);
  print(`${name.padEnd(28)} ${(bytes / 1e6).toFixed(0).padStart(6)} MB/day   ${share} of 1 GB`);
}

await using meter = await startRawModbus((request, socket) =>
  socket.write(goodAnswer(request, REGISTERS))
);
const meterPorts = Array.from({ length: METERS }, () => meter.port);
const gateway = await startLoadedGateway({ chargers: CHARGERS, password: PASSWORD, meterPorts });
try {
  print(
    `${CHARGERS} chargers in sessions, a reading of each every ${INTERVAL_S} s, ` +
      `${METERS} meters each second, for ${SECONDS} s`,
  );
  const written = () => gateway.process.writtenBytes();
  const chargers = await arrive(gateway.url);
  const steadyFrom = await written();
  await charge(chargers, performance.now());
  const steady = await written() - steadyFrom;
  const turnsFrom = await written();
  await takeTurns(chargers);
  const session = (await written() - turnsFrom) / CHARGERS;
  const messages = CHARGERS * SECONDS / INTERVAL_S;
  const kept = CHARGERS * SECONDS / KEPT_INTERVAL_S;
  print(`bytes per MeterValues        ${Math.round(steady / messages).toString().padStart(6)}`);
  print(`bytes per reading kept       ${Math.round(steady / kept).toString().padStart(6)}`);
  print(`bytes per session            ${Math.round(session).toString().padStart(6)}`);
  const steadyDay = steady / SECONDS * DAY_S;
  const sessionsDay = session * CHARGERS * SESSIONS_PER_DAY;
  line("charging, with meters", steadyDay);
  line(`${SESSIONS_PER_DAY} sessions per charger`, sessionsDay);
  line("together", steadyDay + sessionsDay);
} finally {
  await gateway.stop();
}
Deno.exit(0);
