import type { SiteConfig } from "../config.ts";
import { beginStart, rollBack } from "../config_trial_io.ts";
import { runService } from "../gateway_service_io.ts";
import { errorText } from "../lib/log.ts";
import { openConfiguration } from "./configuration_io.ts";
import type { Command, ExitCode, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { VERSION } from "./version.ts";

/** `main.ts start` */
export const START: Command = {
  usage: "start [--config site.yaml] [--data DIR]",
  summary: "runs the gateway",
  words: [],
  flags: CONFIG_FLAGS,
  run: (flags, _words, terminal) =>
    runGateway(() => configOf(flags, terminal), terminal, { file: flags.config ?? "site.yaml" }),
};

/**
 * Runs the gateway until it is told to end. A fresh start that the CSMS or somebody at the pages asks for
 * reads the configuration again. One that was applied from the pages (to `file`) and does not come up is
 * taken back, and the former one is tried.
 */
export async function runGateway(
  configure: () => Promise<SiteConfig | null>,
  { print, complain, signal }: Pick<Terminal, "print" | "complain" | "signal">,
  { started = () => {}, file }: { readonly started?: () => void; readonly file?: string } = {},
): Promise<ExitCode> {
  const isTakenBack = (reason: string) => {
    if (file === undefined || !rollBack(file, reason)) return false;
    complain(`The new configuration is taken back: ${reason}`);
    return true;
  };
  for (;;) {
    if (file !== undefined) beginStart(file);
    const config = await configure();
    if (config === null) {
      if (isTakenBack("it is not valid here")) continue;
      return 1;
    }
    const ports = {
      say: (line: string) => print(`${line}\n`),
      signal,
      started,
      version: VERSION,
      ...(file === undefined ? {} : { configuration: openConfiguration(file) }),
    };
    try {
      if (await runService(config, ports) === "stopped") return 0;
    } catch (error) {
      if (!isTakenBack(errorText(error))) throw error;
    }
  }
}
