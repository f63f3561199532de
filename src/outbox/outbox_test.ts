import { assert, assertEquals } from "@std/assert";
import {
  at,
  atMs,
  header,
  meterCase,
  outboxRow,
  registerAt,
  startCase,
  stopCase,
} from "../../test/contract/sessions.ts";
import { createSeededIds } from "../lib/ids.ts";
import { drop, put } from "../lib/write.ts";
import type { MeterValue } from "../ocpp/mod.ts";
import {
  bindUpstream,
  meterTransaction,
  NO_TRANSACTIONS,
  orphanKey,
  startTransaction,
  stopTransaction,
} from "../transactions/mod.ts";
import { OUTBOX_BOUNDS, OUTBOX_LIMITS } from "./bounds.ts";
import { foldEvents } from "./fold.ts";
import type { LedgerWrite } from "./ledger.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutboxRules } from "./queue.ts";
import { contentBytes, headerOf, type OutboxRow } from "./row.ts";

const RULES: OutboxRules = {
  ...OUTBOX_LIMITS,
  refusalsMax: 3,
  retryIntervalMs: 60_000,
};
const EMPTY = { outbox: [], lastRowId: 0 };
const FRAME = { version: "ocpp1.6", action: "MeterValues", text: "[2]" };

function newOutbox(rules: Partial<OutboxRules> = {}, snapshot = EMPTY): Outbox {
  return createOutbox(createSeededIds(1), () => ({ ...RULES, ...rules }), snapshot);
}

function rowsIn(writes: readonly LedgerWrite[]): OutboxRow[] {
  return writes.flatMap((write) =>
    write.collection === "outbox" && write.kind === "put" ? [write.value] : []
  );
}

/** Headers as a pick gives them. */
function picked(outbox: Outbox, ...ids: readonly number[]) {
  return ids.map((id) => outbox.find(id)).filter((row) => row !== undefined);
}

/** An outbox that holds these rows of "tx-1". */
function outboxWith(...rows: readonly OutboxRow[]): Outbox {
  return createOutbox(createSeededIds(1), () => RULES, {
    outbox: rows.map(headerOf),
    lastRowId: 0,
  });
}

Deno.test("record() writes the transactions and a row for each of their events", () => {
  const outbox = newOutbox();
  const first = startTransaction(NO_TRANSACTIONS, startCase({}, { slot: 3 }));
  const second = startTransaction(
    first.state,
    startCase({ timestamp: at(60) }, { slot: 3, newId: "tx-2" }),
  );
  outbox.record(first, atMs(0));
  const writes = outbox.record(second, atMs(61));
  const [closed, begun] = second.changed;
  assertEquals(writes.slice(0, 2), [
    put("transactions", "tx-1", closed),
    put("transactions", "tx-2", begun),
  ]);
  const [end, start, ...more] = rowsIn(writes);
  assertEquals(more, []);
  assertEquals([end?.id, end?.kind, end?.transactionId], [2, "ended", "tx-1"]);
  const expected = {
    id: 3,
    transactionId: "tx-2",
    slot: 3,
    kind: "started",
    createdAtMs: atMs(61),
    readings: 1,
    essential: false,
    sent: false,
    refusals: 0,
    lastError: null,
    dead: false,
    bytes: JSON.stringify(second.facts[1]?.event).length,
    event: second.facts[1]?.event,
    carry: null,
    frame: null,
  };
  assertEquals(start, { ...expected, messageId: start?.messageId ?? "", kind: "started" });
  assert(start?.messageId !== end?.messageId && start?.messageId !== "");
  assertEquals([outbox.lastRowId(), outbox.holds("tx-2"), outbox.holds("tx-3")], [3, true, false]);
});

Deno.test("record() goes on after the highest row id that the disk has ever seen", () => {
  const outbox = newOutbox({}, { outbox: [], lastRowId: 41 });
  const [row] = rowsIn(outbox.record(startTransaction(NO_TRANSACTIONS, startCase()), 0));
  assertEquals(row?.id, 42);
});

