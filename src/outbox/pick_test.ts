import { assertEquals } from "@std/assert";
import { header } from "../../test/contract/sessions.ts";
import { OUTBOX_LIMITS } from "./bounds.ts";
import { type Pick, type PickCircumstances, pickNext as pickByRules } from "./pick.ts";
import { type OutboxState, restoreOutbox } from "./lanes.ts";
import { confirmRow, refuseRow } from "./queue.ts";
import type { RowHeader, RowKind } from "./row.ts";

const NOW: PickCircumstances = {
  nowMs: 1_000_000,
  replay: "spec",
  liveAfterRowId: Number.POSITIVE_INFINITY,
  isAnnounced: () => true,
};

function pickNext(state: OutboxState, now: PickCircumstances): Pick {
  return pickByRules(state, now, OUTBOX_LIMITS);
}

/** A row of transaction "tx-<slot>". */
function row(id: number, slot: number, kind: RowKind, changes: Partial<RowHeader> = {}): RowHeader {
  return header({ id, slot, transactionId: `tx-${slot}`, kind, ...changes });
}

function picked(pick: Pick): number[] | string {
  return pick.kind === "send" ? pick.rows.map(({ id }) => id) : pick.kind;
}

/** Everything that goes up, message by message, when the CSMS takes it all. */
function drained(rows: readonly RowHeader[], now: Partial<PickCircumstances> = {}): number[][] {
  const messages: number[][] = [];
  let state = restoreOutbox(rows);
  for (;;) {
    const pick = pickNext(state, { ...NOW, ...now });
    if (pick.kind !== "send") return messages;
    messages.push(pick.rows.map(({ id }) => id));
    state = pick.rows.reduce(confirmRow, state);
  }
}

function run(count: number, changes: Partial<RowHeader> = {}): RowHeader[] {
  return Array.from({ length: count }, (_, at) => row(at + 2, 1, "updated", changes));
}

Deno.test("pickNext() has nothing to send from an empty queue", () => {
  assertEquals(pickNext(restoreOutbox([]), NOW), { kind: "nothing" });
});

Deno.test("pickNext() replays transaction by transaction, the oldest first (ruling 3)", () => {
  const rows = [
    row(1, 1, "started"),
    row(2, 2, "started"),
    row(3, 1, "updated"),
    row(4, 2, "updated"),
    row(5, 2, "ended"),
    row(6, 1, "updated"),
    row(7, 1, "ended"),
  ];
  assertEquals(drained(rows), [[1], [3, 6], [7], [2], [4], [5]]);
});

Deno.test("pickNext() goes on with a transaction that was half told before a restart", () => {
  const rows = [row(2, 2, "started"), row(3, 1, "updated"), row(5, 2, "ended"), row(7, 1, "ended")];
  assertEquals(drained(rows), [[3], [7], [2], [5]]);
});

Deno.test("pickNext() lets new messages wait for the old, or starts and stops go ahead", () => {
  const rows = [
    row(1, 1, "started"),
    row(2, 1, "updated"),
    row(3, 2, "updated"),
    row(10, 1, "ended"),
    row(11, 3, "started"),
    row(12, 4, "updated"),
    row(13, 2, "ended"),
    row(14, 5, "ended"),
  ];
  const liveAfterRowId = 10;
  assertEquals(drained(rows, { liveAfterRowId, replay: "spec" }), [
    [3],
    [1],
    [2],
    [10],
    [11],
    [13],
    [14],
    [12],
  ]);
  assertEquals(drained(rows, { liveAfterRowId, replay: "live-first" }), [
    [11],
    [14],
    [3],
    [13],
    [1],
    [2],
    [10],
    [12],
  ]);
});

