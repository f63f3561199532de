import { createSystemClock } from "../lib/clock_io.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { errorText, type Log } from "../lib/log.ts";
import { wholeBetween } from "./chance.ts";
import type { FlagValues } from "./command_flags.ts";
import {
  type CommandIo,
  createReporter,
  type ExitCode,
  runCommandLine,
  untilStopped,
  wrongUsage,
} from "./command_line.ts";
import { type RunningSite, startSite } from "./running_site_io.ts";
import { drawSite } from "./site_drawing.ts";
import { breakByChance } from "./site_faults.ts";
import { describeVersions, drawVersions, withVersions } from "./version_drawing.ts";
import { readSiteOrder, siteCommand, type SiteOrder } from "./site_order.ts";

/** How a file begins that may be written over: nobody's own site.yaml does. */
const MARK = "# Written by main.ts simulate site\n";

/** `main.ts simulate site`: a drawn site in front of a gateway that runs elsewhere. */
export function simulateSite(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return runCommandLine(args, siteCommand, io, (values) => run(values, io));
}

async function run(values: FlagValues, io: CommandIo): Promise<ExitCode> {
  const read = readSiteOrder(values);
  if (!read.ok) return wrongUsage(read.error, siteCommand, io);
  const order = read.value;
  const clock = createSystemClock();
  const report = createReporter(clock, io);
  const seed = order.seed ?? wholeBetween([0, 4_294_967_295], createSystemIds());
  const ids = createSeededIds(seed);
  // Versions from a stream of their own: a seed is the same site, whatever it speaks.
  const versionIds = createSeededIds(seed + 1);
  const drawn = drawSite({ ...order.drawing, startWallMs: clock.wallMs() }, ids);
  const plan = withVersions(drawn, {
    chargers: order.versions.length > 0
      ? order.versions
      : drawVersions(drawn.site.chargers.length, versionIds),
    csms: order.csmsVersions,
  }, versionIds);
  const log: Log = (level, event, fields) => {
    if (level === "error") io.complain(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  let running: RunningSite;
  try {
    const line = order.isQuiet ? () => {} : report;
    running = await startSite(plan, order.listening, { ids, log, line });
  } catch (error) {
    io.complain(`Cannot start the site: ${errorText(error)}`);
    return 1;
  }
  try {
    await tellGateway(running, order, io);
    report("site", `seed ${seed}: ${describe(running)}`);
    running.connectChargers(order.gatewayUrl);
    const breaking = order.hasFaults
      ? breakByChance(running, { clock, ids }, (text) => report("fault", text), io.signal)
      : Promise.resolve();
    await untilStopped(io);
    await breaking;
    return 0;
  } catch (error) {
    io.complain(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await running.stop();
  }
}

/** Hands over the site.yaml, in a file that nobody else can read: it has passwords in it. */
async function tellGateway(
  running: RunningSite,
  { gateway, writeTo }: SiteOrder,
  io: CommandIo,
): Promise<void> {
  const text = `${MARK}${running.siteYaml(gateway)}\n`;
  if (writeTo === null) return io.print(text);
  const before = await Deno.readTextFile(writeTo).catch(() => null);
  if (before !== null && !before.startsWith(MARK)) {
    throw new Error(`Cannot write ${writeTo}: there is another file of that name`);
  }
  if (before !== null) await Deno.remove(writeTo);
  await Deno.writeTextFile(writeTo, text, { mode: 0o600, createNew: true });
  io.print(`${writeTo} is for the gateway: main.ts start --config ${writeTo}\n`);
}

function describe({ plan, places }: RunningSite): string {
  const { chargers, csms } = plan.site;
  return `${chargers.length} chargers (${
    describeVersions(plan)
  }) with ${plan.slots.length} sockets on ` +
    `${plan.circuits.length} circuits; CSMS ${places.csmsUrl} of ${csms.protocols.join(", ")}, ` +
    `meter ${places.meterHost}:${places.meterPort}, broker ${places.brokerUrl}`;
}
