import { assertEquals } from "@std/assert";
import type { InsideResponse, VariableResult } from "../../inside.ts";
import { codecs16, insideActionOf, variableOf } from "./mod.ts";

const change = codecs16.ChangeConfiguration.SetVariables;
const asked = codecs16.GetConfiguration.GetVariables;
const all = codecs16.GetConfiguration.GetBaseReport;

Deno.test("a key is changed by setting its variable", () => {
  const wire = { key: "HeartbeatInterval", value: "60" };
  assertEquals(change.request.read(wire), {
    message: { setVariableData: [{ ...variableOf("HeartbeatInterval"), attributeValue: "60" }] },
  });
});

Deno.test("a key in other letters comes back in its own", () => {
  const wire = { key: "heartbeatinterval", value: "60" };
  const read = change.request.read(wire);
  assertEquals(read.carry?.notes.map(({ at, original }) => [at, original]), [
    ["setVariableData/0/name", "heartbeatinterval"],
  ]);
  assertEquals(change.request.write(read), wire);
});

const VALUES: readonly (readonly [key: string, wire: string, inside: string])[] = [
  ["ChargingScheduleAllowedChargingRateUnit", "Current", "A"],
  ["ChargingScheduleAllowedChargingRateUnit", "Current,Power", "A,W"],
  ["ChargingScheduleAllowedChargingRateUnit", " power , current", "W,A"],
  ["ChargingScheduleAllowedChargingRateUnit", "A", "A"],
  ["ChargingScheduleAllowedChargingRateUnit", "", ""],
  ["ChargingScheduleAllowedChargingRateUnit", "constructor", "constructor"],
  ["AuthorizationKey", "30".repeat(16), "0".repeat(16)],
  ["AuthorizationKey", "4f50454e20534553414d45204f50454e", "OPEN SESAME OPEN"],
  ["AuthorizationKey", "00".repeat(16), "00".repeat(16)],
  ["AuthorizationKey", "30".repeat(15), "30".repeat(15)],
  ["AuthorizationKey", "not hexadecimal", "not hexadecimal"],
  ["MeterValuesSampledData", "SoC,Temperature", "SoC,Temperature"],
];

for (const [key, wire, inside] of VALUES) {
  Deno.test(`${key} "${wire}" is "${inside}" inside and comes back`, () => {
    const read = change.request.read({ key, value: wire });
    assertEquals(read.message.setVariableData[0]?.attributeValue, inside);
    assertEquals(change.request.write(read), { key, value: wire });
  });
}

Deno.test("a password of 2.1 is hexadecimal in 1.6", () => {
  const wanted = { ...variableOf("AuthorizationKey"), attributeValue: "correct horse 1é" };
  assertEquals(change.request.write({ message: { setVariableData: [wanted] } }), {
    key: "AuthorizationKey",
    value: "636F727265637420686F7273652031C3A9",
  });
});

Deno.test("1.6 changes the first of several variables, with a name and value of its length", () => {
  const setVariableData = [
    {
      component: { name: "C".repeat(40) },
      variable: { name: "V".repeat(40) },
      attributeValue: "x".repeat(2_000),
    },
    { ...variableOf("HeartbeatInterval"), attributeValue: "60" },
  ];
  assertEquals(change.request.write({ message: { setVariableData } }), {
    key: `${"C".repeat(40)}.${"V".repeat(9)}`,
    value: "x".repeat(500),
  });
});

type SetStatus = InsideResponse<"SetVariables">["setVariableResult"][number]["attributeStatus"];

const STATUSES: Readonly<Record<SetStatus, string>> = {
  Accepted: "Accepted",
  NotSupportedAttributeType: "NotSupported",
  RebootRequired: "RebootRequired",
  Rejected: "Rejected",
  UnknownComponent: "NotSupported",
  UnknownVariable: "NotSupported",
};

for (const [status, expected] of Object.entries(STATUSES)) {
  Deno.test(`a change that is ${status} is ${expected} in 1.6`, () => {
    const setVariableResult = [{ attributeStatus: status as SetStatus }];
    assertEquals(change.response.write({ message: { setVariableResult } }), { status: expected });
  });
}

Deno.test("the answer to a change does not repeat which variable it was", () => {
  assertEquals(change.response.read({ status: "NotSupported" }), {
    message: { setVariableResult: [{ attributeStatus: "UnknownVariable" }] },
  });
});

Deno.test("GetConfiguration asks for variables with keys, for everything without", () => {
  assertEquals(insideActionOf("GetConfiguration", { key: ["A"] }), "GetVariables");
  assertEquals(insideActionOf("GetConfiguration", {}), "GetBaseReport");
  assertEquals(insideActionOf("GetConfiguration", { key: [] }), "GetBaseReport");
});

