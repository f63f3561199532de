import type { Ids } from "../lib/ids.ts";
import { drop, put } from "../lib/write.ts";
import { orphanKey, type TransactionFact, type TransactionStep } from "../transactions/mod.ts";
import type { FoldedEvent } from "./fold.ts";
import type { LedgerWrite } from "./ledger.ts";
import { type Pick, type PickCircumstances, pickNext } from "./pick.ts";
import {
  addRow,
  confirmRow,
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
} from "./queue.ts";
import { headerOf, type OutboxRow, type RowHeader, type RowKind } from "./row.ts";

/** Holds the queue. Whatever changes it returns what to write. */
export interface Outbox {
  state(): OutboxState;
  /**
   * What a transaction step must put on disk: the transactions it changed, rows for its events, and
   * what it keeps without a transaction.
   */
  record(step: TransactionStep, nowWallMs: number): readonly LedgerWrite[];
  pick(now: PickCircumstances): Pick;
  /**
   * The rows are about to go up as one, with this content and frame; null when an operator discarded
   * the first of them meanwhile.
   */
  markSent(
    rows: readonly OutboxRow[],
    content: FoldedEvent,
    frame: NonNullable<OutboxRow["frame"]>,
  ): { readonly row: OutboxRow; readonly writes: readonly LedgerWrite[] } | null;
  confirm(row: RowHeader): readonly LedgerWrite[];
  /** Writes nothing for a row that an operator discarded while it was on its way. */
  refuse(row: OutboxRow, error: string, nowMonoMs: number): {
    readonly dead: boolean;
    readonly writes: readonly LedgerWrite[];
  };
  /** Sets a row aside at once: it can never be said. */
  bury(row: OutboxRow, error: string): readonly LedgerWrite[];
  /** Sets a row aside whose content on disk cannot be read; the disk is left as it is. */
  setAside(header: RowHeader, error: string): void;
  find(id: number): RowHeader | undefined;
  /** An operator wants a dead row tried again; `row` with its content. */
  revive(row: OutboxRow): readonly LedgerWrite[];
  /** An operator gives a row up. */
  discard(row: RowHeader): readonly LedgerWrite[];
  holds(transactionId: string): boolean;
  summary(nowWallMs: number): ReturnType<typeof outboxSummary>;
  lastRowId(): number;
}

/** Opens the outbox on the headers that were on disk. */
export function createOutbox(
  ids: { readonly uuid: Ids["uuid"] },
  rules: () => OutboxRules,
  snapshot: { readonly outbox: readonly RowHeader[]; readonly lastRowId: number },
): Outbox {
  const restored = restoreOutbox(snapshot.outbox);
  let state: OutboxState = {
    ...restored,
    lastRowId: Math.max(restored.lastRowId, snapshot.lastRowId),
  };

  function add(fact: TransactionFact, nowWallMs: number): LedgerWrite[] {
    const row = newRow(fact, state.lastRowId + 1, ids.uuid(), nowWallMs);
    const step = addRow(state, headerOf(row), rules());
    state = step.state;
    return [put("outbox", row.id, row), ...step.dropped.map((id) => drop("outbox", id))];
  }

  return {
    state: () => state,
    record: (step, nowWallMs) => [
      ...step.changed.map((each): LedgerWrite => put("transactions", each.id, each)),
      ...(rules().hasCsms === false ? [] : step.facts.flatMap((fact) => add(fact, nowWallMs))),
      ...orphanWrites(step),
    ],
    pick: (now) => pickNext(state, now),
    markSent(rows, content, frame) {
      const step = foldRows(state, rows.map(headerOf));
      if (step === null) return null;
      state = step.state;
      const row: OutboxRow = { ...step.folded, ...content, frame };
      const writes = step.dropped.map((id): LedgerWrite => drop("outbox", id));
      return { row, writes: [put("outbox", row.id, row), ...writes] };
    },
    confirm(row) {
      state = confirmRow(state, row);
      return [drop("outbox", row.id)];
    },
    refuse(row, error, nowMonoMs) {
      if (!holdsRow(state, row)) return { dead: false, writes: [] };
      const step = refuseRow(state, headerOf(row), error, nowMonoMs, rules());
      state = step.state;
      return { dead: step.row.dead, writes: [put("outbox", row.id, { ...row, ...step.row })] };
    },
    bury(row, error) {
      if (!holdsRow(state, row)) return [];
      const step = refuseRow(state, headerOf(row), error, 0, { ...rules(), refusalsMax: 1 });
      state = step.state;
      return [put("outbox", row.id, { ...row, ...step.row })];
    },
    setAside(header, error) {
      state = refuseRow(state, header, error, 0, { ...rules(), refusalsMax: 1 }).state;
    },
    find: (id) => findRow(state, id),
    revive(row) {
      if (!holdsRow(state, row)) return [];
      const step = reviveRow(state, headerOf(row));
      state = step.state;
      return [put("outbox", row.id, { ...row, ...step.row })];
    },
    discard(row) {
      state = removeRow(state, row);
      return [drop("outbox", row.id)];
    },
    holds: (transactionId) => hasRows(state, transactionId),
    summary: (nowWallMs) => outboxSummary(state, nowWallMs),
    lastRowId: () => state.lastRowId,
  };
}

function orphanWrites({ orphan }: TransactionStep): LedgerWrite[] {
  if (orphan === undefined) return [];
  const { kept, dropped } = orphan;
  return [
    ...(kept === null
      ? []
      : [put("orphan-stops", orphanKey(kept.chargerId, kept.stop.message), kept)]),
    ...(dropped === null ? [] : [drop("orphan-stops", dropped)]),
  ];
}

const KINDS: Readonly<Record<TransactionFact["event"]["eventType"], RowKind>> = {
  Started: "started",
  Updated: "updated",
  Ended: "ended",
};

function newRow(
  fact: TransactionFact,
  id: number,
  messageId: string,
  createdAtMs: number,
): OutboxRow {
  return {
    id,
    transactionId: fact.transactionId,
    slot: fact.slot,
    kind: KINDS[fact.event.eventType],
    messageId,
    createdAtMs,
    readings: fact.event.meterValue?.length ?? 0,
    essential: isEssential(fact),
    sent: false,
    refusals: 0,
    lastError: null,
    dead: false,
    event: fact.event,
    carry: fact.carry ?? null,
    frame: null,
  };
}

/** Signed values are evidence, and values of the clock are what tariffs by time are made of. */
function isEssential({ event }: TransactionFact): boolean {
  return (event.meterValue ?? []).some(({ sampledValue }) =>
    sampledValue.some(({ signedMeterValue, context }) =>
      signedMeterValue !== undefined || context === "Sample.Clock"
    )
  );
}
