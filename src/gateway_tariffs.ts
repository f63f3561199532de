import type { TariffPort } from "./csms/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import type { Journal, LedgerSnapshot, LedgerWrite } from "./outbox/mod.ts";
import { type SiteBook, tokenKey } from "./site/mod.ts";
import {
  changeTransactionTariff,
  clearTariffs,
  costDetailsOf,
  getTariffs,
  installedTariffFor,
  type Pricing,
  readTariff,
  setDefaultTariff,
  type Tariff,
  type TariffCircumstances,
  tariffKey,
  type TariffPlace,
  tariffsInUse,
  type TariffStore,
  type Transaction,
  type TransactionBook,
  withDriverTariff,
  withoutDriverTariff,
} from "./transactions/mod.ts";

/** What sessions cost at this site: the tariff of site.yaml, and those of the CSMS before it. */
export interface SiteTariffs extends Pricing {
  /** In which money is counted here: that of the site's own tariff, else of the newest; or empty. */
  currency(): string;
  /** What the CSMS has installed. */
  installed(): TariffStore;
  /**
   * Knows this tariff from now on, and takes over what the CSMS has installed by now. What is returned
   * has to be on disk before the CSMS is answered.
   */
  adopt(store: TariffStore, also?: Tariff): readonly LedgerWrite[];
  /** Forgets tariffs of the CSMS that are neither installed nor named by one of these. */
  dropUnused(transactions: Iterable<Transaction>): readonly LedgerWrite[];
}

/**
 * The tariffs as they were: a session that is open keeps its own, whatever site.yaml and the CSMS say
 * now.
 */
export function openTariffs(
  tariff: Tariff | null,
  snapshot: Pick<
    LedgerSnapshot,
    "tariffs" | "default-tariffs" | "driver-tariffs" | "transactions"
  >,
  { journal, spawn, clock }: {
    readonly journal: Journal;
    readonly spawn: Spawner;
    readonly clock: Pick<Clock, "wallMs">;
  },
): SiteTariffs {
  const known = new Map(snapshot.tariffs);
  let store: TariffStore = {
    defaults: new Map([...snapshot["default-tariffs"]].map(([slot, each]) => [Number(slot), each])),
    drivers: new Map(snapshot["driver-tariffs"]),
  };

  function learn(tariffs: readonly Tariff[]): LedgerWrite[] {
    return tariffs.flatMap((each) => {
      const key = tariffKey(each);
      if (known.has(key)) return [];
      known.set(key, each);
      return [put("tariffs", key, each)];
    });
  }

  const tariffs: SiteTariffs = {
    tariffFor: (begun) => installedTariffFor(store, begun, clock.wallMs()) ?? tariff,
    tariff: (key) => known.get(key),
    wallMs: () => clock.wallMs(),
    currency: () => tariff?.currency ?? tariffsOf(store).at(-1)?.currency ?? "",
    installed: () => store,
    adopt(next, also) {
      const writes = changesOf(store, next);
      store = next;
      return [...learn([...tariffsOf(next), ...(also === undefined ? [] : [also])]), ...writes];
    },
    dropUnused(transactions) {
      const installed = new Set(tariffsOf(store).map(tariffKey));
      const unused = new Set(
        [...known].filter(([key, { origin }]) => origin === "csms" && !installed.has(key))
          .map(([key]) => key),
      );
      if (unused.size === 0) return [];
      for (const { cost } of transactions) {
        for (const key of cost?.tariffKeys ?? []) unused.delete(key);
      }
      for (const key of unused) known.delete(key);
      return [...unused].map((key): LedgerWrite => drop("tariffs", key));
    },
  };
  // The journal keeps the order: it is on disk before any session that names it.
  const writes = [
    ...learn(tariff === null ? [] : [tariff]),
    ...tariffs.dropUnused(snapshot.transactions),
  ];
  if (writes.length > 0) spawn("keep tariff", () => journal.commit(writes));
  return tariffs;
}

function tariffsOf({ defaults, drivers }: TariffStore): Tariff[] {
  return [...[...defaults.values()].flat(), ...drivers.values()].map(({ tariff }) => tariff);
}

/** What leads from what was installed to what is. */
function changesOf(before: TariffStore, now: TariffStore): LedgerWrite[] {
  return [
    ...changedKeys(before.defaults, now.defaults).map((slot): LedgerWrite => {
      const installed = now.defaults.get(slot);
      return installed === undefined
        ? drop("default-tariffs", slot)
        : put("default-tariffs", slot, installed);
    }),
    ...changedKeys(before.drivers, now.drivers).map((token): LedgerWrite => {
      const driver = now.drivers.get(token);
      return driver === undefined
        ? drop("driver-tariffs", token)
        : put("driver-tariffs", token, driver);
    }),
  ];
}

