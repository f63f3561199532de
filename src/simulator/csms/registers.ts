import type { Requests16, Requests21 } from "../../ocpp/messages/mod.ts";

type MeterValues16 = Requests16["MeterValues"]["meterValue"];

/** The energy registers in an event of 2.x, in Wh. */
export function registersIn2x(
  { meterValue = [] }: Requests21["TransactionEvent"],
): readonly number[] {
  return meterValue.flatMap(({ sampledValue }) => sampledValue).flatMap((sample) => {
    const { measurand = "Energy.Active.Import.Register", unitOfMeasure = {}, value } = sample;
    if (measurand !== "Energy.Active.Import.Register" || sample.phase !== undefined) return [];
    const { unit = "Wh", multiplier = 0 } = unitOfMeasure;
    return [value * 10 ** multiplier * (unit === "kWh" ? 1_000 : 1)];
  });
}

/** The energy registers in a message of 1.6, in Wh. */
export function registersIn16(meterValue: MeterValues16): readonly number[] {
  return meterValue.flatMap(({ sampledValue }) => sampledValue).flatMap((sample) => {
    const { measurand = "Energy.Active.Import.Register", unit = "Wh", value } = sample;
    const isRegister = measurand === "Energy.Active.Import.Register" && sample.phase === undefined;
    const number = Number(value);
    if (!isRegister || Number.isNaN(number)) return [];
    return [unit === "kWh" ? number * 1_000 : number];
  });
}
