import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  at,
  atMs,
  ended,
  meterCase,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import type { MeterValue, SampledValue } from "../ocpp/mod.ts";
import { withoutPerson } from "./erasure.ts";
import { LATE_READINGS_MAX } from "./late_readings.ts";
import { meterTransaction } from "./metering.ts";
import {
  orderedSigned,
  SIGNED_FIRST_MAX,
  SIGNED_LAST_MAX,
  SIGNED_LENGTH_MAX,
  type SignedRecord,
  withSignedReadings,
} from "./signed_reading.ts";
import { stopTransaction } from "./stop.ts";
import { NO_TRANSACTIONS, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

const OCMF = 'OCMF|{"FV":"1.0","GI":"Ä \\u00e9"}|{"SD":"3045"}';

function signed(
  seconds: number,
  signedMeterData: string,
  more: Partial<SampledValue> = {},
): MeterValue {
  const signedMeterValue = { signedMeterData, encodingMethod: "OCMF", publicKey: "" };
  return { timestamp: at(seconds), sampledValue: [{ signedMeterValue, ...more }] };
}

const OPEN = transactionRecord({ number: 10 });

function stateWith(changes: Partial<Transaction> = {}) {
  return withTransaction(NO_TRANSACTIONS, { ...OPEN, ...changes });
}

/** What stands on the disk after these, each in its place. */
function kept(count: number): readonly SignedRecord[] {
  const disk = new Map<number, SignedRecord>();
  let transaction = OPEN;
  for (let number = 0; number < count; number++) {
    const step = withSignedReadings(transaction, [signed(number, `${number}`)], atMs(number));
    transaction = step.transaction;
    for (const record of step.signed) disk.set(record.position, record);
  }
  return [...disk.values()];
}

Deno.test("a signed reading is kept beside its session as the charger sent it", () => {
  const step = meterTransaction(
    stateWith(),
    meterCase([
      signed(60, OCMF, {
        value: 12.5,
        context: "Transaction.Begin",
        unitOfMeasure: { unit: "kWh" },
      }),
      { timestamp: at(61), sampledValue: [{ value: 3 }] },
    ]),
  );
  assertEquals(
    step.signed?.map(({ reading: { heardAtMs: _, ...reading }, ...record }) => ({
      ...record,
      reading,
    })),
    [{
      transactionId: OPEN.id,
      position: 0,
      reading: {
        at: at(60),
        context: "Transaction.Begin",
        value: 12.5,
        unit: "kWh",
        signedMeterData: OCMF,
        encodingMethod: "OCMF",
      },
    }],
  );
  assertEquals(step.changed.map(({ signedReadings }) => signedReadings), [1]);
});

Deno.test("the same values told again add none", () => {
  const first = meterTransaction(stateWith(), meterCase([signed(60, OCMF)]));
  const again = meterTransaction(first.state, meterCase([signed(60, OCMF)]));
  assertEquals([again.isRepeat, again.signed], [true, undefined]);
});

Deno.test("what the end tells is kept, and so is what a late end tells after a guess", () => {
  const meterValue = [signed(0, "begin"), signed(900, "end", { context: "Transaction.End" })];
  const stop = stopTransaction(stateWith(), stopCase(10, { meterValue }));
  assertEquals(stop.signed?.map(({ reading }) => reading.signedMeterData), ["begin", "end"]);
  const guessed = { stop: { ...ended(900), isGuess: true as const } };
  for (const mayAmend of [true, false]) {
    const late = stopTransaction(stateWith({ ...guessed, signedReadings: 1 }), {
      ...stopCase(10, { meterValue }),
      mayAmend: () => mayAmend,
    });
    assertEquals(late.signed?.map(({ position }) => position), [1, 2], `${mayAmend}`);
    assertEquals(late.transaction?.signedReadings, 3);
  }
});

Deno.test("signed values after the end are kept as long as late readings are", () => {
  let state = stateWith({ stop: ended(900) });
  let came = 0;
  for (let number = 0; number < LATE_READINGS_MAX + 5; number++) {
    const step = meterTransaction(
      state,
      meterCase([signed(1_000 + number, `${number}`)], { transactionNumber: 10 }),
    );
    state = step.state;
    came += step.signed?.length ?? 0;
  }
  assertEquals(came, LATE_READINGS_MAX);
});

Deno.test("of very many the first and the last are kept, and the session says so", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), (count) => {
    const numbers = orderedSigned(kept(count)).map((each) => Number(each.signedMeterData));
    const all = Array.from({ length: count }, (_, index) => index);
    const wanted = count <= SIGNED_FIRST_MAX + SIGNED_LAST_MAX
      ? all
      : [...all.slice(0, SIGNED_FIRST_MAX), ...all.slice(-SIGNED_LAST_MAX)];
    assertEquals(numbers, wanted);
  }));
  const full = { ...OPEN, signedReadings: SIGNED_FIRST_MAX + SIGNED_LAST_MAX };
  const { transaction } = withSignedReadings(full, [signed(1, "one more")], 0);
  assertEquals(transaction.flags, ["signed-readings-dropped"]);
});

Deno.test("one that is far too long is not kept, and the session says so", () => {
  const long = "A".repeat(SIGNED_LENGTH_MAX);
  const { transaction, signed: records } = withSignedReadings(OPEN, [
    signed(1, long),
    signed(2, OCMF),
  ], 0);
  assertEquals(records.map(({ reading }) => reading.signedMeterData), [OCMF]);
  assertEquals(transaction.flags, ["signed-readings-dropped"]);
});

Deno.test("what a charger tells twice in the same words is shown once, in the order of arrival", () => {
  const meterValue = [
    signed(0, "begin", { context: "Transaction.Begin" }),
    signed(900, "end", { context: "Transaction.End" }),
  ];
  const first = withSignedReadings(OPEN, meterValue.slice(0, 1), atMs(5));
  const second = withSignedReadings(first.transaction, meterValue, atMs(905));
  assertEquals(
    orderedSigned([...second.signed, ...first.signed]).map((each) => each.signedMeterData),
    ["begin", "end"],
  );
});

Deno.test("a person who is forgotten is in no signed text of the session either", () => {
  const meterValue = [signed(1, "ASHA-01")];
  const correction = {
    heardAtMs: 0,
    stop: stopCase(10, { meterValue }).intent,
  };
  const late = (mark: string, values: readonly MeterValue[]) => ({
    heardAtMs: 0,
    mark,
    isInEnd: false,
    meterValue: values,
  });
  const plain = late("b", [{ timestamp: at(2), sampledValue: [{ value: 1 }] }]);
  const session = transactionRecord({
    stop: ended(1),
    signedReadings: 2,
    correction,
    lateReadings: [late("a", meterValue), plain],
  });
  const erased = withoutPerson(session);
  assertEquals(JSON.stringify(erased).includes("ASHA-01"), false);
  assertEquals(erased.lateReadings, [plain]);
  assertEquals(erased.signedReadings, undefined);
});
