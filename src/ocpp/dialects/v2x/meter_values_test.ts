import { assertEquals } from "@std/assert";
import type { SampledValue } from "../../inside.ts";
import { withSignaturesJoined } from "./meter_values.ts";

const signedMeterValue = { signedMeterData: "T0NNRg==", encodingMethod: "OCMF" };
const at = (sampledValue: readonly SampledValue[]) =>
  withSignaturesJoined([{ timestamp: "2026-01-05T06:00:00Z", sampledValue }])[0]?.sampledValue;

Deno.test("a value and the signature of the same quantity are one reading", () => {
  assertEquals(
    at([{ signedMeterValue }, { value: 5, measurand: "Energy.Active.Import.Register" }]),
    [{ value: 5, measurand: "Energy.Active.Import.Register", signedMeterValue }],
  );
});

Deno.test("a signature of another quantity stays alone, and its number says that it means nothing", () => {
  const other: SampledValue = { value: 5, context: "Transaction.Begin" };
  const customData = { vendorId: "org.sangam", onlySigned: true };
  assertEquals(at([other, { signedMeterValue }]), [other, {
    signedMeterValue,
    value: 0,
    customData,
  }]);
});

Deno.test("each signature goes with one value, and what is whole already stays as it is", () => {
  const whole: SampledValue = { value: 4, signedMeterValue };
  assertEquals(at([whole, { value: 5 }, { signedMeterValue }]), [whole, {
    value: 5,
    signedMeterValue,
  }]);
  const values = [{ timestamp: "2026-01-05T06:00:00Z", sampledValue: [whole] }];
  assertEquals(withSignaturesJoined(values), values);
});
