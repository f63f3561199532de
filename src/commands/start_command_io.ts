import type { SiteConfig } from "../config.ts";
import { runService } from "../gateway_service_io.ts";
import type { Command, ExitCode, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { VERSION } from "./version.ts";

/** `main.ts start` */
export const START: Command = {
  usage: "start [--config site.yaml] [--data DIR]",
  summary: "runs the gateway",
  words: [],
  flags: CONFIG_FLAGS,
  run: (flags, _words, terminal) => runGateway(() => configOf(flags, terminal), terminal),
};

/**
 * Runs the gateway until it is told to end. A fresh start that the CSMS asks for reads the
 * configuration again.
 */
export async function runGateway(
  configure: () => Promise<SiteConfig | null>,
  { print, signal }: Terminal,
  started = () => {},
): Promise<ExitCode> {
  for (;;) {
    const config = await configure();
    if (config === null) return 1;
    const ports = { say: (line: string) => print(`${line}\n`), signal, started, version: VERSION };
    if (await runService(config, ports) === "stopped") return 0;
  }
}
