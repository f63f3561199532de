import { compact } from "../../../lib/json.ts";
import type { MeterValue, SampledValue } from "../../inside.ts";

/**
 * 2.x says a value and its signature in one reading; 1.6 says them in two, and the signed one has no
 * value of its own. Here such a pair becomes one reading again, as 2.x wants it.
 */
export function withSignaturesJoined(meterValue: readonly MeterValue[]): readonly MeterValue[] {
  return meterValue.map((each) => {
    const isLoose = each.sampledValue.some(isSignatureAlone);
    return isLoose ? { ...each, sampledValue: joined(each.sampledValue) } : each;
  });
}

function isSignatureAlone({ value, signedMeterValue }: SampledValue): boolean {
  return value === undefined && signedMeterValue !== undefined;
}

function joined(readings: readonly SampledValue[]): readonly SampledValue[] {
  const left = readings.filter(isSignatureAlone);
  const values = readings.filter((each) => !isSignatureAlone(each)).map((reading) => {
    const at = reading.signedMeterValue === undefined
      ? left.findIndex((each) => isSameQuantity(each, reading))
      : -1;
    const [signature] = at < 0 ? [] : left.splice(at, 1);
    return signature === undefined
      ? reading
      : { ...reading, ...compact({ signedMeterValue: signature.signedMeterValue }) };
  });
  return [...values, ...left.map(withoutValue)];
}

/** What 2.x takes for absent fields counts as said. */
function isSameQuantity(a: SampledValue, b: SampledValue): boolean {
  return (a.measurand ?? REGISTER) === (b.measurand ?? REGISTER) && a.phase === b.phase &&
    (a.location ?? "Outlet") === (b.location ?? "Outlet") &&
    (a.context ?? PERIODIC) === (b.context ?? PERIODIC);
}

const REGISTER = "Energy.Active.Import.Register";
const PERIODIC = "Sample.Periodic";

/**
 * 2.x demands a number. Nobody knows one but from inside the signed data, so the reading says that its
 * number means nothing (2.1 Part 4 §9: customData is open).
 */
function withoutValue(reading: SampledValue): SampledValue {
  return {
    ...reading,
    value: 0,
    customData: { vendorId: "org.sangam", onlySigned: true },
  };
}
