import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "../../lib/assert.ts";
import type { MessageCheck, MessageDirection } from "../peer.ts";
import type { OcppVersion } from "../version.ts";
import { schemaArbitrary } from "../_schema_arbitrary.ts";
import { loadSchemas } from "./schemas.ts";
import { loadValidator, type MessageReading, type ReadingOptions } from "./validator.ts";

const v16 = await loadValidator("ocpp1.6");

/** What a reading made of a message: its payload and what was mended, or why not. */
function summary(reading: MessageReading): unknown {
  return reading.ok
    ? [reading.payload, reading.coercions.map(({ kind, path }) => `${kind} ${path}`)]
    : [reading.error.code, reading.error.description];
}

interface Mending {
  readonly name: string;
  readonly direction?: MessageDirection;
  readonly action: string;
  readonly wire: unknown;
  readonly options?: ReadingOptions;
  readonly read: unknown;
  readonly coercions: readonly string[];
}

const meterValues = (timestamp: unknown, ...sampledValue: unknown[]) => ({
  connectorId: 1,
  meterValue: [{ timestamp, sampledValue }],
});
const NOW = "2026-01-05T06:00:00Z";
const boot = { chargePointVendor: "ACME", chargePointModel: "One" };
const status = { connectorId: 1, errorCode: "NoError", status: "Available" };

