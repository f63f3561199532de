import { simulateCharger } from "./charger_command_io.ts";
import type { CommandIo, ExitCode } from "./command_line.ts";
import { simulateCsms } from "./csms_command_io.ts";
import { simulateMeter } from "./meter_command_io.ts";
import { simulateSite } from "./site_command_io.ts";

export type { CommandIo, ExitCode } from "./command_line.ts";
export { simulateCharger } from "./charger_command_io.ts";
export { simulateCsms } from "./csms_command_io.ts";
export { type GatewayRunner, runDemo } from "./demo_command_io.ts";
export { simulateMeter } from "./meter_command_io.ts";
export { simulateSite } from "./site_command_io.ts";

type Simulation = (args: readonly string[], io: CommandIo) => Promise<ExitCode>;

const SIMULATIONS: ReadonlyMap<string, Simulation> = new Map([
  ["charger", simulateCharger],
  ["csms", simulateCsms],
  ["meter", simulateMeter],
  ["site", simulateSite],
]);

/** `main.ts simulate charger|csms|meter|site …`. */
export function runSimulation(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  const simulation = SIMULATIONS.get(name);
  if (simulation !== undefined) return simulation(rest, io);
  const usage = `Usage: main.ts simulate ${[...SIMULATIONS.keys()].join("|")} …; --help on each`;
  if (name === "--help") {
    io.print(`${usage}\n`);
    return Promise.resolve(0);
  }
  io.complain(usage);
  return Promise.resolve(2);
}
