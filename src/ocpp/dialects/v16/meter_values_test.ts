import { assertEquals } from "@std/assert";
import type { MeterValue, SampledValue } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

const { request } = codecs16.MeterValues.MeterValues;
const NOW = "2026-01-05T06:00:00Z";

type Sample16 = Parameters<typeof request.read>[0]["meterValue"][number]["sampledValue"][number];

function read(...sampledValue: Sample16[]) {
  return request.read({ connectorId: 1, meterValue: [{ timestamp: NOW, sampledValue }] });
}

function readOne(sample: Sample16): SampledValue | undefined {
  return read(sample).message.meterValue[0]?.sampledValue[0];
}

function write(...sampledValue: SampledValue[]): readonly Sample16[] {
  const meterValue = [{ timestamp: NOW, sampledValue }];
  return request.write({ message: { evseId: 1, meterValue } })
    .meterValue.flatMap((entry) => entry.sampledValue);
}

Deno.test("a reading that says only its value stays that short", () => {
  assertEquals(read({ value: "12.5" }), {
    message: { evseId: 1, meterValue: [{ timestamp: NOW, sampledValue: [{ value: 12.5 }] }] },
  });
});

Deno.test("a reading with everything said is the same inside", () => {
  assertEquals(
    readOne({
      value: "230.1",
      context: "Sample.Clock",
      measurand: "Voltage",
      phase: "L1-N",
      location: "Outlet",
      unit: "V",
    }),
    {
      value: 230.1,
      context: "Sample.Clock",
      measurand: "Voltage",
      phase: "L1-N",
      location: "Outlet",
      unitOfMeasure: { unit: "V" },
    },
  );
});

Deno.test("the text of a number is carried where the number would not give it back", () => {
  assertEquals(read({ value: "12.50", format: "Raw" }).carry?.notes, [
    { at: "meterValue/0/sampledValue/0/format", inside: null, original: "Raw" },
    { at: "meterValue/0/sampledValue/0/value", inside: 12.5, original: "12.50" },
  ]);
});

Deno.test("a number that the gateway changed wins over the charger's text", () => {
  const { message, carry } = read({ value: "12.50" });
  const changed: MeterValue[] = [{ timestamp: NOW, sampledValue: [{ value: 13 }] }];
  const envelope = { message: { ...message, meterValue: changed } };
  const wire = request.write(carry === undefined ? envelope : { ...envelope, carry });
  assertEquals(wire.meterValue[0]?.sampledValue, [{ value: "13" }]);
});

Deno.test("signed data goes through byte by byte, and nobody invents its value", () => {
  const text = 'OCMF|{"RD":[{"RV":12.50}]}|{"SD":"30\\u0000"} \n';
  const wire: Sample16 = { value: text, format: "SignedData", context: "Transaction.End" };
  const reading = read(wire);
  assertEquals(reading.carry, undefined);
  assertEquals(reading.message.meterValue[0]?.sampledValue, [{
    signedMeterValue: {
      signedMeterData: text,
      signingMethod: "",
      encodingMethod: "",
      publicKey: "",
    },
    context: "Transaction.End",
  }]);
  assertEquals(request.write(reading).meterValue[0]?.sampledValue, [wire]);
});

Deno.test("2.1's number with its signature is two readings in 1.6", () => {
  const signedMeterValue = { signedMeterData: "abc", encodingMethod: "OCMF" };
  assertEquals(write({ value: 7, context: "Transaction.End", signedMeterValue }), [
    { value: "7", context: "Transaction.End" },
    { value: "abc", format: "SignedData", context: "Transaction.End" },
  ]);
});

Deno.test("signed data is kept where 1.6 has no words for what it measures", () => {
  const signedMeterValue = { signedMeterData: "abc", encodingMethod: "OCMF" };
  assertEquals(
    write({
      value: 7,
      measurand: "Energy.Active.Net",
      location: "Upstream",
      unitOfMeasure: { unit: "MWh" },
      signedMeterValue,
    }),
    [{ value: "abc", format: "SignedData" }],
  );
});

