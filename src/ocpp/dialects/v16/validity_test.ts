import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { isRecord, sameJson } from "../../../lib/json.ts";
import type { InsideAction } from "../../inside.ts";
import { type Action16, loadValidator } from "../../messages/mod.ts";
import type { MessageDirection } from "../../peer.ts";
import { insideMessages } from "../_inside_arbitrary.ts";
import { messages16 } from "../_message_arbitrary.ts";
import { type AnyExchange16, codecs16, findExchange16, insideActionOf } from "./mod.ts";

const RUNS = Number(Deno.env.get("IDENTITY_RUNS") ?? 200);

const v16 = await loadValidator("ocpp1.6");
const v21 = await loadValidator("ocpp2.1");
const ACTIONS = Object.keys(codecs16).filter((name): name is Action16 => name in codecs16);
const DIRECTIONS: readonly MessageDirection[] = ["request", "response"];

const CASES = ACTIONS.flatMap((action) =>
  DIRECTIONS.flatMap((direction) =>
    Object.values<AnyExchange16>(codecs16[action]).map(({ inside, [direction]: codec }) => ({
      action,
      direction,
      inside,
      codec,
    }))
  )
);

for (const { action, direction, inside, codec } of CASES) {
  Deno.test(`whatever ${inside} ${direction} says inside, ${action} says it in valid 1.6`, () => {
    fc.assert(
      fc.property(insideMessages(direction, inside), (message) => {
        const before = JSON.stringify(message);
        const wire = codec.write({ message: JSON.parse(before) });
        assertEquals(v16.strict(direction, action, wire), [], `${before} ${JSON.stringify(wire)}`);
      }),
      { numRuns: RUNS },
    );
  });
}

/** Texts longer than 1.6 allows and limits with more decimals, as they are read with tolerance. */
function overdone(value: unknown, length: number): unknown {
  if (Array.isArray(value)) return value.map((each) => overdone(each, length));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (name === "limit" || name === "minChargingRate") return [name, Number(inner) + 0.0625];
      const isFree = typeof inner === "string" && !FIXED.has(name);
      return [name, isFree ? inner.padEnd(length, "x") : overdone(inner, length)];
    }),
  );
}

/** Tokens are not shortened, and words of lists, times and addresses have no length. */
const FIXED = new Set([
  ..."idTag parentIdTag status type errorCode timestamp currentTime startTime stopTime".split(" "),
  ..."expiryDate retrieveDate retrieveDateTime installDateTime location reason".split(" "),
  ..."context format measurand phase unit certificateType hashAlgorithm logType".split(" "),
  ..."requestedMessage updateType chargingProfilePurpose chargingProfileKind".split(" "),
  ..."recurrencyKind validFrom validTo startSchedule chargingRateUnit scheduleStart".split(" "),
  ..."oldestTimestamp latestTimestamp data".split(" "),
]);

/** Sixteen times the least bound of any text. */
const SURELY_READ = 320;
const lengths = fc.constantFrom(SURELY_READ, 1_000, 4_000, 12_000);

for (const { action, direction, codec } of CASES) {
  Deno.test(`${action} ${direction} read with tolerance is written as valid 1.6`, () => {
    fc.assert(
      fc.property(messages16(direction, action), lengths, (message, length) => {
        const reading = v16.relaxed(direction, action, overdone(message, length));
        if (!reading.ok) {
          assert(length > SURELY_READ, JSON.stringify(reading).slice(0, 500));
          return assertMatch(reading.error.description, /NOT have more than \d{3,} characters/);
        }
        const { payload } = reading;
        const wire = codec.write(codec.read(payload));
        const problems = v16.strict(direction, action, wire);
        // Nothing shortens the hashes of a certificate: it would be another one.
        const others = problems.filter(({ path }) => !path.includes("certificateHashData"));
        assertEquals(others, [], JSON.stringify(payload).slice(0, 500));
      }),
      { numRuns: 40 },
    );
  });
}

// What is read is valid inside

/** Fields of 2.1 that inside.ts makes optional. */
const OPTIONAL_INSIDE = new Set([
  ..."requestId remoteStartId timestamp value evseId duration scheduleStart".split(" "),
  ..."component variable certificateType".split(" "),
]);

/** Numbers that the edges judge, whatever they are. */
const IDS = /\/(evseId|connectorId|id|reservationId)$/;

function isFlawInside(problem: { path: string; keyword: string; message: string }): boolean {
  const { path, keyword, message } = problem;
  if (keyword === "maxLength") return false;
  if (keyword === "minimum") return !IDS.test(path);
  if (keyword === "required") return ![...OPTIONAL_INSIDE].some((name) => message.includes(name));
  if (keyword === "minItems") {
    return !/\/(meterValue|sampledValue|getVariableData|getVariableResult)$/.test(path);
  }
  return true;
}

