import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationSource } from "../site/mod.ts";
import { intendStop } from "./changes.ts";
import { isSuspended, type RefusalRule, refuseTransaction } from "./refusal.ts";
import { startTransaction } from "./start.ts";
import { stopTransaction } from "./stop.ts";
import type { Transaction } from "./transaction.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const STARTED = "2026-05-01T00:00:00.000Z";
const STOPS: RefusalRule = { stops: true, allowedWh: 500 };
const GOES_ON: RefusalRule = { stops: false, allowedWh: 500 };
const SUSPENDS: RefusalRule = { stops: false, allowedWh: 0 };

function begun(source: AuthorizationSource = "cache"): TransactionState {
  return startTransaction(NO_TRANSACTIONS, {
    chargerId: "CP1",
    slot: 1,
    intent: {
      message: {
        evseId: 1,
        idToken: { idToken: "ASHA", type: "Central" },
        meterStartWh: 1_000,
        timestamp: STARTED,
      },
    },
    decision: { info: { status: "Accepted" }, source, reason: "accepted" },
    newId: "t1",
    nowWallMs: NOW_MS,
    offline: true,
  }).state;
}

function at(state: TransactionState, energyWh: number): TransactionState {
  return withTransaction(state, {
    ...only(state),
    lastReading: { at: STARTED, energyWh },
  });
}

function only(state: TransactionState): Transaction {
  const transaction = state.transactions.get("t1");
  if (transaction === undefined) throw new Error("The transaction is gone");
  return transaction;
}

const refuse = (state: TransactionState, rule: RefusalRule) =>
  refuseTransaction(state, "t1", "Blocked", rule, NOW_MS).state;

Deno.test("a refused transaction ends with StopTxOnInvalidId, whatever it might still draw (C15.FR.04)", () => {
  const transaction = only(refuse(begun(), STOPS));
  assertEquals(transaction.intendedStop, "DeAuthorized");
  assertEquals(transaction.refusal?.allowedWh, 0);
});

Deno.test("without StopTxOnInvalidId it goes on and draws no more (C15.FR.06, E05.FR.02)", () => {
  const transaction = only(refuse(begun(), SUSPENDS));
  assertEquals([transaction.intendedStop, isSuspended(transaction)], [null, true]);
});

for (
  const [wh, suspended] of [[1_200, false], [1_699, false], [1_700, true], [5_000, true]] as const
) {
  Deno.test(`refused at 1200 Wh with 500 Wh allowed, at ${wh} Wh it is ${suspended ? "" : "not "}suspended (C15.FR.07)`, () => {
    const refused = refuse(at(begun(), 1_200), GOES_ON);
    assertEquals(isSuspended(only(at(refused, wh))), suspended);
  });
}

Deno.test("what a site sold to everybody goes on, whatever is said of the token", () => {
  const sold = begun("free-vend");
  assertEquals(only(refuse(sold, STOPS)), only(sold));
});

Deno.test("a second refusal grants nothing more", () => {
  const refused = refuse(at(begun(), 1_200), GOES_ON);
  const again = refuse(at(refused, 1_600), GOES_ON);
  assertEquals(only(again).refusal, only(refused).refusal);
});

Deno.test("an end that is intended already keeps its reason", () => {
  const intended = intendStop(begun(), "t1", "MasterPass").state;
  assertEquals(only(refuse(intended, STOPS)).intendedStop, "MasterPass");
});

Deno.test("a transaction that has ended, or that nobody knows, is not changed", () => {
  const ended = stopTransaction(begun(), {
    chargerId: "CP1",
    intent: {
      message: {
        transactionNumber: only(begun()).number,
        meterStopWh: 1_500,
        timestamp: STARTED,
      },
    },
    nowWallMs: NOW_MS,
    mayAmend: () => false,
    offline: true,
  }).state;
  for (const [state, id] of [[ended, "t1"], [begun(), "t2"]] as const) {
    const step = refuseTransaction(state, id, "Blocked", STOPS, NOW_MS);
    assertEquals([step.state, step.changed, step.facts], [state, [], []]);
  }
  assertEquals(isSuspended(only(ended)), false);
});

Deno.test("what a refused transaction still draws never passes what is allowed by more than a reading", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 });
  fc.assert(fc.property(steps, fc.integer({ min: 0, max: 1_000 }), (readings, allowedWh) => {
    let state = refuse(begun(), { stops: false, allowedWh });
    let drawnWh = 0;
    for (const wh of readings) {
      if (isSuspended(only(state))) break;
      drawnWh += wh;
      state = at(state, 1_000 + drawnWh);
    }
    assert(drawnWh <= allowedWh + 300);
  }));
});
