import { put, type WriteOf } from "../lib/write.ts";
import type { Component, Mutability, Variable } from "../ocpp/mod.ts";

/** Which settings a CSMS may change is decided group by group (ruling 23). */
export type VariableGroup =
  | "authorization"
  | "metering"
  | "heartbeat"
  | "connection"
  /** Password, security profile and certificate of the connection to the CSMS. */
  | "security"
  /** Where the CSMS is. */
  | "network"
  | "charging"
  | "station";

/** One variable of the gateway's own device model: the gateway is the station the CSMS talks to. */
export interface VariableDefinition {
  readonly component: string;
  readonly variable: string;
  readonly instance?: string;
  readonly group: VariableGroup;
  readonly mutability: Mutability;
  readonly type: VariableType;
  /** The value until somebody changes it. */
  readonly initial: string;
}

/** What values a variable takes. */
export type VariableType =
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "text"; readonly lengthMax: number }
  /** A comma-separated list, each entry one of `of`. */
  | { readonly kind: "list"; readonly of: readonly string[] };

/** A value that somebody set. */
export interface StoredVariable {
  readonly value: string;
  readonly origin: "csms" | "operator";
  readonly changedAtMs: number;
}

/** What the device model keeps on disk. */
export interface VariableCollections {
  readonly variables: StoredVariable;
}

/** The name by which a variable is stored: "AuthCtrlr.LocalPreAuthorize". */
export function variableKey(component: Component, variable: Variable): string {
  const instance = variable.instance === undefined ? "" : `[${variable.instance}]`;
  return `${component.name}.${variable.name}${instance}`;
}

/** What became of a change, in the words of 2.x SetVariables. */
export type SetOutcome =
  | "Accepted"
  | "Rejected"
  | "UnknownComponent"
  | "UnknownVariable";

/** The device model with its current values. */
export interface Variables {
  /** Every variable with its value, in the order of the definitions. */
  all(): readonly { readonly definition: VariableDefinition; readonly value: string }[];
  /** Looks a name up as a peer wrote it: without regard to case (2.x ComponentType, VariableType). */
  find(component: Component, variable: Variable): VariableReading;
  /** The value of a variable that is known to exist. */
  value(key: string): string;
  flag(key: string): boolean;
  integer(key: string): number;
  /** Changes a value, or says why not. `mayChange`: the groups that this origin may touch. */
  set(
    component: Component,
    variable: Variable,
    value: string,
    by: {
      readonly origin: StoredVariable["origin"];
      readonly nowWallMs: number;
      readonly mayChange: readonly VariableGroup[];
    },
  ): { readonly outcome: SetOutcome; readonly writes: readonly WriteOf<VariableCollections>[] };
}

/** What is behind a name. */
export type VariableReading =
  | { readonly kind: "found"; readonly definition: VariableDefinition; readonly value: string }
  | { readonly kind: "unknown-component" }
  | { readonly kind: "unknown-variable" };

/**
 * Creates the device model. Values on disk win over the initial ones: the newest change counts. Those
 * that a newer program takes no longer, or holds itself (ReadOnly), are left alone.
 */
export function createVariables(
  definitions: readonly VariableDefinition[],
  stored: ReadonlyMap<string, StoredVariable>,
): Variables {
  const byKey = new Map(definitions.map((each) => [definitionKey(each), each]));
  const byName = new Map(definitions.map((each) => [definitionKey(each).toLowerCase(), each]));
  const components = new Set(definitions.map((each) => each.component.toLowerCase()));
  const values = new Map(
    [...stored].filter(([key, { value }]) => {
      const definition = byKey.get(key);
      return definition !== undefined && definition.mutability !== "ReadOnly" &&
        isValid(definition.type, value);
    }),
  );
  const current = (definition: VariableDefinition) =>
    values.get(definitionKey(definition))?.value ?? definition.initial;

  function value(key: string): string {
    const definition = byKey.get(key);
    if (definition === undefined) throw new RangeError(`Cannot read variable "${key}": unknown`);
    return current(definition);
  }

  function find(component: Component, variable: Variable): VariableReading {
    // No component of the gateway has instances, or belongs to an EVSE.
    const isOurs = component.evse === undefined && component.instance === undefined &&
      components.has(component.name.toLowerCase());
    if (!isOurs) return { kind: "unknown-component" };
    const definition = byName.get(variableKey(component, variable).toLowerCase());
    if (definition === undefined) return { kind: "unknown-variable" };
    return { kind: "found", definition, value: current(definition) };
  }

  return {
    all: () => definitions.map((definition) => ({ definition, value: current(definition) })),
    find,
    value,
    flag: (key) => value(key) === "true",
    integer: (key) => Number(value(key)),
    set(component, variable, text, { origin, nowWallMs, mayChange }) {
      const found = find(component, variable);
      if (found.kind === "unknown-component") return { outcome: "UnknownComponent", writes: [] };
      if (found.kind === "unknown-variable") return { outcome: "UnknownVariable", writes: [] };
      const { definition } = found;
      const wanted = canonical(definition.type, text);
      const isAllowed = definition.mutability !== "ReadOnly" &&
        mayChange.includes(definition.group) && isValid(definition.type, wanted);
      if (!isAllowed) return { outcome: "Rejected", writes: [] };
      const key = definitionKey(definition);
      const changed: StoredVariable = { value: wanted, origin, changedAtMs: nowWallMs };
      values.set(key, changed);
      return { outcome: "Accepted", writes: [put("variables", key, changed)] };
    },
  };
}

function definitionKey({ component, variable, instance }: VariableDefinition): string {
  return variableKey(
    { name: component },
    instance === undefined ? { name: variable } : { name: variable, instance },
  );
}

/** "TRUE" and " true" are meant as "true"; a list may have blanks around its commas. */
function canonical(type: VariableType, value: string): string {
  switch (type.kind) {
    case "boolean":
      return value.trim().toLowerCase();
    case "integer":
      return value.trim();
    case "list":
      return value.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "").join();
    case "text":
      return value;
  }
}

function isValid(type: VariableType, value: string): boolean {
  switch (type.kind) {
    case "boolean":
      return value === "true" || value === "false";
    case "integer":
      return /^-?\d{1,15}$/.test(value) && Number(value) >= type.min && Number(value) <= type.max;
    case "text":
      return value.length <= type.lengthMax;
    case "list":
      return value === "" || value.split(",").every((entry) => type.of.includes(entry));
  }
}
