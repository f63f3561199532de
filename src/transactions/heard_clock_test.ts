import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { isoTime } from "../lib/clock.ts";
import {
  correctTimes,
  type HeardClock,
  heardWith,
  startedAt,
  startTimeMs,
  stoppedAt,
  stopTimeMs,
} from "./heard_clock.ts";
import { meterTransaction } from "./metering.ts";
import { startTransaction } from "./start.ts";
import { stopTransaction } from "./stop.ts";
import type { Transaction } from "./transaction.ts";
import { NO_TRANSACTIONS, type TransactionState } from "./transaction_state.ts";

const BEGIN_MS = Date.UTC(2026, 0, 5, 6);
const HOUR_MS = 3_600_000;

/** A session of CP1 that is told step by step, with what was known of the clocks at each. */
function session() {
  let state: TransactionState = NO_TRANSACTIONS;
  const only = (): Transaction => {
    const [transaction] = state.transactions.values();
    assume(transaction !== undefined, "a transaction");
    return transaction;
  };
  return {
    only,
    state: () => state,
    start(heard: HeardClock, saidMs = BEGIN_MS, heardMs = saidMs) {
      const step = heardWith(
        state,
        startTransaction(state, {
          chargerId: "CP1",
          slot: 1,
          intent: {
            message: {
              evseId: 1,
              idToken: { idToken: "ASHA", type: "ISO14443" },
              meterStartWh: 1_000,
              timestamp: isoTime(saidMs),
            },
          },
          decision: { info: { status: "Accepted" }, source: "list", reason: "listed" },
          newId: "tx-1",
          nowWallMs: heardMs,
          offline: true,
        }),
        heard,
      );
      state = step.state;
      return step;
    },
    meter(heard: HeardClock, saidMs: number) {
      const timestamp = isoTime(saidMs);
      const step = heardWith(
        state,
        meterTransaction(state, {
          chargerId: "CP1",
          reading: {
            message: { evseId: 1, meterValue: [{ timestamp, sampledValue: [{ value: 1_500 }] }] },
          },
          nowIso: timestamp,
          nowWallMs: saidMs,
          measuredAtMs: saidMs,
          wantedIntervalMs: 60_000,
          mayAmend: () => true,
          offline: true,
        }),
        heard,
      );
      state = step.state;
      return step;
    },
    stop(heard: HeardClock, saidMs = BEGIN_MS + HOUR_MS) {
      const step = heardWith(
        state,
        stopTransaction(state, {
          chargerId: "CP1",
          intent: {
            message: {
              transactionNumber: only().number,
              meterStopWh: 9_000,
              timestamp: isoTime(saidMs),
            },
          },
          nowWallMs: saidMs,
          mayAmend: () => true,
          offline: true,
        }),
        heard,
      );
      state = step.state;
      return step;
    },
    learn(shiftMs: number, stretches: readonly string[], final = true) {
      const step = correctTimes(state, [...state.transactions.values()], {
        shiftMs,
        stretches,
        final,
      });
      state = step.state;
      return step;
    },
  };
}

Deno.test("a session of right clocks carries nothing about clocks, and is what the charger wrote", () => {
  const told = session();
  assertEquals(told.start({}).facts.map(({ clock }) => clock), [undefined]);
  told.stop({});
  const { clock, flags } = told.only();
  assertEquals([clock, flags], [undefined, []]);
  assertEquals(startedAt(told.only()), isoTime(BEGIN_MS));
  assertEquals(stoppedAt(told.only()), isoTime(BEGIN_MS + HOUR_MS));
});

Deno.test("what was heard before the time was known is marked, with what goes up, and put right later", () => {
  const told = session();
  const heard = { stretch: "s1", untrusted: true } as const;
  const started = told.start(heard);
  assertEquals(started.facts.map(({ clock }) => clock), [{ stretch: "s1" }]);
  assertEquals(started.transaction, told.only(), "the answer is made from the marked one");
  assertEquals(told.only().flags, ["clock-untrusted"]);
  told.stop(heard);
  const step = told.learn(10 * HOUR_MS, ["s1"]);
  assertEquals(step.changed, [told.only()]);
  const { flags, clock, startHeardAtMs, stop } = told.only();
  assertEquals(flags, ["clock-corrected"]);
  assertEquals(clock, {
    startShiftMs: 10 * HOUR_MS,
    startLearnt: true,
    stopShiftMs: 10 * HOUR_MS,
  });
  assertEquals(startHeardAtMs, BEGIN_MS + 10 * HOUR_MS);
  assertEquals(stop?.heardAtMs, BEGIN_MS + 11 * HOUR_MS);
  assertEquals(told.only().startedAt, isoTime(BEGIN_MS), "the charger's text stays");
  assertEquals(startedAt(told.only()), isoTime(BEGIN_MS + 10 * HOUR_MS));
  assertEquals(stoppedAt(told.only()), isoTime(BEGIN_MS + 11 * HOUR_MS));
});

