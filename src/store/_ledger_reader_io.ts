import type { DatabaseSync } from "node:sqlite";
import {
  type DamagedRecord,
  type HistoryPage,
  type LedgerSnapshot,
  type OutboxRow,
  RECORD_DAMAGED,
  type RowHeader,
  type TransactionQuery,
} from "../outbox/mod.ts";
import { tokenKey } from "../site/mod.ts";
import type {
  FactGroup,
  FactSum,
  FactTime,
  SessionFact,
  SignedRecord,
  Transaction,
} from "../transactions/mod.ts";
import { readFacts, sumOfFacts } from "./_fact_table_io.ts";
import { isSum, parsed, recordSum, rowSum, transactionSum } from "./_checksum_io.ts";
import { readSigned } from "./_signed_table_io.ts";
import { emptySnapshot, recentSinceMs, type SnapshotBuilder } from "./snapshot.ts";

/** Reads a ledger, and gives out nothing that is not what was written. */
export interface LedgerReader {
  load(nowWallMs: number): LedgerSnapshot;
  rows(ids: readonly number[]): OutboxRow[];
  transactions(query: TransactionQuery): Transaction[];
  sessionPage(page: HistoryPage): Transaction[];
  factPage(page: HistoryPage): SessionFact[];
  factSums(time: FactTime, by: FactGroup): FactSum[];
  signedReadings(transactionId: string): SignedRecord[];
  damaged(): readonly DamagedRecord[];
}

type Stored = Record<string, unknown>;
type Found = (record: DamagedRecord) => void;

/** Bounds what a ledger full of noise can take of the memory. */
const DAMAGED_MAX = 10_000;
/** Before the collection of a damaged record: there nobody takes it for what it was. */
const SET_ASIDE = "set-aside ";

/** The reader of an open ledger. */
export function createLedgerReader(database: DatabaseSync): LedgerReader {
  const damaged = new Map<string, DamagedRecord>();
  const found: Found = (record) => {
    if (damaged.size < DAMAGED_MAX) damaged.set(JSON.stringify(record), record);
  };
  const row = database.prepare("SELECT header, body, checksum FROM outbox WHERE id = ?");
  return {
    load: (nowWallMs) => ({
      ...loadRecords(database, found).snapshot(),
      outbox: loadHeaders(database, found),
      transactions: loadTransactions(database, nowWallMs, found),
      lastTransactionNumber: highWater(database, "transaction"),
      lastRowId: highWater(database, "outbox"),
    }),
    rows: (ids) => ids.map((id) => readRow(row.get(id))).filter((each) => each !== null),
    transactions: (query) => findTransactions(database, query, found),
    sessionPage: (page) => readSessions(database, page, found),
    factPage: (page) => readFacts(database, page),
    factSums: (time, by) => sumOfFacts(database, time, by),
    signedReadings: (transactionId) => readSigned(database, transactionId),
    damaged: () => [...damaged.values()],
  };
}

/** A row whose checksum is wrong was changed by nobody we know. It is not sent. */
function readRow(stored: Stored | undefined): OutboxRow | null {
  if (stored === undefined || !isRow(stored)) return null;
  return { ...JSON.parse(String(stored["header"])), ...JSON.parse(String(stored["body"])) };
}

function isRow({ header, body, checksum }: Stored): boolean {
  return rowSum(String(header), String(body)) === Number(checksum);
}

function loadRecords(database: DatabaseSync, found: Found): SnapshotBuilder {
  const held = emptySnapshot();
  const bad: { readonly collection: string; readonly bytes: Uint8Array }[] = [];
  // As bytes, since node:sqlite ends a text at its first NUL, which a charger may put into a name.
  const records = database.prepare(
    "SELECT collection, CAST(key AS BLOB) AS key, value, checksum FROM record",
  );
  for (const stored of records.iterate()) {
    const collection = String(stored["collection"]);
    if (collection.startsWith(SET_ASIDE)) continue;
    const bytes = stored["key"] instanceof Uint8Array ? stored["key"] : new Uint8Array();
    const key = new TextDecoder().decode(bytes);
    const value = String(stored["value"]);
    const isWhole = isSum(stored["checksum"], recordSum(collection, key, value));
    if (isWhole && isAdded(held, collection, key, value)) continue;
    bad.push({ collection, bytes });
    found({ kind: "record", collection, key });
  }
  setAside(database, bad);
  return held;
}

