import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  ACCEPTED,
  ASHA,
  at,
  atMs,
  BEN,
  meterCase,
  registerAt,
  startCase,
} from "../../test/contract/sessions.ts";
import type { Decision } from "../site/mod.ts";
import { meterTransaction } from "./metering.ts";
import { type StartCase, startTransaction } from "./start.ts";
import {
  NO_TRANSACTIONS,
  openOn,
  type TransactionState,
  withRemoteStart,
  withTransaction,
} from "./transaction_state.ts";

Deno.test("startTransaction() mints a transaction and its Started event", () => {
  const carry = { dialect: "ocpp1.6", notes: [] } as const;
  const step = startTransaction(
    NO_TRANSACTIONS,
    startCase({ reservationId: 5 }, { slot: 4, offline: true, carry }),
  );
  const { transaction } = step;
  assertEquals(
    [transaction.id, transaction.chargerId, transaction.slot, transaction.evseId],
    ["tx-1", "CP1", 4, 1],
  );
  assertEquals([transaction.startedAt, transaction.startHeardAtMs], [at(0), atMs(0)]);
  assertEquals([transaction.meterStartWh, transaction.reservationId], [1000, 5]);
  assertEquals(transaction.upstreamNumber, null);
  assertEquals(transaction.number, (atMs(0) - Date.UTC(2024, 0, 1)) / 1000);
  assertEquals(step.answer, {
    transactionNumber: transaction.number,
    idTokenInfo: { status: "Accepted" },
  });
  assertEquals(step.changed, [transaction]);
  assertStrictEquals(step.state.transactions.get("tx-1"), transaction);
  const [fact, ...more] = step.facts;
  assertEquals(more, []);
  assertEquals([fact?.transactionId, fact?.slot, fact?.carry], ["tx-1", 4, carry]);
  assertEquals([fact?.event.eventType, fact?.event.seqNo, fact?.event.offline], [
    "Started",
    0,
    true,
  ]);
  assertEquals(transaction.nextSeqNo, 1);
  assertEquals([step.isRepeat, step.usedRemoteStart], [false, null]);
});

Deno.test("startTransaction() keeps who decided what, and the group of the token", () => {
  const decision: Decision = {
    info: { status: "Accepted", groupIdToken: BEN },
    source: "offline-policy",
    reason: "unknown token, site is offline",
  };
  const { transaction } = startTransaction(NO_TRANSACTIONS, startCase({}, { decision }));
  assertEquals(transaction.authorization, {
    status: "Accepted",
    source: "offline-policy",
    reason: "unknown token, site is offline",
    info: decision.info,
  });
  assertEquals(transaction.groupIdToken, BEN);
});

Deno.test("startTransaction() records a start that was refused: the charger believes it began", () => {
  const decision: Decision = { ...ACCEPTED, info: { status: "Blocked" } };
  const step = startTransaction(NO_TRANSACTIONS, startCase({}, { decision }));
  assertEquals(step.answer.idTokenInfo, { status: "Blocked" });
  assertEquals(step.transaction.authorization.status, "Blocked");
  assertEquals(step.facts.length, 1);
});

Deno.test("startTransaction() gives a repeat the first answer, whatever would be decided now", () => {
  const decision: Decision = {
    ...ACCEPTED,
    info: { status: "Accepted", groupIdToken: BEN, cacheExpiryDateTime: at(86_400) },
  };
  const first = startTransaction(NO_TRANSACTIONS, startCase({}, { decision }));
  assertEquals(first.answer.idTokenInfo, decision.info);
  const decisionsNow: Decision[] = [
    { ...ACCEPTED, info: { status: "ConcurrentTx" } },
    { ...ACCEPTED, info: { status: "Accepted" } },
  ];
  for (const now of decisionsNow) {
    const again = startTransaction(
      first.state,
      startCase({}, { decision: now, newId: "tx-2", nowWallMs: atMs(90) }),
    );
    assert(again.isRepeat);
    assertEquals(again.answer, first.answer);
    assertStrictEquals(again.state, first.state);
    assertEquals([again.changed, again.facts, again.usedRemoteStart], [[], [], null]);
    assertEquals(again.transaction, first.transaction);
  }
});

