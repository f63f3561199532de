import {
  headerOf,
  type HistoryPage,
  type LedgerSnapshot,
  type LedgerWrite,
  type OutboxRow,
  type OutboxStore,
  type TransactionQuery,
} from "../outbox/mod.ts";
import { tokenKey } from "../site/mod.ts";
import {
  sessionFact,
  type SignedRecord,
  sumFacts,
  type Transaction,
  wholeMs,
} from "../transactions/mod.ts";
import { emptySnapshot, recentSinceMs } from "./snapshot.ts";

/** A store in memory, for tests and simulation. It forgets nothing while the object lives. */
export interface MemoryStore extends OutboxStore {
  /** How many batches were committed. */
  commits(): number;
}

/** Everything as JSON text: what a real disk could not hold does not survive here either. */
interface Shelves {
  readonly held: Map<string, Map<string, string>>;
  readonly transactions: Map<string, string>;
  /** The id of the transaction that has a number. */
  readonly numbers: Map<number, string>;
  readonly rows: Map<number, string>;
  lastTransactionNumber: number;
  lastRowId: number;
}

/** Creates an empty store in memory. It obeys the same contract as the one on disk. */
export function createMemoryStore(): MemoryStore {
  const shelves: Shelves = {
    held: new Map(),
    transactions: new Map(),
    numbers: new Map(),
    rows: new Map(),
    lastTransactionNumber: 0,
    lastRowId: 0,
  };
  const allTransactions = () =>
    [...shelves.transactions.values()].map((text): Transaction => JSON.parse(text));
  let commits = 0;

  return {
    commits: () => commits,
    load: (nowWallMs) => Promise.resolve(load(shelves, allTransactions(), nowWallMs)),
    commit(batch) {
      return attempt(() => {
        // Whatever can be refused is refused here, before anything has changed.
        const written = batch.map((write) => ({ write, text: textOf(write) }));
        assertNumbersFree(batch, shelves.numbers);
        for (const { write, text } of written) apply(shelves, write, text);
        commits++;
      });
    },
    rows: (ids) =>
      Promise.resolve(
        ids.map((id) => shelves.rows.get(id)).filter((text) => text !== undefined)
          .map((text): OutboxRow => JSON.parse(text)),
      ),
    transactions: (query) =>
      Promise.resolve(
        allTransactions().filter((each) => matches(each, query))
          .toSorted((a, b) => (b.number - a.number) * (query.oldestFirst === true ? -1 : 1))
          .slice(0, Math.max(0, query.limit)),
      ),
    sessionPage: (page) => Promise.resolve(pageOf(allTransactions(), page)),
    factPage: (page) =>
      Promise.resolve(
        pageOf(allTransactions().filter(({ stop }) => stop !== null), page)
          .flatMap((each) => sessionFact(each) ?? []),
      ),
    factSums: ({ fromMs, toMs, offsetMs }, by) =>
      Promise.resolve(
        sumFacts(
          pageOf(allTransactions(), { fromMs, toMs, limit: Infinity })
            .flatMap((each) => sessionFact(each) ?? []),
          by,
          offsetMs,
        ),
      ),
    signedReadings: (transactionId) =>
      Promise.resolve(
        [...shelves.held.get("signed-readings")?.values() ?? []]
          .map((text): SignedRecord => JSON.parse(text))
          .filter((each) => each.transactionId === transactionId),
      ),
    damaged: () => [],
    close: () => Promise.resolve(),
  };
}

function attempt(work: () => void): Promise<void> {
  return new Promise((resolve) => resolve(work()));
}

function textOf(write: LedgerWrite): string {
  return write.kind === "drop" ? "" : JSON.stringify(write.value);
}

function assertNumbersFree(
  batch: readonly LedgerWrite[],
  numbers: ReadonlyMap<number, string>,
): void {
  const claimed = new Map<number, string>();
  const gone = new Set<string>();
  for (const write of batch) {
    if (write.collection !== "transactions") continue;
    if (write.kind === "drop") {
      gone.add(write.key);
      continue;
    }
    const { number } = write.value;
    const owner = claimed.get(number) ?? numbers.get(number) ?? write.key;
    if (owner !== write.key && !gone.has(owner)) {
      throw new Error(`Cannot write transaction "${write.key}": its number is taken by "${owner}"`);
    }
    claimed.set(number, write.key);
  }
}