/** Numbers are those of the list of quirks seen in the field. */
const MENDINGS: readonly Mending[] = [
  {
    name: "quirk 9: over-long serial numbers (Schneider EVlink) are kept whole",
    action: "BootNotification",
    wire: { ...boot, chargePointSerialNumber: "x".repeat(34) },
    read: { ...boot, chargePointSerialNumber: "x".repeat(34) },
    coercions: ["over-long /chargePointSerialNumber"],
  },
  {
    name: "quirk 9: an empty vendor (Huawei) and empty SIM numbers (Teison) are as good as any",
    action: "BootNotification",
    wire: { chargePointVendor: "", chargePointModel: "One", iccid: "", imsi: "" },
    read: { chargePointVendor: "", chargePointModel: "One", iccid: "", imsi: "" },
    coercions: [],
  },
  {
    name: "quirk 10: a number where 1.6 wants a text (OpenEVSE, Scame)",
    action: "MeterValues",
    wire: meterValues(NOW, { value: 604.2 }),
    read: meterValues(NOW, { value: "604.2" }),
    coercions: ["number-for-text /meterValue/0/sampledValue/0/value"],
  },
  {
    name: "quirk 10: a number and a truth value in a configuration value",
    direction: "response",
    action: "GetConfiguration",
    wire: {
      configurationKey: [{ key: "A", readonly: "False", value: 1 }, {
        key: "B",
        readonly: true,
        value: true,
      }],
    },
    read: {
      configurationKey: [{ key: "A", readonly: false, value: "1" }, {
        key: "B",
        readonly: true,
        value: "true",
      }],
    },
    coercions: [
      "text-for-boolean /configurationKey/0/readonly",
      "number-for-text /configurationKey/0/value",
      "boolean-for-text /configurationKey/1/value",
    ],
  },
  {
    name: "quirk 11: a time without zone (Growatt THOR) is the charger's local time",
    action: "MeterValues",
    wire: meterValues("2023-10-19T15:28:07", { value: "1" }),
    options: { zoneOffsetMinutes: 330 },
    read: meterValues("2023-10-19T09:58:07.000Z", { value: "1" }),
    coercions: ["timestamp /meterValue/0/timestamp"],
  },
  {
    name: "quirk 11: a time without zone is UTC where nothing else is known",
    action: "StatusNotification",
    wire: { ...status, timestamp: "2023-10-19 15:28:07" },
    read: { ...status, timestamp: "2023-10-19T15:28:07.000Z" },
    coercions: ["timestamp /timestamp"],
  },
  {
    name: "quirk 11: a zone of hours only",
    action: "StatusNotification",
    wire: { ...status, timestamp: "2023-10-19T15:28:07+02" },
    read: { ...status, timestamp: "2023-10-19T13:28:07.000Z" },
    coercions: ["timestamp /timestamp"],
  },
  {
    name: "quirk 11: seconds since 1970, as a number",
    action: "StatusNotification",
    wire: { ...status, timestamp: 1_697_729_287 },
    read: { ...status, timestamp: "2023-10-19T15:28:07.000Z" },
    coercions: ["timestamp /timestamp"],
  },
  {
    name: "quirk 27: an Authorize with an extra connectorId",
    action: "Authorize",
    wire: { idTag: " F6 CA 0C C5", connectorId: 1 },
    read: { idTag: " F6 CA 0C C5" },
    coercions: ["unknown-field /connectorId"],
  },
  {
    name: "quirk 29: measurands, phases and units with spaces or in other letters",
    action: "MeterValues",
    wire: meterValues(NOW, {
      value: "1",
      measurand: " voltage",
      phase: "l1-n ",
      unit: "KWH",
      context: "",
      location: "",
    }),
    read: meterValues(NOW, { value: "1", measurand: "Voltage", phase: "L1-N", unit: "kWh" }),
    coercions: [
      "empty /meterValue/0/sampledValue/0/context",
      "spelling /meterValue/0/sampledValue/0/measurand",
      "spelling /meterValue/0/sampledValue/0/phase",
      "empty /meterValue/0/sampledValue/0/location",
      "spelling /meterValue/0/sampledValue/0/unit",
    ],
  },
  {
    name: "texts that are whole numbers",
    action: "StartTransaction",
    wire: { connectorId: "1", idTag: "A", meterStart: " 12 ", timestamp: NOW },
    read: { connectorId: 1, idTag: "A", meterStart: 12, timestamp: NOW },
    coercions: ["text-for-number /connectorId", "text-for-number /meterStart"],
  },
  {
    name: "a register with decimals",
    action: "StopTransaction",
    wire: { transactionId: 7, meterStop: "1234.6", timestamp: NOW },
    read: { transactionId: 7, meterStop: 1235, timestamp: NOW },
    coercions: ["text-for-number /meterStop", "fraction /meterStop"],
  },
  {
    name: "null for what is absent, in objects and lists",
    action: "StopTransaction",
    wire: {
      transactionId: 7,
      meterStop: 1,
      timestamp: NOW,
      idTag: null,
      reason: null,
      transactionData: [null, { timestamp: NOW, sampledValue: [null, { value: "1" }, null] }],
    },
    read: {
      transactionId: 7,
      meterStop: 1,
      timestamp: NOW,
      transactionData: [{ timestamp: NOW, sampledValue: [{ value: "1" }] }],
    },
    coercions: [
      "null /idTag",
      "null /reason",
      "null /transactionData/0",
      "null /transactionData/1/sampledValue/0",
      "null /transactionData/1/sampledValue/2",
    ],
  },
  {
    name: "null for an empty payload",
    action: "Heartbeat",
    wire: null,
    read: {},
    coercions: ["null "],
  },
  {
    name: "an empty list where an absent one is meant",
    direction: "response",
    action: "GetInstalledCertificateIds",
    wire: { status: "NotFound", certificateHashData: [] },
    read: { status: "NotFound" },
    coercions: ["empty /certificateHashData"],
  },
  {
    name: "an empty text for a number or a time that is absent",
    action: "StartTransaction",
    wire: { connectorId: 1, idTag: "A", meterStart: 0, timestamp: NOW, reservationId: "" },
    read: { connectorId: 1, idTag: "A", meterStart: 0, timestamp: NOW },
    coercions: ["empty /reservationId"],
  },
  {
    name: "limits with more decimals than 1.6 allows are kept",
    direction: "response",
    action: "GetCompositeSchedule",
    wire: {
      status: "Accepted",
      chargingSchedule: {
        chargingRateUnit: "a",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6.125 }],
      },
    },
    read: {
      status: "Accepted",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6.125 }],
      },
    },
    coercions: [
      "spelling /chargingSchedule/chargingRateUnit",
      "extra-decimals /chargingSchedule/chargingSchedulePeriod/0/limit",
    ],
  },
];

