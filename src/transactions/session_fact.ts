import { auditedToken } from "../site/mod.ts";
import { energyWh, type Transaction } from "./transaction.ts";

/** What reports reckon with of a session that ended: plain, short, and one row of a narrow table. */
export interface SessionFact {
  readonly number: number;
  readonly chargerId: string;
  readonly slot: number;
  /** As `auditedToken` writes it: a private code is nobody's to read. */
  readonly token: string;
  readonly group: string | null;
  /** When we heard of the start and of the end, Unix milliseconds. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly energyWh: number;
  readonly stopReason: string;
  readonly authorizedBy: string;
  /** Of the bill; null where no tariff applied. Money is decimal text. */
  readonly tariffId: string | null;
  readonly currency: string | null;
  readonly total: string | null;
  readonly tax: string | null;
  /** How many marks an operator should look at. */
  readonly marks: number;
}

/** By what sessions can be summed up. */
export const FACT_GROUPS = [
  "all",
  "day",
  "slotHour",
  "connector",
  "token",
  "group",
  "tariff",
  "billing",
] as const;

/** One of `FACT_GROUPS`. */
export type FactGroup = typeof FACT_GROUPS[number];

/** Of which sessions the sums are asked: of those that began in this time. */
export interface FactTime {
  readonly fromMs: number;
  readonly toMs: number;
  /** By how much the site's clocks are ahead of UTC then: where its days and hours begin; absent: 0. */
  readonly offsetMs?: number;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** What sessions come to that have these in common. */
export interface FactSum {
  /**
   * A charger and its slot, a card and its group, a group, a tariff; how it was billed; the number of
   * the day in which it began, from 1970-01-01 on; a slot and the hour of the day, at the end of the
   * week with 24 more.
   */
  readonly key: string;
  readonly subkey: string;
  readonly currency: string | null;
  readonly sessions: number;
  readonly energyWh: number;
  readonly durationMs: number;
  /** When the newest of them began. */
  readonly lastStartedMs: number;
  /** Millionths of the currency's unit, exactly. */
  readonly totalMicros: number;
  readonly taxMicros: number;
}

/** Adds facts up as a ledger does. */
export function sumFacts(
  facts: readonly SessionFact[],
  by: FactGroup,
  offsetMs = 0,
): readonly FactSum[] {
  const sums = new Map<string, FactSum>();
  for (const fact of facts) {
    const [key, subkey] = groupOf(fact, by, offsetMs);
    const { currency } = fact;
    const name = JSON.stringify([key, subkey, currency]);
    const known = sums.get(name);
    sums.set(name, {
      key,
      subkey,
      currency,
      sessions: (known?.sessions ?? 0) + 1,
      energyWh: (known?.energyWh ?? 0) + fact.energyWh,
      durationMs: (known?.durationMs ?? 0) + Math.max(0, fact.endedMs - fact.startedMs),
      lastStartedMs: Math.max(known?.lastStartedMs ?? 0, fact.startedMs),
      totalMicros: (known?.totalMicros ?? 0) + micros(fact.total),
      taxMicros: (known?.taxMicros ?? 0) + micros(fact.tax),
    });
  }
  return [...sums.values()];
}

/** Exact: amounts have no more than six decimals, and sums stay far below 2^53. */
function micros(amount: string | null): number {
  return Math.round(Number(amount ?? 0) * 1e6);
}

function groupOf(
  fact: SessionFact,
  by: FactGroup,
  offsetMs: number,
): readonly [string, string] {
  const hour = Math.floor((fact.startedMs + offsetMs) / HOUR_MS);
  const day = Math.floor(hour / DAY_HOURS);
  switch (by) {
    case "all":
      return ["", ""];
    case "day":
      return [String(day), ""];
    case "slotHour":
      // The first day of 1970 was a Thursday.
      return [
        String(fact.slot),
        String(((day + 3) % 7 >= 5 ? DAY_HOURS : 0) + hour % DAY_HOURS),
      ];
    case "connector":
      return [fact.chargerId, String(fact.slot)];
    case "token":
      return [fact.token, fact.group ?? ""];
    case "group":
      return [fact.group ?? "", ""];
    case "tariff":
      return [fact.tariffId ?? "", ""];
    case "billing":
      return [
        fact.total !== null ? "billed" : fact.energyWh > 0 ? "not-billed" : "no-energy",
        "",
      ];
  }
}

/** The facts of a session; null while it goes on. */
export function sessionFact(transaction: Transaction): SessionFact | null {
  const { stop, groupIdToken, authorization } = transaction;
  if (stop === null) return null;
  const bill = transaction.cost?.bill;
  return {
    number: transaction.number,
    chargerId: transaction.chargerId,
    slot: transaction.slot,
    token: auditedToken(transaction.idToken),
    group: groupIdToken?.idToken ?? null,
    startedMs: wholeMs(transaction.startHeardAtMs),
    endedMs: wholeMs(stop.heardAtMs),
    energyWh: energyWh(transaction),
    stopReason: stop.reason ?? "Local",
    authorizedBy: authorization.source,
    tariffId: bill?.tariffId ?? null,
    currency: bill?.currency ?? null,
    total: bill?.total ?? null,
    tax: bill?.tax ?? null,
    marks: transaction.flags.length,
  };
}

/** One record that a column does not take would keep all others off the disk for ever. */
export function wholeMs(timeMs: number): number {
  return Number.isFinite(timeMs) ? Math.floor(timeMs) : 0;
}
