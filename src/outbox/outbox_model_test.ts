import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createOutboxReferee } from "../../test/contract/outbox_referee.ts";
import { atMs, meterCase, registerAt, startCase, stopCase } from "../../test/contract/sessions.ts";
import { createSeededIds } from "../lib/ids.ts";
import {
  meterTransaction,
  NO_TRANSACTIONS,
  openOn,
  startTransaction,
  stopTransaction,
  type TransactionStep,
} from "../transactions/mod.ts";
import { OUTBOX_BOUNDS } from "./bounds.ts";
import { foldEvents } from "./fold.ts";
import type { LedgerWrite } from "./ledger.ts";
import { createOutbox } from "./outbox.ts";
import type { OutboxRules } from "./queue.ts";
import { headerOf, type OutboxRow, type RowHeader } from "./row.ts";

const RULES: OutboxRules = {
  refusalsMax: 2,
  retryIntervalMs: 1000,
  openMessagesMax: 3,
  endedMessagesMax: 2,
  message: { readings: 3, bytes: 1_500 },
  bounds: { ...OUTBOX_BOUNDS, readings: { rows: 16, bytes: 8_000 } },
};
const SLOTS = 3;

type Move =
  | { readonly kind: "start" | "stop"; readonly slot: number }
  | { readonly kind: "meter"; readonly slot: number; readonly essential: boolean }
  /** What the CSMS makes of the next message, or an operator before it answers. */
  | { readonly kind: "deliver"; readonly fate: "taken" | "refused" | "lost" | "discarded" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "clock-jumps"; readonly ms: number }
  /** `pack` puts the rows of one transaction together. */
  | { readonly kind: "reconnect" | "restart" | "revive" | "pack" };

const slots = fc.integer({ min: 1, max: SLOTS });
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("start", "stop"), slot: slots }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("meter"),
      slot: slots,
      essential: fc.nat({ max: 3 }).map((dice) => dice === 0),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("deliver"),
      fate: fc.constantFrom("taken", "taken", "taken", "refused", "lost", "discarded"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait"), ms: fc.nat({ max: 6000 }) }) },
  fc.record({
    kind: fc.constant("clock-jumps"),
    ms: fc.integer({ min: -31_536_000_000, max: 31_536_000_000 }),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("reconnect", "restart", "revive") }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("pack") }) },
);

/** Rows as a disk keeps them: as text. */
function createDisk() {
  const rows = new Map<string, string>();
  return {
    write(writes: readonly LedgerWrite[]) {
      for (const write of writes) {
        if (write.collection !== "outbox") continue;
        if (write.kind === "drop") rows.delete(write.key);
        else rows.set(write.key, JSON.stringify(write.value));
      }
    },
    rows: (): OutboxRow[] => [...rows.values()].map((text) => JSON.parse(text)),
  };
}

