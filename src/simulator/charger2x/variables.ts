import { VARIABLE_RULES, type VariableRule } from "./variable_rules.ts";

/** A variable as messages name it. */
export interface VariableName {
  readonly component: {
    readonly name: string;
    readonly instance?: string;
    readonly evse?: { readonly id: number; readonly connectorId?: number };
  };
  readonly variable: { readonly name: string; readonly instance?: string };
}

/** The outcome of reading one. */
export type VariableReading =
  | { readonly attributeStatus: "Accepted"; readonly attributeValue: string }
  | { readonly attributeStatus: "Rejected" | "UnknownComponent" | "UnknownVariable" };

/** The outcome of writing one. */
export type VariableWriting =
  | "Accepted"
  | "RebootRequired"
  | "Rejected"
  | "UnknownComponent"
  | "UnknownVariable";

/** A variable in a report. */
export interface ReportedVariable extends VariableName {
  readonly value: string | null;
  readonly rule: Pick<VariableRule, "mutability" | "dataType" | "maxLimit">;
}

/** A variable whose value is what the station is like at the moment. */
export interface LiveVariable extends VariableName {
  readonly value: () => string;
}

/** The variables of a station, and their values. */
export interface Variables {
  /** The value in force, by "Component.Variable[instance]"; an empty text where there is none. */
  text(name: string): string;
  /** Throws `RangeError` where the value in force is no number. */
  integer(name: string): number;
  isOn(name: string): boolean;
  list(name: string): readonly string[];
  /** What it may hold at most; 0 where nothing bounds it. */
  maxLimit(name: string): number;
  read(name: VariableName): VariableReading;
  write(name: VariableName, value: string): VariableWriting;
  /** A change by the station itself. */
  set(name: string, value: string): void;
  /** What only counts after a reboot counts from now on. */
  restart(): void;
  /** Everything that it has. */
  all(): readonly ReportedVariable[];
}

/**
 * Creates the variables of a station. `values` replaces factory settings by their names, or by the key of
 * 1.6 for the same setting, and may take one out with `null`; a key that 2.x has no variable for counts
 * for nothing.
 *
 * @throws RangeError for a name that is not known or a value that does not fit
 */