/** The parts of a message inside that 2.1 has a schema for. */
function partsIn21(
  direction: MessageDirection,
  inside: InsideAction,
  message: unknown,
): [direction: MessageDirection, action: string, message: unknown][] {
  if (!isRecord(message)) return [];
  const { idToken, idTokenInfo, meterValue, reportData, ...rest } = message;
  switch (inside) {
    case "MeterValues":
    case "StartTransaction":
    case "StopTransaction":
      return [
        ...(idToken === undefined ? [] : [["request", "Authorize", { idToken }] as const]),
        ...(idTokenInfo === undefined ? [] : [["response", "Authorize", { idTokenInfo }] as const]),
        ...(meterValue === undefined
          ? []
          : [["request", "MeterValues", { evseId: 1, meterValue }] as const]),
      ].map(([way, action, part]) => [way, action, part]);
    case "StatusNotification": {
      const { chargingState: _state, afterTransaction: _after, problem: _problem, ...report } =
        rest;
      return [[direction, inside, report]];
    }
    case "GetBaseReport": {
      const report = { seqNo: 0, requestId: 0, generatedAt: "2026-01-05T06:00:00Z", reportData };
      const isEmpty = Array.isArray(reportData) && reportData.length === 0;
      return direction === "request" ? [[direction, inside, message]] : [
        [direction, inside, rest],
        ...(isEmpty ? [] : [report].map(
          (part): [MessageDirection, string, unknown] => ["request", "NotifyReport", part],
        )),
      ];
    }
    case "GetVariables":
      return [[direction, inside, JSON.parse(JSON.stringify(message), withoutMutability)]];
    default:
      return [[direction, inside, message]];
  }
}

function withoutMutability(name: string, value: unknown): unknown {
  return name === "mutability" ? undefined : value;
}

for (const { action, direction, inside, codec } of CASES) {
  Deno.test(`what ${action} ${direction} is read as is a valid ${inside} inside`, () => {
    fc.assert(
      fc.property(messages16(direction, action), (wire) => {
        if (direction === "request" && insideActionOf(action, wire) !== inside) return;
        const { message } = codec.read(wire);
        for (const [way, name, part] of partsIn21(direction, inside, message)) {
          const flaws = v21.strict(way, name, part).filter(isFlawInside);
          assertEquals(flaws, [], `${JSON.stringify(wire)} ${JSON.stringify(part)}`);
        }
      }),
      { numRuns: RUNS },
    );
  });
}

// Ids belong to the edges

/** Adds 1 to every id, wherever it stands. */
function renumbered(value: unknown, ids: ReadonlySet<string>, path = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => renumbered(item, ids, path));
  if (!isRecord(value)) {
    const isId = ids.has(path.split("/").slice(-1).join("")) || ids.has(path);
    if (typeof value === "number" && isId) return value + 1;
    return typeof value === "string" && isId ? String(Number(value) + 1) : value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      renumbered(inner, ids, `${path}/${name}`),
    ]),
  );
}

const WIRE_IDS = new Set(["connectorId", "transactionId", "reservationId", "chargingProfileId"]);
const WIRE_IDS_OF: Partial<Record<Action16, ReadonlySet<string>>> = {
  ClearChargingProfile: new Set(["id", "connectorId"]),
};
const INSIDE_IDS = new Set([
  ..."evseId transactionNumber transactionId reservationId chargingProfileId".split(" "),
  "/evse/id",
  "/chargingProfile/id",
]);
const INSIDE_IDS_OF: Partial<Record<InsideAction, ReadonlySet<string>>> = {
  ReserveNow: new Set(["evseId", "id"]),
};

/** Ids that exist, and none for which connector 0 means something of its own. */
function hasPlainIds(wire: unknown): boolean {
  return JSON.stringify(
    wire,
    (name, value) =>
      (WIRE_IDS.has(name) || name === "id") && typeof value === "number" &&
        (value < 1 || value > 1e9)
        ? "not plain"
        : value,
  ).includes("not plain") === false;
}

for (const { action, direction, inside, codec } of CASES) {
  Deno.test(`ids of ${action} ${direction} can be renumbered inside without losing a note`, () => {
    fc.assert(
      fc.property(messages16(direction, action).filter(hasPlainIds), (wire) => {
        if (direction === "request" && insideActionOf(action, wire) !== inside) return;
        const isRefusal = inside === "GetCompositeSchedule" &&
          wire["chargingSchedule"] === undefined;
        if (isRefusal && direction === "response") return;
        const read = codec.read(wire);
        const message = renumbered(read.message, INSIDE_IDS_OF[inside] ?? INSIDE_IDS);
        const written = codec.write({ ...read, message });
        const expected = renumbered(wire, WIRE_IDS_OF[action] ?? WIRE_IDS);
        assert(
          sameJson(written, expected),
          `${JSON.stringify(expected)}\nbecame ${JSON.stringify(written)}`,
        );
      }),
      { numRuns: 60 },
    );
  });
}

Deno.test("findExchange16() finds nothing where a message is not that inside", () => {
  assertEquals(findExchange16("Authorize", "Heartbeat"), undefined);
});