Deno.test("record() drops from the disk what there is no room for, and counts it", () => {
  const bounds = { ...OUTBOX_BOUNDS, readings: { rows: 4, bytes: 1e6 } };
  const outbox = newOutbox({ bounds });
  let { state } = startTransaction(NO_TRANSACTIONS, startCase());
  const dropped: string[] = [];
  for (let each = 1; each <= 5; each++) {
    const step = meterTransaction(state, meterCase([registerAt(each, 1000 + each)]));
    state = step.state;
    const writes = outbox.record(step, atMs(each));
    dropped.push(...writes.filter(({ kind }) => kind === "drop").map(({ key }) => key));
  }
  assertEquals(dropped, ["2", "4"]);
  assertEquals(outbox.loads().dropped, { thinned: 0, forRoom: 2 });
  assertEquals(outbox.loads().readings.rows, 3);
  assertEquals([...outbox.state().lanes.values()].flatMap(({ rows }) => rows.map(({ id }) => id)), [
    1,
    3,
    5,
  ]);
});

Deno.test("record() marks rows that are never thinned: signed ones and those of the clock", () => {
  const { state } = startTransaction(NO_TRANSACTIONS, startCase());
  const signedMeterValue = { signedMeterData: "A1", encodingMethod: "OCMF" };
  const cases: [string, MeterValue["sampledValue"], boolean][] = [
    ["periodic", [{ value: 1, context: "Sample.Periodic" }], false],
    ["bare", [{ value: 1 }], false],
    ["of the clock", [{ value: 1 }, { value: 2, context: "Sample.Clock" }], true],
    ["signed", [{ value: 1 }, { signedMeterValue }], true],
  ];
  for (const [name, sampledValue, essential] of cases) {
    const step = meterTransaction(state, meterCase([{ timestamp: at(1), sampledValue }]));
    const [row] = rowsIn(newOutbox().record(step, 0));
    assertEquals(row?.essential, essential, name);
  }
});

Deno.test("record() writes no row for a step without events", () => {
  const { state } = startTransaction(NO_TRANSACTIONS, startCase());
  const bound = bindUpstream(state, "tx-1", 5);
  assertEquals(newOutbox().record(bound, 0), [put("transactions", "tx-1", bound.changed[0])]);
});

Deno.test("record() writes orphaned Stops, and drops the one that makes room", () => {
  const stop = stopCase(7);
  const step = stopTransaction(NO_TRANSACTIONS, stop);
  const key = orphanKey("CP1", stop.intent.message);
  const kept = { chargerId: "CP1", heardAtMs: atMs(3600), stop: stop.intent };
  assertEquals(newOutbox().record(step, 0), [put("orphan-stops", key, kept)]);
  assertEquals(newOutbox().record({ ...step, orphan: { kept, dropped: "old" } }, 0), [
    put("orphan-stops", key, kept),
    drop("orphan-stops", "old"),
  ]);
});

Deno.test("record() lets nothing pile up on a site without CSMS", () => {
  const outbox = newOutbox({ hasCsms: false });
  const step = startTransaction(NO_TRANSACTIONS, startCase());
  assertEquals(outbox.record(step, 0), [put("transactions", "tx-1", step.transaction)]);
  assertEquals(outbox.state().lanes.size, 0);
});

Deno.test("markSent() writes one row with content and frame, and drops what it took in", () => {
  const rows = [outboxRow({ id: 1 }), outboxRow({ id: 2 })] as const;
  const outbox = outboxWith(...rows);
  const content = foldEvents(rows);
  const marked = outbox.markSent(picked(outbox, 1, 2), rows, content, FRAME);
  const facts = { readings: 2, sent: true, bytes: contentBytes(content), revision: 1 };
  const row = { ...rows[0], ...content, ...facts, frame: FRAME };
  assertEquals(marked, { row, writes: [put("outbox", 1, row), drop("outbox", 2)] });
  assertEquals(outbox.find(1), header({ id: 1, ...facts }));
  assertEquals(outbox.find(2), undefined);
});

