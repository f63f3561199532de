import { createSystemClock } from "../lib/clock_io.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { errorText } from "../lib/log.ts";
import type { CommandUsage, FlagValues } from "./command_flags.ts";
import { type CommandIo, createReporter, type ExitCode, runCommandLine } from "./command_line.ts";
import { planDemo } from "./demo_plan.ts";
import { describeVersions } from "./version_drawing.ts";
import { ANY_LOOPBACK_PORTS, startSite } from "./running_site_io.ts";

/**
 * Runs the real gateway on a site.yaml until `signal` aborts; resolves with its exit code. It
 * calls `started` when chargers may dial. The caller brings it along, since the simulator knows the
 * gateway by its ports only.
 */
export type GatewayRunner = (
  siteYaml: string,
  signal: AbortSignal,
  started: () => void,
) => Promise<number>;

const DEMO_COMMAND: CommandUsage = {
  name: "main.ts demo",
  summary: "a whole simulated site and the real gateway in front of it",
  flags: {
    "charger-port": {
      kind: "number",
      value: "N",
      help: "of the gateway",
      default: 9_220,
      least: 1,
      most: 65_535,
    },
    "web-port": {
      kind: "number",
      value: "N",
      help: "of the pages",
      default: 8_080,
      least: 1,
      most: 65_535,
    },
    data: { kind: "text", value: "DIR", help: "for the gateway's files; a passing one else" },
    "time-lapse": {
      kind: "number",
      value: "N",
      help: "batteries fill faster",
      default: 20,
      least: 1,
      most: 1_000,
    },
    quiet: { kind: "switch", help: "does not tell what happens" },
  },
  notes: [
    "Six chargers with EVs, two each of OCPP 1.6, 2.0.1 and 2.1; a Modbus meter with the load of a",
    "building, a solar plant on MQTT, and a CSMS of 2.0.1 that drops out for 40 s every three minutes.",
    "Until Ctrl-C.",
  ],
};

/** `main.ts demo`: starts the site, then the gateway on its site.yaml, then lets the chargers dial. */
export function runDemo(
  args: readonly string[],
  io: CommandIo,
  runGateway: GatewayRunner,
): Promise<ExitCode> {
  return runCommandLine(args, DEMO_COMMAND, io, (values) => demonstrate(values, io, runGateway));
}

async function demonstrate(
  values: FlagValues,
  io: CommandIo,
  runGateway: GatewayRunner,
): Promise<ExitCode> {
  const clock = createSystemClock();
  const ids = createSystemIds();
  const report = createReporter(clock, io);
  const chargersPort = values.number("charger-port") ?? 9_220;
  const ownFolder = values.text("data") ?? null;
  const dataPath = ownFolder ?? await Deno.makeTempDir({ prefix: "sangam-demo-" });
  const timeLapse = values.number("time-lapse") ?? 20;
  const line = values.isOn("quiet") ? () => {} : report;
  const plan = planDemo({ timeLapse, startWallMs: clock.wallMs() }, ids);
  const demo = await startSite(plan, ANY_LOOPBACK_PORTS, {
    ids,
    log: (level, event, fields) => {
      if (level === "error") io.complain(`${event} ${JSON.stringify(fields ?? {})}`);
    },
    line,
  });
  try {
    const webPort = values.number("web-port") ?? 8_080;
    const siteYaml = demo.siteYaml({ chargersPort, webPort, dataPath });
    const spoken = plan.site.csms.protocols.join(", ");
    line("demo", `chargers: ${describeVersions(plan)}; a CSMS of ${spoken}`);
    const letDial = () => demo.connectChargers(`ws://127.0.0.1:${chargersPort}/ocpp`);
    return await runGateway(siteYaml, io.signal, letDial) === 0 ? 0 : 1;
  } catch (error) {
    io.complain(`Cannot run the gateway: ${errorText(error)}`);
    return 1;
  } finally {
    await demo.stop();
    if (ownFolder === null) await Deno.remove(dataPath, { recursive: true });
  }
}