Deno.test("an end that is heard when the time is known is not moved with the start", () => {
  const told = session();
  told.start({ stretch: "s1", untrusted: true });
  told.learn(10 * HOUR_MS, ["s1"]);
  told.stop({}, BEGIN_MS + 12 * HOUR_MS);
  assertEquals(told.learn(HOUR_MS, ["s1"]).changed, [], "nothing more is learnt of it");
  assertEquals(stopTimeMs(told.only()), BEGIN_MS + 12 * HOUR_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + 10 * HOUR_MS);
});

Deno.test("a gateway that was right after all takes its doubt back", () => {
  const told = session();
  told.start({ stretch: "s1", untrusted: true });
  told.learn(0, ["s1"]);
  assertEquals([told.only().flags, told.only().clock], [[], undefined]);
});

Deno.test("what is learnt bit by bit adds up, until nothing more can be", () => {
  const told = session();
  told.start({ stretch: "s1" });
  told.learn(3 * HOUR_MS, ["s1"], false);
  told.stop({ stretch: "s2" }, BEGIN_MS + 4 * HOUR_MS);
  told.learn(-HOUR_MS, ["s1", "s2"]);
  assertEquals(told.only().clock, {
    startShiftMs: 2 * HOUR_MS,
    startLearnt: true,
    stopShiftMs: -HOUR_MS,
  });
});

Deno.test("what another run has heard is not touched by what this one learns", () => {
  const told = session();
  told.start({ stretch: "before", untrusted: true });
  assertEquals(told.learn(HOUR_MS, ["s1"]).changed, []);
  assertEquals(told.only().flags, ["clock-untrusted"], "it stays marked");
});

Deno.test("a charger's clock that is measured to be off is corrected, with the doubt said where it is not", () => {
  const measured = session();
  measured.start({ shiftMs: -HOUR_MS });
  assertEquals([startTimeMs(measured.only()), measured.only().flags], [
    BEGIN_MS - HOUR_MS,
    ["clock-corrected"],
  ]);
  const guessed = session();
  guessed.start({ shiftMs: HOUR_MS, untrusted: true, guessed: true });
  assertEquals(guessed.only().flags, ["clock-untrusted"]);
  guessed.learn(0, ["s1"]);
  assertEquals(guessed.only().flags, ["clock-untrusted"]);
});

Deno.test("a start that was live by a clock that only later proves wrong is corrected then", () => {
  const told = session();
  told.start({}, BEGIN_MS, BEGIN_MS + 5 * HOUR_MS);
  const step = told.meter({ shiftMs: 5 * HOUR_MS }, BEGIN_MS + 60_000);
  assertEquals(step.facts.map(({ clock }) => clock), [{ shiftMs: 5 * HOUR_MS }]);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + 5 * HOUR_MS);
  assertEquals(told.only().flags, ["clock-corrected"]);
});

Deno.test("a start that had waited in the charger's queue stays where it was", () => {
  const told = session();
  told.start({}, BEGIN_MS, BEGIN_MS + 9 * HOUR_MS);
  told.meter({ shiftMs: 5 * HOUR_MS }, BEGIN_MS + 60_000);
  assertEquals(startTimeMs(told.only()), BEGIN_MS);
});

// A gateway that does not know the time, and a charger whose clock is off from it besides

const MINUTE_MS = 60_000;
/** The charger is behind by this, and the gateway by that. */
const CHARGER_MS = 98_000;
const GATEWAY_MS = 210_000;
const DOUBT = { stretch: "s1", untrusted: true } as const;

/** A start that was live, late by the charger's clock, while the gateway's was behind as well. */
function doublyOff() {
  const told = session();
  told.start({ ...DOUBT, lateMs: CHARGER_MS }, BEGIN_MS, BEGIN_MS + CHARGER_MS);
  return told;
}

Deno.test("a charger that is seen to be off while the gateway does not know the time is off by both", () => {
  const told = doublyOff();
  told.meter({ ...DOUBT, shiftMs: CHARGER_MS }, BEGIN_MS + MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + CHARGER_MS);
  told.learn(GATEWAY_MS, ["s1"]);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + CHARGER_MS + GATEWAY_MS);
  told.meter({ shiftMs: CHARGER_MS + GATEWAY_MS }, BEGIN_MS + 2 * MINUTE_MS);
  told.meter({ shiftMs: CHARGER_MS }, BEGIN_MS + GATEWAY_MS + 3 * MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + CHARGER_MS + GATEWAY_MS, "once is enough");
});

