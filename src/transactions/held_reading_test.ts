import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  at,
  atMs,
  ended,
  meterCase,
  registerAt,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import type { Carry, MeterValue } from "../ocpp/mod.ts";
import { closeTransaction } from "./closing.ts";
import { meterTransaction } from "./metering.ts";
import { stopTransaction } from "./stop.ts";
import type { TransactionStep } from "./step.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";

/** Kept a reading at second 600; the CSMS wants one a minute. */
const OPEN = transactionRecord({
  number: 10,
  nextSeqNo: 4,
  lastKept: { at: at(600), heardAtMs: atMs(600) },
});
const CARRY: Carry = { dialect: "ocpp1.6", notes: [] };

function read(state: TransactionState, ...values: readonly MeterValue[]): TransactionState {
  return values.reduce((before, value) => {
    const second = (Date.parse(value.timestamp) - atMs(0)) / 1000;
    return metered(before, value, second).state;
  }, state);
}

function metered(state: TransactionState, value: MeterValue, second: number, wantedS = 60) {
  const around = { nowWallMs: atMs(second), wantedIntervalMs: wantedS * 1000, offline: true };
  return meterTransaction(
    state,
    meterCase([value], { transactionNumber: 10 }, { ...around, carry: CARRY }),
  );
}

const SITE = withTransaction(NO_TRANSACTIONS, OPEN);
const STOP = { timestamp: at(700), meterStopWh: 2000 };

/** Type, number and times of what is told. */
function told({ facts }: TransactionStep): unknown {
  return facts.map(({ event }) => [
    event.eventType,
    event.seqNo,
    ...(event.meterValue ?? []).map(({ timestamp }) => timestamp),
  ]);
}

Deno.test("the last reading goes up before the end, however soon after another it came", () => {
  const state = read(SITE, registerAt(610, 1500), registerAt(620, 1600), registerAt(630, 1700));
  const stop = stopTransaction(state, stopCase(10, STOP));
  assertEquals(told(stop), [["Updated", 4, at(630)], ["Ended", 5, at(700)]]);
  assertEquals(stop.facts[0]?.event.meterValue, [registerAt(630, 1700)]);
  assertEquals(stop.facts[0]?.event.offline, true, "as when it came");
  assertEquals(stop.facts[1]?.event.offline, false);
  assertEquals(stop.facts[0]?.carry, CARRY);
  assertEquals(stop.transaction?.nextSeqNo, 6);
  assertEquals(stop.transaction?.heldReading, undefined);
});

Deno.test("a held reading costs no write, and goes when a later one is kept", () => {
  const glanced = metered(SITE, registerAt(610, 1500), 610);
  assertEquals([glanced.changed, glanced.facts, glanced.touched?.length], [[], [], 1]);
  const kept = metered(glanced.state, registerAt(660, 1800), 660);
  assertEquals(kept.changed.map(({ heldReading }) => heldReading), [undefined]);
  const stop = stopTransaction(kept.state, stopCase(10, STOP));
  assertEquals(told(stop), [["Ended", 5, at(700)]]);
});

Deno.test("the newest reading is held, in whatever order they come", () => {
  const late = read(SITE, registerAt(640, 1700), registerAt(620, 1600));
  assertEquals(told(stopTransaction(late, stopCase(10, STOP))), [
    ["Updated", 4, at(640)],
    ["Ended", 5, at(700)],
  ]);
  // History that is kept does not push out what is newer; and none is held that is older than kept.
  const history = metered(late, registerAt(100, 1100), 641).state;
  assertEquals(told(stopTransaction(history, stopCase(10, STOP))), [
    ["Updated", 5, at(640)],
    ["Ended", 6, at(700)],
  ]);
  const old = read(SITE, registerAt(590, 1400));
  assertEquals(told(stopTransaction(old, stopCase(10, STOP))), [["Ended", 4, at(700)]]);
});

