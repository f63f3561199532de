import { assert, assertEquals } from "@std/assert";
import type { MeterValue } from "../../src/ocpp/mod.ts";
import type { OutboxRow, RowKind } from "../../src/outbox/mod.ts";
import type { TransactionStep } from "../../src/transactions/mod.ts";

/** Registers are unique in a run, so a reading is known by its value wherever it turns up. */
export function readingsOf(meterValue: readonly MeterValue[] = []): number[] {
  return meterValue.map(({ sampledValue }) => sampledValue[0]?.value ?? -1);
}

interface Told {
  readonly slot: number;
  /** Kinds that the CSMS has confirmed, in order. */
  readonly confirmed: RowKind[];
  /** Kinds that left the queue otherwise: an operator gave them up. */
  readonly discarded: Set<RowKind>;
  /** One of its rows was set aside: it may go up out of its turn, when an operator revives it. */
  isDisturbed: boolean;
  /** The newest reading that arrived. */
  lastReading: number;
}

/** What a CSMS sees of an outbox, and what must be true of it whatever happens. */
export function createOutboxReferee() {
  const transactions = new Map<string, Told>();
  const frames = new Map<string, string>();
  const confirmedIds = new Set<string>();
  /** The transaction of each reading. */
  const recorded = new Map<number, string>();
  const arrived = new Set<number>();
  const thinned = new Set<number>();
  const discarded = new Set<number>();

  function told(id: string, slot: number): Told {
    const known = transactions.get(id) ?? {
      slot,
      confirmed: [],
      discarded: new Set<RowKind>(),
      isDisturbed: false,
      lastReading: -1,
    };
    transactions.set(id, known);
    return known;
  }

  function seeOrder(row: OutboxRow): void {
    const own = told(row.transactionId, row.slot);
    const { confirmed, isDisturbed } = own;
    const knows = (kind: RowKind) => confirmed.includes(kind) || own.discarded.has(kind);
    if (row.kind !== "started") assert(knows("started"), `${row.kind} goes before its start`);
    if (row.kind === "updated" && !isDisturbed) {
      assert(!confirmed.includes("ended"), "an update goes after the end");
    }
    if (row.kind !== "started" || isDisturbed) return;
    for (const [id, other] of transactions) {
      if (id === row.transactionId) break;
      if (other.slot !== row.slot || other.isDisturbed) continue;
      const isOver = other.confirmed.includes("ended") || other.discarded.has("ended");
      assert(isOver, `${row.transactionId} starts on slot ${row.slot} before ${id} has ended`);
    }
  }

  return {
    recorded(step: TransactionStep) {
      for (const { transactionId, slot, event } of step.facts) {
        told(transactionId, slot);
        if (event.eventType !== "Updated") continue;
        for (const value of readingsOf(event.meterValue)) recorded.set(value, transactionId);
      }
    },
    thinned(row: OutboxRow) {
      assertEquals([row.kind, row.essential, row.sent, row.dead], ["updated", false, false, false]);
      for (const value of readingsOf(row.event.meterValue)) thinned.add(value);
    },
    /** Rows were put together: what is missing may be missing, and all is in order. */
    packed(before: readonly OutboxRow[], after: readonly OutboxRow[]) {
      const values = (rows: readonly OutboxRow[]) =>
        rows.flatMap(({ event }) => event.meterValue ?? []);
      const kept = new Set(readingsOf(values(after)));
      const all = values(before);
      for (const [place, value] of all.entries()) {
        const [name = -1] = readingsOf([value]);
        if (kept.has(name)) continue;
        const isClock = value.sampledValue.some(({ context }) => context === "Sample.Clock");
        assert(!isClock, `reading ${name} is of the clock and was thinned`);
        assert(place !== 0 && place !== all.length - 1, `${name}, first or last, was thinned`);
        thinned.add(name);
      }
      assertEquals(readingsOf(values(after)), readingsOf(all).filter((each) => kept.has(each)));
      for (const row of before) {
        assertEquals([row.kind, row.sent, row.dead], ["updated", false, false]);
      }
    },
    /** The frame of a first try is repeated to the byte at every other (ruling 2). */
    sent(row: OutboxRow) {
      assert(!confirmedIds.has(row.messageId), "a message is sent again after its confirmation");
      const text = JSON.stringify(row.event);
      assertEquals(frames.get(row.messageId) ?? text, text, "a retry differs from the first try");
      frames.set(row.messageId, text);
      seeOrder(row);
    },
    /** The CSMS has heard it, whatever became of it. */
    wasSaid: (messageId: string) => frames.has(messageId),
    taken(row: OutboxRow) {
      confirmedIds.add(row.messageId);
      const known = told(row.transactionId, row.slot);
      known.confirmed.push(row.kind);
      if (row.kind !== "updated") return;
      for (const value of readingsOf(row.event.meterValue)) {
        assert(known.isDisturbed || value > known.lastReading, "readings arrive out of order");
        known.lastReading = value;
        arrived.add(value);
      }
    },
    discarded(row: OutboxRow) {
      told(row.transactionId, row.slot).discarded.add(row.kind);
      for (const value of readingsOf(row.event.meterValue)) discarded.add(value);
    },
    setAside(row: OutboxRow) {
      told(row.transactionId, row.slot).isDisturbed = true;
    },
    /** At the end: nothing is missing but what was thinned by the rules or given up by hand. */
    everythingArrived() {
      for (const [value, id] of recorded) {
        const isKnown = arrived.has(value) || thinned.has(value) || discarded.has(value);
        assert(isKnown, `reading ${value} of ${id} was lost`);
      }
      for (const values of Map.groupBy(recorded.keys(), (each) => recorded.get(each)).values()) {
        for (const edge of [values[0], values.at(-1)]) {
          assert(edge === undefined || !thinned.has(edge), `${edge}, first or last, was thinned`);
        }
      }
      for (const [id, told] of transactions) {
        for (const kind of ["started", "ended"] as const) {
          const count = told.confirmed.filter((each) => each === kind).length;
          assert(count <= 1, `${kind} of ${id} was confirmed twice`);
          assert(count === 1 || told.discarded.has(kind), `${kind} of ${id} was lost`);
        }
      }
    },
  };
}
