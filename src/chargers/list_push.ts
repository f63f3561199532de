import { tokenKey } from "../site/mod.ts";
import { createListSender, type ListHolder, type Said } from "./list_sender.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Keeps the local lists of chargers, so that known drivers charge when even the gateway is gone. */
export interface ListPush {
  /** The charger may be called. `hasBooted`: what it still knows has to be asked. */
  ready(station: Station, hasBooted: boolean): void;
  /** Null for a charger that has no list. */
  state(chargerId: string): PushedList | null;
  stop(): void;
}

/** How a charger's list stands. */
export interface PushedList {
  /** `waiting`: something is still to be sent. `refused`: it takes none until it boots again. */
  readonly state: "current" | "waiting" | "refused";
  /** The highest version sent to it; 0 for none. */
  readonly version: number;
  /** How many tokens it took. */
  readonly entries: number;
  readonly capacity: number;
  readonly pushedAtMs: number | null;
  /** Why it is not current, in words; null where nothing is wrong. */
  readonly trouble: string | null;
}

/** Changes of so long a time go out together; and a charger that booted has better things to do. */
const GATHER_MS = 30_000;
const RETRY_MAX_MS = 3_600_000;

/** One charger that has a list. */
interface Seat extends ListHolder {
  /** When to look after it, by the monotonic clock; null where nothing is to be done. */
  dueAtMs: number | null;
  failures: number;
  /** It would not take it. */
  refusal: string | null;
}

/** Creates the push. One charger is served at a time, and nothing of it is urgent. */
export function createListPush(ports: ChargersPorts): ListPush {
  const { clock, tokens } = ports;
  const sender = createListSender(ports);
  const seats = new Map<string, Seat>();
  let isWorking = false;
  let isStopped = false;
  let cancel = () => {};

  function ready(station: Station, hasBooted: boolean): void {
    const { chargerId } = station;
    if (sender.capacityOf(chargerId) === 0) return void seats.delete(chargerId);
    const before = hasBooted ? undefined : seats.get(chargerId);
    const fresh = { known: null, isAsked: false, dueAtMs: null, failures: 0, refusal: null };
    const seat: Seat = { ...fresh, ...before, station };
    seats.set(chargerId, seat);
    makeDue(seat, GATHER_MS);
  }

  function makeDue(seat: Seat, inMs: number): void {
    if (seat.refusal !== null || seat.station.gone.aborted) return;
    seat.dueAtMs = Math.min(seat.dueAtMs ?? Number.POSITIVE_INFINITY, clock.monoMs() + inMs);
    arm();
  }

  /** Waits for the seat that is due first. */
  function arm(): void {
    cancel();
    cancel = () => {};
    if (isWorking || isStopped) return;
    const first = nextDue();
    if (first === null) return;
    const waitMs = Math.max(0, (first.dueAtMs ?? 0) - clock.monoMs());
    cancel = clock.after(waitMs, () => ports.spawn("push list", () => serve(first)));
  }

  function nextDue(): Seat | null {
    let first: Seat | null = null;
    for (const seat of seats.values()) {
      if (seat.dueAtMs === null || seat.station.gone.aborted) continue;
      if (first === null || seat.dueAtMs < (first.dueAtMs ?? 0)) first = seat;
    }
    return first;
  }

  async function serve(seat: Seat): Promise<void> {
    isWorking = true;
    seat.dueAtMs = null;
    try {
      settle(seat, await sender.bringUpToDate(seat));
    } finally {
      isWorking = false;
      arm();
    }
  }

  function settle(seat: Seat, outcome: Said): void {
    const { chargerId } = seat.station;
    if (outcome === "taken") seat.failures = 0;
    else if (outcome === "silent") {
      seat.failures++;
      makeDue(seat, Math.min(GATHER_MS * 2 ** seat.failures, RETRY_MAX_MS));
    } else if (outcome !== "gone") {
      seat.refusal = outcome === "declined" ? "it did not take the whole list" : outcome.refusal;
      seat.dueAtMs = null;
      ports.log("info", "list_refused", { charger: chargerId, reason: seat.refusal });
    }
    ports.events.emit("charger", { chargerId });
  }

  const listening = [
    ports.events.on("local-list", () => {
      for (const seat of seats.values()) makeDue(seat, GATHER_MS);
    }),
    // A driver whom a full list left out has shown that he comes here.
    ports.events.on("transaction", ({ transactionId }) => {
      const transaction = ports.transactions.state().transactions.get(transactionId);
      const seat = seats.get(transaction?.chargerId ?? "");
      if (transaction === undefined || transaction.stop !== null) return;
      const key = tokenKey(transaction.idToken);
      const isMissing = seat?.known?.has(key) === false &&
        tokens.list().tokens.get(key)?.info.status === "Accepted" &&
        seat.known.size >= sender.capacityOf(transaction.chargerId);
      if (seat !== undefined && isMissing) makeDue(seat, GATHER_MS);
    }),
  ];

  return {
    ready,
    state(chargerId) {
      const capacity = sender.capacityOf(chargerId);
      if (capacity === 0) return null;
      const seat = seats.get(chargerId);
      const { version, entries, pushedAtMs } = sender.recordOf(chargerId);
      const isWaiting = seat === undefined || seat.known === null || seat.dueAtMs !== null;
      const silent = seat !== undefined && seat.failures > 0 ? "it did not answer" : null;
      return {
        state: seat?.refusal ? "refused" : isWaiting ? "waiting" : "current",
        version,
        entries,
        capacity,
        pushedAtMs,
        trouble: seat?.refusal ?? silent,
      };
    },
    stop() {
      isStopped = true;
      cancel();
      for (const unlisten of listening) unlisten();
    },
  };
}