Deno.test("what 2.1 has no measurand for is not inside, and comes back with its entry", () => {
  const temperature: Sample16 = { value: "35.5", measurand: "Temperature", unit: "Celcius" };
  const fan: Sample16 = { value: "900", measurand: "RPM" };
  const energy: Sample16 = { value: "1200.0", unit: "Wh" };
  const reading = read(temperature, energy, fan);
  assertEquals(reading.message.meterValue, [
    { timestamp: NOW, sampledValue: [{ value: 1200, unitOfMeasure: { unit: "Wh" } }] },
  ]);
  assertEquals(reading.carry?.notes.map(({ at }) => at), ["meterValue/0"]);
  assertEquals(request.write(reading).meterValue[0]?.sampledValue, [temperature, energy, fan]);
});

Deno.test("an entry of nothing but fan speeds keeps its place, empty", () => {
  const reading = read({ value: "900", measurand: "RPM" });
  assertEquals(reading.message.meterValue, [{ timestamp: NOW, sampledValue: [] }]);
  assertEquals(request.write(reading).meterValue, [
    { timestamp: NOW, sampledValue: [{ value: "900", measurand: "RPM" }] },
  ]);
});

Deno.test("a value that is no number is not inside", () => {
  for (const value of ["", "NaN", "on", "12,5", "1e999"]) {
    const reading = read({ value });
    assertEquals(reading.message.meterValue[0]?.sampledValue, [], value);
    assertEquals(request.write(reading).meterValue[0]?.sampledValue, [{ value }]);
  }
});

Deno.test("both spellings of Celsius are the right one inside, each its own on the way back", () => {
  for (const unit of ["Celsius", "Celcius"] as const) {
    const reading = read({ value: "1", unit });
    assertEquals(reading.message.meterValue[0]?.sampledValue[0]?.unitOfMeasure, {
      unit: "Celsius",
    });
    assertEquals(request.write(reading).meterValue[0]?.sampledValue[0]?.unit, unit);
  }
});

const MULTIPLIED: readonly (readonly [value: number, multiplier: number, text: string])[] = [
  [1.2345, 3, "1234.5"],
  [12, -3, "0.012"],
  [7, 0, "7"],
];

for (const [value, multiplier, text] of MULTIPLIED) {
  Deno.test(`a multiplier of ${multiplier} is folded into the text "${text}"`, () => {
    assertEquals(write({ value, unitOfMeasure: { unit: "Wh", multiplier } }), [
      { value: text, unit: "Wh" },
    ]);
  });
}

const DROPPED: readonly (readonly [why: string, sample: SampledValue])[] = [
  ["a measurand that 1.6 does not have", { value: 1, measurand: "Energy.Active.Net" }],
  ["what the EV shows", { value: 1, measurand: "Display.PresentSOC" }],
  ["a place that 1.6 does not have", { value: 1, location: "Upstream" }],
  ["energy in a unit that 1.6 does not have", { value: 1, unitOfMeasure: { unit: "MWh" } }],
  ["power in a unit that 1.6 does not have", {
    value: 1,
    measurand: "Power.Active.Import",
    unitOfMeasure: { unit: "MW" },
  }],
  ["a power of ten beyond all measure", { value: 1, unitOfMeasure: { multiplier: 1e9 } }],
  ["a reading without value", { measurand: "Voltage" }],
];

for (const [why, sample] of DROPPED) {
  Deno.test(`1.6 gets nothing rather than something else for ${why}`, () => {
    assertEquals(write(sample), []);
    assertEquals(write(sample, { value: 5 }), [{ value: "5" }]);
  });
}

Deno.test("an entry of which nothing can be said is left out, an empty one is not", () => {
  const meterValue: MeterValue[] = [
    { timestamp: NOW, sampledValue: [{ value: 1, location: "Upstream" }] },
    { timestamp: NOW, sampledValue: [] },
  ];
  assertEquals(request.write({ message: { evseId: 1, meterValue } }).meterValue, [
    { timestamp: NOW, sampledValue: [] },
  ]);
});

Deno.test("what 2.1 splits by direction has 1.6's common name", () => {
  assertEquals(
    write(
      { value: 16, measurand: "Current.Import.Offered" },
      { value: 11_000, measurand: "Power.Import.Offered" },
      { value: 50, measurand: "Frequency", unitOfMeasure: { unit: "Hz" } },
    ),
    [
      { value: "16", measurand: "Current.Offered" },
      { value: "11000", measurand: "Power.Offered" },
      { value: "50", measurand: "Frequency" },
    ],
  );
});
