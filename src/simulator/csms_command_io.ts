import { createSystemClock } from "../lib/clock_io.ts";
import { createEvents, type Events } from "../lib/events.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createSpawner } from "../lib/spawn.ts";
import { loadChecks } from "./checks.ts";
import type { FlagValues } from "./command_flags.ts";
import {
  type CommandIo,
  createReporter,
  type ExitCode,
  runCommandLine,
  untilStopped,
  wrongUsage,
} from "./command_line.ts";
import type { CsmsEvents, SimulatedCsms } from "./csms.ts";
import { csmsCommand, type CsmsOrder, readCsmsOrder } from "./csms_order.ts";
import { dropOutRegularly } from "./csms_outages.ts";
import { startCsmsServer } from "./csms_server_io.ts";
import { createCsms } from "./csms/simulated_csms.ts";

const PASSWORD_VARIABLE = "SANGAM_SIM_PASSWORD";

/** `main.ts simulate csms`: a CSMS for one gateway or charger. */
export function simulateCsms(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return runCommandLine(args, csmsCommand, io, (values) => run(values, io));
}

async function run(values: FlagValues, io: CommandIo): Promise<ExitCode> {
  const password = values.text("password") ?? Deno.env.get(PASSWORD_VARIABLE) ?? null;
  const read = readCsmsOrder(values);
  if (!read.ok) return wrongUsage(read.error, csmsCommand, io);
  const order = read.value;
  const clock = createSystemClock();
  const report = createReporter(clock, io);
  const say = (text: string) => report("CSMS", text);
  const log: Log = (level, event, fields) => {
    if (level === "warning" || level === "error") {
      say(`${level}: ${event} ${JSON.stringify(fields ?? {})}`);
    }
  };
  const spawn = createSpawner(log);
  const events = createEvents<CsmsEvents>((error) =>
    log("error", "listener_failed", { error: errorText(error) })
  );
  const ports = {
    clock,
    ids: createSystemIds(),
    log,
    spawn,
    events,
    checks: await loadChecks(),
  };
  const csms = createCsms(order.options, ports);
  narrate(events, order, say);
  sendOnce(events, order, csms, say, (work) => spawn("send commands", work));
  let server;
  try {
    server = await startCsmsServer({ host: order.host, port: order.port, password }, csms);
  } catch (error) {
    io.complain(`Cannot listen on ${order.host}:${order.port}: ${errorText(error)}`);
    return 1;
  }
  say(
    `waits at ws://${order.host}:${server.port}/<any path>/<identity>, ${
      order.options.protocols.join(", ")
    }`,
  );
  const { outages } = order;
  const cancelOutages = outages === null ? () => {} : dropOutRegularly(csms, outages, clock);
  await untilStopped(io);
  cancelOutages();
  csms.stop();
  await server.stop();
  await spawn.drain();
  return 0;
}

function narrate(
  events: Events<CsmsEvents>,
  { showsFrames }: CsmsOrder,
  say: (text: string) => void,
): void {
  events.on("connected", ({ identity }) => say(`${identity} connected`));
  events.on("disconnected", ({ identity, reason }) => say(`${identity} gone: ${reason}`));
  events.on("heard", ({ line }) => say(line));
  events.on("outage", ({ isDown }) => say(isDown ? "out of order" : "back again"));
  if (showsFrames) {
    events.on("frame", ({ direction, text }) => say(`${direction === "in" ? "<" : ">"} ${text}`));
  }
}

/** Sends the ordered commands when the station shows that it is ready: at its first status. */
function sendOnce(
  events: Events<CsmsEvents>,
  { commands }: CsmsOrder,
  csms: SimulatedCsms,
  say: (text: string) => void,
  spawn: (work: () => Promise<void>) => void,
): void {
  if (commands.length === 0) return;
  const off = events.on("heard", ({ line }) => {
    if (!line.startsWith("connector ")) return;
    off();
    spawn(async () => {
      for (const { action, payload } of commands) {
        const end = await csms.say(action, payload);
        const answer = end.kind === "answered" ? JSON.stringify(end.payload) : end.reason;
        say(`${action} → ${answer}`);
      }
    });
  });
}