Deno.test("a lower register is older, whatever its time says: it is not told after a higher one", () => {
  const held = read(SITE, registerAt(640, 1500));
  // The charger's clock was set back in between.
  const kept = metered(held, registerAt(630, 1600), 700);
  assertEquals(kept.changed.map(({ heldReading }) => heldReading), [undefined]);
  const stop = stopTransaction(kept.state, stopCase(10, STOP));
  assertEquals(told(stop), [["Ended", 5, at(700)]]);
});

Deno.test("a held reading is not told where the Stop itself tells it", () => {
  const state = read(SITE, registerAt(630, 1700.4));
  const same = stopCase(10, { timestamp: at(630), meterStopWh: 1700 });
  assertEquals(told(stopTransaction(state, same)), [["Ended", 4, at(630)]]);
  const within = stopCase(10, { ...STOP, meterValue: [registerAt(630, 1700)] });
  assertEquals(
    told(stopTransaction(state, within)),
    [["Ended", 4, at(630), at(700)]].map(
      ([type, seqNo, first, last]) => [type, seqNo, first, last],
    ),
  );
  const otherRegister = stopCase(10, { timestamp: at(630), meterStopWh: 1800 });
  assertEquals(told(stopTransaction(state, otherRegister)), [
    ["Updated", 4, at(630)],
    ["Ended", 5, at(630)],
  ]);
});

Deno.test("a session that the gateway closes tells what it held first", () => {
  const state = read(SITE, registerAt(630, 1700));
  const open = state.transactions.open.get(OPEN.id) ?? OPEN;
  const closed = closeTransaction(state, open, {
    offline: false,
    nowWallMs: atMs(900),
    at: at(900),
    reason: "Other",
    flag: "closed-by-gateway",
  });
  assertEquals(told(closed), [["Updated", 4, at(630)], ["Ended", 5, at(630)]]);
  // The charger's own Stop takes the place of the guess, and nothing is told twice.
  const late = stopTransaction(closed.state, stopCase(10, STOP, { mayAmend: () => true }));
  assertEquals([late.facts, late.amendments?.map(({ event }) => event.seqNo)], [[], [5]]);
});

Deno.test("a repeated Stop, or the reading again after it, tells nothing", () => {
  const state = read(SITE, registerAt(630, 1700));
  const stop = stopTransaction(state, stopCase(10, STOP));
  const again = stopTransaction(stop.state, stopCase(10, STOP));
  assertEquals([again.state === stop.state, again.facts], [true, []]);
  const reading = metered(stop.state, registerAt(630, 1700), 710);
  assertEquals([reading.isRepeat, reading.state === stop.state], [true, true]);
});

Deno.test("nothing is held for a CSMS that wants no samples", () => {
  const { state } = metered(SITE, registerAt(610, 1500), 610, 0);
  assertEquals(told(stopTransaction(state, stopCase(10, STOP))), [["Ended", 4, at(700)]]);
  const done = withTransaction(NO_TRANSACTIONS, { ...OPEN, stop: ended(60) });
  assertEquals(metered(done, registerAt(610, 1500), 610).facts, []);
});

Deno.test("of evenly sampled sessions the first and the last reading are told, once each", () => {
  const cases = fc.record({
    sampleS: fc.integer({ min: 1, max: 90 }),
    count: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(fc.property(cases, ({ sampleS, count }) => {
    let state = withTransaction(NO_TRANSACTIONS, transactionRecord({ number: 10 }));
    const times: string[] = [];
    const see = (step: TransactionStep) => {
      const updates = step.facts.filter(({ event }) => event.eventType === "Updated");
      times.push(
        ...updates.flatMap(({ event }) =>
          (event.meterValue ?? []).map(({ timestamp }) => timestamp)
        ),
      );
      state = step.state;
    };
    for (let index = 1; index <= count; index++) {
      const second = index * sampleS;
      see(metered(state, registerAt(second, 1000 + index), second));
    }
    see(stopTransaction(state, stopCase(10, { timestamp: at(9000), meterStopWh: 5000 })));
    assertEquals([times[0], times.at(-1)], [at(sampleS), at(count * sampleS)]);
    assertEquals(new Set(times).size, times.length);
  }));
});
