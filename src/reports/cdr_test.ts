import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import fc from "fast-check";
import { at, atMs, ended, transactionRecord } from "../../test/contract/sessions.ts";
import { assume } from "../lib/assert.ts";
import { decimal, sumOf } from "../lib/decimal.ts";
import {
  billOf,
  costStep,
  type SignedReading,
  startCost,
  type Tariff,
  type Transaction,
} from "../transactions/mod.ts";
import { CDR_SCHEMA } from "./_ocpi_schema_for_test.ts";
import { cdrOf } from "./cdr.ts";
import type { OcpiCdr } from "./ocpi_objects.ts";
import type { OcpiOptions } from "./ocpi_options.ts";

const isCdr = new Ajv({ allErrors: true, multipleOfPrecision: 6, strict: false }).compile(
  CDR_SCHEMA,
);

const OPTIONS: OcpiOptions = {
  countryCode: "IN",
  partyId: "SNG",
  tokens: { countryCode: "IN", partyId: "MSP" },
  location: {
    id: "PUNE-1",
    name: "पुणे डेपो",
    address: "FC Road 12",
    city: "Pune",
    postalCode: "411004",
    state: null,
    country: "IND",
    latitude: 18.52,
    longitude: 73.8567,
  },
  currency: "INR",
  connector: { standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
  evses: new Map([[2, {
    uid: "bay-2",
    evseId: "IN*SNG*E0002",
    standard: "IEC_62196_T2_COMBO",
    format: "CABLE",
    powerType: "DC",
  }]]),
};

const GST = [{ type: "GST", percent: "18", stack: 0 }];

const TARIFF: Tariff = {
  id: "day-and-night",
  origin: "site",
  currency: "INR",
  timezone: "Asia/Kolkata",
  nominalVoltageV: 230,
  parts: {
    energy: {
      taxRates: GST,
      prices: [
        { price: "8.5", conditions: { startTimeOfDay: "00:00", endTimeOfDay: "12:00" } },
        { price: "12" },
      ],
    },
    idleTime: { taxRates: GST, prices: [{ price: "1.25", conditions: { minIdleTime: 900 } }] },
    fixedFee: { taxRates: GST, prices: [{ price: "10" }] },
  },
  taxIncluded: false,
  pausedBySite: "free",
  roundingStep: "1",
  maxCost: { inclTax: "5000" },
};

function valid(record: OcpiCdr | null): OcpiCdr {
  assume(record !== null, "there is a record");
  assert(isCdr(record), JSON.stringify(isCdr.errors, null, 1));
  return record;
}

/** A session from 06:00 UTC (11:30 in Pune) on: 4 kWh till noon there, 5 more till 13:30, idle till 14:30. */
function billed(tariff: Tariff = TARIFF, changes: Partial<Transaction> = {}): Transaction {
  const start = { atMs: atMs(0), meterStartWh: 1_000, hasReservation: false };
  const counted = [
    { kind: "reading" as const, atMs: atMs(1_800), registerWh: 5_000 },
    { kind: "reading" as const, atMs: atMs(7_200), registerWh: 10_000 },
    { kind: "activity" as const, atMs: atMs(7_200), activity: "idle" as const },
    { kind: "stop" as const, atMs: atMs(10_800), registerWh: 10_000 },
  ].reduce((state, event) => costStep(state, event, [tariff]), startCost(start, tariff));
  const bill = billOf(counted, [tariff], true);
  assume(bill !== null, "the tariff is known");
  return transactionRecord({
    number: 7,
    stop: ended(10_800, 10_000),
    cost: { ...counted, bill },
    ...changes,
  });
}

function recordOf(transaction: Transaction, signed: readonly SignedReading[] = []): OcpiCdr {
  return valid(cdrOf({ transaction, tariffs: [TARIFF], signed }, OPTIONS));
}

Deno.test("the record of a billed session is a whole CDR of OCPI 2.2.1, with the money of its bill", () => {
  const session = billed();
  const record = recordOf(session);
  const bill = session.cost?.bill;
  assertEquals(record.total_cost, {
    excl_vat: Number(bill?.exclTax),
    incl_vat: Number(bill?.total),
  });
  assertEquals([record.total_energy, record.total_time, record.total_parking_time], [9, 3, 1]);
  assertEquals(record.start_date_time, "2026-01-05T06:00:00.000Z");
  assertEquals(record.end_date_time, "2026-01-05T09:00:00.000Z");
  assertEquals(record.cdr_token, {
    country_code: "IN",
    party_id: "MSP",
    uid: "ASHA-01",
    type: "RFID",
    contract_id: "ASHA-01",
  });
  assertEquals(record.cdr_location, {
    id: "PUNE-1",
    name: "पुणे डेपो",
    address: "FC Road 12",
    city: "Pune",
    postal_code: "411004",
    country: "IND",
    coordinates: { latitude: "18.520000", longitude: "73.856700" },
    evse_uid: "PUNE-1-1",
    evse_id: "IN*SNG*E1",
    connector_id: "1",
    connector_standard: "IEC_62196_T2",
    connector_format: "SOCKET",
    connector_power_type: "AC_3_PHASE",
  });
});

Deno.test("another period begins where another price does, and idle time is parking", () => {
  const record = recordOf(billed());
  assertEquals(
    record.charging_periods.map(({ start_date_time, dimensions }) => [
      start_date_time.slice(11, 16),
      ...dimensions.map(({ type, volume }) => `${type} ${volume}`),
    ]),
    [
      ["06:00", "ENERGY 4", "TIME 0.5", "MIN_POWER 8", "MAX_POWER 8"],
      [
        "06:30",
        "ENERGY 5",
        "TIME 1.5",
        "PARKING_TIME 0.25",
        "MIN_POWER 3.333",
        "MAX_POWER 3.333",
      ],
      ["08:15", "PARKING_TIME 0.75"],
    ],
  );
  assertEquals(new Set(record.charging_periods.map(({ tariff_id }) => tariff_id)).size, 1);
});

Deno.test("the parts of the cost are the lines of the bill", () => {
  const session = billed();
  const record = recordOf(session);
  const sum = (kind: string, side: "exclTax" | "inclTax") =>
    sumOf(
      (session.cost?.bill?.lines ?? []).filter((line) => line.kind === kind)
        .map((line) => decimal(line[side])),
    ).toNumber();
  for (
    const [part, kind] of [
      [record.total_energy_cost, "energy"],
      [record.total_parking_cost, "idleTime"],
      [record.total_fixed_cost, "fixedFee"],
    ] as const
  ) {
    assertEquals(part, { excl_vat: sum(kind, "exclTax"), incl_vat: sum(kind, "inclTax") });
  }
  assertEquals(record.total_time_cost, undefined);
});

Deno.test("the tariff has an element for each price, and words for what OCPI cannot restrict", () => {
  const [told] = recordOf(billed()).tariffs;
  assertEquals(told?.elements, [
    {
      price_components: [{ type: "ENERGY", price: 8.5, vat: 18, step_size: 1 }],
      restrictions: { start_time: "00:00", end_time: "12:00" },
    },
    { price_components: [{ type: "ENERGY", price: 12, vat: 18, step_size: 1 }] },
    { price_components: [{ type: "PARKING_TIME", price: 75, vat: 18, step_size: 1 }] },
    { price_components: [{ type: "FLAT", price: 10, vat: 18, step_size: 1 }] },
  ]);
  assertEquals(told?.tariff_alt_text, [{
    language: "en",
    text: "Only where: idleTime minIdleTime 900",
  }]);
  assertEquals(told?.max_price, { excl_vat: 4237.2881, incl_vat: 5000 });
});

Deno.test("prices with tax in them are told without it", () => {
  const tariff: Tariff = { ...TARIFF, taxIncluded: true, maxCost: { exclTax: "1" } };
  const session = billed(tariff);
  const record = valid(cdrOf({ transaction: session, tariffs: [tariff], signed: [] }, OPTIONS));
  assertEquals(record.tariffs[0]?.elements[1]?.price_components[0]?.price, 10.1695);
  assertEquals(record.total_cost.incl_vat, Number(session.cost?.bill?.total));
  assert(record.remark?.includes("MaxCost"), record.remark);
});

Deno.test("a session without a tariff costs nothing and has one period", () => {
  const record = valid(
    cdrOf(
      { transaction: transactionRecord({ stop: ended(3_600) }), tariffs: [], signed: [] },
      OPTIONS,
    ),
  );
  assertEquals(record.total_cost, { excl_vat: 0, incl_vat: 0 });
  assertEquals([record.currency, record.tariffs], ["INR", []]);
  assertEquals(record.charging_periods[0]?.dimensions, [
    { type: "ENERGY", volume: 8 },
    { type: "TIME", volume: 1 },
  ]);
});

Deno.test("there is none of a session that goes on, nor of one that was refused and took nothing", () => {
  const of = (changes: Partial<Transaction>) =>
    cdrOf({ transaction: transactionRecord(changes), tariffs: [], signed: [] }, OPTIONS);
  assertEquals(of({}), null);
  const { authorization } = transactionRecord();
  const refused = { authorization: { ...authorization, status: "Blocked" as const } };
  assertEquals(of({ ...refused, stop: ended(60, 1_000) }), null);
  assert(of({ ...refused, stop: ended(60, 1_400) }) !== null);
});

Deno.test("how it was authorized, and by what kind of token", () => {
  const { authorization } = transactionRecord();
  const told = (changes: Partial<Transaction>) => {
    const { auth_method, cdr_token } = valid(
      cdrOf({
        transaction: transactionRecord({ stop: ended(60), ...changes }),
        tariffs: [],
        signed: [],
      }, OPTIONS),
    );
    return [auth_method, cdr_token.type, cdr_token.uid];
  };
  const by = (source: Transaction["authorization"]["source"]) => ({
    authorization: { ...authorization, source },
  });
  const central = { idToken: { idToken: "APP-1", type: "Central" } } as const;
  assertEquals(told(by("csms")), ["AUTH_REQUEST", "RFID", "ASHA-01"]);
  assertEquals(told({ ...central, remoteStartId: 4 }), ["COMMAND", "APP_USER", "APP-1"]);
  assertEquals(told(central), ["WHITELIST", "RFID", "APP-1"]);
  assertEquals(told({ idToken: { idToken: "4711", type: "KeyCode" } }), [
    "WHITELIST",
    "OTHER",
    "(code)",
  ]);
  assertEquals(told({ idToken: { idToken: "", type: "NoAuthorization" } })[2], "#NA");
});

Deno.test("what the meter signed is in the record in base64, as OCPI wants it", () => {
  const reading = (text: string, context: SignedReading["context"]): SignedReading => ({
    at: at(0),
    heardAtMs: atMs(0),
    signedMeterData: text,
    encodingMethod: "OCMF",
    publicKey: "MFk=",
    ...(context === undefined ? {} : { context }),
  });
  const ocmf = 'OCMF|{"RD":[]}|{"SD":"30"}';
  const record = recordOf(billed(), [
    reading(ocmf, "Transaction.Begin"),
    reading(`OCMF|${"x".repeat(600)}|`, "Sample.Periodic"),
    reading(new TextEncoder().encode(ocmf).toBase64(), "Transaction.End"),
    reading(`OCMF|${"x".repeat(6_000)}|`, "Sample.Periodic"),
  ]);
  const { signed_data } = record;
  assertEquals([signed_data?.encoding_method, signed_data?.public_key], ["OCMF", "MFk="]);
  assertEquals(signed_data?.signed_values.map(({ nature, plain_data }) => [nature, plain_data]), [
    ["Start", ocmf],
    ["Intermediate", "#NA"],
    ["End", ocmf],
  ]);
  for (const each of [0, 2]) {
    const { signed_data: data = "" } = signed_data?.signed_values[each] ?? {};
    assertEquals(new TextDecoder().decode(Uint8Array.fromBase64(data)), ocmf);
  }
});

Deno.test("whatever a charger wrote, the record keeps to OCPI's lengths and signs", () => {
  const texts = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(fc.property(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme-ascii" }),
      token: texts,
    }),
    fc.array(fc.record({ data: texts, method: texts, key: texts }), { maxLength: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.oneof(fc.constant(at(60)), fc.string({ maxLength: 30 })),
    ({ id, token }, signed, slot, stoppedAt) => {
      const transaction = transactionRecord({
        id,
        slot,
        idToken: { idToken: token, type: "Central" },
        stop: { ...ended(60), stoppedAt },
      });
      const readings = signed.map(({ data, method, key }) => ({
        at: at(0),
        heardAtMs: 0,
        signedMeterData: data,
        encodingMethod: method,
        publicKey: key,
      }));
      valid(cdrOf({ transaction, tariffs: [], signed: readings }, OPTIONS));
    },
  ));
});