function isAdded(held: SnapshotBuilder, collection: string, key: string, text: string): boolean {
  try {
    held.add(collection, key, text);
    return true;
  } catch {
    return false;
  }
}

/** So that what is written in their place does not wipe out what they were. */
function setAside(
  database: DatabaseSync,
  bad: readonly { readonly collection: string; readonly bytes: Uint8Array }[],
): void {
  if (bad.length === 0) return;
  const move = database.prepare(`
    UPDATE OR REPLACE record SET collection = ?1
    WHERE collection = ?2 AND key = CAST(?3 AS TEXT)
  `);
  for (const { collection, bytes } of bad) {
    try {
      move.run(`${SET_ASIDE}${collection}`, collection, bytes);
    } catch {
      // On a disk that takes nothing they stay where they are, and are found again at the next start.
      return;
    }
  }
}

/** The columns say which row it is: a header in which an id was changed must not stand for another. */
function loadHeaders(database: DatabaseSync, found: Found): RowHeader[] {
  const all = database.prepare(
    "SELECT id, transaction_id, header, body, checksum FROM outbox ORDER BY id",
  );
  const slotOf = database.prepare("SELECT slot FROM charging_transaction WHERE id = ?");
  const headers: RowHeader[] = [];
  for (const stored of all.iterate()) {
    const id = Number(stored["id"]);
    const transactionId = String(stored["transaction_id"]);
    const header = parsed<RowHeader>(String(stored["header"]));
    if (header !== undefined && isRow(stored)) headers.push({ ...header, id, transactionId });
    else {
      found({ kind: "row", id });
      const slot = Number(slotOf.get(transactionId)?.["slot"] ?? 0);
      headers.push(deadHeader({ ...Object(header), id, transactionId }, slot));
    }
  }
  return headers;
}

const KINDS = ["started", "updated", "ended"] as const;

/** A damaged row stands in the queue as a dead letter, with what can still be told of it. */
function deadHeader(
  damaged: Partial<RowHeader> & Pick<RowHeader, "id" | "transactionId">,
  slot: number,
): RowHeader {
  const { id, transactionId, createdAtMs, messageId } = damaged;
  return {
    id,
    transactionId,
    slot,
    kind: KINDS.find((kind) => kind === damaged.kind) ?? "updated",
    messageId: typeof messageId === "string" ? messageId : `damaged-${id}`,
    createdAtMs: typeof createdAtMs === "number" ? createdAtMs : 0,
    readings: 0,
    essential: true,
    sent: true,
    refusals: 1,
    lastError: RECORD_DAMAGED,
    dead: true,
  };
}

const TRANSACTION_COLUMNS = "id, number, charger_id, slot, started_ms, value, checksum";

function loadTransactions(database: DatabaseSync, nowWallMs: number, found: Found): Transaction[] {
  const newest = database.prepare("SELECT max(ended_ms) AS ms FROM charging_transaction").get();
  const sinceMs = recentSinceMs(nowWallMs, Number(newest?.["ms"] ?? 0));
  return database.prepare(`
    SELECT ${TRANSACTION_COLUMNS} FROM charging_transaction
    WHERE ended_ms IS NULL OR ended_ms > ? OR id IN (SELECT transaction_id FROM outbox)
    ORDER BY number
  `).all(sinceMs).map((stored) => readTransaction(stored, found))
    .filter((each) => each !== null);
}

