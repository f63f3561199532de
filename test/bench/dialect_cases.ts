import { type InsideCall, type OcppVersion, speechOf } from "../../src/ocpp/mod.ts";

const AT = "2026-01-05T06:00:00Z";

/** What chargers send once a minute: register, power, state of charge, and three currents. */
const READINGS = [
  { value: 1_234_567, measurand: "Energy.Active.Import.Register" },
  { value: 11_040, measurand: "Power.Active.Import" },
  { value: 57, measurand: "SoC" },
  ...["L1", "L2", "L3"].map((phase) => ({ value: 15.9, measurand: "Current.Import", phase })),
];

const UNITS: Readonly<Record<string, string>> = {
  "Current.Import": "A",
  "Energy.Active.Import.Register": "Wh",
  "Power.Active.Import": "W",
  SoC: "Percent",
};

const METER_VALUE_16 = [{
  timestamp: AT,
  sampledValue: READINGS.map(({ value, ...reading }) => ({
    ...reading,
    value: String(value),
    context: "Sample.Periodic",
    unit: UNITS[reading.measurand],
  })),
}];

const METER_VALUE_2X = [{
  timestamp: AT,
  sampledValue: READINGS.map((reading) => ({
    ...reading,
    context: "Sample.Periodic",
    unitOfMeasure: { unit: UNITS[reading.measurand], multiplier: 0 },
  })),
}];

const EVENT = {
  eventType: "Updated",
  timestamp: AT,
  triggerReason: "MeterValuePeriodic",
  seqNo: 7,
  transactionInfo: {
    transactionId: "0b9c1f0e-5a4e-4f0e-9f38-6d2b4f3a9d11",
    chargingState: "Charging",
  },
  evse: { id: 1, connectorId: 1 },
  meterValue: METER_VALUE_2X,
};

type Case = readonly [version: OcppVersion, action: string, payload: unknown];

const CASES: readonly Case[] = [
  ["ocpp1.6", "MeterValues", {
    connectorId: 1,
    transactionId: 501,
    meterValue: METER_VALUE_16,
  }],
  ["ocpp1.6", "StartTransaction", {
    connectorId: 1,
    idTag: "04A1B2C3",
    meterStart: 1_234_567,
    timestamp: AT,
  }],
  ["ocpp1.6", "StopTransaction", {
    transactionId: 501,
    idTag: "04A1B2C3",
    meterStop: 1_234_567,
    timestamp: AT,
    reason: "Local",
    transactionData: METER_VALUE_16,
  }],
  ...(["ocpp2.0.1", "ocpp2.1"] as const).flatMap((version): Case[] => [
    [version, "MeterValues", { evseId: 1, meterValue: METER_VALUE_2X }],
    [version, "TransactionEvent", EVENT],
  ]),
];

/** One message, and what a gateway does with it. */
export interface DialectCase {
  readonly name: string;
  readonly version: OcppVersion;
  readonly action: string;
  readonly payload: unknown;
  /** Schema and dialect. */
  readonly read: () => void;
  /** Dialect and schema. */
  readonly write: () => void;
}

/** The messages of a session in each version. */
export function dialectCases(): Promise<readonly DialectCase[]> {
  return Promise.all(CASES.map(async ([version, action, payload]) => {
    const { dialect, check } = await speechOf(version);
    const call = dialect.readRequest({ action, payload });
    if (call === null) throw new Error(`${action} has no place inside`);
    return {
      name: `${version} ${action}`,
      version,
      action,
      payload,
      read() {
        const reading = check.relaxed("request", action, payload);
        if (!reading.ok) throw new Error("it is not valid");
        dialect.readRequest({ action, payload: reading.payload });
      },
      write() {
        // A message is said once; what is remembered of one must not make the next look cheap.
        const fresh = { ...call } as InsideCall;
        if (dialect.refusal(fresh) !== null) throw new Error("it cannot be said");
        const wire = dialect.writeRequest(fresh);
        if (check.strict("request", wire.action, wire.payload).length > 0) {
          throw new Error("invalid");
        }
      },
    };
  }));
}
