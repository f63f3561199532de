import { assertEquals } from "@std/assert";
import {
  ASHA,
  at,
  BEN,
  meterCase,
  registerAt,
  startCase,
  stopCase,
} from "../../test/contract/sessions.ts";
import {
  meterTransaction,
  NO_TRANSACTIONS,
  startTransaction,
  stopTransaction,
  type TransactionFact,
  type TransactionStep,
} from "../transactions/mod.ts";
import { projectTo16 } from "./projection16.ts";

const CARRY = {
  dialect: "ocpp1.6",
  notes: [{ at: "timestamp", inside: "a", original: "b" }],
} as const;
const NUMBERS = { transactionNumber: 555 };

function only({ facts }: TransactionStep): TransactionFact {
  const [fact, ...more] = facts;
  if (fact === undefined || more.length > 0) throw new Error(`${facts.length} facts`);
  return fact;
}

function said(fact: TransactionFact, numbers = NUMBERS) {
  return projectTo16({ event: fact.event, carry: fact.carry ?? null }, numbers);
}

Deno.test("projectTo16() says a start as the charger said it, with the slot for the socket", () => {
  const start = startCase({ reservationId: 5, evseId: 2 }, { slot: 7, carry: CARRY });
  assertEquals(said(only(startTransaction(NO_TRANSACTIONS, start))), {
    action: "StartTransaction",
    message: {
      evseId: 7,
      idToken: ASHA,
      meterStartWh: 1000,
      timestamp: at(0),
      reservationId: 5,
    },
    carry: CARRY,
  });
});

Deno.test("projectTo16() says meter values under the CSMS's number", () => {
  const { state } = startTransaction(NO_TRANSACTIONS, startCase({}, { slot: 7 }));
  const values = [registerAt(60, 1100), registerAt(120, 1200)];
  const metered = only(meterTransaction(state, meterCase(values, {}, { carry: CARRY })));
  assertEquals(said(metered), {
    action: "MeterValues",
    message: { evseId: 7, transactionNumber: 555, meterValue: values },
    carry: CARRY,
  });
});

Deno.test("projectTo16() says an end, with the charger's values as transactionData", () => {
  const { state, transaction } = startTransaction(NO_TRANSACTIONS, startCase());
  const own = [registerAt(60, 1100), registerAt(3599, 8999)];
  const stop = stopCase(transaction.number, {
    idToken: BEN,
    stoppedReason: "EVDisconnected",
    meterValue: own,
    meterStopWh: 9000,
  }, { carry: CARRY });
  assertEquals(said(only(stopTransaction(state, stop))), {
    action: "StopTransaction",
    message: {
      transactionNumber: 555,
      idToken: BEN,
      meterStopWh: 9000,
      timestamp: at(3600),
      stoppedReason: "EVDisconnected",
      meterValue: own,
    },
    carry: CARRY,
  });
});

Deno.test("projectTo16() leaves out of an end what the charger left out", () => {
  const { state, transaction } = startTransaction(NO_TRANSACTIONS, startCase());
  const fact = only(stopTransaction(state, stopCase(transaction.number, { meterStopWh: -1 })));
  assertEquals(said(fact, { transactionNumber: -1 }), {
    action: "StopTransaction",
    message: { transactionNumber: -1, meterStopWh: -1, timestamp: at(3600) },
  });
});

Deno.test("projectTo16() has no words for an update without meter values", () => {
  const { state } = startTransaction(NO_TRANSACTIONS, startCase());
  const { event } = only(meterTransaction(state, meterCase([registerAt(1, 1)])));
  const { meterValue: _, ...bare } = event;
  assertEquals(projectTo16({ event: bare, carry: null }, NUMBERS), null);
  assertEquals(projectTo16({ event: { ...event, meterValue: [] }, carry: null }, NUMBERS), null);
});

Deno.test("projectTo16() rounds registers to whole Wh, and invents neither token nor slot", () => {
  const { event } = only(startTransaction(NO_TRANSACTIONS, startCase({ meterStartWh: 1000.6 })));
  const { idToken: _token, evse: _evse, ...bare } = event;
  assertEquals(projectTo16({ event: bare, carry: null }, NUMBERS)?.message, {
    evseId: 0,
    idToken: { idToken: "", type: "NoAuthorization" },
    meterStartWh: 1001,
    timestamp: at(0),
  });
});