for (const { name, direction = "request", action, wire, options, read, coercions } of MENDINGS) {
  Deno.test(`relaxed() understands ${name}`, () => {
    const before = JSON.stringify(wire);
    assertEquals(summary(v16.relaxed(direction, action, wire, options)), [read, coercions]);
    assertEquals(JSON.stringify(wire), before, "the message itself was changed");
  });
}

/** A message that names an EVSE, a connector or the like, and where in it. */
interface Naming {
  readonly version: OcppVersion;
  readonly action: string;
  readonly naming: (number: unknown) => unknown;
  readonly path: string;
}

const operationalStatus = "Operative";
const NAMINGS_2X: readonly Omit<Naming, "version">[] = [
  {
    action: "ChangeAvailability",
    naming: (connectorId) => ({ operationalStatus, evse: { id: 1, connectorId } }),
    path: "/evse/connectorId",
  },
  {
    action: "ChangeAvailability",
    naming: (id) => ({ operationalStatus, evse: { id } }),
    path: "/evse/id",
  },
  {
    action: "UnlockConnector",
    naming: (evseId) => ({ evseId, connectorId: 1 }),
    path: "/evseId",
  },
  {
    action: "GetChargingProfiles",
    naming: (id) => ({ requestId: 1, chargingProfile: { chargingProfileId: [1, id] } }),
    path: "/chargingProfile/chargingProfileId/1",
  },
];
const NAMINGS: readonly Naming[] = [
  {
    version: "ocpp1.6",
    action: "UnlockConnector",
    naming: (connectorId) => ({ connectorId }),
    path: "/connectorId",
  },
  {
    version: "ocpp1.6",
    action: "StatusNotification",
    naming: (connectorId) => ({ ...status, connectorId }),
    path: "/connectorId",
  },
  {
    version: "ocpp1.6",
    action: "RemoteStopTransaction",
    naming: (transactionId) => ({ transactionId }),
    path: "/transactionId",
  },
  ...NAMINGS_2X.map((each) => ({ ...each, version: "ocpp2.0.1" as const })),
  ...NAMINGS_2X.map((each) => ({ ...each, version: "ocpp2.1" as const })),
];

Deno.test("relaxed() rounds amounts, never the number of an EVSE, a connector or a transaction", async () => {
  for (const { version, action, naming, path } of NAMINGS) {
    const validator = await loadValidator(version);
    const read = (number: unknown) => validator.relaxed("request", action, naming(number));
    for (const number of [5e-324, -0.25, 0.999_999_999, 1.5, "1.5", "5e-324"]) {
      const refusal = ["TypeConstraintViolation", `${path} must be integer`];
      assertEquals(summary(read(number)), refusal, `${version} ${action} ${number}`);
    }
    for (const number of [1, "1", " 1 "]) assert(read(number).ok, `${version} ${action}`);
  }
});

Deno.test("relaxed() keeps a text that is too long up to sixteen times its length, and refuses what is longer", () => {
  const card = (length: number) =>
    v16.relaxed("request", "Authorize", { idTag: "x".repeat(length) });
  assertEquals(summary(card(320)), [{ idTag: "x".repeat(320) }, ["over-long /idTag"]]);
  for (const length of [321, 54_000]) {
    assertEquals(summary(card(length)), [
      "PropertyConstraintViolation",
      "/idTag must NOT have more than 320 characters",
    ]);
  }
});