function apply(shelves: Shelves, write: LedgerWrite, text: string): void {
  if (write.collection === "transactions") {
    if (write.kind === "drop") {
      dropTransaction(shelves, write.key);
      dropSigned(shelves, write.key);
    } else {
      shelves.transactions.set(write.key, text);
      shelves.numbers.set(write.value.number, write.key);
      shelves.lastTransactionNumber = Math.max(shelves.lastTransactionNumber, write.value.number);
    }
  } else if (write.collection === "outbox") {
    if (write.kind === "drop") shelves.rows.delete(Number(write.key));
    else {
      shelves.rows.set(write.value.id, text);
      shelves.lastRowId = Math.max(shelves.lastRowId, write.value.id);
    }
  } else if (write.collection === "signed-readings" && write.kind === "drop") {
    dropSigned(shelves, write.key);
  } else {
    const shelf = shelves.held.get(write.collection) ?? new Map<string, string>();
    shelves.held.set(write.collection, shelf);
    if (write.kind === "drop") shelf.delete(write.key);
    else shelf.set(write.key, text);
  }
}

function dropTransaction({ transactions, numbers }: Shelves, id: string): void {
  transactions.delete(id);
  for (const [number, owner] of numbers) if (owner === id) numbers.delete(number);
}

function dropSigned({ held }: Shelves, transactionId: string): void {
  const shelf = held.get("signed-readings") ?? new Map<string, string>();
  for (const [key, text] of shelf) {
    const record: SignedRecord = JSON.parse(text);
    if (record.transactionId === transactionId) shelf.delete(key);
  }
}

function load(
  shelves: Shelves,
  transactions: readonly Transaction[],
  nowWallMs: number,
): LedgerSnapshot {
  const builder = emptySnapshot();
  for (const [collection, shelf] of shelves.held) {
    for (const [key, text] of shelf) builder.add(collection, key, text);
  }
  const headers = [...shelves.rows.values()].map((text): OutboxRow => JSON.parse(text))
    .map(headerOf);
  const queued = new Set(headers.map(({ transactionId }) => transactionId));
  const newestEndMs = transactions.reduce(
    (high, { stop }) => Math.max(high, stop?.heardAtMs ?? 0),
    0,
  );
  const sinceMs = recentSinceMs(nowWallMs, newestEndMs);
  const isHeld = ({ id, stop }: Transaction) =>
    stop === null || stop.heardAtMs > sinceMs || queued.has(id);
  return {
    ...builder.snapshot(),
    transactions: transactions.filter(isHeld).toSorted((a, b) => a.number - b.number),
    outbox: headers.toSorted((a, b) => a.id - b.id),
    lastTransactionNumber: shelves.lastTransactionNumber,
    lastRowId: shelves.lastRowId,
  };
}

function pageOf(all: readonly Transaction[], page: HistoryPage): Transaction[] {
  const { fromMs, toMs, after = { startedMs: fromMs, number: -1 }, limit } = page;
  const startOf = ({ startHeardAtMs }: Transaction) => wholeMs(startHeardAtMs);
  return all.filter((each) => {
    const startedMs = startOf(each);
    const isLater = startedMs > after.startedMs ||
      startedMs === after.startedMs && each.number > after.number;
    return isLater && startedMs < toMs;
  }).toSorted((a, b) => startOf(a) - startOf(b) || a.number - b.number)
    .slice(0, Math.max(0, limit));
}

function matches(transaction: Transaction, query: TransactionQuery): boolean {
  const { startHeardAtMs, chargerId, number } = transaction;
  return (query.id === undefined || transaction.id === query.id) &&
    (query.fromMs === undefined || startHeardAtMs >= query.fromMs) &&
    (query.toMs === undefined || startHeardAtMs < query.toMs) &&
    (query.chargerId === undefined || chargerId === query.chargerId) &&
    (query.token === undefined ||
      tokenKey(transaction.idToken) === tokenKey({ idToken: query.token, type: "Central" })) &&
    (query.slot === undefined || transaction.slot === query.slot) &&
    (query.isOpen === undefined || (transaction.stop === null) === query.isOpen) &&
    (query.beforeNumber === undefined || number < query.beforeNumber);
}
