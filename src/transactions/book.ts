import { orphanKey, type OrphanStop } from "./orphan_stop.ts";
import type { DriverTariff, InstalledTariff, Tariff } from "./cost/mod.ts";
import { type PricedStep, type Pricing, withCosts } from "./pricing.ts";
import type { RemoteStart } from "./remote_start.ts";
import type { UnclaimedStart } from "./station_event.ts";
import { indexOf } from "./transaction_index.ts";
import type { TransactionState } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

/** What the transactions keep on disk. */
export interface TransactionCollections {
  readonly "transactions": Transaction;
  readonly "remote-starts": RemoteStart;
  readonly "orphan-stops": OrphanStop;
  /** Starts of 2.x chargers that wait for somebody to be identified. */
  readonly "unclaimed-starts": UnclaimedStart;
  /** Every tariff that a transaction may be under, by `tariffKey`. */
  readonly "tariffs": Tariff;
  /** Those that the CSMS has installed: by slot, and by token as `tokenKey` has it. */
  readonly "default-tariffs": readonly InstalledTariff[];
  readonly "driver-tariffs": DriverTariff;
}

/** Holds the state of all transactions; every change is a step computed by a pure function. */
export interface TransactionBook {
  state(): TransactionState;
  /** Adopts the state of a step and returns the step, with what it does to the cost of sessions. */
  apply<Step extends PricedStep>(step: Step): Step;
}

/** Opens the book on what was on disk. Numbers and ids go on after the highest of all these. */
export function createTransactionBook(snapshot: {
  readonly transactions: readonly Transaction[];
  readonly remoteStarts: readonly RemoteStart[];
  readonly lastTransactionNumber: number;
  /** In any order. */
  readonly orphanStops?: readonly OrphanStop[];
}, pricing: Pricing | null = null): TransactionBook {
  const orphans = (snapshot.orphanStops ?? []).toSorted((a, b) => a.heardAtMs - b.heardAtMs);
  let state: TransactionState = {
    transactions: indexOf(snapshot.transactions),
    remoteStarts: new Map(snapshot.remoteStarts.map((each) => [each.slot, each])),
    orphanStops: new Map(
      orphans.map((each) => [orphanKey(each.chargerId, each.stop.message), each]),
    ),
    lastNumber: highest(
      snapshot.lastTransactionNumber,
      snapshot.transactions.map(({ number }) => number),
    ),
    lastRemoteStartId: highest(0, [
      ...snapshot.transactions.map(({ remoteStartId }) => remoteStartId ?? 0),
      ...snapshot.remoteStarts.map(({ remoteStartId }) => remoteStartId),
    ]),
  };
  return {
    state: () => state,
    apply(step) {
      const priced = pricing === null ? step : withCosts(state, step, pricing);
      state = priced.state;
      return priced;
    },
  };
}

function highest(least: number, numbers: readonly number[]): number {
  return numbers.reduce((high, each) => Math.max(high, each), least);
}