const REFUSALS: readonly (readonly [
  name: string,
  action: string,
  wire: unknown,
  code: string,
  description: string,
])[] = [
  [
    "a missing field",
    "Authorize",
    {},
    "OccurrenceConstraintViolation",
    "/ must have required property 'idTag'",
  ],
  [
    "null for a required field",
    "Authorize",
    { idTag: null },
    "OccurrenceConstraintViolation",
    "/ must have required property 'idTag'",
  ],
  [
    "an object for a text",
    "Authorize",
    { idTag: {} },
    "TypeConstraintViolation",
    "/idTag must be string",
  ],
  [
    "a word for a number",
    "StopTransaction",
    { transactionId: "seven", meterStop: 1, timestamp: NOW },
    "TypeConstraintViolation",
    "/transactionId must be integer",
  ],
  [
    "hexadecimal for a number",
    "StopTransaction",
    { transactionId: "0x10", meterStop: 1, timestamp: NOW },
    "TypeConstraintViolation",
    "/transactionId must be integer",
  ],
  [
    "a word that the list does not have",
    "StatusNotification",
    { ...status, status: "Sleeping" },
    "PropertyConstraintViolation",
    "/status must be equal to one of the allowed values",
  ],
  [
    "an empty text for a required word of a list",
    "StatusNotification",
    { ...status, status: "" },
    "PropertyConstraintViolation",
    "/status must be equal to one of the allowed values",
  ],
  [
    "a time that is none, deep inside",
    "MeterValues",
    meterValues("yesterday", { value: "1" }),
    "PropertyConstraintViolation",
    `/meterValue/0/timestamp must match format "date-time"`,
  ],
  [
    "a number that JSON cannot hold exactly",
    "RemoteStopTransaction",
    { transactionId: 1e300 },
    "PropertyConstraintViolation",
    "/transactionId must be <= 9007199254740991",
  ],
  ["a list as payload", "Heartbeat", [], "FormatViolation", "Payload is not an object"],
  ["a text as payload", "Heartbeat", "{}", "FormatViolation", "Payload is not an object"],
  ["a number as payload", "Heartbeat", 0, "FormatViolation", "Payload is not an object"],
  ["an action of another version", "NotifyReport", {}, "NotImplemented", ""],
];

for (const [name, action, wire, code, description] of REFUSALS) {
  Deno.test(`relaxed() refuses ${name} with ${code}`, () => {
    const reading = v16.relaxed("request", action, wire);
    assume(!reading.ok, "not refused");
    assertEquals(reading.error.code, code);
    if (description !== "") assertEquals(reading.error.description, description);
  });
}

Deno.test("relaxed() answers NotImplemented to hostile names, in at most 255 characters", () => {
  for (const action of ["__proto__", "constructor", "toString", "", "x".repeat(5_000)]) {
    const reading = v16.relaxed("request", action, {});
    assume(!reading.ok, "not refused");
    assertEquals(reading.error.code, "NotImplemented");
    assert(reading.error.description.length <= 255);
  }
});

Deno.test("relaxed() gives what it could mend even where it refuses the message", () => {
  const wire = { transactionId: "7", meterStop: 5, timestamp: NOW, reason: "Magic" };
  const reading = v16.relaxed("request", "StopTransaction", wire);
  assume(!reading.ok, "not refused");
  assertEquals(reading.remains, { ...wire, transactionId: 7 });
});

Deno.test("relaxed() hands a valid message through without copying it", () => {
  const wire = { idTag: "ABC" };
  const reading = v16.relaxed("request", "Authorize", wire);
  assume(reading.ok, "refused");
  assertStrictEquals(reading.payload, wire);
  assertEquals(reading.coercions, []);
});

