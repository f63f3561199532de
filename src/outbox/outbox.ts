import type { Ids } from "../lib/ids.ts";
import { drop, put } from "../lib/write.ts";
import { orphanKey, type TransactionFact, type TransactionStep } from "../transactions/mod.ts";
import type { FoldedEvent } from "./fold.ts";
import { type LedgerWrite, signedKey } from "./ledger.ts";
import type { OutboxBounds } from "./bounds.ts";
import { isEssential, type PackJob, packJob, repack, squeezeJob } from "./pack.ts";
import { type Pick, type PickCircumstances, pickNext } from "./pick.ts";
import { isFull, isOver, type OutboxLoads, type OutboxState, restoreOutbox } from "./lanes.ts";
import {
  addRow,
  afterRestart,
  amendRow,
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
  sendAlone,
  unsentEnd,
} from "./queue.ts";
import { contentBytes, headerOf, type OutboxRow, type RowHeader, type RowKind } from "./row.ts";

/** Holds the queue. Whatever changes it returns what to write. */
export interface Outbox {
  state(): OutboxState;
  /**
   * What a transaction step must put on disk: the transactions it changed, rows for its events, and
   * what it keeps without a transaction.
   */
  record(step: TransactionStep, nowWallMs: number): readonly LedgerWrite[];
  /** True while the end of a transaction has not been handed to a socket, and never will be told twice. */
  mayAmend(transactionId: string): boolean;
  pick(now: PickCircumstances): Pick;
  /** What would be next if this row had been confirmed. */
  pickAfter(row: RowHeader, now: PickCircumstances): Pick;
  /**
   * The rows that were picked are about to go up as one, with this content and frame; null when one
   * of them has changed meanwhile: an operator discarded it, or it was packed. Meter values that go up
   * alone in 1.6 are not written for it: after a restart their frame is made of them anew, and says the
   * same in the same bytes.
   */
  markSent(
    picked: readonly RowHeader[],
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
  /** True when there may be something to pack. */
  isPackable(): boolean;
  /** The next rows that are better kept as fewer; null where there are none. */
  nextPacking(): PackJob | null;
  /** Packs them; `rows` with their content. Writes nothing where one has changed meanwhile. */
  pack(job: PackJob, rows: readonly OutboxRow[]): readonly LedgerWrite[];
  /** What the rows weigh, and what was dropped since the gateway started. */
  loads(): OutboxLoads & { readonly dropped: DroppedReadings; readonly bounds: OutboxBounds };
  /** Why no new session may begin, for an operator to read; null while there is room for its records. */
  noRoom(): string | null;
  summary(nowWallMs: number): ReturnType<typeof outboxSummary>;
  lastRowId(): number;
}

/** Meter readings that the CSMS will never hear of. */
export interface DroppedReadings {
  /** So that a session needs few messages (ruling 3). */
  readonly thinned: number;
  /** Because there was no room for more. */
  readonly forRoom: number;
}

/** From here on ended sessions are thinned further, so that the bound is not reached. */
const SQUEEZE_FROM = 0.8;

/** Opens the outbox on the headers that were on disk. */
export function createOutbox(
  ids: { readonly uuid: Ids["uuid"] },
  rules: () => OutboxRules,
  snapshot: { readonly outbox: readonly RowHeader[]; readonly lastRowId: number },
): Outbox {
  const restored = afterRestart(restoreOutbox(snapshot.outbox));
  let state: OutboxState = {
    ...restored,
    lastRowId: Math.max(restored.lastRowId, snapshot.lastRowId),
  };

  const packable = new Set<string>(state.lanes.keys());
  let dropped: DroppedReadings = { thinned: 0, forRoom: 0 };
  let squeezing: Generator<PackJob> | null = null;
  let squeezedAtBytes = 0;

  function add(fact: TransactionFact, nowWallMs: number): LedgerWrite[] {
    const row = newRow(fact, state.lastRowId + 1, ids.uuid(), nowWallMs);
    const step = addRow(state, headerOf(row), rules());
    state = step.state;
    packable.add(row.transactionId);
    const forRoom = step.dropped.reduce((sum, { readings }) => sum + readings, dropped.forRoom);
    dropped = { ...dropped, forRoom };
    return [put("outbox", row.id, row), ...step.dropped.map(({ id }) => drop("outbox", id))];
  }

  function nextPacking(): PackJob | null {
    for (const transactionId of packable) {
      const lane = state.lanes.get(transactionId);
      const job = lane === undefined ? null : packJob(lane, rules());
      if (job !== null) return job;
      packable.delete(transactionId);
    }
    return nextSqueeze();
  }

  function isTight(): boolean {
    const { bytes, rows } = rules().bounds.readings;
    return isOver(state.loads.readings, { rows: rows * SQUEEZE_FROM, bytes: bytes * SQUEEZE_FROM });
  }

  /** Halves one ended transaction after the other, the oldest first, while there is no room. */
  function nextSqueeze(): PackJob | null {
    if (!isTight()) squeezing = null;
    else if (squeezing === null && state.loads.readings.bytes > squeezedAtBytes) {
      squeezing = oneRound();
    }
    const next = squeezing?.next();
    if (next === undefined) return null;
    if (!next.done) return next.value;
    squeezing = null;
    // A round that gained nothing is not tried again before more has come.
    squeezedAtBytes = state.loads.readings.bytes;
    return null;
  }

  function* oneRound(): Generator<PackJob> {
    for (let before = Infinity; state.loads.readings.bytes < before && isTight();) {
      before = state.loads.readings.bytes;
      const oldestFirst = [...state.lanes.values()]
        .toSorted((a, b) => (a.rows[0]?.id ?? 0) - (b.rows[0]?.id ?? 0));
      for (const { transactionId } of oldestFirst) {
        const lane = state.lanes.get(transactionId);
        const job = lane === undefined ? null : squeezeJob(lane);
        if (job !== null && isTight()) yield job;
      }
    }
  }

  /** The row keeps its id, its place and its message id: nobody has seen them yet. */
  function amend(fact: TransactionFact): LedgerWrite[] {
    const header = unsentEnd(state, fact.transactionId);
    if (header === undefined) return [];
    const { id, messageId, createdAtMs, revision = 0 } = header;
    const row: OutboxRow = {
      ...newRow(fact, id, messageId, createdAtMs),
      revision: revision + 1,
    };
    state = amendRow(state, headerOf(row));
    return [put("outbox", row.id, row)];
  }

  return {
    state: () => state,
    record: (step, nowWallMs) => [
      ...step.changed.map((each): LedgerWrite => put("transactions", each.id, each)),
      ...(step.signed ?? []).map((each) => put("signed-readings", signedKey(each), each)),
      ...(rules().hasCsms === false ? [] : step.facts.flatMap((fact) => add(fact, nowWallMs))),
      ...(step.amendments ?? []).flatMap(amend),
      ...orphanWrites(step),
    ],
    // On a site that stands alone nothing has been told to anybody.
    mayAmend: (transactionId) =>
      rules().hasCsms === false || unsentEnd(state, transactionId) !== undefined,
    pick: (now) => pickNext(state, now, rules()),
    pickAfter: (row, now) => pickNext(confirmRow(state, row), now, rules()),
    markSent(picked, rows, content, frame) {
      const taken = picked.filter(({ id }) => rows.some((row) => row.id === id));
      const step = foldRows(state, taken, contentBytes(content));
      if (step === null) return null;
      const [alone, ...others] = rows;
      // What has its times put right would not come out the same again when more is learnt of them.
      const isAsStored = alone?.kind === "updated" && alone.clock === undefined;
      if (others.length === 0 && isAsStored && frame.version === "ocpp1.6") {
        state = sendAlone(state, headerOf(alone));
        return { row: { ...alone, sent: true }, writes: [] };
      }
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
    isPackable: () => packable.size > 0 || isTight(),
    nextPacking,
    pack(job, rows) {
      const packed = repack(rows, job.goal, rules().message);
      if (job.goal.kind === "halve" && packed.thinned === 0) return [];
      const next = replaceRows(state, job.rows, packed.rows.map(headerOf));
      if (next === null) return [];
      state = next;
      const how = job.goal.kind === "halve" ? "forRoom" : "thinned";
      dropped = { ...dropped, [how]: dropped[how] + packed.thinned };
      const kept = new Set(packed.rows.map(({ id }) => id));
      return [
        ...packed.rows.map((row): LedgerWrite => put("outbox", row.id, row)),
        ...rows.filter(({ id }) => !kept.has(id))
          .map(({ id }): LedgerWrite => drop("outbox", id)),
      ];
    },
    loads: () => ({ ...state.loads, dropped, bounds: rules().bounds }),
    noRoom() {
      const { sessions, readings } = state.loads;
      const { bounds } = rules();
      if (isFull(sessions, bounds.sessions)) {
        return `No room for new sessions: ${sessions.rows} starts and ends wait for the CSMS`;
      }
      // Signed readings and those of the clock cannot be dropped to make room.
      if (isFull(readings, bounds.readings)) {
        return `No room for new sessions: ${readings.bytes} bytes of readings wait for the CSMS`;
      }
      return null;
    },
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
    bytes: contentBytes({ event: fact.event, carry: fact.carry ?? null }),
    essential: (fact.event.meterValue ?? []).some(isEssential),
    ...(fact.event.eventType === "Updated" && fact.event.meterValue === undefined
      ? { alone: true }
      : {}),
    sent: false,
    refusals: 0,
    lastError: null,
    dead: false,
    ...(fact.clock === undefined ? {} : { clock: fact.clock }),
    event: fact.event,
    carry: fact.carry ?? null,
    frame: null,
  };
}
