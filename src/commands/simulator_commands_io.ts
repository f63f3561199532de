import { readConfigIn } from "../config_io.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { acceptedConfig } from "./config_commands_io.ts";
import { runGateway } from "./start_command_io.ts";

/** `main.ts demo`: a whole simulated site, and the real gateway in front of it. */
export async function demo(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { runDemo } = await simulator();
  return await runDemo(args, terminal, (siteYaml, signal, started) =>
    runGateway(
      async () => acceptedConfig(await readConfigIn(".", siteYaml), "demo site.yaml", terminal),
      { ...terminal, signal },
      { started },
    ));
}

/** `main.ts simulate charger|csms|meter|site`: one simulated device, or a whole site. */
export async function simulate(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { runSimulation } = await simulator();
  return await runSimulation(args, terminal);
}

/** Loaded where it is asked for: a gateway on a site never needs it. */
function simulator() {
  return import("../simulator/command_line_io.ts");
}