Deno.test("relaxed() drops __proto__ and constructor as the unknown fields they are", () => {
  const wire = JSON.parse(
    `{"idTag":"A","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
  );
  assertEquals(summary(v16.relaxed("request", "Authorize", wire)), [
    { idTag: "A" },
    ["unknown-field /__proto__", "unknown-field /constructor"],
  ]);
  assertEquals(Object(new Object()).polluted, undefined);
  assert(Object.hasOwn(wire, "__proto__"), "the message itself was changed");
});

Deno.test("relaxed() gives up on a message that needs endless mending", () => {
  const wire = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`k${index}`, 1]));
  assertEquals(summary(v16.relaxed("request", "Authorize", { idTag: "A", ...wire })), [
    "FormatViolation",
    "Payload needs too much mending",
  ]);
});

Deno.test("relaxed() keeps the paths of hostile field names short", () => {
  const reading = v16.relaxed("request", "Authorize", { idTag: "A", ["x".repeat(9_000)]: 1 });
  assume(reading.ok, "refused");
  assertEquals(reading.coercions[0]?.path.length, 255);
});

Deno.test("strict() lists every problem with its place", () => {
  assertEquals(v16.strict("request", "StatusNotification", { ...status, status: "No", more: 1 }), [
    {
      path: "",
      keyword: "additionalProperties",
      message: "must NOT have additional properties (more)",
    },
    {
      path: "/status",
      keyword: "enum",
      message: "must be equal to one of the allowed values",
    },
  ]);
});

Deno.test("strict() refuses what relaxed() would have mended", () => {
  for (const { direction = "request", action, wire, coercions } of MENDINGS) {
    assertEquals(v16.strict(direction, action, wire).length === 0, coercions.length === 0);
  }
});

Deno.test("strict() finds an unknown action, and a response that a SEND does not have", async () => {
  const v21 = await loadValidator("ocpp2.1");
  assertEquals(v16.strict("request", "Nonsense", {})[0]?.keyword, "action");
  assertEquals(v21.strict("response", "NotifyPeriodicEventStream", {})[0]?.keyword, "action");
});

Deno.test("strict() accepts every limit of one decimal, which plain Ajv does not", () => {
  for (let tenths = 0; tenths <= 10_000; tenths++) {
    const limit = tenths / 10;
    const problems = v16.strict("response", "GetCompositeSchedule", {
      status: "Accepted",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    });
    assertEquals(problems, [], String(limit));
  }
});

Deno.test("loadValidator() gives everybody the same validator, so that nothing compiles twice", async () => {
  assertStrictEquals(await loadValidator("ocpp1.6"), v16);
});

Deno.test("a validator is the check that a peer asks for", async () => {
  const check: MessageCheck = await loadValidator("ocpp2.0.1");
  assertEquals(check.strict("request", "Heartbeat", {}), []);
});

/** Valid messages, spoilt the way chargers do. */
function spoilt(value: unknown, dice: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => spoilt(item, dice));
  if (typeof value === "number") return dice() < 0.3 ? String(value) : value;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, inner]) => [key, spoilt(inner, dice)]);
  return Object.fromEntries(dice() < 0.3 ? [...fields, ["vendorExtra", null]] : fields);
}

for (const version of ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"] satisfies OcppVersion[]) {
  Deno.test(`what relaxed() mends of ${version} is valid again but for lengths`, async () => {
    const validator = await loadValidator(version);
    const book = await loadSchemas(version);
    const actions = ["MeterValues", "SetChargingProfile", "StatusNotification", "GetLog"];
    for (const action of actions) {
      const messages = schemaArbitrary(book.schema("request", action) ?? {});
      const dice = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
      fc.assert(
        fc.property(messages, dice, (message, stream) => {
          const wire = spoilt(message, () => stream.next().value);
          const reading = validator.relaxed("request", action, wire);
          assume(reading.ok, "refused");
          const wrong = validator.strict("request", action, reading.payload)
            .filter(({ keyword }) => keyword !== "maxLength");
          assertEquals(wrong, []);
        }),
        { numRuns: 50 },
      );
    }
  });
}

Deno.test("relaxed() ends on any payload, and never changes it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...v16.actions("request")),
      fc.jsonValue({ maxDepth: 4 }),
      (action, wire) => {
        const before = JSON.stringify(wire);
        const reading = v16.relaxed("request", action, wire);
        assert(reading.ok || reading.error.description.length <= 255);
        assertEquals(JSON.stringify(wire), before);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("fitted() shortens texts that are too long, and nothing that is wrong otherwise", async () => {
  const validator = await loadValidator("ocpp2.1");
  const fit = (payload: unknown) => validator.fitted("response", "VatNumberValidation", payload);
  const right = { vatNumber: "DE123", status: "Rejected" };
  assertEquals(fit(right), right);
  // A character of two halves counts once, and is never cut.
  const long = { ...right, vatNumber: `${"x".repeat(19)}🔌🔌` };
  assertEquals(fit(long), { ...right, vatNumber: "x".repeat(19) });
  assertEquals(long.vatNumber.length, 23, "what was given is not changed");
  assertEquals(fit({ ...long, status: "Perhaps" }), null);
  assertEquals(fit({ vatNumber: long.vatNumber }), null);
  assertEquals(fit(null), null);
  assertEquals(validator.fitted("response", "Fly", {}), null);
});
