import type { Component, Variable } from "../ocpp/mod.ts";

/**
 * How a command to a charger ended. "accepted" means that the charger said it will; whether it did
 * shows in the state of its EVSE.
 */
export type CommandOutcome =
  | {
    readonly kind: "accepted";
    readonly detail: string;
    /** A setting that counts only once the charger has restarted. */
    readonly needsRestart?: true;
    /** What the charger answered, where that was asked for; without secrets. */
    readonly answer?: ChargerAnswer;
  }
  /** The charger (or the site) said no. */
  | {
    readonly kind: "refused";
    readonly reason: string;
    readonly advice: string;
    /** Where what was asked for is wrong in itself: which fields, and why. */
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
    readonly answer?: ChargerAnswer;
  }
  /** It never reached the charger, or no answer came. */
  | { readonly kind: "failed"; readonly reason: string; readonly advice: string };

/** A payload of OCPP, in the charger's own version. */
export type ChargerAnswer = Readonly<Record<string, unknown>>;

/** A setting of a charger: by its key in 1.6, by its component and variable in 2.x. */
export type SettingName =
  | { readonly key: string }
  | { readonly component: Component; readonly variable: Variable };

/** A setting of a charger as it is. */
export interface ChargerSetting {
  /** The key of 1.6, or "Component[instance].Variable[instance]". */
  readonly name: string;
  /** How it is changed in 2.x; null in 1.6. */
  readonly at: Extract<SettingName, { readonly component: unknown }> | null;
  /** Null where the charger does not tell it, or where it is a secret. */
  readonly value: string | null;
  readonly access: "read-only" | "read-write" | "write-only";
  /** Why nobody may change it here; null where it may be changed. */
  readonly kept: "read-only" | "the gateway's" | null;
}

/** What came of reading a charger's settings. */
export type ConfigurationReading =
  | {
    readonly kind: "read";
    readonly version: "1.6" | "2.0.1" | "2.1";
    readonly settings: readonly ChargerSetting[];
    /** What was asked for and the charger does not have. */
    readonly unknown: readonly string[];
  }
  | { readonly kind: "refused" | "failed"; readonly reason: string; readonly advice: string };

const SECRET_NAME =
  /(password|passwd|secret|passphrase|authorizationkey|psk|apikey|simpin|privatekey|token)$/i;

/** True for a setting that is written and never read: its name says that it is a secret. */
export function isSecretSetting(name: string): boolean {
  return SECRET_NAME.test(name.replace(/\[[^\]]*\]$/, ""));
}

/** A setting's name as one text. */
export function settingText(name: SettingName): string {
  if ("key" in name) return name.key;
  const part = (each: { readonly name: string; readonly instance?: string }) =>
    each.instance === undefined ? each.name : `${each.name}[${each.instance}]`;
  const { evse } = name.component;
  const place = evse === undefined
    ? ""
    : evse.connectorId === undefined
    ? `#${evse.id}`
    : `#${evse.id}.${evse.connectorId}`;
  return `${part(name.component)}${place}.${part(name.variable)}`;
}

const VARIABLE = /^([A-Za-z0-9_]{1,50})\.([A-Za-z0-9_]{1,50})(?:\[([A-Za-z0-9_]{1,50})\])?$/;

/** A variable of a whole 2.x charger by its name, as people write it; null for what is none. */
export function variableNamed(
  text: string,
): Extract<SettingName, { readonly component: unknown }> | null {
  const [, component, name, instance] = VARIABLE.exec(text) ?? [];
  if (component === undefined || name === undefined) return null;
  const variable = instance === undefined ? { name } : { name, instance };
  return { component: { name: component }, variable };
}
