import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  at,
  atMs,
  meterCase,
  startCase,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import type { ConnectorReport, SampledValue } from "../ocpp/mod.ts";
import {
  chargerRebooted,
  closeInterrupted,
  type RebootCase,
  statusReported,
} from "./interruption.ts";
import { meterTransaction } from "./metering.ts";
import { startTransaction } from "./start.ts";
import { stopTransaction } from "./stop.ts";
import type { Transaction } from "./transaction.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";

const FIRST = transactionRecord({ number: 1, lastReading: { at: at(60), energyWh: 1500.4 } });
const SECOND = transactionRecord({ number: 2, slot: 2, evseId: 2 });
const OTHERS = transactionRecord({ number: 3, slot: 3, chargerId: "CP2" });
const BUSY = [FIRST, SECOND, OTHERS].reduce(withTransaction, NO_TRANSACTIONS);

function rebooted(state: TransactionState, cause: RebootCase["cause"] = "reboot", seconds = 100) {
  return chargerRebooted(state, { chargerId: "CP1", cause, nowWallMs: atMs(seconds) });
}

function report(changes: Partial<ConnectorReport>): ConnectorReport {
  return { evseId: 1, connectorId: 1, connectorStatus: "Occupied", ...changes };
}

function told(state: TransactionState, changes: Partial<ConnectorReport>, seconds = 110) {
  return statusReported(state, {
    slot: 1,
    report: report(changes),
    nowWallMs: atMs(seconds),
    nowIso: at(seconds),
    offline: true,
  });
}

function first(state: TransactionState): Transaction | undefined {
  return state.transactions.get(FIRST.id);
}

const FREE = { connectorStatus: "Available" } as const;
const CHARGING = { chargingState: "Charging" } as const;
const UNNUMBERED = { transactionNumber: 0 };

function meter(state: TransactionState, seconds: number, facts = {}, samples: SampledValue[] = []) {
  const value = { timestamp: at(seconds), sampledValue: [{ value: 1600 }, ...samples] };
  return meterTransaction(
    state,
    meterCase([value], facts, { nowWallMs: atMs(seconds), measuredAtMs: atMs(seconds) }),
  );
}

// In doubt

Deno.test("a charger that starts anew puts its own sessions in doubt, and nobody else's", () => {
  const step = rebooted(BUSY);
  assertEquals(step.changed.map(({ id, interruption }) => [id, interruption]), [
    ["tx-1", { sinceMs: atMs(100), cause: "reboot" }],
    ["tx-2", { sinceMs: atMs(100), cause: "reboot" }],
  ]);
  assertEquals(step.facts, []);
});

Deno.test("a charger that starts anew again does not begin the wait again", () => {
  const once = rebooted(BUSY);
  const twice = rebooted(once.state, "power-loss", 200);
  assertStrictEquals(twice.state, once.state);
});

Deno.test("an EVSE that is shown free while it charges is a doubt, once; it ends nothing (quirk 30)", () => {
  for (const shown of [FREE, { afterTransaction: true }] as const) {
    const once = told(BUSY, shown);
    assertEquals(first(once.state)?.interruption, {
      sinceMs: atMs(110),
      cause: "free",
      isOver: true,
    });
    assertEquals(once.facts, []);
    assertStrictEquals(told(once.state, shown, 120).state, once.state);
  }
});

Deno.test("a status that is older than the session says nothing about it", () => {
  assertStrictEquals(told(BUSY, { ...FREE, timestamp: at(-5) }).state, BUSY);
});

Deno.test("after a reboot a free EVSE shows that the session is over; other states show nothing", () => {
  const { state } = rebooted(BUSY);
  for (
    const shown of [
      {},
      { chargingState: "EVConnected" },
      { connectorStatus: "Faulted" },
      { connectorStatus: "Unavailable" },
    ] as const
  ) {
    assertStrictEquals(told(state, shown).state, state);
  }
  assertEquals(first(told(state, FREE).state)?.interruption, {
    sinceMs: atMs(100),
    cause: "reboot",
    isOver: true,
  });
});

// It goes on

Deno.test("a charger that shows it charging after a reboot goes on with it, and that is told (E17.FR.14)", () => {
  for (const chargingState of ["Charging", "SuspendedEV", "SuspendedEVSE"] as const) {
    const step = told(rebooted(BUSY).state, { chargingState, timestamp: at(109) });
    const [open] = step.changed;
    assertEquals([open?.interruption, open?.resumedAtMs, open?.flags, open?.nextSeqNo], [
      undefined,
      atMs(110),
      ["resumed"],
      FIRST.nextSeqNo + 1,
    ]);
    assertEquals(step.facts.map(({ event }) => event), [{
      eventType: "Updated",
      timestamp: at(109),
      triggerReason: "TxResumed",
      seqNo: FIRST.nextSeqNo,
      offline: true,
      transactionInfo: { transactionId: "tx-1", chargingState },
      evse: { id: 1, connectorId: 1 },
    }]);
  }
});

