import { csvLine } from "../lib/csv.ts";
import { isoTime } from "../lib/clock.ts";
import type { TransactionQuery } from "../outbox/mod.ts";
import { energyWh, type Transaction } from "../transactions/mod.ts";

/** A session as an office wants it: plain fields, one line each. */
export interface SessionRow {
  readonly id: string;
  readonly charger: string;
  readonly slot: number;
  readonly token: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly meterStartWh: number;
  readonly meterStopWh: number | null;
  readonly energyWh: number;
  readonly stopReason: string | null;
  readonly authorizedBy: string;
  readonly heardAt: string;
  readonly csmsTransaction: number | null;
  readonly flags: string;
}

const COLUMNS = [
  "id",
  "charger",
  "slot",
  "token",
  "startedAt",
  "stoppedAt",
  "meterStartWh",
  "meterStopWh",
  "energyWh",
  "stopReason",
  "authorizedBy",
  "heardAt",
  "csmsTransaction",
  "flags",
] as const satisfies readonly (keyof SessionRow)[];

/** How many sessions are read at a time: the export of years takes no more memory than that. */
const PAGE = 500;

/** Where sessions come from: `OutboxStore.transactions`. */
export type SessionSource = (query: TransactionQuery) => Promise<readonly Transaction[]>;

/** The sessions of a period, newest first, as text in pieces. */
export async function* exportSessions(
  source: SessionSource,
  period: { readonly fromMs?: number; readonly toMs?: number },
  format: "csv" | "json",
): AsyncGenerator<string> {
  yield format === "csv" ? csvLine(COLUMNS) : "[";
  let isFirst = true;
  for await (const row of sessionRows(source, period)) {
    if (format === "csv") yield csvLine(COLUMNS.map((column) => row[column]));
    else yield (isFirst ? "\n" : ",\n") + JSON.stringify(row);
    isFirst = false;
  }
  if (format === "json") yield "\n]\n";
}

async function* sessionRows(
  source: SessionSource,
  period: { readonly fromMs?: number; readonly toMs?: number },
): AsyncGenerator<SessionRow> {
  let beforeNumber: number | undefined;
  for (;;) {
    const query = beforeNumber === undefined ? period : { ...period, beforeNumber };
    const page = await source({ ...query, limit: PAGE });
    yield* page.map(rowOf);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    beforeNumber = last.number;
  }
}

function rowOf(transaction: Transaction): SessionRow {
  const { stop } = transaction;
  return {
    id: transaction.id,
    charger: transaction.chargerId,
    slot: transaction.slot,
    token: transaction.idToken.idToken,
    startedAt: transaction.startedAt,
    stoppedAt: stop?.stoppedAt ?? null,
    meterStartWh: transaction.meterStartWh,
    meterStopWh: stop?.meterStopWh ?? null,
    energyWh: energyWh(transaction),
    stopReason: stop === null ? null : stop.reason ?? "Local",
    authorizedBy: transaction.authorization.source,
    heardAt: isoTime(transaction.startHeardAtMs),
    csmsTransaction: transaction.upstreamNumber,
    flags: transaction.flags.join(" "),
  };
}
