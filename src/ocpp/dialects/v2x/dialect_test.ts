import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type FieldValues, schemaArbitrary } from "../../_schema_arbitrary.ts";
import { isInsideAction, isIntent } from "../../actions.ts";
import type { InsideAction, InsideCall, InsideResponse } from "../../inside.ts";
import { loadValidator } from "../../messages/mod.ts";
import { loadSchemas } from "../../messages/schemas.ts";
import type { MessageDirection } from "../../peer.ts";
import { insideMessages } from "../_inside_arbitrary.ts";
import type { Dialect } from "../dialect.ts";
import { createDialect2x } from "./dialect.ts";

const RUNS = Number(Deno.env.get("IDENTITY_RUNS") ?? 30);
const DIRECTIONS: readonly MessageDirection[] = ["request", "response"];

/** Most of a long message, and the same in each. */
const plain: FieldValues = (name) =>
  name === "customData" || name === "salesTariff" || name === "absolutePriceSchedule"
    ? fc.constant(undefined)
    : null;

const schemas21 = await loadSchemas("ocpp2.1");

/** Reads a message and writes it again. */
function throughInside(
  dialect: Dialect,
  direction: MessageDirection,
  action: InsideAction,
  wire: unknown,
): unknown {
  if (direction === "request") {
    const call = dialect.readRequest({ action, payload: wire });
    if (call === null) throw new Error(`${action} has no place inside`);
    assertEquals(call.action, action);
    assertEquals(dialect.refusal(call), null);
    return dialect.writeRequest(call).payload;
  }
  const answer = dialect.readResponse(action, action, wire);
  return dialect.writeResponse(action, action, answer);
}

for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
  const book = await loadSchemas(version);
  const check = await loadValidator(version);
  const dialect = createDialect2x(version, book);
  const actions = book.actions("request").filter(isInsideAction);

  Deno.test(`${version}: every message with an answer has its place inside`, () => {
    const missing = book.actions("response").filter((name) => !isInsideAction(name));
    assertEquals(missing, []);
  });

  for (const action of actions) {
    Deno.test(`${version}: ${action} goes through the inside and back unchanged`, () => {
      for (const direction of DIRECTIONS) {
        const schema = book.schema(direction, action);
        if (schema === null) continue;
        fc.assert(
          fc.property(schemaArbitrary(schema, plain), (wire) => {
            // What JSON cannot carry was never on a wire.
            const sent = JSON.parse(JSON.stringify(wire));
            fc.pre(check.strict(direction, action, sent).length === 0);
            assertEquals(throughInside(dialect, direction, action, sent), sent);
          }),
          { numRuns: RUNS },
        );
      }
    });

    Deno.test(`${version}: ${action} is valid or refused, whatever is said inside`, () => {
      fc.assert(
        fc.property(insideMessages("request", action), (message) => {
          const call = { action, message: JSON.parse(JSON.stringify(message)) } as InsideCall;
          if (dialect.refusal(call) !== null) return;
          const { payload } = dialect.writeRequest(call);
          assertEquals(check.strict("request", action, payload), []);
        }),
        { numRuns: RUNS },
      );
    });
  }

  Deno.test(`${version}: what 1.6 says in messages of its own is refused`, () => {
    const start = { action: "StartTransaction", message: {} } as unknown as InsideCall;
    assert(isIntent(start.action));
    assertEquals(dialect.refusal(start), `${version.slice(4)} has no StartTransaction`);
  });
}

const dialect201 = createDialect2x("ocpp2.0.1", await loadSchemas("ocpp2.0.1"));
const check201 = await loadValidator("ocpp2.0.1");

/** Answers of ours that no list of words or length of 2.0.1 can keep from being said. */
const SAYABLE = schemas21.actions("response").filter(isInsideAction).filter((action) =>
  dialect201.readRequest({ action, payload: {} }) !== null && action !== "GetCompositeSchedule"
);

