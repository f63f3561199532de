import type { Chargers } from "./chargers/mod.ts";
import type { OpenedBooks } from "./gateway_opening.ts";
import { every } from "./lib/clock.ts";
import type { LedgerWrite } from "./outbox/mod.ts";
import { expireOrders, retire } from "./transactions/mod.ts";

type HousekeepingBooks = Pick<
  OpenedBooks,
  | "clock"
  | "timekeeper"
  | "spawn"
  | "events"
  | "journal"
  | "site"
  | "tokens"
  | "transactions"
  | "outbox"
>;

/** What housekeeping has to do with. */
export interface HousekeepingPorts extends HousekeepingBooks {
  readonly hasCsms: boolean;
  readonly chargers: Pick<Chargers, "closeInterrupted">;
  /** Those who look at their own once a minute. */
  readonly looks: readonly (() => void)[];
}

const HOUSEKEEPING_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** Once a minute: what is over ends, what is old goes. Returns how to stop it. */
export function startHousekeeping(ports: HousekeepingPorts): () => void {
  const { clock, timekeeper, spawn, events, journal, site, tokens, transactions } = ports;

  /** What is over by a clock that nobody has confirmed may not be: it is kept until that is clear. */
  function endReservations(): readonly LedgerWrite[] {
    if (ports.hasCsms && timekeeper.trust() !== "known") return [];
    const { ended, writes } = site.endExpiredReservations(clock.wallMs());
    for (const { id, slot } of ended) {
      events.emit("reservation-over", { id });
      if (slot !== null) events.emit("evse", { slot });
    }
    return writes;
  }

  /** Sessions that ended over a day ago and are told need not be in memory. */
  function retireOld(): void {
    const recentMs = clock.wallMs() - DAY_MS;
    transactions.apply({
      state: retire(
        transactions.state(),
        ({ id, stop }) => !ports.outbox.holds(id) && stop !== null && stop.heardAtMs < recentMs,
      ),
    });
  }

  return every(clock, HOUSEKEEPING_MS, () => {
    for (const look of ports.looks) look();
    const expired = transactions.apply(expireOrders(transactions.state(), clock.wallMs()));
    for (const slot of expired.slots) events.emit("evse", { slot });
    const written = [...endReservations(), ...expired.writes, ...tokens.uses()];
    if (written.length > 0) spawn("housekeeping", () => journal.commit(written));
    ports.chargers.closeInterrupted();
    retireOld();
  });
}