Deno.test("markSent() leaves a row in the queue whose record on disk is gone", () => {
  const rows = [outboxRow({ id: 1 }), outboxRow({ id: 3 })] as const;
  const outbox = outboxWith(rows[0], outboxRow({ id: 2 }), rows[1]);
  const marked = outbox.markSent(picked(outbox, 1, 2, 3), rows, foldEvents(rows), FRAME);
  assertEquals(marked?.writes.map(({ kind, key }) => [kind, key]), [["put", "1"], ["drop", "3"]]);
  assertEquals([outbox.find(1)?.sent, outbox.find(2)?.sent, outbox.find(3)], [
    true,
    false,
    undefined,
  ]);
});

Deno.test("markSent() does nothing for a row that was discarded before it could go", () => {
  const rows = [outboxRow({ id: 1 }), outboxRow({ id: 2 })] as const;
  const outbox = outboxWith(...rows);
  const before = picked(outbox, 1, 2);
  outbox.discard(rows[0]);
  assertEquals(outbox.markSent(before, rows, foldEvents(rows), FRAME), null);
  assertEquals(outbox.find(2), header({ id: 2 }));
});

Deno.test("confirm() and discard() take the row from the queue and from the disk", () => {
  for (const end of ["confirm", "discard"] as const) {
    const row = outboxRow({ id: 1 });
    const outbox = outboxWith(row);
    assertEquals(outbox[end](row), [drop("outbox", 1)]);
    assertEquals(outbox.holds("tx-1"), false);
  }
});

Deno.test("refuse() keeps content and frame, and sets the row aside at the last refusal", () => {
  let row = outboxRow({ id: 1, sent: true, frame: FRAME });
  const outbox = outboxWith(row);
  for (const [refusals, dead] of [[1, false], [2, false], [3, true]] as const) {
    const refused = outbox.refuse(row, "InternalError", 5);
    const next = { ...row, refusals, dead, lastError: "InternalError" };
    assertEquals(refused, { dead, writes: [put("outbox", 1, next)] });
    row = next;
  }
  assertEquals(outbox.summary(0), { rows: 0, deadLetters: 1, oldestSeconds: 0 });
});

Deno.test("bury() sets a row aside at once", () => {
  const row = outboxRow({ id: 1 });
  const outbox = outboxWith(row);
  const buried = { ...row, refusals: 1, dead: true, lastError: "cannot be said" };
  assertEquals(outbox.bury(row, "cannot be said"), [put("outbox", 1, buried)]);
  assertEquals(outbox.find(1)?.dead, true);
});

Deno.test("setAside() leaves the disk as it is", () => {
  const outbox = outboxWith(outboxRow({ id: 1 }));
  outbox.setAside(header({ id: 1 }), "damaged");
  assertEquals([outbox.find(1)?.dead, outbox.find(1)?.lastError], [true, "damaged"]);
});

Deno.test("revive() writes a dead row alive again, with the bytes it had", () => {
  const dead = outboxRow({
    id: 1,
    sent: true,
    frame: FRAME,
    dead: true,
    refusals: 3,
    lastError: "x",
  });
  const outbox = outboxWith(dead);
  const alive = { ...dead, dead: false, refusals: 0, lastError: null };
  assertEquals(outbox.revive(dead), [put("outbox", 1, alive)]);
  assertEquals(outbox.find(1), headerOf(alive));
});

Deno.test("what happens to a row after an operator discarded it does not bring it back", () => {
  const row = outboxRow({ id: 1, sent: true, frame: FRAME });
  const outbox = outboxWith(row, outboxRow({ id: 2 }));
  outbox.discard(row);
  assertEquals(outbox.refuse(row, "InternalError", 5), { dead: false, writes: [] });
  assertEquals([outbox.bury(row, "x"), outbox.revive(row)], [[], []]);
  outbox.setAside(headerOf(row), "x");
  assertEquals([outbox.find(1), outbox.find(2)], [undefined, header({ id: 2, sent: true })]);
});

