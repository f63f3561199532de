import { assert, assertEquals, assertMatch } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import { createSlowStore } from "../../test/support/slow_store.ts";
import { isoTime } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { giveUp, isSuspended, stopTransaction } from "../transactions/mod.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const REFUSAL = { callError: "InternalError" };

/** Connected, registered, everything told. */
async function ready(given: Parameters<typeof openUpstream>[0] = {}): Promise<Upstream> {
  const upstream = await openUpstream(given);
  await upstream.settle();
  return upstream;
}

/** Tells the link that something waits, and gives it a second. */
async function deliver(upstream: Upstream, waitMs = 1_000): Promise<void> {
  upstream.events.emit("transaction", { transactionId: "any" });
  await upstream.clock.advance(waitMs);
}

/** The charger of a slot measures its session. */
async function meter(upstream: Upstream, slot: number, ...energiesWh: readonly number[]) {
  for (const value of energiesWh) await meterAt(upstream, slot, value);
}

async function meterAt(upstream: Upstream, slot: number, value: number, timestamp?: string) {
  await meterOn(upstream, slot, value, timestamp);
}

const rowsOf = ({ outbox }: Upstream) =>
  [...outbox.state().lanes.values()].flatMap(({ rows }) => rows);
const heardOf = (upstream: Upstream, ...actions: readonly string[]) =>
  upstream.peers.flatMap(({ heard }) => heard).filter(({ action }) => actions.includes(action));
const TRANSACTION = ["StartTransaction", "MeterValues", "StopTransaction"];

// The way of a session

