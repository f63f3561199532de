import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Component, Variable } from "../ocpp/mod.ts";
import {
  createVariables,
  type SetOutcome,
  type StoredVariable,
  type VariableDefinition,
  type VariableGroup,
  variableKey,
  type VariableType,
} from "./variables.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const FLAG: VariableType = { kind: "boolean" };
const SECONDS: VariableType = { kind: "integer", min: -1, max: 3_600 };
const NAME: VariableType = { kind: "text", lengthMax: 5 };
const MEASURANDS: VariableType = { kind: "list", of: ["SoC", "Voltage", "Current.Import"] };

function definition(
  component: string,
  variable: string,
  type: VariableType,
  initial: string,
  changes: Partial<VariableDefinition> = {},
): VariableDefinition {
  return {
    component,
    variable,
    group: "metering",
    mutability: "ReadWrite",
    type,
    initial,
    ...changes,
  };
}

const DEFINITIONS: readonly VariableDefinition[] = [
  definition("AuthCtrlr", "LocalPreAuthorize", FLAG, "false", { group: "authorization" }),
  definition("AlignedDataCtrlr", "Interval", SECONDS, "900"),
  definition("AlignedDataCtrlr", "Measurands", MEASURANDS, "SoC"),
  definition("OCPPCommCtrlr", "MessageAttempts", SECONDS, "5", {
    instance: "TransactionEvent",
    group: "connection",
  }),
  definition("SecurityCtrlr", "Identity", NAME, "Pune", { mutability: "ReadOnly" }),
  definition("SecurityCtrlr", "Owner", NAME, ""),
  definition("SecurityCtrlr", "BasicAuthPassword", NAME, "", { mutability: "WriteOnly" }),
];

const EVERYTHING: readonly VariableGroup[] = [
  "authorization",
  "metering",
  "heartbeat",
  "connection",
  "charging",
  "station",
];

function open(stored: Readonly<Record<string, string>> = {}) {
  const onDisk = Object.entries(stored).map(([key, value]): [string, StoredVariable] => [
    key,
    { value, origin: "csms", changedAtMs: 1 },
  ]);
  return createVariables(DEFINITIONS, new Map(onDisk));
}

const byCsms = (mayChange = EVERYTHING) =>
  ({ origin: "csms", nowWallMs: NOW_MS, mayChange }) as const;
const at = (component: string, variable: string, instance?: string): [Component, Variable] => [
  { name: component },
  instance === undefined ? { name: variable } : { name: variable, instance },
];

// Names

Deno.test("variableKey() writes component, variable and instance", () => {
  assertEquals(variableKey(...at("AuthCtrlr", "Enabled")), "AuthCtrlr.Enabled");
  assertEquals(
    variableKey(...at("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent")),
    "OCPPCommCtrlr.MessageAttempts[TransactionEvent]",
  );
});

const FINDS: readonly [what: string, component: Component, variable: Variable, found: string][] = [
  ["a variable", ...at("AlignedDataCtrlr", "Interval"), "900"],
  ["names in another case", ...at("aligneddatactrlr", "INTERVAL"), "900"],
  ["an instance", ...at("OCPPCommCtrlr", "MessageAttempts", "transactionevent"), "5"],
  ["no instance", ...at("OCPPCommCtrlr", "MessageAttempts"), "unknown-variable"],
  ["an unknown instance", ...at("AlignedDataCtrlr", "Interval", "x"), "unknown-variable"],
  ["an unknown variable", ...at("AlignedDataCtrlr", "Interrval"), "unknown-variable"],
  ["a variable of another component", ...at("AuthCtrlr", "Interval"), "unknown-variable"],
  ["an unknown component", ...at("FanCtrlr", "Interval"), "unknown-component"],
  ["no name", ...at("", ""), "unknown-component"],
  [
    "a component of an EVSE",
    { name: "AuthCtrlr", evse: { id: 1 } },
    { name: "LocalPreAuthorize" },
    "unknown-component",
  ],
  [
    "an instance of a component",
    { name: "AuthCtrlr", instance: "backup" },
    { name: "LocalPreAuthorize" },
    "unknown-component",
  ],
];

for (const [what, component, variable, expected] of FINDS) {
  Deno.test(`find() of ${what} gives ${expected}`, () => {
    const found = open().find(component, variable);
    assertEquals(found.kind === "found" ? found.value : found.kind, expected);
  });
}

