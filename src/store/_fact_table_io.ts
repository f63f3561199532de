import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { HistoryPage } from "../outbox/mod.ts";
import {
  type FactGroup,
  type FactSum,
  type FactTime,
  type SessionFact,
  sessionFact,
  type Transaction,
} from "../transactions/mod.ts";

/** Sessions that ended, in few bytes: reports of years read nothing else. Lies in order of time. */
export const FACT_SHAPE = `
  CREATE TABLE session_fact (
    started_ms INTEGER NOT NULL,
    number INTEGER NOT NULL,
    charger_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    token TEXT NOT NULL,
    group_token TEXT,
    ended_ms INTEGER NOT NULL,
    energy_wh REAL NOT NULL,
    stop_reason TEXT NOT NULL,
    authorized_by TEXT NOT NULL,
    tariff_id TEXT,
    currency TEXT,
    total TEXT,
    tax TEXT,
    marks INTEGER NOT NULL,
    PRIMARY KEY (started_ms, number)
  ) STRICT, WITHOUT ROWID;
`;

/** Those of a ledger that has sessions already; what is not readable is left out. */
export const FACTS_OF_ALL = `
  INSERT OR REPLACE INTO session_fact
  SELECT
    started_ms, number, charger_id, slot,
    CASE WHEN value ->> '$.idToken.type' = 'KeyCode' THEN '(code)' ELSE token END,
    value ->> '$.groupIdToken.idToken', ended_ms, energy_wh,
    coalesce(value ->> '$.stop.reason', 'Local'),
    coalesce(value ->> '$.authorization.source', 'csms'),
    value ->> '$.cost.bill.tariffId', value ->> '$.cost.bill.currency',
    value ->> '$.cost.bill.total', value ->> '$.cost.bill.tax',
    coalesce(json_array_length(value, '$.flags'), 0)
  FROM charging_transaction
  WHERE ended_ms IS NOT NULL AND json_valid(value) AND json_type(value) = 'object';
`;

/** Keeps the table in step with the sessions. */
export interface FactTable {
  /** Before a session is written: its facts may stand under another time. */
  forget(transactionId: string): void;
  /** After it was written. */
  note(transaction: Transaction): void;
}

/** The table of an open ledger. */
export function openFactTable(database: DatabaseSync): FactTable {
  const drop: StatementSync = database.prepare(`
    DELETE FROM session_fact WHERE (started_ms, number) = (
      SELECT started_ms, number FROM charging_transaction WHERE id = ?
    )
  `);
  const put = database.prepare(
    `INSERT OR REPLACE INTO session_fact VALUES (${Array.from({ length: 15 }, () => "?").join()})`,
  );
  return {
    forget: (transactionId) => void drop.run(transactionId),
    note(transaction) {
      const fact = sessionFact(transaction);
      if (fact === null) return;
      const { startedMs, number, chargerId, slot, token, group, endedMs, energyWh } = fact;
      const { stopReason, authorizedBy, tariffId, currency, total, tax, marks } = fact;
      put.run(
        ...[startedMs, number, chargerId, slot, token, group, endedMs, energyWh],
        ...[stopReason, authorizedBy, tariffId, currency, total, tax, marks],
      );
    },
  };
}

/** Reads a page of the table, oldest first. */
export function readFacts(database: DatabaseSync, page: HistoryPage): SessionFact[] {
  const { fromMs, toMs, after, limit } = page;
  return database.prepare(`
    SELECT * FROM session_fact
    WHERE (started_ms, number) > (?, ?) AND started_ms < ?
    ORDER BY started_ms, number LIMIT ?
  `).all(after?.startedMs ?? fromMs, after?.number ?? -1, toMs, Math.max(0, limit)).map(factOf);
}

function factOf(stored: Readonly<Record<string, unknown>>): SessionFact {
  const text = (value: unknown) => value === null ? null : String(value);
  return {
    number: Number(stored["number"]),
    chargerId: String(stored["charger_id"]),
    slot: Number(stored["slot"]),
    token: String(stored["token"]),
    group: text(stored["group_token"]),
    startedMs: Number(stored["started_ms"]),
    endedMs: Number(stored["ended_ms"]),
    energyWh: Number(stored["energy_wh"]),
    stopReason: String(stored["stop_reason"]),
    authorizedBy: String(stored["authorized_by"]),
    tariffId: text(stored["tariff_id"]),
    currency: text(stored["currency"]),
    total: text(stored["total"]),
    tax: text(stored["tax"]),
    marks: Number(stored["marks"]),
  };
}

/** Cast, since a number is bound as a float, and would make the division one of floats. */
const LOCAL_MS = "(started_ms + CAST(:offset AS INTEGER))";

/**
 * What is grouped by, in SQL: key and subkey. Plain columns, since texts made for each session would
 * take longer than all the rest.
 */
const GROUPS: Readonly<Record<FactGroup, readonly [string, string]>> = {
  all: ["''", "''"],
  day: [`${LOCAL_MS} / 86400000`, "''"],
  slotHour: [
    "slot",
    `CASE WHEN (${LOCAL_MS} / 86400000 + 3) % 7 >= 5 THEN 24 ELSE 0 END
      + ${LOCAL_MS} / 3600000 % 24`,
  ],
  connector: ["charger_id", "slot"],
  token: ["token", "group_token"],
  group: ["group_token", "''"],
  tariff: ["tariff_id", "''"],
  billing: [
    `CASE WHEN total IS NOT NULL THEN 'billed'
      WHEN energy_wh > 0 THEN 'not-billed' ELSE 'no-energy' END`,
    "''",
  ],
};

/**
 * Adds facts up. Money in whole millionths: floats hold them exactly far beyond what a site takes in,
 * and a sum of the amounts themselves would lose coins.
 */
export function sumOfFacts(
  database: DatabaseSync,
  { fromMs, toMs, offsetMs = 0 }: FactTime,
  by: FactGroup,
): FactSum[] {
  const [key, subkey] = GROUPS[by];
  const offset = key.includes(":offset") || subkey.includes(":offset")
    ? { offset: Math.floor(offsetMs) }
    : {};
  return database.prepare(`
    SELECT ${key} AS own, ${subkey} AS sub, currency, count(*) AS sessions,
      sum(energy_wh) AS energy_wh, sum(max(0, ended_ms - started_ms)) AS duration_ms,
      max(started_ms) AS last_started_ms,
      sum(round(total * 1000000.0)) AS total, sum(round(tax * 1000000.0)) AS tax
    FROM session_fact WHERE started_ms >= :from AND started_ms < :to
    GROUP BY own, sub, currency
  `).all({ from: fromMs, to: toMs, ...offset }).map((stored) => ({
    key: String(stored["own"] ?? ""),
    subkey: String(stored["sub"] ?? ""),
    currency: stored["currency"] === null ? null : String(stored["currency"]),
    sessions: Number(stored["sessions"]),
    energyWh: Number(stored["energy_wh"]),
    durationMs: Number(stored["duration_ms"]),
    lastStartedMs: Number(stored["last_started_ms"]),
    totalMicros: Number(stored["total"] ?? 0),
    taxMicros: Number(stored["tax"] ?? 0),
  })).filter(({ sessions }) => sessions > 0);
}
