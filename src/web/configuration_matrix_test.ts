import { assertEquals } from "@std/assert";
import type { ChargerSetting } from "../site/mod.ts";
import type { KnownSettings } from "./configuration_desk.ts";
import { matrixOf } from "./configuration_matrix.ts";
import { settingFor } from "./setting_lookup.ts";

const setting = (name: string, value: string | null, facts: Partial<ChargerSetting> = {}) => ({
  name,
  at: null,
  value,
  access: "read-write",
  kept: null,
  ...facts,
} as const);

const told = (...settings: readonly ChargerSetting[]): KnownSettings => ({
  kind: "told",
  atMs: 0,
  reading: { kind: "read", version: "1.6", settings, unknown: [] },
});
const HEARTBEAT_2X = {
  component: { name: "OCPPCommCtrlr" },
  variable: { name: "HeartbeatInterval" },
};
const column = (chargerId: string, known: KnownSettings) => ({ chargerId, known, drift: null });

Deno.test("a key of 1.6 and the variable of 2.x that means the same stand in one row, and what most have is not odd", () => {
  const rows = matrixOf([
    column("CP01", told(setting("HeartbeatInterval", "300"))),
    column("CP02", told(setting("heartbeatinterval", "60"))),
    column("CP03", told(setting("OCPPCommCtrlr.HeartbeatInterval", "300", { at: HEARTBEAT_2X }))),
  ]);
  assertEquals(rows, [{
    name: "HeartbeatInterval",
    cells: [
      { kind: "value", value: "300", isOdd: false, wanted: null },
      { kind: "value", value: "60", isOdd: true, wanted: null },
      { kind: "value", value: "300", isOdd: false, wanted: null },
    ],
    isDifferent: true,
    isKept: false,
  }]);
});

Deno.test("what a charger has not, has not told, or keeps secret is no difference", () => {
  const rows = matrixOf([
    column("CP01", told(setting("BlinkRepeat", "3"), setting("AdminPassword", null))),
    column("CP02", told(setting("AdminPassword", null))),
    column("CP03", { kind: "never" }),
  ]);
  assertEquals(
    rows.map(({ name, cells, isDifferent }) => [name, cells.map((each) => each.kind), isDifferent]),
    [
      ["AdminPassword", ["secret", "secret", "absent"], false],
      ["BlinkRepeat", ["value", "absent", "absent"], false],
    ],
  );
});

Deno.test("what site.yaml wants otherwise stands out, also where all chargers agree", () => {
  const drift = {
    chargerId: "CP01",
    checkedAt: null,
    reading: "told",
    settings: [{
      name: "OCPPCommCtrlr.HeartbeatInterval",
      wanted: "600",
      actual: "300",
      state: "differs",
      corrects: false,
      tries: 0,
    }],
  } as const;
  const [row] = matrixOf([{
    chargerId: "CP01",
    known: told(setting("HeartbeatInterval", "300")),
    drift,
  }]);
  assertEquals(row?.cells, [{ kind: "value", value: "300", isOdd: false, wanted: "600" }]);
  assertEquals(row?.isDifferent, true);
});

Deno.test("a row that nobody may change says so", () => {
  const kept = { kept: "the gateway's" } as const;
  const [row] = matrixOf([
    column("CP01", told(setting("SecurityProfile", "1", kept))),
    column("CP02", told(setting("SecurityProfile", "1", kept))),
  ]);
  assertEquals(row?.isKept, true);
});

for (
  const [name, protocol, found] of [
    ["HeartbeatInterval", "ocpp1.6", { key: "HeartbeatInterval" }],
    ["OCPPCommCtrlr.HeartbeatInterval", "ocpp1.6", { key: "HeartbeatInterval" }],
    ["Light Colour", "ocpp1.6", { key: "Light Colour" }],
    ["x".repeat(51), "ocpp1.6", null],
    ["HeartbeatInterval", "ocpp2.0.1", HEARTBEAT_2X],
    ["OCPPCommCtrlr.HeartbeatInterval", "ocpp2.1", HEARTBEAT_2X],
    ["BlinkRepeat", "ocpp2.0.1", null],
    ["Light Colour", "ocpp2.0.1", null],
  ] as const
) {
  Deno.test(`"${name}" of a charger of ${protocol} is ${JSON.stringify(found)}`, () => {
    assertEquals(settingFor(name, protocol, { kind: "never" }), found);
  });
}

Deno.test("a variable that a 2.x charger has told is found by its whole name, with instance and EVSE", () => {
  const at = {
    component: { name: "Connector", evse: { id: 1, connectorId: 1 } },
    variable: { name: "Available", instance: "x" },
  };
  const known = told(setting("Connector#1.1.Available[x]", "true", { at }));
  assertEquals(settingFor("Connector#1.1.Available[x]", "ocpp2.0.1", known), at);
});
