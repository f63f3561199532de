import type { X509Certificate } from "node:crypto";
import type { ChargerListRecord, TokenBook } from "../../src/authorization/mod.ts";
import {
  type Authority,
  type CertificateBook,
  createCertificateBook,
  createRoots,
} from "../../src/certificates/mod.ts";
import { openAliases, openSite, openTokens, openVariables } from "../../src/gateway_books.ts";
import { createStartOrders, type OrderStart } from "../../src/chargers/mod.ts";
import { isoTime } from "../../src/lib/clock.ts";
import { createEvents, type Events } from "../../src/lib/events.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import type { LogFields } from "../../src/lib/log.ts";
import { createSpawner, type Spawner } from "../../src/lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import { type Aliases, speechOf } from "../../src/ocpp/mod.ts";
import {
  createJournal,
  createNotices,
  createOutbox,
  createPacker,
  type Journal,
  type LedgerSnapshot,
  type Notices,
  type Outbox,
  OUTBOX_LIMITS,
  type Packer,
} from "../../src/outbox/mod.ts";
import {
  type ChargerFeatures,
  chargerOrNew,
  createTimekeeper,
  type EvsePlace,
  type SiteBook,
  type SiteEvents,
  type SiteFault,
  type Timekeeper,
  type Variables,
} from "../../src/site/mod.ts";
import { createMemoryStore, type MemoryStore } from "../../src/store/memory.ts";
import {
  createTransactionBook,
  meterTransaction,
  openOn,
  startTransaction,
  stopTransaction,
  type Transaction,
  type TransactionBook,
  type UnclaimedStart,
} from "../../src/transactions/mod.ts";

/** A line of the log. */
export interface LogLine extends LogFields {
  readonly level: string;
  readonly event: string;
}

/** The books of a site, real ones, on virtual time and a store in memory. */
export interface Books {
  readonly clock: VirtualClock;
  /** Knows the time from the start. */
  readonly timekeeper: Timekeeper;
  readonly ids: Ids;
  readonly log: (level: string, event: string, fields?: LogFields) => void;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: SiteBook;
  readonly tokens: TokenBook;
  readonly aliases: Aliases;
  readonly transactions: TransactionBook;
  readonly outbox: Outbox;
  /** Wakes with each event of a transaction. */
  readonly packer: Packer;
  readonly notices: Notices;
  readonly variables: Variables;
  readonly journal: Journal;
  readonly store: MemoryStore;
  readonly room: {
    readonly refusal: () => string | null;
    readonly readingIntervalMs: (wantedMs: number) => number;
  };
  /** Nobody keeps what EVs need. */
  readonly demands: { readonly heardNeeds: () => Promise<boolean> };
  /** Nobody signs; roots are what a test puts there. */
  readonly certificates: {
    readonly roots: () => readonly X509Certificate[];
    readonly book: CertificateBook;
    readonly authority: Authority | null;
  };
  readonly pushedLists: Map<string, ChargerListRecord>;
  readonly quirkCounts: LedgerSnapshot["quirk-counts"];
  readonly unclaimedStarts: ReadonlyMap<string, UnclaimedStart>;
  readonly speech: typeof speechOf;
  readonly logged: readonly LogLine[];
  /** Faults as they were told, raised and over. */
  readonly faults: SiteFault[];
}

/** An EVSE of a test: slot n is EVSE 1 of charger "CPn", 32 A on three lines, unless said otherwise. */
export function placeOf(slot: number, facts: Partial<EvsePlace> = {}): EvsePlace {
  return {
    slot,
    chargerId: `CP${slot}`,
    evseId: 1,
    circuitId: "grid",
    lines: ["L1", "L2", "L3"],
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 6,
    priority: 5,
    ...facts,
  };
}

