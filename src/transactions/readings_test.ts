import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SampledValue } from "../ocpp/mod.ts";
import { type Reading, readings } from "./readings.ts";

const AT = "2026-01-05T06:00:00Z";

function read(...sampledValue: SampledValue[]): Reading | undefined {
  return readings([{ timestamp: AT, sampledValue }])[0];
}

function amps(value: number, phase?: SampledValue["phase"]): SampledValue {
  const measurand = "Current.Import" as const;
  return phase === undefined ? { value, measurand } : { value, measurand, phase };
}

Deno.test("readings() takes a bare value for the energy register in Wh, sampled periodically", () => {
  assertEquals(read({ value: 1234 }), { at: AT, context: "Sample.Periodic", energyWh: 1234 });
});

Deno.test("readings() turns units and multipliers into Wh and W", () => {
  const cases: [SampledValue["unitOfMeasure"], number, number][] = [
    [{ unit: "Wh" }, 1500, 1500],
    [{ unit: "kWh" }, 1.5, 1500],
    [{ unit: " kWh " }, 1.5, 1500],
    [{ unit: "KWH" }, 1.5, 1500],
    [{ multiplier: 3 }, 1.5, 1500],
    [{ unit: "Wh", multiplier: -1 }, 15_000, 1500],
    [{ unit: "kWh", multiplier: -3 }, 1500, 1500],
    [{ unit: "kWh" }, 1.0011, 1001.1],
    [{}, 1500, 1500],
  ];
  for (const [unitOfMeasure, value, expected] of cases) {
    const name = JSON.stringify({ unitOfMeasure, value });
    const energy = unitOfMeasure === undefined ? { value } : { value, unitOfMeasure };
    assertEquals(read(energy)?.energyWh, expected, name);
    assertEquals(
      read({ ...energy, measurand: "Power.Active.Import" })?.powerW,
      expected,
      `power ${name}`,
    );
  }
});

Deno.test("readings() adds up phases where no value of the whole is given", () => {
  const energy = (value: number, phase: SampledValue["phase"] & string): SampledValue => ({
    value,
    phase,
    measurand: "Energy.Active.Import.Register",
    unitOfMeasure: { unit: "kWh" },
  });
  assertEquals(read(energy(0.1, "L1"), energy(0.2, "L2"), energy(0.3, "L3"))?.energyWh, 600);
  assertEquals(read(energy(1, "L1-N"), energy(2, "L2-N"), energy(3, "L3-N"))?.energyWh, 6000);
  assertEquals(read(energy(1, "L1"), energy(2, "L2"), { value: 9000 })?.energyWh, 9000);
  assertEquals(read({ value: 9000 }, { value: 9001 })?.energyWh, 9000, "the first of two");
});

Deno.test("readings() does not count a phase twice that comes as L1 and as L1-N", () => {
  const power = (value: number, phase: SampledValue["phase"] & string): SampledValue => ({
    value,
    phase,
    measurand: "Power.Active.Import",
  });
  assertEquals(read(power(2300, "L1"), power(2300, "L1-N"), power(2300, "L2"))?.powerW, 4600);
});

Deno.test("readings() gives currents by phase, without sign", () => {
  const cases: [SampledValue[], [number, number, number] | undefined][] = [
    [[amps(16, "L1"), amps(15, "L2"), amps(14, "L3")], [16, 15, 14]],
    [[amps(16, "L1-N")], [16, 0, 0]],
    [[amps(-16, "L2")], [0, 16, 0]],
    [[amps(3, "L1"), amps(5, "L1-N")], [5, 0, 0]],
    [[amps(16, "L1"), amps(1, "N")], [16, 0, 0]],
    [[amps(32), amps(16, "L3")], [0, 0, 16]],
    [[amps(10)], [10, 10, 10]],
    [[amps(-10)], [10, 10, 10]],
    [[amps(230, "L1-L2")], undefined],
    [[{ value: 5 }], undefined],
  ];
  for (const [sampledValue, expected] of cases) {
    assertEquals(read(...sampledValue)?.currentsAmps, expected, JSON.stringify(sampledValue));
  }
});