function changedKeys<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  now: ReadonlyMap<Key, Value>,
): Key[] {
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((key) => before.get(key) !== now.get(key));
}

/** The desk for tariffs, with what the transactions ask of it. */
export interface TariffDesk extends TariffPort {
  /** A session ended: its driver's own tariff goes, and what nobody needs any more (I08.FR.06). */
  ended(transaction: Transaction): void;
}

/** What the desk works with. */
export interface TariffDeskPorts {
  readonly tariffs: SiteTariffs;
  readonly transactions: TransactionBook;
  readonly site: Pick<SiteBook, "slots">;
  readonly journal: Pick<Journal, "commit">;
  readonly spawn: Spawner;
  readonly place: TariffPlace;
}

/** Tariffs of the CSMS that are kept at most, default ones and drivers' own together. */
const INSTALLED_MAX = 1_000;

const NO_ROOM = { status: "Rejected", statusInfo: { reasonCode: "OutOfStorage" } } as const;

/** Opens the desk for the tariffs of the CSMS. */
export function createTariffDesk(ports: TariffDeskPorts): TariffDesk {
  const { tariffs, transactions, site, journal, spawn, place } = ports;

  function circumstances(): TariffCircumstances {
    return {
      slots: [...site.slots().keys()],
      inUse: tariffsInUse(transactions.state(), tariffs),
      nowMs: tariffs.wallMs(),
    };
  }

  /** In memory at once, so that the next order sees it; answered when it is on disk. */
  async function adopt(store: TariffStore): Promise<void> {
    if (store === tariffs.installed()) return;
    const writes = tariffs.adopt(store);
    await journal.commit([...writes, ...dropUnused()]);
  }

  function dropUnused(): readonly LedgerWrite[] {
    return tariffs.dropUnused(transactions.state().transactions.values());
  }

  const isFull = (store: TariffStore) => tariffsOf(store).length > INSTALLED_MAX;

  return {
    facts: () => ({ currency: tariffs.currency(), elementsMax: place.elementsMax }),
    async setDefault(order) {
      const { store, answer } = setDefaultTariff(
        tariffs.installed(),
        order,
        circumstances(),
        place,
      );
      if (answer.status === "Accepted" && isFull(store)) return NO_ROOM;
      await adopt(store);
      return answer;
    },
    get: (order) => getTariffs(tariffs.installed(), order, circumstances()),
    async clear(order) {
      const { store, answer } = clearTariffs(tariffs.installed(), order, tariffs.wallMs());
      await adopt(store);
      return answer;
    },
    async setDriver(idToken, message) {
      const reading = readTariff(message, place);
      if (!reading.ok) return reading;
      const store = withDriverTariff(tariffs.installed(), { idToken, tariff: reading.tariff });
      await adopt(isFull(store) ? withoutOldestDriver(store) : store);
      return reading;
    },
    costDetails({ cost }) {
      const known = (cost?.tariffKeys ?? []).map((key) => tariffs.tariff(key));
      const ids = known.flatMap((tariff) => tariff?.origin === "csms" ? [tariff.id] : []);
      if (cost?.bill === undefined || ids.length < known.length) return null;
      return costDetailsOf(cost, cost.bill, ids);
    },
    async change(order) {
      const atMs = tariffs.wallMs();
      const change = changeTransactionTariff(
        transactions.state(),
        { ...order, atMs },
        place,
        tariffs,
      );
      if (!change.ok) return change.answer;
      const writes = tariffs.adopt(tariffs.installed(), change.tariff);
      const { changed } = transactions.apply(change.step);
      await journal.commit([
        ...writes,
        ...changed.map((each): LedgerWrite => put("transactions", each.id, each)),
      ]);
      return { status: "Accepted" };
    },
    ended({ idToken, cost }) {
      const store = tariffs.installed();
      const driver = store.drivers.get(tokenKey(idToken));
      const isOver = driver !== undefined &&
        (cost?.tariffKeys.includes(tariffKey(driver.tariff)) ?? false) &&
        !circumstances().inUse.some(({ tariffId }) => tariffId === driver.tariff.id);
      const writes = [
        ...(isOver ? tariffs.adopt(withoutDriverTariff(store, idToken)) : []),
        ...dropUnused(),
      ];
      if (writes.length > 0) spawn("drop tariffs", () => journal.commit(writes));
    },
  };
}

/** The tariff of a driver who never came is of no use to anybody. */
function withoutOldestDriver(store: TariffStore): TariffStore {
  const [oldest] = store.drivers.values();
  return oldest === undefined ? store : withoutDriverTariff(store, oldest.idToken);
}
