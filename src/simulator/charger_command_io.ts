import { sleep } from "../lib/clock.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createEvents, type Events } from "../lib/events.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createSpawner } from "../lib/spawn.ts";
import { loadChecks } from "./checks.ts";
import type { Charger, ChargerEvents } from "./charger.ts";
import { createChargerDialer } from "./charger_dial_io.ts";
import { chargerCommand, type ChargerOrder, readChargerOrder } from "./charger_order.ts";
import type { FlagValues } from "./command_flags.ts";
import {
  type CommandIo,
  createReporter,
  type ExitCode,
  runCommandLine,
  untilStopped,
  wrongUsage,
} from "./command_line.ts";
import { newEv } from "./ev.ts";
import { createCharger } from "./versioned_charger.ts";

const PASSWORD_VARIABLE = "SANGAM_SIM_PASSWORD";
const LOOK_MS = 1_000;

/** `main.ts simulate charger`: one charger that dials a gateway or a CSMS. */
export function simulateCharger(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return runCommandLine(args, chargerCommand, io, (values) => run(values, io));
}

async function run(values: FlagValues, io: CommandIo): Promise<ExitCode> {
  const password = values.text("password") ?? Deno.env.get(PASSWORD_VARIABLE) ?? null;
  const read = readChargerOrder(values, password);
  if (!read.ok) return wrongUsage(read.error, chargerCommand, io);
  const order = read.value;
  const ca = order.caFile === null ? undefined : await readText(order.caFile, io);
  if (ca === null) return 1;
  const clock = createSystemClock();
  const report = createReporter(clock, io);
  const log: Log = (level, event, fields) => {
    if (level === "warning" || level === "error") {
      report(order.options.identity, `${level}: ${event} ${JSON.stringify(fields ?? {})}`);
    }
  };
  const spawn = createSpawner(log);
  const events = createEvents<ChargerEvents>((error) =>
    log("error", "listener_failed", { error: errorText(error) })
  );
  narrate(events, order, report);
  const charger = createCharger(order.options, {
    clock,
    ids: createSystemIds(),
    log,
    spawn,
    events,
    checks: await loadChecks(),
    dialer: createChargerDialer({ url: () => order.url, ca }),
  });
  const registered = firstRegistration(events);
  charger.start();
  const exitCode = await Promise.race([
    untilStopped(io).then(() => 0 as const),
    order.plugIn === null ? NEVER : registered.then(() => use(charger, order, io, report)),
  ]);
  await charger.stop();
  await spawn.drain();
  return exitCode;
}

const NEVER = new Promise<never>(() => {});

/** Plugs the EV in and presents the card; with --once also ends it. */
async function use(
  charger: Charger,
  { plugIn, isOnce }: ChargerOrder,
  io: CommandIo,
  report: (source: string, text: string) => void,
): Promise<ExitCode> {
  if (plugIn === null) return await NEVER;
  const clock = createSystemClock();
  charger.plugIn(1, newEv(plugIn.model, plugIn.needs, clock.monoMs()));
  const outcome = await charger.presentCard(1, plugIn.idTag);
  report(charger.identity, `card ${plugIn.idTag}: ${outcome}`);
  if (outcome !== "started") {
    if (!isOnce) return await NEVER;
    io.complain(`The card ${plugIn.idTag} was refused`);
    return 1;
  }
  if (!isOnce) return await NEVER;
  const isCharging = () => {
    const { ev, hasTransaction } = charger.look(1);
    return hasTransaction && ev?.mood !== "full";
  };
  while (isCharging() && await sleep(clock, LOOK_MS, io.signal) === "elapsed") { /* it charges */ }
  if (charger.look(1).hasTransaction) await charger.presentCard(1, plugIn.idTag);
  charger.unplug(1);
  const isWaiting = () => charger.undelivered() > 0;
  while (isWaiting() && await sleep(clock, LOOK_MS, io.signal) === "elapsed") { /* on its way */ }
  return isWaiting() ? 1 : 0;
}

function firstRegistration(events: Events<ChargerEvents>): Promise<void> {
  return new Promise((resolve) => {
    const off = events.on("registered", ({ status }) => {
      if (status !== "Accepted") return;
      off();
      resolve();
    });
  });
}

/** Tells what happens, a line each. */
function narrate(
  events: Events<ChargerEvents>,
  { options, url, showsFrames }: ChargerOrder,
  report: (source: string, text: string) => void,
): void {
  const say = (text: string) => report(options.identity, text);
  events.on("connected", () => say(`connected to ${url}`));
  events.on("disconnected", ({ reason }) => say(`not connected: ${reason}`));
  events.on("registered", ({ status }) => say(`registration ${status}`));
  events.on("status", ({ connectorId, status }) => say(`connector ${connectorId}: ${status}`));
  events.on(
    "started",
    ({ connectorId, idTag }) => say(`connector ${connectorId}: ${idTag} starts`),
  );
  events.on(
    "stopped",
    ({ connectorId, reason, energyWh }) =>
      say(`connector ${connectorId}: stopped after ${energyWh} Wh (${reason})`),
  );
  if (showsFrames) {
    events.on("frame", ({ direction, text }) => say(`${direction === "in" ? "<" : ">"} ${text}`));
  }
}

async function readText(file: string, io: CommandIo): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    io.complain(`Cannot read ${file}: ${errorText(error)}`);
    return null;
  }
}