Deno.test("pickNext() tells a slot's transactions one after the other, live or not", () => {
  const old = { transactionId: "tx-old" };
  const rows = [
    row(1, 1, "started", old),
    row(2, 1, "ended", old),
    row(11, 1, "started"),
    row(12, 2, "started"),
  ];
  for (const replay of ["spec", "live-first"] as const) {
    const order = drained(rows, { replay, liveAfterRowId: 10 }).flat().filter((id) => id !== 12);
    assertEquals(order, [1, 2, 11], replay);
  }
  // Also while the older one waits after a refusal; other slots go on.
  const [first] = rows;
  if (first === undefined) throw new Error("no row");
  const rules = { refusalsMax: 3, retryIntervalMs: 60_000, ...OUTBOX_LIMITS };
  const { state } = refuseRow(restoreOutbox(rows), first, "GenericError", NOW.nowMs, rules);
  assertEquals(picked(pickNext(state, NOW)), [12]);
  const [, , , other] = rows;
  const alone = other === undefined ? state : confirmRow(state, other);
  assertEquals(pickNext(alone, NOW), { kind: "wait", untilMs: NOW.nowMs + 60_000 });
});

Deno.test("pickNext() holds a transaction back whose start was set aside, and no other", () => {
  const dead = row(1, 1, "started", { dead: true });
  const rows = [dead, row(2, 1, "updated"), row(3, 1, "ended"), row(4, 2, "ended")];
  assertEquals(drained(rows), [[4]]);
  // A later transaction of the same slot is not held back by it either.
  const later = row(5, 1, "started", { transactionId: "tx-later" });
  assertEquals(drained([...rows, later]), [[4], [5]]);
});

Deno.test("pickNext() passes over other rows that were set aside", () => {
  const rows = [
    row(1, 1, "updated", { dead: true }),
    row(2, 1, "updated"),
    row(3, 1, "updated", { dead: true }),
    row(4, 1, "ended", { dead: true }),
  ];
  assertEquals(drained(rows), [[2]]);
});

Deno.test("pickNext() sends a slot's state first where the CSMS has not heard of it", () => {
  const state = restoreOutbox([row(1, 1, "started"), row(2, 2, "started")]);
  const isAnnounced = (slot: number) => slot === 2;
  assertEquals(pickNext(state, { ...NOW, isAnnounced }), { kind: "announce", slot: 1 });
});

Deno.test("pickNext() packs waiting readings into as few messages as they fit, never into an end", () => {
  const sizes = (rows: readonly RowHeader[]) => drained(rows).map(({ length }) => length);
  assertEquals(sizes([...run(8), row(99, 1, "ended")]), [8, 1]);
  assertEquals(sizes([...run(200), row(999, 1, "ended")]), [50, 50, 50, 50, 1]);
  assertEquals(sizes(run(51)), [50, 1]);
  assertEquals(sizes(run(5, { readings: 20 })), [2, 2, 1]);
  assertEquals(sizes(run(3, { readings: 60 })), [1, 1, 1]);
  assertEquals(sizes(run(3, { readings: 0 })), [3]);
});

Deno.test("pickNext() does not add to what was sent before, nor send it again with others", () => {
  const rows = [
    row(2, 1, "updated", { sent: true }),
    row(3, 1, "updated"),
    row(4, 1, "updated"),
    row(5, 1, "updated", { sent: true }),
    row(6, 1, "updated"),
  ];
  assertEquals(drained(rows), [[2], [3, 4], [5], [6]]);
});

Deno.test("pickNext() waits after a refusal, whatever is refused", () => {
  const rules = { refusalsMax: 3, retryIntervalMs: 70_000, ...OUTBOX_LIMITS };
  for (const kind of ["started", "updated", "ended"] as const) {
    const only = row(2, 1, kind);
    const { state } = refuseRow(restoreOutbox([only]), only, "GenericError", NOW.nowMs, rules);
    const wait = { kind: "wait", untilMs: NOW.nowMs + 70_000 } as const;
    assertEquals(pickNext(state, NOW), wait, kind);
    assertEquals(picked(pickNext(state, { ...NOW, nowMs: wait.untilMs })), [2], kind);
  }
});

Deno.test("pickNext() waits for the first of all that will be due", () => {
  const rules = { refusalsMax: 3, retryIntervalMs: 40_000, ...OUTBOX_LIMITS };
  const rows = [row(1, 1, "updated"), row(2, 2, "updated")];
  const refused = rows.reduce(
    (state, each, index) => refuseRow(state, each, "x", NOW.nowMs + index * 9_000, rules).state,
    restoreOutbox(rows),
  );
  assertEquals(pickNext(refused, NOW), { kind: "wait", untilMs: NOW.nowMs + 40_000 });
});
