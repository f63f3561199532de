import { assertEquals } from "@std/assert";
import type { MeterReading } from "../ocpp/mod.ts";
import { oddMeasuring } from "./odd_readings.ts";

type SampledValue = MeterReading["meterValue"][number]["sampledValue"][number];

function reading(...sampledValue: [SampledValue, ...SampledValue[]]): MeterReading {
  return { evseId: 1, meterValue: [{ timestamp: "2026-01-05T06:00:00Z", sampledValue }] };
}

const current = (phase: SampledValue["phase"], value: number): SampledValue => ({
  measurand: "Current.Import",
  value,
  ...(phase === undefined ? {} : { phase }),
});
const REGISTER = "Energy.Active.Import.Register";

Deno.test("lines that are not there are odd, whatever flows on them; those that are there are not", () => {
  const all = reading(current("L1", 10), current("L2", 0), current("L3", 0));
  assertEquals([1, 2, 3].map((phases) => oddMeasuring(all, phases)), [
    ["extra-phases"],
    ["extra-phases"],
    [],
  ]);
  assertEquals(oddMeasuring(reading(current("L1", 10)), 1), []);
  assertEquals(
    oddMeasuring(reading(current(undefined, 10)), 1),
    [],
    "one value says nothing of lines",
  );
});

Deno.test("a register by line alone is odd, beside that of the whole it is not", () => {
  const line = (phase: "L1" | "L2"): SampledValue => ({ measurand: REGISTER, phase, value: 600 });
  assertEquals(oddMeasuring(reading(line("L1"), line("L2")), 3), ["register-by-line"]);
  assertEquals(oddMeasuring(reading({ phase: "L1", value: 600 }), 3), ["register-by-line"]);
  assertEquals(oddMeasuring(reading(line("L1"), { value: 1_200 }), 3), []);
  assertEquals(oddMeasuring(reading(current("L1", 6)), 3), []);
});