/** A gateway's outbox, its disk, and a CSMS with moods. */
function createWorld() {
  const ids = createSeededIds(7);
  const disk = createDisk();
  const referee = createOutboxReferee();
  let lastRowId = 0;
  let outbox = createOutbox(ids, () => RULES, { outbox: [], lastRowId });
  let announced = new Set<number>();
  let liveAfterRowId = 0;
  let transactions = NO_TRANSACTIONS;
  let count = 0;
  let monoMs = 0;
  let wallOffsetMs = atMs(0);

  function record(step: TransactionStep): void {
    transactions = step.state;
    referee.recorded(step);
    const before = new Map(disk.rows().map((row) => [String(row.id), row]));
    const writes = outbox.record(step, monoMs + wallOffsetMs);
    for (const { kind, key } of writes) {
      const row = kind === "drop" ? before.get(key) : undefined;
      if (row !== undefined) referee.thinned(row);
    }
    disk.write(writes);
    lastRowId = Math.max(lastRowId, outbox.lastRowId());
  }

  function start(slot: number): void {
    const around = { slot, chargerId: `CP${slot}`, newId: `tx-${++count}` };
    const timestamp = new Date(atMs(count)).toISOString();
    record(startTransaction(transactions, startCase({ timestamp }, around)));
  }

  function meter(slot: number, essential: boolean): void {
    const [value] = registerAt(count, ++count).sampledValue;
    if (value === undefined) return;
    const sampled = essential ? { ...value, context: "Sample.Clock" as const } : value;
    const reading = { ...registerAt(count, count), sampledValue: [sampled] };
    record(meterTransaction(transactions, meterCase([reading], {}, { chargerId: `CP${slot}` })));
  }

  function stop(slot: number): void {
    const open = openOn(transactions, slot);
    if (open === undefined) return;
    const around = { chargerId: `CP${slot}` };
    record(stopTransaction(transactions, stopCase(open.number, { meterStopWh: count }, around)));
  }

  /** One turn of the delivery loop. False when there is nothing to do now. */
  function deliver(fate: (Move & { kind: "deliver" })["fate"]): boolean {
    const pick = outbox.pick({
      nowMs: monoMs,
      replay: count % 2 === 0 ? "spec" : "live-first",
      liveAfterRowId,
      isAnnounced: (slot) => announced.has(slot),
    });
    if (pick.kind === "announce") announced.add(pick.slot);
    if (pick.kind === "wait") assert(pick.untilMs > monoMs, "waits for the past");
    if (pick.kind !== "send") return pick.kind === "announce";
    const stored = new Map(disk.rows().map((row) => [row.id, row]));
    const rows = pick.rows.map(({ id }) => stored.get(id)).filter((row) => row !== undefined);
    const [first, ...rest] = rows;
    assertEquals(rows.length, pick.rows.length, "the disk lacks a row");
    if (first === undefined) return false;
    send(pick.rows, [first, ...rest], fate);
    return true;
  }

  function send(
    picked: readonly RowHeader[],
    rows: readonly [OutboxRow, ...OutboxRow[]],
    fate: (Move & { kind: "deliver" })["fate"],
  ): void {
    let [row] = rows;
    if (row.frame === null) {
      const content = foldEvents(rows);
      const frame = { version: "ocpp1.6", action: "X", text: JSON.stringify(content.event) };
      const marked = outbox.markSent(picked, rows, content, frame);
      if (marked === null) throw new Error(`row ${row.id} is on disk and not in the queue`);
      disk.write(marked.writes);
      row = marked.row;
    }
    referee.sent(row);
    if (fate === "taken") {
      referee.taken(row);
      disk.write(outbox.confirm(row));
    } else if (fate === "refused") {
      const { dead, writes } = outbox.refuse(row, "InternalError", monoMs);
      disk.write(writes);
      if (dead) referee.setAside(row);
    } else if (fate === "discarded") {
      referee.discarded(row);
      disk.write(outbox.discard(row));
      disk.write(outbox.refuse(row, "InternalError", monoMs).writes);
    }
  }

  /** One job of the packer. False when there is none. */
  function pack(): boolean {
    const job = outbox.nextPacking();
    if (job === null) return false;
    const ids = new Set(job.rows.map(({ id }) => id));
    const before = disk.rows().filter(({ id }) => ids.has(id));
    disk.write(outbox.pack(job, before));
    referee.packed(before, disk.rows().filter(({ id }) => ids.has(id)));
    return true;
  }

  function revive(): void {
    const dead = disk.rows().find((row) => row.dead);
    if (dead !== undefined) disk.write(outbox.revive(dead));
  }

  function reconnect(): void {
    announced = new Set();
    liveAfterRowId = outbox.lastRowId();
  }

  function restart(): void {
    const before = outbox.state();
    outbox = createOutbox(ids, () => RULES, { outbox: disk.rows().map(headerOf), lastRowId });
    const rowsOf = ({ lanes }: typeof before) =>
      [...lanes.values()].flatMap(({ rows }) => rows).toSorted((a, b) => a.id - b.id);
    const after = rowsOf(outbox.state());
    // That a reading went up alone is not written; after a restart it may have been the next one.
    const facts = (rows: readonly RowHeader[]) => rows.map(({ sent: _, ...row }) => row);
    assertEquals(facts(after), facts(rowsOf(before)), "memory and disk have parted");
    for (const row of after) {
      assert(row.sent || !referee.wasSaid(row.messageId), "said, may change");
    }
    reconnect();
  }

  function run(move: Move): void {
    switch (move.kind) {
      case "start":
        return start(move.slot);
      case "stop":
        return stop(move.slot);
      case "meter":
        return meter(move.slot, move.essential);
      case "deliver":
        return void deliver(move.fate);
      case "wait":
        monoMs += move.ms;
        return;
      case "clock-jumps":
        wallOffsetMs += move.ms;
        return;
      case "revive":
        return revive();
      case "pack":
        return void pack();
      case "reconnect":
        return reconnect();
      case "restart":
        return restart();
    }
  }

  /** Every driver goes home, the CSMS takes all, an operator revives what was set aside (I9). */
  function end(): void {
    for (let slot = 1; slot <= SLOTS; slot++) stop(slot);
    const rowCount = disk.rows().length;
    for (let turn = 0; disk.rows().length > 0; turn++) {
      assert(turn < 5 * rowCount + 40, "the outbox does not drain");
      if (pack() || deliver("taken")) continue;
      revive();
      monoMs += RULES.refusalsMax * RULES.retryIntervalMs;
    }
    assertEquals(outbox.state().lanes.size, 0);
    referee.everythingArrived();
  }

  return { run, end };
}

Deno.test("an outbox keeps order, loses nothing and drains, whatever happens to it", () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 120, size: "max" }), (sequence) => {
      const world = createWorld();
      for (const move of sequence) world.run(move);
      world.end();
    }),
    { numRuns: 1000 },
  );
});