for (const action of SAYABLE) {
  Deno.test(`2.0.1: an answer of 2.1 to ${action} is said in valid 2.0.1`, () => {
    const schema = schemas21.schema("response", action) ?? {};
    fc.assert(
      fc.property(schemaArbitrary(schema, shortTokens), (message) => {
        const answer = { message: JSON.parse(JSON.stringify(message)) } as {
          message: InsideResponse<typeof action>;
        };
        const payload = dialect201.writeResponse(action, action, answer);
        const problems = check201.strict("response", action, payload);
        // A certificate or a token that is too long cannot be made shorter.
        assertEquals(problems.filter(({ keyword }) => keyword !== "maxLength"), []);
      }),
      { numRuns: RUNS },
    );
  });
}

function shortTokens(name: string, schema: Readonly<Record<string, unknown>>) {
  return name === "idToken" && schema["type"] === "string"
    ? fc.string({ maxLength: 36 })
    : plain(name, schema);
}

Deno.test("2.0.1: words that it lacks become others, or take their reading along", () => {
  const reading = (measurand: string) => ({ value: 5, measurand });
  const said = dialect201.writeRequest({
    action: "MeterValues",
    message: {
      evseId: 1,
      meterValue: [
        {
          timestamp: "2026-01-05T06:00:00Z",
          sampledValue: [reading("Current.Import.Offered"), reading("Display.TargetSOC")],
        },
        { timestamp: "2026-01-05T06:00:01Z", sampledValue: [reading("Voltage.Minimum")] },
      ],
    },
  } as InsideCall<"MeterValues">);
  assertEquals(said.payload, {
    evseId: 1,
    meterValue: [{
      timestamp: "2026-01-05T06:00:00Z",
      sampledValue: [{ value: 5, measurand: "Current.Offered" }],
    }],
  });
});

Deno.test("2.0.1: a profile that it cannot follow is refused, and says why", () => {
  const call: InsideCall<"SetChargingProfile"> = {
    action: "SetChargingProfile",
    message: {
      evseId: 1,
      chargingProfile: {
        id: 1,
        stackLevel: 0,
        chargingProfilePurpose: "LocalGeneration",
        chargingProfileKind: "Dynamic",
        chargingSchedule: [{
          id: 1,
          chargingRateUnit: "A",
          chargingSchedulePeriod: [{ startPeriod: 0, setpoint: 5 }],
        }],
      },
    },
  };
  const refusal = dialect201.refusal(call) ?? "";
  for (const word of ["LocalGeneration", "Dynamic", "limit is missing"]) {
    assert(refusal.includes(word), refusal);
  }
});

Deno.test("2.0.1: what is shortened is for people; a token is refused", () => {
  const tooLong = (length: number): InsideCall<"Authorize"> => ({
    action: "Authorize",
    message: { idToken: { idToken: "A".repeat(length), type: "Central" } },
  });
  assertEquals(dialect201.refusal(tooLong(36)), null);
  assertEquals(dialect201.refusal(tooLong(37)), "/idToken/idToken is longer than 36 characters");
});

Deno.test("2.0.1: signed data for which it has no room stays away, and the reading goes up", () => {
  const told = (signedMeterData: string) => {
    const signedMeterValue = {
      signedMeterData,
      signingMethod: "",
      encodingMethod: "OCMF",
      publicKey: "",
    };
    const call: InsideCall<"MeterValues"> = {
      action: "MeterValues",
      message: {
        evseId: 1,
        meterValue: [{
          timestamp: "2026-01-05T06:00:00Z",
          sampledValue: [{ value: 7, signedMeterValue }],
        }],
      },
    };
    assertEquals(dialect201.refusal(call), null);
    return Object(dialect201.writeRequest(call).payload).meterValue[0].sampledValue;
  };
  assertEquals(told("A".repeat(2_500))[0].signedMeterValue.signedMeterData.length, 2_500);
  assertEquals(told("A".repeat(2_501)), [{ value: 7 }]);
});