/** A damaged session keeps its place: its number is given to no other. */
function readTransaction(stored: Stored, found: Found): Transaction | null {
  const text = String(stored["value"]);
  const transaction = parsed<Transaction>(text);
  const number = Number(stored["number"]);
  const isWhole = isSum(stored["checksum"], transactionSum(text));
  if (isWhole && Object(transaction)["number"] === number) return transaction ?? null;
  found({
    kind: "session",
    id: String(stored["id"]),
    number,
    chargerId: String(stored["charger_id"]),
    slot: Number(stored["slot"]),
    startedMs: Number(stored["started_ms"]),
  });
  return null;
}

function highWater(database: DatabaseSync, name: string): number {
  const stored = database.prepare("SELECT value FROM high_water WHERE name = ?").get(name);
  return Number(stored?.["value"] ?? 0);
}

function findTransactions(
  database: DatabaseSync,
  query: TransactionQuery,
  found: Found,
): Transaction[] {
  const conditions = conditionsOf(query);
  const where = conditions.length === 0
    ? ""
    : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`;
  const order = query.oldestFirst === true ? "ASC" : "DESC";
  const page = database.prepare(`
    SELECT ${TRANSACTION_COLUMNS} FROM charging_transaction ${where}
    ORDER BY number ${order} LIMIT ? OFFSET ?
  `);
  const values = conditions.flatMap(([, value]) => value ?? []);
  const transactions: Transaction[] = [];
  // A page is short only where history ends: what is damaged is made up for by what follows.
  for (let read = 0; transactions.length < query.limit;) {
    const wanted = query.limit - transactions.length;
    const stored = page.all(...values, wanted, read);
    for (const each of stored) {
      const transaction = readTransaction(each, found);
      if (transaction !== null) transactions.push(transaction);
    }
    read += stored.length;
    if (stored.length < wanted) break;
  }
  return transactions;
}

/** By the index of starts: of equal ones few have to be put in order. */
function readSessions(database: DatabaseSync, page: HistoryPage, found: Found): Transaction[] {
  const next = database.prepare(`
    SELECT ${TRANSACTION_COLUMNS} FROM charging_transaction
    WHERE (started_ms, number) > (?, ?) AND started_ms >= ? AND started_ms < ?
    ORDER BY started_ms, number LIMIT ?
  `);
  const transactions: Transaction[] = [];
  let after = page.after ?? { startedMs: page.fromMs, number: -1 };
  while (transactions.length < page.limit) {
    const wanted = page.limit - transactions.length;
    const { startedMs, number } = after;
    const stored = next.all(startedMs, number, startedMs, page.toMs, wanted);
    for (const each of stored) {
      const transaction = readTransaction(each, found);
      if (transaction !== null) transactions.push(transaction);
      after = { startedMs: Number(each["started_ms"]), number: Number(each["number"]) };
    }
    if (stored.length < wanted) break;
  }
  return transactions;
}

/** A condition, and the value that stands in it where one does. */
type Condition = readonly [condition: string, value?: string | number];

function conditionsOf(query: TransactionQuery): readonly Condition[] {
  const conditions: Condition[] = [];
  if (query.id !== undefined) conditions.push(["id = ?", query.id]);
  if (query.fromMs !== undefined) conditions.push(["started_ms >= ?", query.fromMs]);
  if (query.toMs !== undefined) conditions.push(["started_ms < ?", query.toMs]);
  if (query.chargerId !== undefined) conditions.push(["charger_id = ?", query.chargerId]);
  if (query.token !== undefined) {
    const token = tokenKey({ idToken: query.token, type: "Central" });
    conditions.push(["token = ?", token]);
  }
  if (query.slot !== undefined) conditions.push(["slot = ?", query.slot]);
  if (query.isOpen !== undefined) {
    conditions.push([query.isOpen ? "ended_ms IS NULL" : "ended_ms IS NOT NULL"]);
  }
  if (query.beforeNumber !== undefined) conditions.push(["number < ?", query.beforeNumber]);
  return conditions;
}