Deno.test("a session goes up start first, under the CSMS's number from then on, and leaves nothing behind", async () => {
  const upstream = await ready();
  upstream.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Accepted" },
  });
  const open = await beginTransaction(upstream, 2);
  await meter(upstream, 2, 1_100);
  await endTransactionOn(upstream, 2);
  await deliver(upstream);
  assertEquals(heardOf(upstream, ...TRANSACTION).map(({ action, payload }) => [action, payload]), [
    ["StartTransaction", {
      connectorId: 2,
      idTag: "ASHA",
      meterStart: 1_000,
      timestamp: open.startedAt,
    }],
    ["MeterValues", {
      connectorId: 2,
      transactionId: 815,
      meterValue: [{
        timestamp: open.startedAt,
        sampledValue: [{
          value: "1100",
          measurand: "Energy.Active.Import.Register",
          context: "Trigger",
        }],
      }],
    }],
    ["StopTransaction", { transactionId: 815, meterStop: 1_500, timestamp: open.startedAt }],
  ]);
  assertEquals(rowsOf(upstream), []);
  const { outbox, transactions } = await upstream.store.load(0);
  assertEquals([outbox, transactions.map(({ upstreamNumber }) => upstreamNumber)], [[], [815]]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("meter rows that wait together go up as one message", async () => {
  const upstream = await ready();
  await beginTransaction(upstream, 1);
  await meter(upstream, 1, 1_100, 1_200, 1_300);
  await deliver(upstream, 61_000);
  const [message, ...others] = heardOf(upstream, "MeterValues");
  assertEquals(others, []);
  assertEquals(Object(message?.payload)["meterValue"].length, 3);
  assertEquals(rowsOf(upstream), []);
  assertEquals(await stopUpstream(upstream), 0);
});

// Once it was said, it is said the same way (ruling 2)

Deno.test("a row that got no answer is repeated with its id and its bytes, and leaves only when confirmed", async () => {
  const upstream = await ready();
  upstream.answer("StartTransaction", "silence");
  await beginTransaction(upstream, 1);
  await deliver(upstream, 29_000);
  assertEquals(rowsOf(upstream).map(({ sent }) => sent), [true]);
  await upstream.clock.advance(31_000);
  upstream.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Accepted" },
  });
  await upstream.clock.advance(30_000);
  const texts = heardOf(upstream, "StartTransaction").map(({ text }) => text);
  assert(texts.length >= 2, "it was said again");
  assertEquals(new Set(texts).size, 1);
  assertEquals(rowsOf(upstream), []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("after a restart a row that was said is said in the same bytes", async () => {
  const before = await ready();
  before.answer("StartTransaction", "silence");
  await beginTransaction(before, 1);
  await deliver(before, 100);
  const [said] = heardOf(before, "StartTransaction");
  await stopUpstream(before);
  const upstream = await ready({ store: before.store, clock: before.clock });
  const [again, ...others] = heardOf(upstream, "StartTransaction");
  assertEquals([again?.text, others], [said?.text, []]);
  assertEquals(rowsOf(upstream), []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a batch that got no answer is repeated as it was, though more has come since", async () => {
  const upstream = await ready();
  await beginTransaction(upstream, 1);
  await deliver(upstream);
  upstream.answer("MeterValues", "silence");
  await meter(upstream, 1, 1_100, 1_200);
  await deliver(upstream);
  await meter(upstream, 1, 1_300);
  upstream.answer("MeterValues", {});
  await upstream.clock.advance(120_000);
  const [first, second, third, ...others] = heardOf(upstream, "MeterValues");
  assertEquals(first?.text, second?.text);
  assertEquals(
    [first, third].map((each) => Object(each?.payload)["meterValue"].length),
    [2, 1],
  );
  assertEquals(others, []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a reading that got no answer goes up again after a restart as it was, though nothing of it was written", async () => {
  const before = await ready();
  await beginTransaction(before, 1);
  await deliver(before);
  before.answer("MeterValues", "silence");
  await meter(before, 1, 1_100);
  const commits = before.store.commits();
  await deliver(before);
  assertEquals(before.store.commits(), commits);
  const [said] = heardOf(before, "MeterValues");
  await meter(before, 1, 1_200);
  await stopUpstream(before);
  const upstream = await ready({ store: before.store, clock: before.clock });
  await deliver(upstream, 10_000);
  const [again, next, ...others] = heardOf(upstream, "MeterValues");
  assertEquals([again?.text, Object(next?.payload)["meterValue"].length], [said?.text, 1]);
  assertEquals(others, []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("the confirmation of a reading goes to disk with what comes next, and before the next is sent", async () => {
  const upstream = await ready();
  await beginTransaction(upstream, 1);
  await deliver(upstream);
  const rows = async () => (await upstream.store.load(0)).outbox.length;
  await meter(upstream, 1, 1_100);
  await deliver(upstream);
  assertEquals([rowsOf(upstream).length, await rows()], [0, 1]);
  // With the next reading.
  await meter(upstream, 1, 1_200);
  assertEquals(await rows(), 1);
  // Or after a while.
  await deliver(upstream, 5_000);
  assertEquals(await rows(), 0);
  // Or when another waits already to be sent: one message at most is in doubt.
  await beginTransaction(upstream, 2);
  await meter(upstream, 1, 1_300);
  await deliver(upstream);
  assertEquals(heardOf(upstream, "MeterValues").length, 3);
  assertEquals(await rows(), 1);
  assertEquals(await stopUpstream(upstream), 0);
});

// Errors

Deno.test("a row that the CSMS refuses is tried again after growing waits, then set aside with an alarm; others go on", async () => {
  const upstream = await ready();
  upstream.peer().answer(
    "StartTransaction",
    ({ connectorId }) =>
      connectorId === 1 ? REFUSAL : { transactionId: 815, idTagInfo: { status: "Accepted" } },
  );
  await beginTransaction(upstream, 1);
  await beginTransaction(upstream, 2, { idToken: "BEN" });
  await deliver(upstream, 60_000);
  const starts = heardOf(upstream, "StartTransaction");
  const refused = starts.filter(({ payload }) => payload["connectorId"] === 1);
  const waits = refused.slice(1).map(({ atMs }, index) => atMs - (refused[index]?.atMs ?? 0));
  assertEquals(waits, [10_000, 20_000]);
  assertEquals(new Set(refused.map(({ text }) => text)).size, 1);
  assertEquals(starts.filter(({ payload }) => payload["connectorId"] === 2).length, 1);
  assertEquals(rowsOf(upstream).map(({ dead, lastError }) => [dead, lastError]), [
    [true, "InternalError"],
  ]);
  assertEquals(upstream.faults.filter(({ kind }) => kind === "dead-letter"), [{
    kind: "dead-letter",
    severity: "alarm",
    subject: "slot 1",
    text: "The CSMS did not take the started record 1: InternalError",
    state: "raised",
  }]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a token that 1.6 cannot say goes up under its alias, which is on disk by then", async () => {
  const upstream = await ready();
  const idToken = "A-TOKEN-OF-MORE-THAN-TWENTY-CHARACTERS";
  await beginTransaction(upstream, 1, { idToken });
  await deliver(upstream);
  const [start] = heardOf(upstream, "StartTransaction");
  const alias = String(start?.payload["idTag"]);
  assertMatch(alias, /^ALIAS[0-9A-Z]{15}$/);
  const stored = (await upstream.store.load(upstream.clock.wallMs()))["token-aliases"];
  assertEquals(stored.get(alias)?.idToken.idToken, idToken);
  assertEquals(rowsOf(upstream), []);
  assertEquals(upstream.faults, []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a reading that 1.6 cannot say is set aside alone: those that would go up with it do", async () => {
  const upstream = await ready();
  await beginTransaction(upstream, 1);
  await meterAt(upstream, 1, 1_100);
  await meterAt(upstream, 1, 1_200, "no time");
  await meterAt(upstream, 1, 1_300);
  await deliver(upstream, 120_000);
  const readings = heardOf(upstream, "MeterValues").flatMap(({ payload }) =>
    Object(payload)["meterValue"].map((value: unknown) => Object(value).sampledValue[0].value)
  );
  assertEquals(readings, ["1100", "1300"]);
  const [row] = rowsOf(upstream);
  assertEquals(row?.dead, true);
  assertMatch(row?.lastError ?? "", /^cannot be said in ocpp1\.6: /);
  assertEquals(upstream.faults.map(({ kind }) => kind), ["dead-letter"]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a row that the disk is still at work on is waited for, not taken for damaged", async () => {
  const clock = createVirtualClock();
  const store = createSlowStore(clock);
  const upstream = await ready({ clock, store });
  store.commitMs = 500;
  const begun = beginTransaction(upstream, 1);
  upstream.events.emit("transaction", { transactionId: "any" });
  await clock.advance(100);
  assertEquals([rowsOf(upstream).length, (await store.load(0)).outbox.length], [1, 0]);
  await clock.advance(3_000);
  await begun;
  assertEquals(heardOf(upstream, "StartTransaction").length, 1);
  assertEquals(upstream.faults, []);
  store.commitMs = 0;
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a row whose record on disk is gone is set aside, and does not hold the others up", async () => {
  const upstream = await ready();
  await beginTransaction(upstream, 1);
  await beginTransaction(upstream, 2, { idToken: "BEN" });
  await upstream.store.commit([{ kind: "drop", collection: "outbox", key: "1" }]);
  await deliver(upstream);
  assertEquals(
    heardOf(upstream, "StartTransaction").map(({ payload }) => payload["connectorId"]),
    [2],
  );
  assertEquals(rowsOf(upstream).map(({ dead, lastError }) => [dead, lastError]), [
    [true, "its record on disk is damaged"],
  ]);
  assertEquals(upstream.faults.map(({ kind }) => kind), ["dead-letter"]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a start that an operator gave up leaves -1 for what follows (1.6 errata 3.18)", async () => {
  const upstream = await ready();
  upstream.answer("StartTransaction", REFUSAL);
  await beginTransaction(upstream, 1);
  await deliver(upstream, 60_000);
  await endTransactionOn(upstream, 1);
  await deliver(upstream);
  assertEquals(heardOf(upstream, "StopTransaction"), [], "the start holds it back");
  const { transactions, outbox, journal } = upstream;
  const [start] = rowsOf(upstream);
  if (start === undefined) throw new Error("The start has gone");
  const step = transactions.apply(giveUp(transactions.state(), start.transactionId, {
    kind: "started",
    rowId: start.id,
    by: "asha",
    atMs: 0,
    error: start.lastError,
  }));
  await journal.commit([...outbox.record(step, 0), ...outbox.discard(start)]);
  await deliver(upstream);
  assertEquals(
    heardOf(upstream, "StopTransaction").map(({ payload }) => payload["transactionId"]),
    [-1],
  );
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("nothing goes up as -1 while nobody has given the start up: it waits for an operator", async () => {
  const upstream = await ready();
  upstream.answer("StartTransaction", "silence");
  await beginTransaction(upstream, 1);
  await endTransactionOn(upstream, 1);
  const [start] = rowsOf(upstream);
  // Gone, and nobody knows why.
  if (start !== undefined) await upstream.journal.commit(upstream.outbox.discard(start));
  await deliver(upstream);
  assertEquals(heardOf(upstream, "StopTransaction"), []);
  assertEquals(rowsOf(upstream).map(({ kind, dead, lastError }) => [kind, dead, lastError]), [
    ["ended", true, "the CSMS never gave it a number"],
  ]);
  assertEquals(upstream.faults.map(({ kind }) => kind), ["dead-letter"]);
  await stopUpstream(upstream);
});

Deno.test("what 1.6 has no words for is done without a word", async () => {
  const upstream = await ready();
  const open = await beginTransaction(upstream, 1);
  await deliver(upstream);
  await upstream.journal.commit(upstream.outbox.record({
    state: upstream.transactions.state(),
    changed: [],
    facts: [{
      transactionId: open.id,
      slot: 1,
      event: {
        eventType: "Updated",
        timestamp: open.startedAt,
        triggerReason: "ChargingStateChanged",
        seqNo: 1,
        transactionInfo: { transactionId: open.id },
      },
    }],
  }, upstream.clock.wallMs()));
  await deliver(upstream, 61_000);
  assertEquals([rowsOf(upstream), heardOf(upstream, "MeterValues")], [[], []]);
  assertEquals(await stopUpstream(upstream), 0);
});

// What the answers teach

for (
  const [status, stopOnInvalid, becomes] of [
    ["Accepted", "true", "left alone"],
    ["Blocked", "true", "stopped"],
    ["ConcurrentTx", "true", "stopped"],
    ["Blocked", "false", "suspended"],
  ] as const
) {
  Deno.test(`a start that the CSMS calls ${status} is ${becomes} with StopTransactionOnInvalidId ${stopOnInvalid}`, async () => {
    const upstream = await ready();
    await upstream.peer().result("ChangeConfiguration", {
      key: "StopTransactionOnInvalidId",
      value: stopOnInvalid,
    });
    upstream.answer("StartTransaction", { transactionId: 815, idTagInfo: { status } });
    const open = await beginTransaction(upstream, 1);
    await deliver(upstream);
    const isRefused = becomes !== "left alone";
    assertEquals(upstream.chargers.enforced, isRefused ? [open.id] : []);
    const { transactions } = await upstream.store.load(upstream.clock.wallMs());
    const [kept] = transactions;
    assertEquals(kept?.refusal?.status, isRefused ? status : undefined);
    assertEquals(kept?.intendedStop, becomes === "stopped" ? "DeAuthorized" : null);
    assertEquals(kept !== undefined && isSuspended(kept), becomes === "suspended");
    const known = upstream.tokens.judge(open.idToken, false, upstream.clock.wallMs());
    assertEquals(known.kind === "decided" && known.decision.info.status, status);
    assertEquals(await stopUpstream(upstream), 0);
  });
}

Deno.test("a session that has ended when the CSMS refuses its start is left alone", async () => {
  const upstream = await ready();
  upstream.answer("StartTransaction", { transactionId: 815, idTagInfo: { status: "Blocked" } });
  await beginTransaction(upstream, 1);
  await endTransactionOn(upstream, 1);
  await deliver(upstream);
  assertEquals(upstream.chargers.enforced, []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("what the answer to a stop says of its token is learnt (1.6 §3.5.1)", async () => {
  const upstream = await ready();
  upstream.answer("StopTransaction", { idTagInfo: { status: "Expired" } });
  const open = await beginTransaction(upstream, 1);
  await deliver(upstream);
  const { transactions, outbox, journal, clock } = upstream;
  const step = transactions.apply(stopTransaction(transactions.state(), {
    chargerId: "CP1",
    intent: {
      message: {
        transactionNumber: open.number,
        idToken: { idToken: "ASHA", type: "Central" },
        meterStopWh: 2_000,
        timestamp: isoTime(clock.wallMs()),
      },
    },
    nowWallMs: clock.wallMs(),
    mayAmend: outbox.mayAmend,
    offline: false,
  }));
  await journal.commit(outbox.record(step, clock.wallMs()));
  await deliver(upstream);
  const known = upstream.tokens.judge({ idToken: "ASHA", type: "Central" }, false, clock.wallMs());
  assertEquals(known.kind === "decided" && known.decision.info.status, "Expired");
  assertEquals((await upstream.store.load(0))["authorization-cache"].size, 1);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("records that the disk does not give out are read again, and the way up stays open meanwhile", async () => {
  const clock = createVirtualClock();
  const store = createSlowStore(clock);
  const read = store.rows;
  const upstream = await ready({ clock, store });
  store.rows = () => Promise.reject(new Error("disk I/O error"));
  await beginTransaction(upstream, 1);
  await deliver(upstream, 20_000);
  assertEquals(heardOf(upstream, ...TRANSACTION), []);
  assertEquals(upstream.logged.filter(({ event }) => event === "ledger_read_failed").length, 1);
  const asking = upstream.csms.authorize({ idToken: "ASHA", type: "Central" });
  await clock.advance(0);
  assertEquals((await asking)?.status, "Accepted");
  store.rows = read;
  await clock.advance(1_000);
  assertEquals(heardOf(upstream, ...TRANSACTION).map(({ action }) => action), [
    "StartTransaction",
  ]);
  assertEquals([rowsOf(upstream), upstream.peers.length], [[], 1]);
  await stopUpstream(upstream);
});

Deno.test("a fault of our own in the middle of the work ends the connection, and the next one goes on", async () => {
  const upstream = await ready();
  const { pick } = upstream.outbox;
  Object.assign(upstream.outbox, {
    pick: () => {
      throw new Error("out of its mind");
    },
  });
  await beginTransaction(upstream, 1);
  await deliver(upstream);
  Object.assign(upstream.outbox, { pick });
  await upstream.clock.advance(20_000);
  assertEquals(upstream.peers.length, 2);
  assertEquals(heardOf(upstream, "StartTransaction").length, 1);
  assertEquals(await stopUpstream(upstream), 0);
});