Deno.test("pick() sees what was recorded", () => {
  const outbox = newOutbox();
  const now = {
    nowMs: 0,
    replay: "spec",
    liveAfterRowId: 0,
    isAnnounced: () => true,
  } as const;
  assertEquals(outbox.pick(now).kind, "nothing");
  outbox.record(startTransaction(NO_TRANSACTIONS, startCase()), atMs(0));
  assertEquals(outbox.pick(now).kind, "send");
});

/** A session that the gateway closed with a guess, as the next start made it. */
function closedSession(outbox: Outbox) {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const again = startTransaction(first.state, startCase({ timestamp: at(600) }, { newId: "tx-2" }));
  outbox.record(first, atMs(0));
  const rows = rowsIn(outbox.record(again, atMs(600)));
  const end = rows.find(({ kind }) => kind === "ended") ?? outboxRow();
  const late = {
    ...stopCase(first.transaction.number, { meterStopWh: 8_000, timestamp: at(300) }),
  };
  return { state: again.state, end, late: { ...late, mayAmend: outbox.mayAmend } };
}

Deno.test("an end that has not gone up is told otherwise in its own row, which keeps its place and its id", () => {
  const outbox = newOutbox();
  const { state, end, late } = closedSession(outbox);
  const held = outbox.find(end.id) ?? headerOf(end);
  const before = [...outbox.state().lanes.values()].flatMap(({ rows }) => rows.map(({ id }) => id));
  const writes = outbox.record(stopTransaction(state, late), atMs(700));
  const [amended, ...others] = rowsIn(writes);
  assertEquals(others, []);
  assertEquals([amended?.id, amended?.messageId, amended?.revision, amended?.createdAtMs], [
    end.id,
    end.messageId,
    1,
    end.createdAtMs,
  ]);
  assertEquals(amended?.event.meterValue?.at(-1)?.sampledValue[0]?.value, 8_000);
  assertEquals(amended?.event.seqNo, end.event.seqNo);
  const after = [...outbox.state().lanes.values()].flatMap(({ rows }) => rows.map(({ id }) => id));
  assertEquals(after, before);
  const marked = outbox.markSent([held], [end], foldEvents([end]), FRAME);
  assertEquals(marked, null, "what was read before is old");
});

Deno.test("an end that was handed to a socket stays as it was told", () => {
  const outbox = newOutbox();
  const { state, end, late } = closedSession(outbox);
  assert(outbox.mayAmend("tx-1"));
  const held = outbox.find(end.id) ?? headerOf(end);
  assert(outbox.markSent([held], [end], foldEvents([end]), FRAME) !== null);
  assert(!outbox.mayAmend("tx-1"));
  assertEquals(rowsIn(outbox.record(stopTransaction(state, late), atMs(700))), []);
});

Deno.test("on a site that stands alone nobody was told anything: an end can always be told otherwise", () => {
  const outbox = newOutbox({ hasCsms: false });
  const { state, late } = closedSession(outbox);
  assert(outbox.mayAmend("tx-1"));
  const writes = outbox.record(stopTransaction(state, late), atMs(700));
  assertEquals(writes.map(({ collection }) => collection), ["transactions"]);
});

Deno.test("a full outbox says why no new session may begin; what runs is recorded all the same", () => {
  const bounds = { ...OUTBOX_BOUNDS, sessions: { rows: 2, bytes: 1e6 } };
  const outbox = newOutbox({ bounds });
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  outbox.record(first, 0);
  assertEquals(outbox.noRoom(), null);
  outbox.record(stopTransaction(first.state, stopCase(first.transaction.number)), 0);
  assertEquals(outbox.noRoom(), "No room for new sessions: 2 starts and ends wait for the CSMS");
  assertEquals(outbox.loads().sessions.rows, 2);
  const signed = outboxRow({ id: 1, essential: true, bytes: 500 });
  const full = createOutbox(createSeededIds(1), () => ({
    ...RULES,
    bounds: { ...OUTBOX_BOUNDS, readings: { rows: 9, bytes: 500 } },
  }), { outbox: [headerOf(signed)], lastRowId: 1 });
  assertEquals(full.noRoom(), "No room for new sessions: 500 bytes of readings wait for the CSMS");
});