Deno.test("startTransaction() recognises a repeat by charger, socket, token, time and register", () => {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const cases: { name: string; again: StartCase; isRepeat: boolean }[] = [
    { name: "the same", again: startCase({}, { newId: "tx-2" }), isRepeat: true },
    {
      name: "padded token",
      again: startCase({ idToken: { ...ASHA, idToken: " asha-01" } }, { newId: "tx-2" }),
      isRepeat: true,
    },
    {
      name: "another token",
      again: startCase({ idToken: BEN }, { newId: "tx-2" }),
      isRepeat: false,
    },
    {
      name: "another time",
      again: startCase({ timestamp: at(1) }, { newId: "tx-2" }),
      isRepeat: false,
    },
    {
      name: "another register",
      again: startCase({ meterStartWh: 1001 }, { newId: "tx-2" }),
      isRepeat: false,
    },
    {
      name: "another socket",
      again: startCase({ evseId: 2 }, { newId: "tx-2", slot: 2 }),
      isRepeat: false,
    },
    {
      name: "a slot that was moved to another socket",
      again: startCase({ evseId: 2 }, { newId: "tx-2" }),
      isRepeat: false,
    },
    {
      name: "a charger that took over the slot",
      again: startCase({}, { newId: "tx-2", chargerId: "CP2" }),
      isRepeat: false,
    },
  ];
  for (const { name, again, isRepeat } of cases) {
    const step = startTransaction(first.state, again);
    assertEquals(step.isRepeat, isRepeat, name);
    assertEquals(step.transaction.id, isRepeat ? "tx-1" : "tx-2", name);
    assertEquals(step.answer.transactionNumber === first.transaction.number, isRepeat, name);
  }
});

Deno.test("startTransaction() recognises the repeat of a charger that sells freely, without token", () => {
  const nobody = { idToken: "", type: "NoAuthorization" } as const;
  const first = startTransaction(NO_TRANSACTIONS, startCase({ idToken: nobody }));
  const again = startTransaction(first.state, startCase({ idToken: nobody }, { newId: "tx-2" }));
  assert(again.isRepeat);
  assertEquals(again.answer, first.answer);
});

Deno.test("startTransaction() closes what the charger never ended, before it begins the new one", () => {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const metered = meterTransaction(first.state, meterCase([registerAt(600, 3000.6)]));
  const again = startCase({ timestamp: at(9000), meterStartWh: 3050 }, {
    newId: "tx-2",
    nowWallMs: atMs(9001),
  });
  const step = startTransaction(metered.state, again);
  const closed = step.state.transactions.get("tx-1");
  assertEquals(closed?.stop, {
    stoppedAt: at(600),
    heardAtMs: atMs(9001),
    meterStopWh: 3001,
    reason: "Other",
    idToken: null,
    isGuess: true,
  });
  assertEquals(closed?.flags, ["no-stop-received"]);
  assertEquals(step.changed.map(({ id }) => id), ["tx-1", "tx-2"]);
  assertEquals(
    step.facts.map(({ event }) => [event.eventType, event.seqNo, event.transactionInfo]),
    [
      ["Ended", 2, { transactionId: "tx-1", stoppedReason: "Other" }],
      ["Started", 0, { transactionId: "tx-2" }],
    ],
  );
  assertEquals(openOn(step.state, 1)?.id, "tx-2");
});

Deno.test("startTransaction() closes an unended transaction without readings at no energy", () => {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const step = startTransaction(first.state, startCase({ timestamp: at(60) }, { newId: "tx-2" }));
  const closed = step.state.transactions.get("tx-1");
  assertEquals([closed?.stop?.meterStopWh, closed?.stop?.stoppedAt], [1000, at(60)]);
});

Deno.test("startTransaction() uses up the remote start that it carries out", () => {
  const order = {
    remoteStartId: 7,
    slot: 1,
    idToken: ASHA,
    origin: "csms" as const,
    expiresAtMs: atMs(60),
  };
  const state = withRemoteStart(NO_TRANSACTIONS, order);
  const step = startTransaction(state, startCase());
  assertEquals([step.transaction.remoteStartId, step.usedRemoteStart], [7, 1]);
  assertEquals(step.facts[0]?.event.triggerReason, "RemoteStart");
  assertEquals(step.state.remoteStarts.size, 0);
  const others = startTransaction(state, startCase({ idToken: BEN }));
  assertEquals([others.transaction.remoteStartId, others.usedRemoteStart], [null, null]);
  assertEquals(others.state.remoteStarts.size, 1);
});

Deno.test("startTransaction() gives two starts of one second two numbers", () => {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const second = startTransaction(
    first.state,
    startCase({ evseId: 2 }, { slot: 2, newId: "tx-2" }),
  );
  assertEquals(second.transaction.number, first.transaction.number + 1);
});

Deno.test("A18: startTransaction() recognises what has ended, where it moved the register", () => {
  const ended = (meterStopWh: number, timestamp = at(0)) => {
    const { state, transaction } = startTransaction(NO_TRANSACTIONS, startCase({ timestamp }));
    const stop = {
      stoppedAt: at(60),
      heardAtMs: atMs(60),
      meterStopWh,
      reason: null,
      idToken: null,
    };
    return withTransaction(state, { ...transaction, stop });
  };
  const isRepeat = (state: TransactionState, timestamp = at(0)) =>
    startTransaction(state, startCase({ timestamp }, { newId: "tx-2" })).isRepeat;
  assertEquals(isRepeat(ended(1_500)), true);
  assertEquals(isRepeat(ended(1_500), at(1)), false, "a second later");
  assertEquals(isRepeat(ended(1_000)), false, "no energy: it may begin once more");
  const unset = "1970-01-01T00:00:00.000Z";
  assertEquals(isRepeat(ended(1_500, unset), unset), false, "a clock that was never set");
});
