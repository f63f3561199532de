import { isoTime } from "../lib/clock.ts";
import {
  openOn,
  openTransactions,
  tellChargingState,
  type Transaction,
} from "../transactions/mod.ts";
import { reportOf } from "./announcements.ts";
import type { CsmsPorts } from "./ports.ts";

/** Tells a 2.x CSMS how the charging of open transactions goes (E02, E03). */
export interface ChargingStates {
  /** The state of this slot may have changed. */
  touch(slot: number): void;
  /** The CSMS asks for it, on one slot or (null) on all; false where no transaction is open there. */
  trigger(slot: number | null): boolean;
}

/** What telling works on. */
export type ChargingStatePorts = Pick<
  CsmsPorts,
  "clock" | "events" | "journal" | "outbox" | "site" | "spawn" | "transactions"
>;

/** A charger that changes its mind each second must not fill the disk while the CSMS is away. */
const WAITING_MAX = 100;

/**
 * Watches the states of slots. `speaks2x`: the CSMS speaks 2.x, or did when it was last here; one of
 * 1.6 has no such events, and its site writes none.
 */
export function createChargingStates(
  ports: ChargingStatePorts,
  { speaks2x, isOnline }: { readonly speaks2x: () => boolean; readonly isOnline: () => boolean },
): ChargingStates {
  const { clock, events, journal, outbox, site, spawn, transactions } = ports;

  function tell(transaction: Transaction, trigger: "ChargingStateChanged" | "Trigger"): boolean {
    const { id: transactionId, slot } = transaction;
    const { chargingState, timestamp } = reportOf(slot, {
      site,
      wallMs: () => clock.wallMs(),
      hasTransaction: () => true,
      hasListConflict: () => false,
    }).message;
    if (chargingState === undefined || isCrowded(transactionId)) return false;
    const step = transactions.apply(tellChargingState(transactions.state(), {
      transactionId,
      chargingState,
      timestamp: trigger === "Trigger"
        ? isoTime(clock.wallMs())
        : timestamp ?? isoTime(clock.wallMs()),
      trigger,
      offline: !isOnline(),
    }));
    if (step.facts.length === 0) return false;
    const writes = outbox.record(step, clock.wallMs());
    spawn(
      "tell charging state",
      () => journal.commit(writes).then(() => events.emit("transaction", { transactionId })),
    );
    return true;
  }

  function isCrowded(transactionId: string): boolean {
    const { rows = [] } = outbox.state().lanes.get(transactionId) ?? {};
    return rows.filter(({ alone }) => alone === true).length >= WAITING_MAX;
  }

  return {
    touch(slot) {
      if (!speaks2x()) return;
      const open = openOn(transactions.state(), slot);
      if (open !== undefined) tell(open, "ChargingStateChanged");
    },
    trigger: (slot) =>
      openTransactions(transactions.state())
        .filter((each) => slot === null || each.slot === slot)
        .filter((each) => tell(each, "Trigger")).length > 0,
  };
}