Deno.test("readings() takes an offer of three phases for what each of them may draw", () => {
  const offer = (value: number, phase?: SampledValue["phase"]): SampledValue => ({
    ...amps(value, phase),
    measurand: "Current.Offered",
  });
  assertEquals(read(offer(16))?.offeredAmps, 16);
  assertEquals(read(offer(16, "L1"), offer(16, "L2"), offer(16, "L3"))?.offeredAmps, 16);
  assertEquals(read(offer(6, "L1"), offer(10, "L2"))?.offeredAmps, 10);
  assertEquals(read(offer(0))?.offeredAmps, 0);
});

Deno.test("readings() reads the state of charge, which is measured in the EV", () => {
  assertEquals(read({ value: 63, measurand: "SoC", location: "EV" })?.socPercent, 63);
  assertEquals(read({ value: 63, measurand: "SoC" })?.socPercent, 63);
});

Deno.test("readings() ignores what was not measured at the outlet", () => {
  for (const location of ["Inlet", "Body", "EV", "Cable"] as const) {
    assertEquals(read({ value: 5, location })?.energyWh, undefined, location);
  }
  assertEquals(read({ value: 5, location: "Outlet" })?.energyWh, 5);
});

Deno.test("readings() keeps other registers apart from the one that is sold", () => {
  for (
    const measurand of [
      "Energy.Active.Export.Register",
      "Energy.Active.Import.Interval",
      "Energy.Reactive.Import.Register",
    ] as const
  ) {
    assertEquals(read({ value: 5, measurand })?.energyWh, undefined, measurand);
  }
});

Deno.test("readings() passes over values that are no number: signed ones, absurd multipliers", () => {
  const signed: SampledValue = {
    signedMeterValue: { signedMeterData: "A1B2", encodingMethod: "OCMF" },
    unitOfMeasure: { unit: "Wh" },
  };
  assertEquals(read(signed), { at: AT, context: "Sample.Periodic" });
  assertEquals(read(signed, { value: 7 })?.energyWh, 7);
  assertEquals(read({ value: 5, unitOfMeasure: { multiplier: 400 } })?.energyWh, undefined);
  assertEquals(read({ value: 0, unitOfMeasure: { multiplier: 400 } })?.energyWh, undefined);
});

Deno.test("readings() has one entry a meter value, in order, each with its own time and context", () => {
  const all = readings([
    { timestamp: "a", sampledValue: [{ value: 1, context: "Sample.Clock" }] },
    { timestamp: "b", sampledValue: [] },
    { timestamp: "c", sampledValue: [{ value: 3 }] },
  ]);
  assertEquals(all, [
    { at: "a", context: "Sample.Clock", energyWh: 1 },
    { at: "b", context: "Sample.Periodic" },
    { at: "c", context: "Sample.Periodic", energyWh: 3 },
  ]);
});

Deno.test("readings() names the phases of which a charger tells nothing", () => {
  const cases: [SampledValue[], readonly number[] | undefined][] = [
    [[amps(16, "L1"), amps(15, "L2"), amps(0, "L3")], undefined],
    [[amps(16, "L1-N")], [1, 2]],
    [[amps(16, "L1"), amps(16, "L3")], [1]],
    [[amps(10)], [0, 1, 2]],
    [[{ value: 5 }], undefined],
  ];
  for (const [sampledValue, expected] of cases) {
    assertEquals(read(...sampledValue)?.untoldPhases, expected, JSON.stringify(sampledValue));
  }
});

Deno.test("readings() gives finite numbers only, whatever a charger sends", () => {
  const phases = ["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2"] as const;
  const measurands = [
    "Energy.Active.Import.Register",
    "Current.Import",
    "Current.Offered",
    "Power.Active.Import",
    "SoC",
  ] as const;
  const values = fc.record({
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    measurand: fc.constantFrom(...measurands),
    phase: fc.constantFrom(...phases),
    unitOfMeasure: fc.record({
      unit: fc.constantFrom("kWh", "Wh", "A", "kW"),
      multiplier: fc.integer({ min: -400, max: 400 }),
    }, { requiredKeys: [] }),
  }, { requiredKeys: ["value"] });
  fc.assert(fc.property(fc.array(values, { maxLength: 12 }), (sampledValue) => {
    const reading: Reading = read(...sampledValue) ?? { at: AT, context: "Other" };
    const { at: _at, context: _context, currentsAmps = [], untoldPhases = [], ...numbers } =
      reading;
    for (const each of [...Object.values(numbers), ...currentsAmps, ...untoldPhases]) {
      assertEquals(Number.isFinite(each), true);
    }
  }));
});