/** What a test may want otherwise. */
export interface BooksOptions {
  readonly places: readonly EvsePlace[];
  readonly store: MemoryStore;
  readonly clock: VirtualClock;
  /** Of the ids that are given: another one after a restart. */
  readonly seed: number;
  readonly unknownOffline: boolean;
  readonly masterPassGroup: string;
  readonly freeVend: { readonly token: string };
  readonly authority: Authority;
  /** Whose certificates count besides. */
  readonly clientRoots: readonly string[];
}

/** Opens the books on a store, the way the gateway does. */
export async function openBooks(given: Partial<BooksOptions> = {}): Promise<Books> {
  const { places = [placeOf(1), placeOf(2)], unknownOffline = false } = given;
  const store = given.store ?? createMemoryStore();
  const clock = given.clock ?? createVirtualClock();
  const logged: LogLine[] = [];
  const faults: SiteFault[] = [];
  const log: Books["log"] = (level, event, fields = {}) => logged.push({ ...fields, level, event });
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  events.on("fault", (fault) => faults.push(fault));
  const spawn = createSpawner(log);
  const journal = createJournal(store, { clock, log, spawn });
  const ids = createSeededIds(given.seed ?? 1);
  const snapshot = await store.load(clock.wallMs());
  const options = {
    places,
    adoptInto: "grid",
    nominalVoltageV: 230,
    meterIntervalS: 60,
    retryIntervalS: 10,
    csms: null,
    authorization: {
      knownOffline: true,
      unknownOffline,
      cacheLifetimeMs: 30 * 86_400_000,
      masterPassGroup: given.masterPassGroup ?? "",
      freeVend: given.freeVend ?? null,
    },
  };
  const site = await openSite(options, snapshot, journal, () => {});
  const variables = openVariables(options, site, snapshot);
  const tokens = await openTokens(options, variables, snapshot, journal, ids, events);
  const transactions = createTransactionBook({
    transactions: snapshot.transactions,
    remoteStarts: [...snapshot["remote-starts"].values()],
    orphanStops: [...snapshot["orphan-stops"].values()],
    lastTransactionNumber: snapshot.lastTransactionNumber,
  });
  const aliases = await openAliases({ tokens, transactions, clock }, snapshot, journal, ids);
  const outbox = createOutbox(ids, () => ({
    refusalsMax: 3,
    retryIntervalMs: 10_000,
    ...OUTBOX_LIMITS,
  }), snapshot);
  const packer = createPacker({
    clock,
    outbox,
    store,
    journal,
    spawn,
    log,
    events,
  });
  events.on("transaction", packer.wake);
  return {
    clock,
    demands: { heardNeeds: () => Promise.resolve(false) },
    timekeeper: knowingKeeper(clock),
    ids,
    log,
    spawn,
    events,
    site,
    tokens,
    aliases,
    transactions,
    outbox,
    packer,
    notices: createNotices(ids, OUTBOX_LIMITS.bounds.notices, snapshot.notices.values()),
    variables,
    journal,
    store,
    room: { refusal: () => null, readingIntervalMs: (wantedMs: number) => wantedMs },
    certificates: {
      roots: createRoots(() => [
        ...(given.authority?.roots() ?? []),
        ...(given.clientRoots ?? []),
      ]),
      book: createCertificateBook(snapshot["issued-certificates"].values()),
      authority: given.authority ?? null,
    },
    pushedLists: new Map(snapshot["charger-lists"]),
    quirkCounts: snapshot["quirk-counts"],
    unclaimedStarts: snapshot["unclaimed-starts"],
    speech: speechOf,
    logged,
    faults,
  };
}

/** Orders to start on these books, told by `call`. */
export function startOrdersOf(
  books: Books,
  call: Parameters<typeof createStartOrders>[1],
): OrderStart {
  return createStartOrders(books, call);
}

/** A keeper that the CSMS has told the time already. */
function knowingKeeper(clock: VirtualClock): Timekeeper {
  let stretches = 0;
  const past = { releasedMs: 0, newestMs: 0 };
  const timekeeper = createTimekeeper(clock, past, () => `stretch-${++stretches}`);
  timekeeper.told(clock.wallMs(), 0);
  return timekeeper;
}