Deno.test("find() tells how the variable is defined", () => {
  const found = open().find(...at("SecurityCtrlr", "Identity"));
  assertEquals(found, { kind: "found", definition: DEFINITIONS[4], value: "Pune" });
});

// Values

Deno.test("all() has every variable in the order of the definitions, with its value of now", () => {
  const variables = open({ "AlignedDataCtrlr.Interval": "60" });
  variables.set(...at("AuthCtrlr", "LocalPreAuthorize"), "true", byCsms());
  assertEquals(variables.all().map(({ definition }) => definition), DEFINITIONS);
  const values = variables.all().map(({ value }) => value);
  assertEquals(values, ["true", "60", "SoC", "5", "Pune", "", ""]);
});

Deno.test("value(), flag() and integer() read a variable by its key", () => {
  const variables = open();
  assertEquals(variables.value("AlignedDataCtrlr.Measurands"), "SoC");
  assertEquals(variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"), 5);
  assertEquals(variables.flag("AuthCtrlr.LocalPreAuthorize"), false);
  variables.set(...at("AuthCtrlr", "LocalPreAuthorize"), "TRUE", byCsms());
  assertEquals(variables.flag("AuthCtrlr.LocalPreAuthorize"), true);
});

Deno.test("value(), flag() and integer() refuse a key that the program misspelt", () => {
  const { value, flag, integer } = open();
  for (const read of [value, flag, integer]) {
    const problem = 'Cannot read variable "AuthCtrlr.Enabld": unknown';
    assertThrows(() => read("AuthCtrlr.Enabld"), RangeError, problem);
  }
});

const ON_DISK: readonly [what: string, key: string, stored: string, value: string][] = [
  ["counts before the initial one", "AlignedDataCtrlr.Interval", "60", "60"],
  ["counts though it is empty", "AlignedDataCtrlr.Measurands", "", ""],
  ["is ignored where it no longer fits the range", "AlignedDataCtrlr.Interval", "3601", "900"],
  ["is ignored where it no longer fits the type", "AuthCtrlr.LocalPreAuthorize", "1", "false"],
  ["is ignored where the variable is now the gateway's own", "SecurityCtrlr.Identity", "X", "Pune"],
];

for (const [what, key, stored, value] of ON_DISK) {
  Deno.test(`a value on disk ${what}`, () =>
    assertEquals(open({ [key]: stored }).value(key), value));
}

Deno.test("a value on disk of a variable that is gone harms nobody", () => {
  const variables = open({ "Removed.Variable": "7" });
  assertEquals(variables.all().length, DEFINITIONS.length);
  assertEquals(variables.find(...at("Removed", "Variable")).kind, "unknown-component");
});

// Changes

interface ChangeCase {
  readonly variable: [Component, Variable];
  readonly text: string;
  /** What is stored, or why nothing is. */
  readonly becomes: string | { readonly outcome: Exclude<SetOutcome, "Accepted"> };
}

const rejected = { outcome: "Rejected" } as const;
const preAuthorize = at("AuthCtrlr", "LocalPreAuthorize");
const interval = at("AlignedDataCtrlr", "Interval");
const measurands = at("AlignedDataCtrlr", "Measurands");
const owner = at("SecurityCtrlr", "Owner");

const CHANGES: readonly ChangeCase[] = [
  { variable: preAuthorize, text: "true", becomes: "true" },
  { variable: preAuthorize, text: " FALSE ", becomes: "false" },
  { variable: preAuthorize, text: "yes", becomes: rejected },
  { variable: preAuthorize, text: "1", becomes: rejected },
  { variable: preAuthorize, text: "", becomes: rejected },
  { variable: interval, text: "0", becomes: "0" },
  { variable: interval, text: " 60\n", becomes: "60" },
  { variable: interval, text: "-1", becomes: "-1" },
  { variable: interval, text: "3600", becomes: "3600" },
  { variable: interval, text: "-2", becomes: rejected },
  { variable: interval, text: "3601", becomes: rejected },
  { variable: interval, text: "1.5", becomes: rejected },
  { variable: interval, text: "1e2", becomes: rejected },
  { variable: interval, text: "0x10", becomes: rejected },
  { variable: interval, text: "", becomes: rejected },
  { variable: interval, text: "9".repeat(400), becomes: rejected },
  { variable: measurands, text: "Voltage", becomes: "Voltage" },
  { variable: measurands, text: " SoC , Current.Import,", becomes: "SoC,Current.Import" },
  { variable: measurands, text: "", becomes: "" },
  { variable: measurands, text: "SoC,Temperature", becomes: rejected },
  { variable: measurands, text: "SoC Voltage", becomes: rejected },
  { variable: owner, text: "Asha", becomes: "Asha" },
  { variable: owner, text: " a b ", becomes: " a b " },
  { variable: owner, text: "", becomes: "" },
  { variable: owner, text: "Ashaji", becomes: rejected },
  { variable: at("SECURITYCTRLR", "owner"), text: "Ravi", becomes: "Ravi" },
  { variable: at("SecurityCtrlr", "BasicAuthPassword"), text: "s3cr", becomes: "s3cr" },
  { variable: at("SecurityCtrlr", "Identity"), text: "Goa", becomes: rejected },
  { variable: at("FanCtrlr", "Speed"), text: "1", becomes: { outcome: "UnknownComponent" } },
  { variable: at("AuthCtrlr", "Speed"), text: "1", becomes: { outcome: "UnknownVariable" } },
  {
    variable: [{ name: "AlignedDataCtrlr", evse: { id: 2 } }, { name: "Interval" }],
    text: "1",
    becomes: { outcome: "UnknownComponent" },
  },
];

for (const { variable, text, becomes } of CHANGES) {
  const name = variableKey(...variable);
  const shown = JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
  const what = typeof becomes === "string" ? `stores "${becomes}"` : `says ${becomes.outcome}`;
  Deno.test(`set() of ${name} to ${shown} ${what}`, () => {
    const variables = open();
    const before = variables.all();
    const { outcome, writes } = variables.set(...variable, text, byCsms());
    if (typeof becomes === "string") {
      const found = variables.find(...variable);
      assertEquals([outcome, found.kind === "found" && found.value], ["Accepted", becomes]);
      assertEquals(writes.length, 1);
    } else {
      assertEquals([outcome, writes, variables.all()], [becomes.outcome, [], before]);
    }
  });
}

Deno.test("set() writes the value with its origin and time, under the defined name", () => {
  const { writes } = open().set(...at("aligneddatactrlr", "interval"), " 60", {
    origin: "operator",
    nowWallMs: NOW_MS,
    mayChange: ["metering"],
  });
  assertEquals(writes, [{
    kind: "put",
    collection: "variables",
    key: "AlignedDataCtrlr.Interval",
    value: { value: "60", origin: "operator", changedAtMs: NOW_MS },
  }]);
});

const GROUPS: readonly [mayChange: readonly VariableGroup[], outcome: SetOutcome][] = [
  [["metering"], "Accepted"],
  [["heartbeat", "metering"], "Accepted"],
  [["authorization", "heartbeat", "connection", "charging", "station"], "Rejected"],
  [[], "Rejected"],
];

for (const [mayChange, outcome] of GROUPS) {
  Deno.test(`set() of a metering setting is ${outcome} who may change [${mayChange}]`, () => {
    assertEquals(open().set(...interval, "60", byCsms(mayChange)).outcome, outcome);
  });
}

Deno.test("the newest change counts, whoever made it", () => {
  const variables = open({ "AlignedDataCtrlr.Interval": "10" });
  variables.set(...interval, "20", { ...byCsms(), origin: "operator" });
  variables.set(...interval, "30", byCsms());
  assertEquals(variables.integer("AlignedDataCtrlr.Interval"), 30);
});

Deno.test("a device model opened on what was written has the same values", () => {
  const texts = fc.oneof(
    fc.constantFrom("true", "FALSE", "0", "-1", "3600", "SoC, Voltage", "", "abc"),
    fc.string(),
  );
  const changes = fc.array(fc.tuple(fc.constantFrom(...DEFINITIONS), texts));
  fc.assert(fc.property(changes, (made) => {
    const variables = open();
    const disk = new Map<string, StoredVariable>();
    for (const [{ component, variable, instance }, text] of made) {
      const { writes } = variables.set(...at(component, variable, instance), text, byCsms());
      for (const write of writes) if (write.kind === "put") disk.set(write.key, write.value);
    }
    assertEquals(createVariables(DEFINITIONS, disk).all(), variables.all());
  }));
});