Deno.test("keys are asked for as variables, in their order", () => {
  assertEquals(asked.request.read({ key: ["ResetRetries", "Foo"] }), {
    message: { getVariableData: [variableOf("ResetRetries"), variableOf("Foo")] },
  });
});

Deno.test("known keys have values, unknown ones do not", () => {
  const wire = {
    configurationKey: [
      { key: "ResetRetries", readonly: false, value: "3" },
      { key: "NumberOfConnectors", readonly: true, value: "2" },
      { key: "AuthorizationKey", readonly: false },
    ],
    unknownKey: ["Foo"],
  };
  const read = asked.response.read(wire);
  const results: readonly VariableResult[] = [
    {
      ...variableOf("ResetRetries"),
      attributeStatus: "Accepted",
      attributeValue: "3",
      mutability: "ReadWrite",
    },
    {
      ...variableOf("NumberOfConnectors"),
      attributeStatus: "Accepted",
      attributeValue: "2",
      mutability: "ReadOnly",
    },
    { ...variableOf("AuthorizationKey"), attributeStatus: "Accepted", mutability: "ReadWrite" },
    { ...variableOf("Foo"), attributeStatus: "UnknownVariable" },
  ];
  assertEquals(read, { message: { getVariableResult: results } });
  assertEquals(asked.response.write(read), wire);
});

Deno.test("where nobody says whether a key may be changed, the specification does", () => {
  const result = (key: string): VariableResult => ({
    ...variableOf(key),
    attributeStatus: "Accepted",
    attributeValue: "1",
  });
  const getVariableResult = ["ChargeProfileMaxStackLevel", "ResetRetries", "Foo"].map(result);
  assertEquals(
    asked.response.write({ message: { getVariableResult } }).configurationKey
      ?.map(({ readonly }) => readonly),
    [true, false, false],
  );
});

Deno.test("what 2.1 does not tell is a key without value, what it does not know is unknown", () => {
  const getVariableResult: readonly VariableResult[] = [
    { ...variableOf("AuthorizationKey"), attributeStatus: "Rejected", attributeValue: "secret" },
    { ...variableOf("A"), attributeStatus: "UnknownComponent" },
    { ...variableOf("B"), attributeStatus: "NotSupportedAttributeType" },
  ];
  assertEquals(asked.response.write({ message: { getVariableResult } }), {
    configurationKey: [{ key: "AuthorizationKey", readonly: false }],
    unknownKey: ["A", "B"],
  });
});

Deno.test("empty lists come back as they were, until there is something to list", () => {
  const wire = { configurationKey: [], unknownKey: [] };
  const read = asked.response.read(wire);
  assertEquals(read.message, { getVariableResult: [] });
  assertEquals(asked.response.write(read), wire);
  assertEquals(asked.response.write({ message: read.message }), {});
  const found: VariableResult = { ...variableOf("A"), attributeStatus: "UnknownVariable" };
  assertEquals(asked.response.write({ ...read, message: { getVariableResult: [found] } }), {
    configurationKey: [],
    unknownKey: ["A"],
  });
});

Deno.test("everything is a report of every variable, in one piece", () => {
  assertEquals(all.request.read({}), { message: { reportBase: "FullInventory" } });
  assertEquals(all.request.write(all.request.read({ key: [] })), { key: [] });
  const wire = {
    configurationKey: [{ key: "CpoName", readonly: false, value: "ACME" }],
    unknownKey: ["odd"],
  };
  const read = all.response.read(wire);
  assertEquals(read.message, {
    status: "Accepted",
    reportData: [{
      ...variableOf("CpoName"),
      variableAttribute: [{ value: "ACME", mutability: "ReadWrite" }],
    }],
  });
  assertEquals(all.response.write(read), wire);
});

Deno.test("a report shows actual values only, and no secrets", () => {
  const reportData = [
    {
      ...variableOf("AuthorizationKey"),
      variableAttribute: [{ value: "secret", mutability: "WriteOnly" as const }],
    },
    { ...variableOf("A"), variableAttribute: [{ type: "Target" as const, value: "1" }] },
    {
      ...variableOf("B"),
      variableAttribute: [{ type: "MaxSet" as const, value: "9" }, {
        type: "Actual" as const,
        value: "1",
      }],
    },
  ];
  assertEquals(all.response.write({ message: { status: "Accepted", reportData } }), {
    configurationKey: [
      { key: "AuthorizationKey", readonly: false },
      { key: "B", readonly: false, value: "1" },
    ],
  });
});