export function createVariables(
  values: Readonly<Record<string, string | null>>,
  live: readonly LiveVariable[],
): Variables {
  const rules = new Map(VARIABLE_RULES.map((rule) => [rule.name.toLowerCase(), rule]));
  const stored = new Map(VARIABLE_RULES.map((rule) => [rule.name, rule.factory]));
  for (const [given, value] of Object.entries(values)) configure(given, value);
  let inForce = new Map(stored);

  function configure(given: string, value: string | null): void {
    const rule = given.includes(".")
      ? rules.get(given.toLowerCase())
      : VARIABLE_RULES.find(({ key16 }) => key16?.toLowerCase() === given.toLowerCase());
    if (rule === undefined) {
      if (!given.includes(".")) return;
      throw new RangeError(`Cannot configure ${given}: unknown variable`);
    }
    if (value === null) {
      rules.delete(rule.name.toLowerCase());
      stored.delete(rule.name);
      return;
    }
    const own = given.includes(".") ? value : in2x(rule, value);
    if (!rule.allows(own)) throw new RangeError(`Cannot configure ${given}: "${value}"`);
    stored.set(rule.name, own);
  }

  function text(name: string): string {
    const rule = rules.get(name.toLowerCase());
    return rule === undefined ? "" : inForce.get(rule.name) ?? "";
  }

  function liveOne(name: VariableName): LiveVariable | undefined {
    return live.find((each) => isSame(each, name));
  }

  function ruleOf({ component, variable }: VariableName): VariableRule | undefined {
    if (component.evse !== undefined || component.instance !== undefined) return undefined;
    const instance = variable.instance === undefined ? "" : `[${variable.instance}]`;
    return rules.get(`${component.name}.${variable.name}${instance}`.toLowerCase());
  }

  /** Which of both is not known. */
  function stranger({ component }: VariableName): "UnknownComponent" | "UnknownVariable" {
    const prefix = `${component.name}.`.toLowerCase();
    const isKnown = component.evse === undefined
      ? [...rules.keys()].some((each) => each.startsWith(prefix)) ||
        live.some((each) => isSameComponent(each, { component }))
      : live.some((each) => isSameComponent(each, { component }));
    return isKnown ? "UnknownVariable" : "UnknownComponent";
  }

  return {
    text,
    integer(name) {
      const value = Number(text(name).trim() || NaN);
      if (!Number.isInteger(value)) throw new RangeError(`Cannot read ${name}: no whole number`);
      return value;
    },
    isOn: (name) => text(name).trim().toLowerCase() === "true",
    list: (name) => text(name).split(",").map((item) => item.trim()).filter((item) => item !== ""),
    maxLimit: (name) => rules.get(name.toLowerCase())?.maxLimit ?? 0,
    read(name) {
      const now = liveOne(name);
      if (now !== undefined) return { attributeStatus: "Accepted", attributeValue: now.value() };
      const rule = ruleOf(name);
      if (rule === undefined) return { attributeStatus: stranger(name) };
      if (rule.mutability === "WriteOnly") return { attributeStatus: "Rejected" };
      return { attributeStatus: "Accepted", attributeValue: stored.get(rule.name) ?? "" };
    },
    write(name, value) {
      const rule = liveOne(name) === undefined ? ruleOf(name) : undefined;
      if (liveOne(name) !== undefined) return "Rejected";
      if (rule === undefined) return stranger(name);
      if (rule.mutability === "ReadOnly" || !rule.allows(value)) return "Rejected";
      stored.set(rule.name, value);
      if (rule.needsReboot) return "RebootRequired";
      inForce.set(rule.name, value);
      return "Accepted";
    },
    set(name, value) {
      stored.set(name, value);
      inForce.set(name, value);
    },
    restart() {
      inForce = new Map(stored);
    },
    all: () => [
      ...[...rules.values()].filter((rule) => liveOne(nameOf(rule.name)) === undefined)
        .map((rule) => ({
          ...nameOf(rule.name),
          value: rule.mutability === "WriteOnly" ? null : stored.get(rule.name) ?? "",
          rule,
        })),
      ...live.map((each) => ({
        component: each.component,
        variable: each.variable,
        value: each.value(),
        rule: ruleOf(each) ?? { mutability: "ReadOnly", dataType: "string" } as const,
      })),
    ],
  };
}

/** The same value as 2.x writes it. */
function in2x({ key16 }: VariableRule, value: string): string {
  return key16 === "ChargingScheduleAllowedChargingRateUnit"
    ? value.replace("Current", "A").replace("Power", "W")
    : value;
}

/** A name out of "Component.Variable[instance]". */
export function nameOf(text: string): VariableName {
  const [, component = "", name = "", instance] = /^(\w+)\.(\w+)(?:\[(\w+)\])?$/.exec(text) ?? [];
  return {
    component: { name: component },
    variable: instance === undefined ? { name } : { name, instance },
  };
}

/** Names are not case-sensitive. */
function isSame(left: VariableName, right: VariableName): boolean {
  const [a, b] = [left.variable, right.variable];
  return isSameComponent(left, right) && a.name.toLowerCase() === b.name.toLowerCase() &&
    a.instance?.toLowerCase() === b.instance?.toLowerCase();
}

function isSameComponent(
  { component: left }: Pick<VariableName, "component">,
  { component: right }: Pick<VariableName, "component">,
): boolean {
  return left.name.toLowerCase() === right.name.toLowerCase() &&
    left.instance?.toLowerCase() === right.instance?.toLowerCase() &&
    left.evse?.id === right.evse?.id && left.evse?.connectorId === right.evse?.connectorId;
}
