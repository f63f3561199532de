import { compact } from "../../lib/json.ts";
import type { MeterValue16, SampledValue16 } from "../station/measurands.ts";
import type { MeterValue2x } from "./messages.ts";

type SampledValue2x = MeterValue2x["sampledValue"][number];

/** A reading as 2.x writes it: numbers are numbers, and the unit stands with its exponent. */
export function meterValue2x({ timestamp, sampledValue }: MeterValue16): MeterValue2x {
  const [first, ...rest] = sampledValue.map(sample2x);
  if (first === undefined) throw new RangeError("Cannot write reading: it has no values");
  return { timestamp, sampledValue: [first, ...rest] };
}

function sample2x(
  { value, unit, format: _format, ...sample }: SampledValue16,
): SampledValue2x {
  return compact({
    ...sample,
    value: Number(value),
    unitOfMeasure: unit === undefined ? undefined : { unit },
  }) as SampledValue2x;
}
