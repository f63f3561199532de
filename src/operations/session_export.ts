import { csvLine } from "../lib/csv.ts";
import { isoTime } from "../lib/clock.ts";
import type { TransactionQuery } from "../outbox/mod.ts";
import {
  type Bill,
  correctionCost,
  correctionWh,
  energyWh,
  evidenceTotal,
  type LateReading,
  remarksOn,
  startedAt,
  stoppedAt,
  type Transaction,
} from "../transactions/mod.ts";

/** A session as an office wants it: plain fields, and what it cost. */
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
  /** The flags in words. */
  readonly remarks: string;
  /** What the site itself has counted, and by what; the bill goes by the register. */
  readonly evidenceWh: number | null;
  readonly evidenceBy: string | null;
  /** By how much the charger's own end, which came too late, differs from what was billed. */
  readonly correctionWh: number | null;
  /** What that would have cost more, with tax, in the currency of `cost`; the bill stays as it was told. */
  readonly correctionCost: string | null;
  /** Meter values that came after the end: signed ones are evidence. */
  readonly lateReadings: readonly LateReading[];
  /** Null where no tariff applied. In a table it is its total, its currency and its tax. */
  readonly cost: Bill | null;
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
] as const satisfies readonly Exclude<keyof SessionRow, "cost" | "lateReadings">[];

const COST_COLUMNS = ["cost", "currency", "tax"];

/** What an office looks at when somebody disputes a session. */
const DISPUTE_COLUMNS = [
  "remarks",
  "evidenceWh",
  "evidenceBy",
  "correctionWh",
] as const satisfies readonly (keyof SessionRow)[];

/** How many sessions are read at a time: the export of years takes no more memory than that. */
const PAGE = 500;

/** Where sessions come from: `OutboxStore.transactions`. */
export type SessionSource = (query: TransactionQuery) => Promise<readonly Transaction[]>;

/** What a session costs: its bill, or null where no tariff applied. */
export type CostSource = (transaction: Transaction) => Bill | null;

/** The sessions of a period, newest first, as text in pieces. */
export async function* exportSessions(
  source: SessionSource,
  period: { readonly fromMs?: number; readonly toMs?: number },
  format: "csv" | "json",
  costOf: CostSource = billAtEnd,
): AsyncGenerator<string> {
  yield format === "csv"
    ? csvLine([...COLUMNS, ...COST_COLUMNS, ...DISPUTE_COLUMNS, "correctionCost"])
    : "[";
  let isFirst = true;
  for await (const transaction of sessionsOf(source, period)) {
    const row = rowOf(transaction, costOf(transaction));
    if (format === "csv") yield csvLine(cellsOf(row));
    else yield (isFirst ? "\n" : ",\n") + JSON.stringify(row);
    isFirst = false;
  }
  if (format === "json") yield "\n]\n";
}

/** Of a session that goes on there is no bill yet, for somebody who does not know the tariffs. */
function billAtEnd({ cost }: Transaction): Bill | null {
  return cost?.bill ?? null;
}

function cellsOf({ cost, ...row }: SessionRow): (string | number | null)[] {
  const money = cost === null ? [null, null, null] : [cost.total, cost.currency, cost.tax];
  return [
    ...COLUMNS.map((column) => row[column]),
    ...money,
    ...DISPUTE_COLUMNS.map((column) => row[column]),
    // A number: a text with a minus would be taken for a formula.
    row.correctionCost === null ? null : Number(row.correctionCost),
  ];
}

async function* sessionsOf(
  source: SessionSource,
  period: { readonly fromMs?: number; readonly toMs?: number },
): AsyncGenerator<Transaction> {
  let beforeNumber: number | undefined;
  for (;;) {
    const query = beforeNumber === undefined ? period : { ...period, beforeNumber };
    const page = await source({ ...query, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    beforeNumber = last.number;
  }
}

function rowOf(transaction: Transaction, cost: Bill | null): SessionRow {
  const { stop } = transaction;
  const evidence = evidenceTotal(transaction);
  return {
    id: transaction.id,
    charger: transaction.chargerId,
    slot: transaction.slot,
    token: transaction.idToken.idToken,
    startedAt: startedAt(transaction),
    stoppedAt: stoppedAt(transaction),
    meterStartWh: transaction.meterStartWh,
    meterStopWh: stop?.meterStopWh ?? null,
    energyWh: energyWh(transaction),
    stopReason: stop === null ? null : stop.reason ?? "Local",
    authorizedBy: transaction.authorization.source,
    heardAt: isoTime(transaction.startHeardAtMs),
    csmsTransaction: transaction.upstreamNumber,
    flags: transaction.flags.join(" "),
    remarks: remarksOn(transaction).join("; "),
    evidenceWh: evidence?.energyWh ?? null,
    evidenceBy: evidence?.by ?? null,
    correctionWh: correctionWh(transaction),
    correctionCost: correctionCost(transaction),
    lateReadings: transaction.lateReadings ?? [],
    cost,
  };
}
