import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { atMs, header } from "../../test/contract/sessions.ts";
import { OUTBOX_BOUNDS, OUTBOX_LIMITS } from "./bounds.ts";
import { EMPTY_OUTBOX, type OutboxState, restoreOutbox } from "./lanes.ts";
import {
  addRow,
  confirmRow,
  findRow,
  foldRows,
  hasRows,
  holdsRow,
  type OutboxRules,
  outboxSummary,
  refuseRow,
  removeRow,
  replaceRows,
  reviveRow,
} from "./queue.ts";
import { everySecond } from "./shed.ts";
import type { RowHeader } from "./row.ts";

const RULES: OutboxRules = { ...OUTBOX_LIMITS, refusalsMax: 3, retryIntervalMs: 60_000 };

function stateOf(...rows: readonly RowHeader[]): OutboxState {
  return rows.reduce((state, row) => addRow(state, row, RULES).state, EMPTY_OUTBOX);
}

function rowsOf(state: OutboxState): RowHeader[] {
  return [...state.lanes.values()].flatMap(({ rows }) => rows);
}

/** The headers that the queue itself holds. */
function inQueue(state: OutboxState, ...ids: readonly number[]): RowHeader[] {
  return ids.map((id) => findRow(state, id)).filter((row) => row !== undefined);
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
  const step = foldRows(state, inQueue(state, 2, 3, 4), 900);
  assertEquals(
    step?.folded,
    header({ id: 2, sent: true, essential: true, readings: 6, bytes: 900, revision: 1 }),
  );
  assertEquals(step?.dropped, [3, 4]);
  assertEquals(step && idsOf(step.state), [1, 2, 5]);
  assertEquals(step && findRow(step.state, 2), step?.folded);
});

Deno.test("foldRows() touches nothing when a row is not what was picked", () => {
  const rows = [header({ id: 2 }), header({ id: 3 })];
  const state = stateOf(header({ id: 1 }), ...rows);
  const [first] = rows;
  const picked = inQueue(state, 2, 3);
  assertEquals(foldRows(state, [], 0), null);
  assertEquals(first && foldRows(removeRow(state, first), picked, 0), null);
  assertEquals(foldRows(EMPTY_OUTBOX, picked, 0), null);
  // Also when one of them was packed, or refused, since it was picked.
  const changed = first && refuseRow(state, first, "GenericError", 0, RULES).state;
  assertEquals(changed && foldRows(changed, picked, 0), null);
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

Deno.test("everySecond() takes every second meter row, never first and last", () => {
  const cases = [
    { name: "one between", rows: meters(3), expected: [2] },
    { name: "five", rows: meters(7), expected: [2, 4, 6] },
    { name: "two", rows: meters(2), expected: [] },
    {
      name: "a row that is on its way",
      rows: meters(5, (id) => ({ sent: id === 2 })),
      expected: [3],
    },
    {
      name: "essential rows",
      rows: meters(6, (id) => ({ essential: id % 2 === 0 })),
      expected: [3],
    },
    {
      name: "dead rows do not count",
      rows: meters(5, (id) => ({ dead: id === 1 })),
      expected: [3],
    },
    {
      name: "starts and ends",
      rows: [header({ id: 10, kind: "started" }), ...meters(3), header({ id: 11, kind: "ended" })],
      expected: [2],
    },
  ];
  for (const { name, rows, expected } of cases) {
    assertEquals(everySecond(rows).map(({ id }) => id), expected, name);
  }
});

Deno.test("replaceRows() puts packed rows in the place of others, in order", () => {
  const state = stateOf(
    header({ id: 1, kind: "started" }),
    ...meters(4).slice(1),
    header({ id: 9 }),
  );
  const packed = [header({ id: 2, readings: 2, bytes: 50 }), header({ id: 3, bytes: 40 })];
  const next = replaceRows(state, inQueue(state, 2, 3, 4), packed);
  if (next === null) throw new Error("nothing was replaced");
  assertEquals(idsOf(next), [1, 2, 3, 9]);
  assertEquals(next.loads, restoreOutbox(rowsOf(next)).loads);
  assertEquals(
    replaceRows(state, [header({ id: 2 })], packed),
    null,
    "another object, another row",
  );
  assertEquals(replaceRows(state, [], packed), null);
});

const kinds = fc.constantFrom("started" as const, "updated" as const, "ended" as const);
const stories = fc.array(
  fc.record({
    move: fc.constantFrom("add", "add", "add", "confirm", "refuse", "revive"),
    lane: fc.nat({ max: 5 }),
    kind: kinds,
    bytes: fc.integer({ min: 1, max: 400 }),
    essential: fc.boolean(),
  }),
  { maxLength: 80 },
);

Deno.test("for any story the bound of meter rows holds, and only what may be dropped was dropped (I6)", () => {
  const bounds = { ...OUTBOX_BOUNDS, readings: { rows: 8, bytes: 1_600 } };
  fc.assert(fc.property(stories, (story) => {
    let state = EMPTY_OUTBOX;
    for (const [index, { move, lane, kind, bytes, essential }] of story.entries()) {
      const transactionId = `tx-${lane}`;
      const [row] = state.lanes.get(transactionId)?.rows ?? [];
      if (move === "confirm" && row !== undefined) state = confirmRow(state, row);
      if (move === "refuse" && row !== undefined) {
        state = refuseRow(state, row, "GenericError", 0, RULES).state;
      }
      if (move === "revive" && row !== undefined) state = reviveRow(state, row).state;
      if (move === "add") {
        const fresh = header({ id: index + 1, transactionId, slot: lane, kind, bytes, essential });
        const before = state;
        const step = addRow(state, fresh, { ...RULES, bounds });
        state = step.state;
        for (const gone of step.dropped) {
          assertEquals([gone.kind, gone.sent, gone.essential, gone.dead], [
            "updated",
            false,
            false,
            false,
          ]);
          const meters = [...before.lanes.get(gone.transactionId)?.rows ?? [], fresh]
            .filter((each) =>
              each.kind === "updated" && !each.dead && each.transactionId === gone.transactionId
            );
          assert(meters[0]?.id !== gone.id && meters.at(-1)?.id !== gone.id, "first or last");
        }
        const { rows, bytes: weight } = state.loads.readings;
        const isHeld = rows <= bounds.readings.rows && weight <= bounds.readings.bytes;
        const isBare = [...state.lanes.values()].every((each) =>
          everySecond(each.rows).length === 0
        );
        assert(isHeld || isBare, "over the bound with rows that may go");
      }
      assertEquals(
        state.loads,
        restoreOutbox([...state.lanes.values()].flatMap((l) => l.rows)).loads,
      );
    }
  }));
});
