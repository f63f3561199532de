import { supportOrder } from "../gateway_support_io.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { bundleStream } from "../telemetry/support/mod.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAGS } from "./config_commands_io.ts";
import { loadConfig } from "../config_io.ts";
import { VERSION } from "./version.ts";

/** `main.ts bundle` */
export const BUNDLE: Command = {
  usage: "bundle FILE [--config site.yaml] [--data DIR]",
  summary: "what somebody asked for help has to see, without secrets; also where nothing starts",
  words: ["FILE"],
  flags: CONFIG_FLAGS,
  async run({ config: file, data }, [to = ""], terminal) {
    // A configuration with problems is a reason to ask for help.
    const reading = await loadConfig(file ?? null);
    const config = reading.ok ? reading.config : null;
    const places = {
      dataPath: data ?? config?.dataPath ?? "./data",
      configPath: file ?? "site.yaml",
      config,
    };
    const order = supportOrder(places, { clock: createSystemClock(), program: VERSION }, null);
    const part = `${to}.part`;
    const out = await Deno.open(part, { write: true, create: true, truncate: true, mode: 0o600 });
    try {
      await bundleStream(order).pipeTo(out.writable);
      await Deno.rename(part, to);
    } catch (error) {
      await Deno.remove(part).catch(() => {});
      throw error;
    }
    const lines = [
      `${to} holds ${order.parts.map(({ name }) => name).join(", ")}`,
      ...order.leftOut.map(({ name, why }) => `not in it: ${name} (${why})`),
      "Passwords, keys and people are taken out; look into it before you send it",
    ];
    terminal.print(`${lines.join("\n")}\n`);
    return 0;
  },
};