Deno.test("a charger that is seen to be off after the gateway has learnt the time was so at the start", () => {
  for (const shiftMs of [CHARGER_MS + GATEWAY_MS, CHARGER_MS]) {
    for (const final of [true, false]) {
      const told = doublyOff();
      told.learn(GATEWAY_MS, ["s1"], final);
      assertEquals(startTimeMs(told.only()), BEGIN_MS + GATEWAY_MS);
      for (const minute of [1, 2]) told.meter({ shiftMs }, BEGIN_MS + minute * MINUTE_MS);
      const why = `seen as ${shiftMs} ms behind`;
      assertEquals(startTimeMs(told.only()), BEGIN_MS + CHARGER_MS + GATEWAY_MS, why);
      assertEquals(told.only().flags, ["clock-corrected"]);
    }
  }
});

Deno.test("a start that is right by what the gateway has learnt is left to the millisecond", () => {
  const told = session();
  told.start(DOUBT);
  told.learn(GATEWAY_MS + 3, ["s1"]);
  told.meter({ shiftMs: GATEWAY_MS }, BEGIN_MS + MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + GATEWAY_MS + 3);
});

Deno.test("a start that had waited is not taken for one by a clock that is off, before or after", () => {
  const told = session();
  told.start({ ...DOUBT, lateMs: HOUR_MS }, BEGIN_MS, BEGIN_MS + HOUR_MS);
  told.meter({ ...DOUBT, shiftMs: CHARGER_MS }, BEGIN_MS + MINUTE_MS);
  told.meter({ shiftMs: HOUR_MS, guessed: true, untrusted: true }, BEGIN_MS + MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS);
  told.learn(GATEWAY_MS, ["s1"]);
  told.meter({ shiftMs: CHARGER_MS }, BEGIN_MS + 2 * MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + GATEWAY_MS);
});

Deno.test("a start that was put right by the charger's own clock is not by a later one of it", () => {
  const told = session();
  told.start({ shiftMs: CHARGER_MS }, BEGIN_MS, BEGIN_MS + 2 * CHARGER_MS);
  told.meter({ shiftMs: CHARGER_MS }, BEGIN_MS + MINUTE_MS);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + CHARGER_MS);
});

Deno.test("a clock that was put back in between does not end a session before it began", () => {
  const told = session();
  told.start({});
  told.stop({}, BEGIN_MS - 2 * HOUR_MS);
  assertEquals(stopTimeMs(told.only()), BEGIN_MS);
  assertEquals(told.only().flags, ["clock-untrusted"]);
  assertEquals(told.only().stop?.stoppedAt, isoTime(BEGIN_MS - 2 * HOUR_MS));
});

// A charger that knows the time better than the gateway

Deno.test("a charger that goes by its own time is right as it is, whatever the gateway learns of its own", () => {
  const told = session();
  const started = told.start({ stretch: "s1", ownTime: true }, BEGIN_MS, BEGIN_MS + HOUR_MS);
  assertEquals(started.facts.map(({ clock }) => clock), [undefined]);
  told.learn(-HOUR_MS, ["s1"]);
  const { clock, flags, startHeardAtMs } = told.only();
  assertEquals([clock, flags, startHeardAtMs], [undefined, [], BEGIN_MS]);
});

Deno.test("a start that seemed late, and then was heard at its very time, was right", () => {
  const told = session();
  told.start({ stretch: "s1", lateMs: HOUR_MS }, BEGIN_MS, BEGIN_MS + HOUR_MS);
  told.learn(-HOUR_MS, ["s1"]);
  assertEquals(startTimeMs(told.only()), BEGIN_MS);
  const waited = session();
  waited.start({ stretch: "s1", lateMs: HOUR_MS }, BEGIN_MS, BEGIN_MS + HOUR_MS);
  waited.learn(5 * HOUR_MS, ["s1"]);
  assertEquals(startTimeMs(waited.only()), BEGIN_MS + 5 * HOUR_MS);
});

Deno.test("once the time is known, nothing was heard before it happened", () => {
  const told = session();
  told.start({ stretch: "s1", ownTime: true }, BEGIN_MS + 5 * HOUR_MS, BEGIN_MS);
  told.learn(2 * HOUR_MS, ["s1"]);
  assertEquals(startTimeMs(told.only()), BEGIN_MS + 2 * HOUR_MS);
  assertEquals(told.only().flags, ["clock-corrected"]);
});