Deno.test("meter values under its number show that it goes on, and say so in their own event", () => {
  const step = meter(rebooted(BUSY).state, 120, { transactionNumber: 1 });
  assertEquals(step.facts.map(({ event }) => event.triggerReason), ["TxResumed"]);
  assertEquals([step.transaction?.interruption, step.transaction?.flags], [undefined, ["resumed"]]);
  const next = meter(step.state, 130, { transactionNumber: 1 });
  assertEquals(next.facts.map(({ event }) => event.triggerReason), ["MeterValuePeriodic"]);
});

Deno.test("without its number they do where something flows: an idle EVSE is metered by the clock, too", () => {
  const { state } = rebooted(BUSY);
  const idle = meter(state, 120, UNNUMBERED, [{ value: 0, measurand: "Current.Import" }]);
  assertEquals(idle.transaction?.interruption?.cause, "reboot");
  const flowing = meter(state, 120, UNNUMBERED, [{ value: 9, measurand: "Current.Import" }]);
  assertEquals(flowing.transaction?.interruption, undefined);
  const powered = meter(state, 120, UNNUMBERED, [{
    value: 2,
    measurand: "Power.Active.Import",
    unitOfMeasure: { unit: "kW" },
  }]);
  assertEquals(powered.transaction?.flags, ["resumed"]);
});

Deno.test("meter values out of the charger's queue, from before the reboot, show nothing", () => {
  const step = meter(rebooted(BUSY).state, 90, { transactionNumber: 1 });
  assertEquals(step.transaction?.interruption?.cause, "reboot");
  assertEquals(step.facts.map(({ event }) => event.triggerReason), ["MeterValuePeriodic"]);
});

Deno.test("where the charger had not started anew, nothing was resumed: the status had lied", () => {
  const doubtful = told(BUSY, FREE).state;
  for (const step of [told(doubtful, CHARGING), meter(doubtful, 120, { transactionNumber: 1 })]) {
    const open = first(step.state);
    assertEquals([open?.interruption, open?.resumedAtMs, open?.flags], [undefined, undefined, []]);
    assert(step.facts.every(({ event }) => event.triggerReason !== "TxResumed"));
  }
});

// It is over

Deno.test("who waits long enough closes it with the last reading, and says why (E17.FR.21, 22)", () => {
  const reasons = { "power-loss": "PowerLoss", reboot: "Reboot" } as const;
  for (const cause of ["power-loss", "reboot"] as const) {
    const { state } = rebooted(BUSY, cause);
    const now = { nowWallMs: atMs(1_000), nowIso: at(1_000), offline: false };
    const step = closeInterrupted(state, FIRST.id, now);
    assertEquals(step.facts.map(({ event }) => [event.eventType, event.triggerReason]), [
      ["Ended", "AbnormalCondition"],
    ]);
    const [ended] = step.changed;
    assertEquals(ended?.stop, {
      stoppedAt: at(60),
      heardAtMs: atMs(1_000),
      meterStopWh: 1500,
      reason: reasons[cause],
      idToken: null,
      isGuess: true,
    });
    assertEquals([ended?.flags, ended?.interruption], [["closed-by-gateway"], undefined]);
    assertStrictEquals(closeInterrupted(step.state, FIRST.id, now).state, step.state, "once");
  }
});

Deno.test("nobody gives up a session that is not in doubt", () => {
  const now = { nowWallMs: atMs(1_000), nowIso: at(1_000), offline: false };
  assertStrictEquals(closeInterrupted(BUSY, FIRST.id, now).state, BUSY);
  assertStrictEquals(closeInterrupted(BUSY, "unknown", now).state, BUSY);
});

Deno.test("a session without readings ends when it was given up, or with a slow charger when it began", () => {
  const { state } = rebooted(withTransaction(NO_TRANSACTIONS, { ...FIRST, lastReading: null }));
  const ends = (seconds: number) =>
    closeInterrupted(state, FIRST.id, { nowWallMs: 0, nowIso: at(seconds), offline: false })
      .changed[0]?.stop?.stoppedAt;
  assertEquals([ends(500), ends(-500)], [at(500), FIRST.startedAt]);
});

Deno.test("its own Stop out of the queue ends it as ever", () => {
  const step = stopTransaction(rebooted(BUSY).state, stopCase(1, { stoppedReason: "PowerLoss" }));
  const [ended] = step.changed;
  assertEquals([ended?.stop?.reason, ended?.flags, ended?.interruption], [
    "PowerLoss",
    [],
    undefined,
  ]);
});

Deno.test("the next start on its connector closes it, with the reason of the interruption", () => {
  const { state } = rebooted(BUSY, "power-loss");
  const next = startCase({ timestamp: at(200) }, { newId: "tx-9", nowWallMs: atMs(200) });
  const step = startTransaction(state, next);
  const [closed] = step.changed;
  assertEquals([closed?.id, closed?.stop?.reason, closed?.flags], [
    "tx-1",
    "PowerLoss",
    ["no-stop-received"],
  ]);
});

Deno.test("a number of the charger's own in the meter values is as good as ours", () => {
  const own = meter(BUSY, 90, { transactionNumber: 7 }).state;
  const step = meter(rebooted(own).state, 120, { transactionNumber: 7 });
  assertEquals(step.transaction?.flags, ["foreign-number", "resumed"]);
});
