import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  atMs,
  ended,
  meterCase,
  registerAt,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import { LATE_READINGS_LENGTH_MAX, LATE_READINGS_MAX } from "./late_readings.ts";
import { type MeterCase, type MeterStep, meterTransaction } from "./metering.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";

const DONE = withTransaction(NO_TRANSACTIONS, transactionRecord({ number: 10, stop: ended(60) }));

/** The charger tells another value of the session that has ended. */
function late(
  state: TransactionState,
  seconds: number,
  around: Partial<Pick<MeterCase, "mayAmend">> = {},
): MeterStep {
  const values = [registerAt(seconds, 9000 + seconds)];
  const reading = meterCase(values, { transactionNumber: 10 }, {
    nowWallMs: atMs(seconds),
    ...around,
  });
  return meterTransaction(state, reading);
}

Deno.test("meter values after the Stop are kept with the session, which does not live again (quirk 14)", () => {
  const step = late(DONE, 61);
  assertEquals(step.facts, []);
  const { stop, lateReadings, flags } = step.transaction ?? transactionRecord();
  assertEquals([stop, flags], [ended(60), ["readings-after-stop"]]);
  assertEquals(
    lateReadings?.map(({ heardAtMs, isInEnd, meterValue }) => [
      heardAtMs,
      isInEnd,
      meterValue,
    ]),
    [[atMs(61), false, [registerAt(61, 9061)]]],
  );
});

Deno.test("it is noted whether they still go up with the end", () => {
  const step = late(DONE, 61, { mayAmend: (id) => id === "tx-10" });
  assertEquals(step.transaction?.lateReadings?.[0]?.isInEnd, true);
});

Deno.test("the same again after a lost answer is kept once, also what was told before the Stop", () => {
  const once = late(DONE, 61);
  const again = late(once.state, 61);
  assert(again.isRepeat);
  assertStrictEquals(again.state, once.state);
  const open = withTransaction(NO_TRANSACTIONS, transactionRecord({ number: 10 }));
  const before = late(open, 59);
  const stopped = withTransaction(NO_TRANSACTIONS, {
    ...before.transaction ?? transactionRecord(),
    stop: ended(60),
  });
  assertStrictEquals(late(stopped, 59).state, stopped);
});

Deno.test("a charger that does not stop telling fills neither memory nor disk", () => {
  let state = DONE;
  for (let second = 61; second < 200; second++) ({ state } = late(state, second));
  const kept = state.transactions.get("tx-10");
  assertEquals(kept?.lateReadings?.length, LATE_READINGS_MAX);
  assertEquals(kept?.flags, ["readings-after-stop", "late-readings-dropped"]);
});

Deno.test("nor does one that tells long signatures", () => {
  const signedMeterData = "x".repeat(LATE_READINGS_LENGTH_MAX / 3);
  const signedMeterValue = {
    signedMeterData,
    signingMethod: "",
    encodingMethod: "",
    publicKey: "",
  };
  let state = DONE;
  for (const second of [61, 62, 63]) {
    const value = { ...registerAt(second, 9000), sampledValue: [{ signedMeterValue }] };
    ({ state } = meterTransaction(state, meterCase([value], { transactionNumber: 10 })));
  }
  assertEquals(state.transactions.get("tx-10")?.lateReadings?.length, 2);
});
