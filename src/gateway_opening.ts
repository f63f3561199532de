import type { TokenBook } from "./authorization/mod.ts";
import { openAliases, openSite, openTokens, openVariables, reboundFault } from "./gateway_books.ts";
import { openTimekeeper } from "./gateway_clock.ts";
import { forgetHoledList } from "./gateway_damage.ts";
import type { GatewayOptions, GatewayPorts } from "./gateway_options.ts";
import { openTariffs, type SiteTariffs } from "./gateway_tariffs.ts";
import type { Clock } from "./lib/clock.ts";
import { createEvents, type Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import { errorText, type Log } from "./lib/log.ts";
import { createSpawner, type Spawner } from "./lib/spawn.ts";
import { type Aliases, speechOf } from "./ocpp/mod.ts";
import { createFaults, type Faults } from "./operations/mod.ts";
import {
  createJournal,
  createNotices,
  createOutbox,
  type Journal,
  type LedgerSnapshot,
  type Notices,
  type Outbox,
  OUTBOX_LIMITS,
  type OutboxStore,
} from "./outbox/mod.ts";
import {
  heldFault,
  type SiteBook,
  type SiteEvents,
  type SlotConflict,
  type Timekeeper,
  type Variables,
} from "./site/mod.ts";
import { createTransactionBook, type TransactionBook } from "./transactions/mod.ts";

/** The ledger and what decides by it, opened as the gateway left it. Everything else works with these. */
export interface OpenedBooks {
  /** The site's time. Nobody asks the machine. */
  readonly clock: Clock;
  readonly timekeeper: Timekeeper;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly store: OutboxStore;
  readonly journal: Journal;
  readonly site: SiteBook;
  readonly variables: Variables;
  readonly tokens: TokenBook;
  readonly aliases: Aliases;
  readonly pricing: SiteTariffs;
  readonly transactions: TransactionBook;
  readonly outbox: Outbox;
  readonly notices: Notices;
  readonly speech: typeof speechOf;
}

/** Faults share the sync of what is worth more, where there is something within this time. */
const FAULT_PATIENCE_MS = 5_000;

/** How the disk is doing, as far as the journal has to know. It is asked only when that matters. */
export interface DiskState {
  /** The disk has refused a write. */
  readonly refused: () => void;
  /** True while only what ends a session may be written. */
  readonly isReserveOnly: () => boolean;
}

/**
 * Opens the books: time first, then the ledger, then the rooms that decide.
 *
 * @throws {SlotContradiction} site.yaml gives a slot to another EVSE than the ledger
 */
export async function openBooks(
  options: GatewayOptions,
  { clock: machine, ids, log, store, releasedMs }: GatewayPorts,
  disk: DiskState,
): Promise<{
  readonly books: OpenedBooks;
  readonly snapshot: LedgerSnapshot;
  readonly faults: Faults;
}> {
  const loaded = await store.load(machine.wallMs());
  const timekeeper = openTimekeeper(machine, releasedMs, loaded, ids);
  const { clock } = timekeeper;
  const events = createEvents<SiteEvents>((error) =>
    log("error", "listener_threw", { error: errorText(error) })
  );
  const spawn = createSpawner(log);
  const journal = createJournal(store, { clock, log, spawn }, {
    retryMs: 1_000,
    ...disk,
    written: (tookMs) => events.emit("ledger-written", { tookMs }),
  });
  const snapshot = await forgetHoledList(loaded, store.damaged(), journal);
  const rebound: SlotConflict[] = [];
  const site = await openSite(options, snapshot, journal, (conflict) => rebound.push(conflict));
  const variables = openVariables(options, site, snapshot);
  const tokens = await openTokens(options, variables, snapshot, journal, ids, events);
  const pricing = openTariffs(options.tariff, snapshot, { journal, spawn, clock });
  const transactions = createTransactionBook({
    transactions: snapshot.transactions,
    remoteStarts: [...snapshot["remote-starts"].values()],
    orphanStops: [...snapshot["orphan-stops"].values()],
    lastTransactionNumber: snapshot.lastTransactionNumber,
  }, pricing);
  const aliases = await openAliases({ tokens, transactions, clock }, snapshot, journal, ids);
  const telling = openTelling(options, variables, snapshot, ids);
  const faults = createFaults({
    clock,
    events,
    keep(writes) {
      if (disk.isReserveOnly()) return false;
      spawn("keep faults", () => journal.commitWithin(writes, FAULT_PATIENCE_MS));
      return true;
    },
  }, snapshot["fault-episodes"].values());
  tellOfStart(rebound, { site, events, log });
  const tools = { clock, timekeeper, ids, log, spawn, events, store, journal, speech: speechOf };
  const books = { ...tools, site, variables, tokens, aliases, pricing, transactions, ...telling };
  return { books, snapshot, faults };
}

/** What waits for the CSMS. A site that stands alone has nobody to tell. */
function openTelling(
  { csms }: GatewayOptions,
  variables: Variables,
  snapshot: LedgerSnapshot,
  ids: Ids,
): Pick<OpenedBooks, "outbox" | "notices"> {
  const outbox = createOutbox(ids, () => ({
    refusalsMax: variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
    retryIntervalMs: variables.integer("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") *
      1000,
    ...OUTBOX_LIMITS,
    hasCsms: csms !== null,
  }), snapshot);
  const noticesMax = csms === null ? { rows: 0, bytes: 0 } : OUTBOX_LIMITS.bounds.notices;
  return { outbox, notices: createNotices(ids, noticesMax, snapshot.notices.values()) };
}

/** What somebody has to look at, known before anything runs. */
function tellOfStart(
  rebound: readonly SlotConflict[],
  { site, events, log }: Pick<OpenedBooks, "site" | "events" | "log">,
): void {
  for (const each of rebound) {
    const fault = reboundFault(each);
    log("warning", "slot_rebound", { slot: each.slot, text: fault.text });
    events.emit("fault", fault);
  }
  for (const charger of site.chargers()) {
    if (charger.held !== undefined) events.emit("fault", heldFault(charger));
  }
}
