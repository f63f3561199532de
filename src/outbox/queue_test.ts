import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { atMs, header } from "../../test/contract/sessions.ts";
import {
  addRow,
  confirmRow,
  EMPTY_OUTBOX,
  findRow,
  foldRows,
  hasRows,
  holdsRow,
  type OutboxRules,
  type OutboxState,
  outboxSummary,
  refuseRow,
  removeRow,
  restoreOutbox,
  reviveRow,
  thinned,
} from "./queue.ts";
import type { RowHeader } from "./row.ts";

const RULES: OutboxRules = {
  refusalsMax: 3,
  retryIntervalMs: 60_000,
  openRowsMax: 100,
  endedRowsMax: 100,
};

function stateOf(...rows: readonly RowHeader[]): OutboxState {
  return rows.reduce((state, row) => addRow(state, row, RULES).state, EMPTY_OUTBOX);
}

function idsOf(state: OutboxState, transactionId = "tx-1"): number[] {
  return state.lanes.get(transactionId)?.rows.map(({ id }) => id) ?? [];
}

function meters(count: number, change: (id: number) => Partial<RowHeader> = () => ({})) {
  return Array.from({ length: count }, (_, at) => header({ id: at + 1, ...change(at + 1) }));
}

Deno.test("addRow() puts rows of a transaction into one lane, in order", () => {
  const state = stateOf(
    header({ id: 1, kind: "started" }),
    header({ id: 2, kind: "started", transactionId: "tx-2", slot: 2 }),
    header({ id: 3 }),
  );
  assertEquals([idsOf(state), idsOf(state, "tx-2")], [[1, 3], [2]]);
  assertEquals(state.lanes.get("tx-2")?.slot, 2);
  assertEquals(state.lastRowId, 3);
});

Deno.test("restoreOutbox() gives the queue that the rows had made, in whatever order they lie", () => {
  const rows = [
    header({ id: 1, kind: "started" }),
    header({ id: 2, kind: "started", transactionId: "tx-2", slot: 2 }),
    header({ id: 4, dead: true, refusals: 3 }),
    header({ id: 9, kind: "ended" }),
  ];
  assertEquals(restoreOutbox(rows.toReversed()), stateOf(...rows));
  assertEquals(restoreOutbox([]), EMPTY_OUTBOX);
});

Deno.test("restoreOutbox() opens a week of outage at once", () => {
  const rows = Array.from(
    { length: 200_000 },
    (_, id) => header({ id, transactionId: `tx-${id % 20_000}` }),
  );
  const state = restoreOutbox(rows);
  assertEquals([state.lanes.size, state.lastRowId], [20_000, 199_999]);
  assertEquals(outboxSummary(state, 0).rows, 200_000);
});

Deno.test("confirmRow() and removeRow() take a row out, and the lane with the last", () => {
  const [first, second] = [header({ id: 1 }), header({ id: 2 })];
  const one = confirmRow(stateOf(first, second), first);
  assertEquals(idsOf(one), [2]);
  assert(hasRows(one, "tx-1"));
  const none = removeRow(one, second);
  assertEquals(none.lanes.size, 0);
  assert(!hasRows(none, "tx-1"));
  assertEquals(none.lastRowId, 2);
  assertStrictEquals(removeRow(none, second), none);
});

Deno.test("refuseRow() waits longer after each refusal, then sets the row aside (1.6 §3.7.1)", () => {
  let row = header({ id: 1 });
  let state = stateOf(row, header({ id: 2 }));
  for (const [refusals, waitMs, dead] of [[1, 60_000, false], [2, 120_000, false], [3, -5, true]]) {
    ({ state, row } = refuseRow(state, row, "InternalError", 5, RULES));
    assertEquals([row.refusals, row.dead, row.lastError], [refusals, dead, "InternalError"]);
    const lane = state.lanes.get("tx-1");
    assertEquals(lane?.retryAtMs, 5 + Number(waitMs));
    assertEquals(lane?.rows[0], row);
    assertEquals(lane?.rows.length, 2);
  }
});

Deno.test("confirmRow() ends the waiting after a refusal", () => {
  const row = header({ id: 1 });
  const refused = refuseRow(stateOf(row, header({ id: 2 })), row, "GenericError", 5, RULES);
  assertEquals(confirmRow(refused.state, refused.row).lanes.get("tx-1")?.retryAtMs, 0);
});

Deno.test("reviveRow() lets a dead row try again from the beginning, at once", () => {
  const dead = header({ id: 1, dead: true, refusals: 3, lastError: "GenericError", sent: true });
  const { state, row } = reviveRow(stateOf(dead), dead);
  assertEquals(row, header({ id: 1, sent: true }));
  assertEquals(state.lanes.get("tx-1")?.rows, [row]);
  assertEquals(state.lanes.get("tx-1")?.retryAtMs, 0);
});

Deno.test("foldRows() leaves one sent row in the place of several", () => {
  const rows = [
    header({ id: 2 }),
    header({ id: 3, essential: true, readings: 4 }),
    header({ id: 4 }),
  ];
  const state = stateOf(header({ id: 1, dead: true }), ...rows, header({ id: 5 }));
  const step = foldRows(state, rows);
  assertEquals(step?.folded, header({ id: 2, sent: true, essential: true, readings: 6 }));
  assertEquals(step?.dropped, [3, 4]);
  assertEquals(step && idsOf(step.state), [1, 2, 5]);
  assertEquals(step && findRow(step.state, 2), step?.folded);
});

