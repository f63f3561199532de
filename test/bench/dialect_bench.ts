/**
 * What it costs to understand the messages of a session, and to say them: schema and dialect together,
 * beside parsing the same JSON and beside Ajv alone. Wanted: 25 µs at most in the median on one core for
 * each of "read" and "write".
 */
import { Ajv } from "ajv";
import { type InsideCall, type OcppVersion, speechOf } from "../../src/ocpp/mod.ts";
import { loadSchemas } from "../../src/ocpp/messages/schemas.ts";

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

for (const [version, action, payload] of CASES) {
  const { dialect, check } = await speechOf(version);
  const book = await loadSchemas(version);
  const schema = book.schema("request", action);
  if (schema === null) throw new Error(`${version} has no ${action}`);
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: false });
  const bare = ajv.compile(schema);
  const text = JSON.stringify(payload);
  const call = dialect.readRequest({ action, payload });
  if (call === null) throw new Error(`${action} has no place inside`);
  const group = `${version} ${action}`;

  Deno.bench({ name: "JSON.parse", group, baseline: true, fn: () => void JSON.parse(text) });
  Deno.bench({ name: "Ajv alone", group, fn: () => void bare(payload) });
  Deno.bench({
    name: "read: schema and dialect",
    group,
    fn: () => {
      const reading = check.relaxed("request", action, payload);
      if (!reading.ok) throw new Error("it is not valid");
      dialect.readRequest({ action, payload: reading.payload });
    },
  });
  Deno.bench({
    name: "write: dialect and schema",
    group,
    fn: () => {
      // A message is said once; what is remembered of one must not make the next look cheap.
      const fresh = { ...call } as InsideCall;
      if (dialect.refusal(fresh) !== null) throw new Error("it cannot be said");
      const wire = dialect.writeRequest(fresh);
      if (check.strict("request", wire.action, wire.payload).length > 0) throw new Error("invalid");
    },
  });
}