/** Lets a token be known to the site: on its local list, accepted. */
export function listToken({ tokens }: Books, ...idTokens: readonly string[]): void {
  for (const idToken of idTokens) {
    tokens.edit({ idToken, type: "Central" }, { status: "Accepted" });
  }
}

/** A transaction begins on a slot, as a charger's Start makes it, and is recorded for the CSMS. */
export async function beginTransaction(
  books: Books,
  slot: number,
  facts: { readonly idToken?: string; readonly meterStartWh?: number; readonly newId?: string } =
    {},
): Promise<Transaction> {
  const { site, transactions, outbox, journal, clock, ids } = books;
  const record = site.slots().get(slot);
  if (record === undefined) throw new Error(`There is no slot ${slot}`);
  const step = transactions.apply(startTransaction(transactions.state(), {
    chargerId: record.chargerId,
    slot,
    intent: {
      message: {
        evseId: record.evseId,
        idToken: { idToken: facts.idToken ?? "ASHA", type: "Central" },
        meterStartWh: facts.meterStartWh ?? 1_000,
        timestamp: isoTime(clock.wallMs()),
      },
    },
    decision: { info: { status: "Accepted" }, source: "list", reason: "accepted" },
    newId: facts.newId ?? ids.uuid(),
    nowWallMs: clock.wallMs(),
    offline: false,
  }));
  await journal.commit(outbox.record(step, clock.wallMs()));
  return step.transaction;
}

/** The charger of a slot measures its session, and that is recorded for the CSMS. */
export async function meterOn(
  books: Books,
  slot: number,
  energyWh: number,
  timestamp = isoTime(books.clock.wallMs()),
): Promise<void> {
  const { transactions, outbox, journal, clock } = books;
  const open = openOn(transactions.state(), slot);
  if (open === undefined) throw new Error(`Nothing is open on slot ${slot}`);
  const sampled = {
    value: energyWh,
    measurand: "Energy.Active.Import.Register",
    // Asked for, so that each goes up, however soon after the other.
    context: "Trigger",
  } as const;
  const step = transactions.apply(meterTransaction(transactions.state(), {
    chargerId: open.chargerId,
    reading: {
      message: {
        evseId: open.evseId,
        transactionNumber: open.number,
        meterValue: [{ timestamp, sampledValue: [sampled] }],
      },
    },
    nowIso: isoTime(clock.wallMs()),
    nowWallMs: clock.wallMs(),
    measuredAtMs: clock.wallMs(),
    wantedIntervalMs: 60_000,
    offline: false,
    mayAmend: outbox.mayAmend,
  }));
  await journal.commit(outbox.record(step, clock.wallMs()));
}

/** The transaction of a slot ends, as a charger's Stop makes it. */
export async function endTransactionOn(books: Books, slot: number): Promise<void> {
  const { transactions, outbox, journal, clock } = books;
  const open = openOn(transactions.state(), slot);
  if (open === undefined) throw new Error(`Nothing is open on slot ${slot}`);
  const step = transactions.apply(stopTransaction(transactions.state(), {
    chargerId: open.chargerId,
    intent: {
      message: {
        transactionNumber: open.number,
        meterStopWh: open.meterStartWh + 500,
        timestamp: isoTime(clock.wallMs()),
      },
    },
    nowWallMs: clock.wallMs(),
    mayAmend: outbox.mayAmend,
    offline: false,
  }));
  await journal.commit(outbox.record(step, clock.wallMs()));
}

/** What the site knows of a charger after its set-up. */
export function noteFeatures(
  { site }: Books,
  chargerId: string,
  features: Partial<ChargerFeatures> = {},
): void {
  site.saveCharger({
    ...chargerOrNew(site, chargerId),
    bootedAtMs: 0,
    features: {
      smartCharging: true,
      stackLevelMax: 3,
      rateUnit: "A",
      localList: false,
      reservation: false,
      remoteTrigger: true,
      sampleIntervalMs: 10_000,
      ...features,
    },
  });
}
