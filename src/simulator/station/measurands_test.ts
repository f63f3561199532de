import { assert, assertEquals } from "@std/assert";
import { loadValidator } from "../../ocpp/messages/mod.ts";
import {
  type ConnectorReading,
  isMeasurandList,
  meterValueOf,
  type ReadingStyle,
} from "./measurands.ts";

const READING: ConnectorReading = {
  registerWh: 12_345.678,
  amps: [15.7, 15.7, 0],
  volts: 230.04,
  offeredAmps: 16,
  offeredPhases: 3,
  soc: 0.456,
};

const STYLE: ReadingStyle = {
  context: "Sample.Periodic",
  timestamp: "2026-01-05T06:00:00.000Z",
  tellsPhases: true,
};

/** The values as "measurand phase=value unit". */
function texts(list: readonly string[], style = STYLE, reading = READING): readonly string[] {
  return (meterValueOf(reading, list, style)?.sampledValue ?? []).map((
    { measurand, phase, value, unit },
  ) => `${measurand}${phase ? ` ${phase}` : ""}=${value} ${unit}`);
}

const TEXTS: readonly (readonly [string, readonly string[]])[] = [
  ["Energy.Active.Import.Register", ["Energy.Active.Import.Register=12345 Wh"]],
  [
    "Current.Import",
    ["Current.Import L1=15.70 A", "Current.Import L2=15.70 A", "Current.Import L3=0.00 A"],
  ],
  ["Current.Import.L2", ["Current.Import L2=15.70 A"]],
  ["Voltage.L3-N", ["Voltage L3-N=230.0 V"]],
  ["Voltage.L1", ["Voltage L1-N=230.0 V"]],
  ["Power.Active.Import", ["Power.Active.Import=7223 W"]],
  ["Power.Active.Import.L1", ["Power.Active.Import L1=3612 W"]],
  ["Current.Offered", ["Current.Offered=16.0 A"]],
  ["Power.Offered", ["Power.Offered=11042 W"]],
  ["SoC", ["SoC=46 Percent"]],
  // 1.6 has no unit for it (errata 3.86).
  ["Frequency", ["Frequency=50.00 undefined"]],
];

for (const [measurand, expected] of TEXTS) {
  Deno.test(`meterValueOf() gives ${measurand} as 1.6 writes it`, () => {
    assertEquals(texts([measurand]), expected);
  });
}

Deno.test("meterValueOf() has only the phases that the socket has", () => {
  const onePhase = { ...READING, amps: [20] };
  assertEquals(texts(["Current.Import", "Voltage"], STYLE, onePhase), [
    "Current.Import L1=20.00 A",
    "Voltage L1-N=230.0 V",
  ]);
  assertEquals(texts(["Current.Import.L3"], STYLE, onePhase), []);
});

Deno.test("meterValueOf() of a meter without phases gives the highest current once", () => {
  const style = { ...STYLE, tellsPhases: false };
  assertEquals(texts(["Current.Import", "Voltage", "Power.Active.Import"], style), [
    "Current.Import=15.70 A",
    "Voltage=230.0 V",
    "Power.Active.Import=7223 W",
  ]);
});

Deno.test("meterValueOf() is null where nothing has a value", () => {
  assertEquals(meterValueOf({ ...READING, soc: null }, ["SoC"], STYLE), null);
  assertEquals(meterValueOf(READING, [], STYLE), null);
});

Deno.test("meterValueOf() keeps context and time, and says where the value comes from", () => {
  const value = meterValueOf(READING, ["SoC", "Voltage.L1"], { ...STYLE, context: "Trigger" });
  assertEquals(value?.timestamp, STYLE.timestamp);
  assertEquals(value?.sampledValue.map(({ context, location }) => [context, location]), [
    ["Trigger", "EV"],
    ["Trigger", "Outlet"],
  ]);
});

Deno.test("everything that can be measured is valid in MeterValues", async () => {
  const { strict } = await loadValidator("ocpp1.6");
  const all = meterValueOf(READING, TEXTS.map(([measurand]) => measurand), STYLE);
  assert(all !== null);
  const problems = strict("request", "MeterValues", { connectorId: 1, meterValue: [all] });
  assertEquals(problems, []);
});

const LISTS: readonly (readonly [string, boolean])[] = [
  ["", true],
  ["Energy.Active.Import.Register, Current.Import.L1,SoC", true],
  ["Energy.Active.Export.Register", false],
  ["Energy.Active.Import.Register.L1", false],
  ["SoC.L1", false],
  ["Current.Import.L4", false],
  ["current.import", false],
  ["Voltage,Voltage,Voltage,Voltage", false],
];

for (const [text, isList] of LISTS) {
  Deno.test(`isMeasurandList() ${isList ? "takes" : "refuses"} "${text}"`, () => {
    assertEquals(isMeasurandList(text, 3), isList);
  });
}
