import type { Responses16 } from "../../ocpp/messages/mod.ts";
import { KEY_RULES, type KeyRule } from "./configuration_keys.ts";

/** The configuration keys of a station, and their values. */
export interface Configuration {
  /** The value in force; an empty text where the key has none. */
  text(key: string): string;
  /** Throws `RangeError` where the value in force is no number. */
  integer(key: string): number;
  isOn(key: string): boolean;
  /** The items of a comma separated list. */
  list(key: string): readonly string[];
  /** GetConfiguration: everything, or what is asked for (1.6 §5.8). */
  read(keys: readonly string[]): Responses16["GetConfiguration"];
  /** ChangeConfiguration (1.6 §5.3). */
  change(key: string, value: string): Responses16["ChangeConfiguration"]["status"];
  /** A change by the station itself, such as the heartbeat interval out of a BootNotification. */
  set(key: string, value: string): void;
  /** What only counts after a reboot counts from now on. */
  restart(): void;
}

/**
 * Creates the keys of a station with so many connectors. `values` replaces factory settings, also
 * those that are read-only from outside, and may take a key out with `null`.
 *
 * @throws RangeError for a key that is not known or a value that does not fit.
 */
export function createConfiguration(
  connectorCount: number,
  values: Readonly<Record<string, string | null>> = {},
): Configuration {
  const rules = new Map(KEY_RULES.map((rule) => [rule.key.toLowerCase(), rule]));
  const stored = new Map(KEY_RULES.map((rule) => [rule.key, factoryValue(rule, connectorCount)]));
  for (const [key, value] of Object.entries(values)) {
    const rule = rules.get(key.toLowerCase());
    if (rule === undefined) throw new RangeError(`Cannot configure ${key}: unknown key`);
    if (value === null) {
      rules.delete(key.toLowerCase());
      stored.delete(rule.key);
    } else if (!rule.allows(value)) {
      throw new RangeError(`Cannot configure ${key}: "${value}" is not allowed`);
    } else {
      stored.set(rule.key, value);
    }
  }
  let inForce = new Map(stored);

  function text(key: string): string {
    const rule = rules.get(key.toLowerCase());
    return rule === undefined ? "" : inForce.get(rule.key) ?? "";
  }

  function entry(rule: KeyRule) {
    const value = rule.isSecret ? undefined : stored.get(rule.key);
    const entry = { key: rule.key, readonly: rule.access === "read" };
    return value === undefined ? entry : { ...entry, value };
  }

  function change(key: string, value: string): Responses16["ChangeConfiguration"]["status"] {
    const rule = rules.get(key.toLowerCase());
    if (rule === undefined) return "NotSupported";
    if (rule.access === "read" || !rule.allows(value)) return "Rejected";
    stored.set(rule.key, value);
    if (rule.access === "write-then-reboot") return "RebootRequired";
    inForce.set(rule.key, value);
    return "Accepted";
  }

  return {
    text,
    integer(key) {
      const value = Number(text(key).trim() || NaN);
      if (!Number.isInteger(value)) throw new RangeError(`Cannot read ${key}: no whole number`);
      return value;
    },
    isOn: (key) => text(key).trim().toLowerCase() === "true",
    list: (key) => text(key).split(",").map((item) => item.trim()).filter((item) => item !== ""),
    read(keys) {
      if (keys.length === 0) return { configurationKey: [...rules.values()].map(entry) };
      const known = keys.flatMap((key) => rules.get(key.toLowerCase()) ?? []);
      const unknownKey = keys.filter((key) => !rules.has(key.toLowerCase()));
      return { configurationKey: known.map(entry), unknownKey };
    },
    change,
    set(key, value) {
      stored.set(key, value);
      inForce.set(key, value);
    },
    restart() {
      inForce = new Map(stored);
    },
  };
}

function factoryValue({ factory }: KeyRule, connectorCount: number): string {
  return typeof factory === "string" ? factory : factory(connectorCount);
}
