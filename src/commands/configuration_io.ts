import { folderOf, readConfigIn } from "../config_io.ts";
import {
  applyConfig,
  cannotWrite,
  configDigest,
  configText,
  keepConfig,
  lastTrial,
  rollBack,
} from "../config_trial_io.ts";
import type { Configuration } from "../gateway_service_io.ts";
import { type Clock, isoTime } from "../lib/clock.ts";
import type { SettingsPort } from "../web/mod.ts";

/** The configuration in a file, for the service that runs with it. */
export function openConfiguration(file: string): Configuration {
  return {
    file,
    settings: (tools) => openSettings(file, tools),
    keep: () => keepConfig(file),
    takeBack: (reason) => rollBack(file, reason),
  };
}

/** What the page Settings works with. `restart` has the gateway start anew. */
function openSettings(
  file: string,
  { clock, restart }: { readonly clock: Clock; readonly restart: () => void },
): SettingsPort {
  return {
    read() {
      const text = configText(file);
      const trial = lastTrial(file);
      return {
        file,
        text,
        digest: configDigest(text),
        cannotWrite: cannotWrite(file),
        trial: trial === null ? null : {
          state: trial.state,
          at: isoTime(trial.atMs),
          reason: trial.reason,
        },
      };
    },
    async check(text) {
      const reading = await readConfigIn(folderOf(file), text);
      return reading.ok
        ? { problems: [], notices: reading.notices }
        : { problems: reading.problems, notices: [] };
    },
    apply(text, base) {
      const outcome = applyConfig(file, text, base, clock.wallMs());
      if (outcome.kind === "applied") restart();
      return outcome;
    },
  };
}
