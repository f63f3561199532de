import { isoTime } from "../lib/clock.ts";
import { auditedToken } from "../site/mod.ts";
import {
  energyWh,
  remarksOn,
  startedAt,
  stoppedAt,
  type Transaction,
} from "../transactions/mod.ts";
import { kwh } from "./_sums.ts";
import type { ReportPeriod } from "./period.ts";
import type { Column, Report, ReportRow } from "./report.ts";
import type { ReportSources } from "./sources.ts";

const COLUMNS: readonly Column[] = [
  { name: "id", kind: "text" },
  { name: "startedAt", kind: "moment" },
  { name: "stoppedAt", kind: "moment" },
  { name: "charger", kind: "text" },
  { name: "slot", kind: "number" },
  { name: "token", kind: "text" },
  { name: "group", kind: "text" },
  { name: "energyKwh", kind: "energyKwh" },
  { name: "total", kind: "money" },
  { name: "tax", kind: "money" },
  { name: "currency", kind: "text" },
  { name: "tariff", kind: "text" },
  { name: "authorizedBy", kind: "text" },
  { name: "stopReason", kind: "text" },
  { name: "marks", kind: "text" },
  { name: "remarks", kind: "text" },
];

/** Every session that began in the time, the first first. */
export function sessionsReport(sources: ReportSources, period: ReportPeriod): Report {
  const running = sources.running(period);
  return {
    name: "sessions",
    period,
    notes: [
      { key: "by-start", values: [] },
      ...(running > 0 ? [{ key: "running" as const, values: [running] }] : []),
    ],
    tables: [{ id: "sessions", columns: COLUMNS, rows: rowsOf(sources, period) }],
  };
}

async function* rowsOf(sources: ReportSources, period: ReportPeriod): AsyncGenerator<ReportRow> {
  for await (const page of sources.sessions(period)) {
    for (const each of page) yield rowOf(each, sources);
  }
}

function rowOf(transaction: Transaction, sources: ReportSources): ReportRow {
  const { stop, idToken, groupIdToken } = transaction;
  const bill = sources.costOf(transaction);
  const started = startedAt(transaction);
  return {
    id: transaction.id,
    startedAt: Number.isNaN(Date.parse(started)) ? isoTime(transaction.startHeardAtMs) : started,
    stoppedAt: stoppedAt(transaction),
    charger: transaction.chargerId,
    slot: transaction.slot,
    token: idToken.type === "KeyCode" ? auditedToken(idToken) : idToken.idToken,
    group: groupIdToken?.idToken ?? null,
    energyKwh: kwh(energyWh(transaction)),
    total: bill?.total ?? null,
    tax: bill?.tax ?? null,
    currency: bill?.currency ?? null,
    tariff: bill?.tariffId ?? null,
    authorizedBy: transaction.authorization.source,
    stopReason: stop === null ? null : stop.reason ?? "Local",
    marks: transaction.flags.join(" "),
    remarks: remarksOn(transaction).join("; "),
  };
}