Deno.test("foldRows() touches nothing when the first row is gone", () => {
  const rows = [header({ id: 2 }), header({ id: 3 })];
  const state = stateOf(header({ id: 1 }), ...rows);
  const [first] = rows;
  assertEquals(foldRows(state, []), null);
  assertEquals(first && foldRows(removeRow(state, first), rows), null);
  assertEquals(foldRows(EMPTY_OUTBOX, rows), null);
});

Deno.test("findRow(), hasRows() and holdsRow() know what is in the queue", () => {
  const other = header({ id: 2, transactionId: "tx-2" });
  const state = stateOf(header({ id: 1 }), other);
  assertEquals(findRow(state, 2), other);
  assertEquals(findRow(state, 3), undefined);
  assert(hasRows(state, "tx-2") && !hasRows(state, "tx-3"));
  assert(holdsRow(state, other));
  assert(!holdsRow(state, header({ id: 3 })) && !holdsRow(state, { ...other, transactionId: "x" }));
});

Deno.test("outboxSummary() counts what waits, what is set aside, and the oldest", () => {
  const state = stateOf(
    header({ id: 1, dead: true, createdAtMs: atMs(-900) }),
    header({ id: 2, createdAtMs: atMs(-60) }),
    header({ id: 3, createdAtMs: atMs(-90), transactionId: "tx-2" }),
  );
  assertEquals(outboxSummary(state, atMs(0.9)), { rows: 2, deadLetters: 1, oldestSeconds: 90 });
  assertEquals(outboxSummary(state, atMs(-900)).oldestSeconds, 0);
  assertEquals(outboxSummary(EMPTY_OUTBOX, atMs(0)), { rows: 0, deadLetters: 0, oldestSeconds: 0 });
});

Deno.test("thinned() takes every second meter row, never first and last", () => {
  const cases = [
    { name: "not too many", rows: meters(6), max: 6, expected: [] },
    { name: "one too many", rows: meters(7), max: 6, expected: [2, 4, 6] },
    { name: "twice", rows: meters(7), max: 3, expected: [2, 4, 6, 3] },
    { name: "as far as it goes", rows: meters(7), max: 0, expected: [2, 4, 6, 3, 5] },
    { name: "two", rows: meters(2), max: 1, expected: [] },
    {
      name: "a row that is on its way",
      rows: meters(5, (id) => ({ sent: id === 2 })),
      max: 4,
      expected: [3],
    },
    {
      name: "essential rows",
      rows: meters(6, (id) => ({ essential: id % 2 === 0 })),
      max: 3,
      expected: [3, 5],
    },
    {
      name: "dead rows do not count",
      rows: meters(5, (id) => ({ dead: id === 1 })),
      max: 4,
      expected: [],
    },
    {
      name: "starts and ends",
      rows: [header({ id: 10, kind: "started" }), ...meters(3), header({ id: 11, kind: "ended" })],
      max: 0,
      expected: [2],
    },
  ];
  for (const { name, rows, max, expected } of cases) {
    assertEquals(thinned(rows, max), expected, name);
  }
});

Deno.test("thinned() keeps its promises for any lane", () => {
  const lanes = fc.array(
    fc.record({
      kind: fc.constantFrom("updated" as const, "updated" as const, "started" as const),
      sent: fc.boolean(),
      essential: fc.boolean(),
      dead: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(fc.property(lanes, fc.nat({ max: 20 }), (parts, max) => {
    const rows = parts.map((part, id) => header({ id, ...part }));
    const dropped = new Set(thinned(rows, max));
    const live = rows.filter(({ kind, dead }) => kind === "updated" && !dead);
    const kept = rows.filter(({ id }) => dropped.has(id));
    assert(kept.every((row) => row.kind === "updated" && !row.dead && !row.sent && !row.essential));
    for (const edge of [live[0], live.at(-1)]) assert(edge === undefined || !dropped.has(edge.id));
    const droppable = live.slice(1, -1).filter(({ sent, essential }) => !sent && !essential);
    if (live.length <= max) assertEquals(dropped.size, 0);
    else assert(live.length - dropped.size <= Math.max(max, live.length - droppable.length));
  }));
});

Deno.test("addRow() thins by other bounds once the transaction has ended", () => {
  const rules = { ...RULES, openRowsMax: 6, endedRowsMax: 3 };
  const open = meters(6).reduce((state, row) => addRow(state, row, rules).state, EMPTY_OUTBOX);
  assertEquals(idsOf(open), [1, 2, 3, 4, 5, 6]);
  const fuller = addRow(open, header({ id: 7 }), rules);
  assertEquals([fuller.dropped, idsOf(fuller.state)], [[2, 4, 6], [1, 3, 5, 7]]);
  const done = addRow(open, header({ id: 8, kind: "ended" }), rules);
  assertEquals([done.dropped, idsOf(done.state)], [[2, 4, 3], [1, 5, 6, 8]]);
});
