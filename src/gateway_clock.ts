import { type Clock, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import type { Journal, LedgerSnapshot, LedgerWrite, OutboxStore } from "./outbox/mod.ts";
import {
  type ClockLesson,
  createTimekeeper,
  type SiteEvents,
  type Timekeeper,
} from "./site/mod.ts";
import {
  correctTimes,
  type Transaction,
  type TransactionBook,
  withRemoteStart,
} from "./transactions/mod.ts";

/** What the gateway's knowledge of the time is put to use with. */
export interface ClockPorts {
  readonly timekeeper: Timekeeper;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly transactions: TransactionBook;
  readonly journal: Journal;
  readonly store: Pick<OutboxStore, "transactions">;
  /** How often a reading is kept that is wanted so often: less often where the disk gets full. */
  readonly keepingIntervalMs: (wantedMs: number) => number;
  /** What else is labelled with an end has it moved, so that it lasts as long as it was meant to. */
  readonly moved: (shiftMs: number) => readonly LedgerWrite[];
}

/** Puts right what was written down before the time was known. */
export interface ClockDesk {
  /** Writes down how late it is, from which the next life starts. Not often: the disk wears. */
  note(): void;
}

/** The key of the one note. */
const NOW = "now";
/** Some 10 MB a day on the disk; a machine that boots in 1970 is behind by no more, and its absence. */
const NOTE_EVERY_MS = 60_000;
const NOTE_AT_LEAST_MS = 300_000;
/** No driver is given longer to plug in. */
const ORDER_LASTS_MAX_MS = 2 * 3_600_000;
/** Sessions are read so many at a time, and corrected together. */
const PAGE = 200;

/** Begins to keep time with what the ledger knows. `releasedMs`: when this program was released. */
export function openTimekeeper(
  machine: Clock,
  releasedMs: number,
  snapshot: LedgerSnapshot,
  ids: Pick<Ids, "uuid">,
): Timekeeper {
  return createTimekeeper(
    machine,
    { releasedMs, newestMs: newestTimeMs(snapshot), open: snapshot.clock.get(NOW)?.open ?? [] },
    ids.uuid,
    snapshot["clock-shifts"],
  );
}

/** Times that were written down while nobody knew them do not count against one that was known. */
function newestTimeMs(snapshot: LedgerSnapshot): number {
  const note = snapshot.clock.get(NOW);
  const counts = ({ clock }: Transaction) =>
    note?.trust !== "known" ||
    (clock?.startStretch === undefined && clock?.stopStretch === undefined);
  return snapshot.transactions.filter(counts).reduce(
    (newestMs, { startHeardAtMs, stop }) =>
      Math.max(newestMs, startHeardAtMs, stop?.heardAtMs ?? 0),
    note?.atMs ?? 0,
  );
}

/** Listens for what is learnt of the time. */
export function createClockDesk(ports: ClockPorts, snapshot: LedgerSnapshot): ClockDesk {
  const { timekeeper, transactions, journal, events, log } = ports;
  const { clock } = timekeeper;
  /** Labels of this run's sessions may be as early as this. */
  let sinceMs = clock.wallMs();
  let notedAtMs = Number.NEGATIVE_INFINITY;
  timekeeper.listen(learn);
  forgetOldShifts();
  boundOrders();
  // Should this run end soon, the next one knows whose times it may put right.
  ports.spawn("note time", () => journal.commit([noteNow()]));
  tellTrust();

  /** Shifts are kept for rows that wait; those of former lives may all be gone. */
  function forgetOldShifts(): void {
    const used = new Set(snapshot.outbox.map(({ clock }) => clock?.stretch));
    const drops = [...snapshot["clock-shifts"].keys()].filter((each) => !used.has(each))
      .map((each): LedgerWrite => drop("clock-shifts", each));
    ports.spawn("forget clock shifts", () => journal.commit(drops));
  }

  function learn(lesson: ClockLesson): void {
    sinceMs += Math.min(0, lesson.shiftMs);
    const held = [...transactions.state().transactions.values()];
    const step = transactions.apply(correctTimes(transactions.state(), held, lesson));
    const orders = [...movedOrders(lesson), ...ports.moved(lesson.shiftMs)];
    const shifts = lesson.shiftMs === 0
      ? []
      : lesson.stretches.map((stretch): LedgerWrite =>
        put("clock-shifts", stretch, timekeeper.shiftOf(stretch))
      );
    const writes = [...shifts, ...step.changed.map(written), ...orders, noteNow()];
    ports.spawn("correct times", async () => {
      await journal.commit(writes);
      if (lesson.stretches.length > 0) await correctHistory(lesson);
    });
    for (const { id } of step.changed) events.emit("transaction", { transactionId: id });
    tell(lesson, step.changed.length);
  }

  /** An order to start that a wrong clock wrote must not stand for years. */
  function boundOrders(): void {
    const latestMs = clock.wallMs() + ORDER_LASTS_MAX_MS;
    for (const order of transactions.state().remoteStarts.values()) {
      const bounded = { ...order, expiresAtMs: Math.min(order.expiresAtMs, latestMs) };
      transactions.apply({ state: withRemoteStart(transactions.state(), bounded) });
    }
  }

  /** An order to start lasts as long as it was meant to, whatever the clock says. */
  function movedOrders({ shiftMs }: ClockLesson): LedgerWrite[] {
    if (shiftMs === 0) return [];
    return [...transactions.state().remoteStarts.values()].map((order): LedgerWrite => {
      const moved = { ...order, expiresAtMs: order.expiresAtMs + shiftMs };
      transactions.apply({ state: withRemoteStart(transactions.state(), moved) });
      return put("remote-starts", moved.slot, moved);
    });
  }

  /** Sessions of this run that have left memory since. */
  async function correctHistory(lesson: ClockLesson): Promise<void> {
    let beforeNumber: number | undefined;
    for (;;) {
      const query = { fromMs: sinceMs, limit: PAGE };
      const page = await ports.store.transactions(
        beforeNumber === undefined ? query : { ...query, beforeNumber },
      );
      const gone = page.filter(({ id }) => !transactions.state().transactions.has(id));
      const step = correctTimes(transactions.state(), gone, lesson);
      await journal.commit(step.changed.map(written));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      beforeNumber = last.number;
    }
  }

  function tell({ shiftMs, by }: ClockLesson, corrected: number): void {
    tellTrust();
    if (shiftMs === 0) return;
    const fields = { shiftMs, by, sessions: corrected, now: isoTime(clock.wallMs()) };
    log("warning", "clock_corrected", fields);
    const fault = {
      kind: "clock-corrected",
      severity: "warning",
      subject: "site",
      text: `The gateway's clock was ${spanText(shiftMs)}: ` +
        (by === "csms" ? "the time of the CSMS counts" : "it has been set") +
        `, and ${corrected} of its sessions were put right`,
    } as const;
    events.emit("fault", { ...fault, state: "raised" });
    events.emit("fault", { ...fault, state: "over" });
  }

  function tellTrust(): void {
    events.emit("fault", {
      kind: "clock-untrusted",
      severity: "warning",
      subject: "site",
      text: "The gateway does not know the time: its clock shows one that is past for certain. " +
        "Sessions are marked, and put right when the CSMS tells the time or the clock is set",
      state: timekeeper.trust() === "untrusted" ? "raised" : "over",
    });
  }

  function noteNow(): LedgerWrite {
    notedAtMs = clock.monoMs();
    const open = timekeeper.open();
    const note = { atMs: clock.wallMs(), trust: timekeeper.trust() };
    return put("clock", NOW, open.length === 0 ? note : { ...note, open });
  }

  return {
    note() {
      const everyMs = Math.min(ports.keepingIntervalMs(NOTE_EVERY_MS), NOTE_AT_LEAST_MS);
      if (clock.monoMs() - notedAtMs < everyMs) return;
      ports.spawn("note time", () => journal.commit([noteNow()]));
    },
  };
}

function written(transaction: Transaction): LedgerWrite {
  return put("transactions", transaction.id, transaction);
}

/** A shift in words: "3 h behind". */
function spanText(shiftMs: number): string {
  const seconds = Math.round(Math.abs(shiftMs) / 1000);
  const [amount, unit] = seconds < 120
    ? [seconds, "s"]
    : seconds < 7_200
    ? [seconds / 60, "min"]
    : seconds < 172_800
    ? [seconds / 3_600, "h"]
    : [seconds / 86_400, "days"];
  return `${Math.round(amount)} ${unit} ${shiftMs > 0 ? "behind" : "ahead"}`;
}
