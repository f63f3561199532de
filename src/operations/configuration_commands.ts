import { type Chargers, readKeys, readModel, type ToldVariable } from "../chargers/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { keyOf, variableOf } from "../ocpp/mod.ts";
import { type KeptBecause, keptBecause, type LimitQuirks } from "./kept_settings.ts";
import {
  type ChargerSetting,
  type CommandOutcome,
  type ConfigurationReading,
  isSecretSetting,
  type SettingName,
  settingText,
} from "../site/mod.ts";

/** Reading and changing what a charger is set to. */
export interface ConfigurationCommands {
  /** `names` as `settingText` writes them; none: all. */
  readConfiguration(chargerId: string, names: readonly string[]): Promise<ConfigurationReading>;
  configure(
    chargerId: string,
    setting: SettingName,
    value: string,
    by: string,
  ): Promise<CommandOutcome>;
}

const VERSIONS = { "ocpp1.6": "1.6", "ocpp2.0.1": "2.0.1", "ocpp2.1": "2.1" } as const;
const GONE = { reason: "The charger is not connected", advice: "Check its power and network" };
const SILENT = { reason: "The charger did not answer", advice: "Check its network connection" };

/** Creates the commands. */
export function createConfigurationCommands(
  { chargers, clock, log }: {
    readonly chargers: Pick<Chargers, "station" | "call" | "quirks">;
    readonly clock: Clock;
    readonly log: Log;
  },
): ConfigurationCommands {
  const quirksOf = (chargerId: string): readonly LimitQuirks[] =>
    chargers.quirks(chargerId).map(({ quirk, value }) => ({ [quirk]: value }));
  return {
    async readConfiguration(chargerId, names) {
      const station = chargers.station(chargerId);
      if (station === undefined || !station.life.accepted) return { kind: "failed", ...GONE };
      const isOld = station.version === "ocpp1.6";
      const told = isOld ? await readKeys(station, names) : await readModel(station, clock);
      if (told.kind === "not-told") return notTold(told.outcome);
      const all = told.variables.map((each) => settingOf(each, quirksOf(chargerId)));
      const wanted = new Set(names);
      const settings = isOld || names.length === 0
        ? all
        : all.filter(({ name }) => wanted.has(name));
      const found = new Set(settings.map(({ name }) => name));
      const unknown = isOld ? told.unknown : names.filter((name) => !found.has(name));
      return { kind: "read", version: VERSIONS[station.version], settings, unknown };
    },
    async configure(chargerId, setting, value, by) {
      const station = chargers.station(chargerId);
      if (station === undefined) return { kind: "failed", ...GONE };
      const isOld = station.version === "ocpp1.6";
      if (isOld !== "key" in setting) return wrongName(isOld);
      const { component, variable } = "key" in setting ? variableOf(setting.key) : setting;
      const name = settingText(setting);
      const kept = keptBecause(setting, quirksOf(chargerId));
      if (kept !== null) return keptOutcome(name, kept);
      const outcome = await chargers.call(chargerId, {
        action: "SetVariables",
        message: { setVariableData: [{ component, variable, attributeValue: value }] },
      });
      log("info", "operator_configure", { charger: chargerId, name, by, outcome: outcome.kind });
      switch (outcome.kind) {
        case "answered":
          return changed(name, outcome.message.setVariableResult[0]?.attributeStatus ?? "nothing");
        case "refused": {
          const { code, description } = outcome.error;
          return {
            kind: "refused",
            reason: `The charger answered ${code} ${description}`.trim(),
            advice: "",
          };
        }
        case "silent":
          return { kind: "failed", ...SILENT };
        case "gone":
          return { kind: "failed", ...GONE };
        case "unsayable": {
          const errors = outcome.problems;
          return { kind: "refused", reason: "The message would not be valid", advice: "", errors };
        }
      }
    },
  };
}

function wrongName(isOld: boolean): CommandOutcome {
  const [path, message] = isOld
    ? ["key", "This charger speaks 1.6, which knows settings by a key"]
    : ["component", "This charger speaks 2.x, which knows settings by component and variable"];
  return { kind: "refused", reason: message, advice: "", errors: [{ path, message }] };
}

function keptOutcome(name: string, kept: KeptBecause): CommandOutcome {
  switch (kept) {
    case "the gateway's":
      return {
        kind: "refused",
        reason: `${name} is kept by the gateway: the charger could be lost by it`,
        advice: "Passwords and profiles are changed on the page of its security",
      };
    case "the limits'":
      return {
        kind: "refused",
        reason: `${name} is kept by the gateway: it limits the current by it`,
        advice: "Limit the connector or its circuit instead",
      };
    case "read-only":
      return {
        kind: "refused",
        reason: `${name} cannot be set: it says what the charger is`,
        advice: "Nothing has changed",
      };
  }
}

function changed(name: string, status: string): CommandOutcome {
  switch (status) {
    case "Accepted":
      return { kind: "accepted", detail: `The charger has set ${name}` };
    case "RebootRequired":
      return {
        kind: "accepted",
        detail: `The charger has set ${name}, and uses it after a restart`,
        needsRestart: true,
      };
    default: {
      const reason = `The charger answered ${status}`;
      return {
        kind: "refused",
        reason,
        advice: "Look whether it knows this setting and takes such values",
      };
    }
  }
}

function notTold(why: string): ConfigurationReading {
  switch (why) {
    case "timeout":
      return { kind: "failed", ...SILENT };
    case "closed":
    case "queue-full":
      return { kind: "failed", ...GONE };
    case "unsendable":
      return {
        kind: "refused",
        reason: "The charger cannot be asked for these names",
        advice: "Ask for all of them",
      };
    default:
      return {
        kind: "refused",
        reason: "The charger does not tell its settings",
        advice: "Look into its manual",
      };
  }
}

function settingOf(
  { component, variable, value, access }: ToldVariable,
  quirks: readonly LimitQuirks[],
): ChargerSetting {
  const at = component === null ? null : { component, variable };
  const name = settingText(at ?? { key: variable.name });
  const place = at ?? variableOf(variable.name);
  const isSecret = isSecretSetting(variable.name) ||
    isSecretSetting(keyOf(place.component, place.variable));
  const kept = access === "read-only"
    ? "read-only"
    : keptWord(keptBecause(at ?? { key: variable.name }, quirks));
  return {
    name,
    at,
    value: isSecret ? null : value,
    access: isSecret && access !== "read-only" ? "write-only" : access,
    kept,
  };
}

/** What a charger calls writable is left to it to refuse. */
function keptWord(because: KeptBecause | null): ChargerSetting["kept"] {
  return because === null || because === "read-only" ? null : "the gateway's";
}
