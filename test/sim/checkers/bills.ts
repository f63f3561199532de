import { type Decimal, decimal, sumOf, ZERO } from "../../../src/lib/decimal.ts";
import {
  type Bill,
  type BillLine,
  billOf,
  costStep,
  sessionTime,
  startCost,
  type Tariff,
  type Transaction,
} from "../../../src/transactions/mod.ts";
import type { World } from "../world.ts";
import { createFindings, type Findings } from "./findings.ts";

/** Watches what sessions cost: on the disk, and on the pages. */
export interface BillWatch {
  readonly findings: Findings;
  /** Looks at the sessions that go on, and at the bills on the disk. */
  look(): Promise<void>;
  /** What is wrong once everybody has told everything: all sessions, and what pages say of them. */
  atEnd(): Promise<Findings>;
}

/** So many sessions are read at a time. */
const PAGE = 200;
/** Lines are exact to a millionth, and quantities to a millionth of a Wh. */
const EXACT = "0.000002";

/** Begins to watch. */
export function watchBills(world: World): BillWatch {
  const findings = createFindings(world.clock);
  /** What a session ended with, and its bill then. */
  const finals = new Map<string, { readonly stop: string; readonly bill: string }>();

  function judge(transaction: Transaction, into: Findings): void {
    const { id, stop, cost } = transaction;
    for (const fault of sessionFaults(transaction, world.tariff)) {
      into.add("bill", `${id}: ${fault}`);
    }
    const before = finals.get(id);
    if (stop === null) {
      if (before !== undefined) into.add("bill", `${id} had ended, and goes on`);
      return;
    }
    const now = { stop: JSON.stringify(stop), bill: JSON.stringify(cost?.bill) };
    if (before?.stop === now.stop && before.bill !== now.bill) {
      into.add("bill", `${id} had its bill, and has another: ${before.bill}, now ${now.bill}`);
    }
    finals.set(id, now);
  }

  return {
    findings,
    async look() {
      const newest = await world.ledger.transactions({ limit: PAGE });
      for (const transaction of newest) judge(transaction, findings);
      for (const fault of runningFaults(world)) findings.add("bill", fault);
    },
    async atEnd() {
      const found = createFindings(world.clock);
      const shown = world.gateway()?.web.views;
      for await (const transaction of sessionsOf(world)) {
        judge(transaction, found);
        const fault = repriced(transaction, world.tariff);
        if (fault !== null) found.add("bill", `${transaction.id}: ${fault}`);
        if (transaction.stop === null || shown === undefined) continue;
        const total = (await shown.transaction(transaction.id))?.cost?.total;
        if (total !== transaction.cost?.bill?.total) {
          found.add("bill", `${transaction.id} is shown with ${total}`);
        }
      }
      return found;
    },
  };
}

async function* sessionsOf({ ledger }: World): AsyncGenerator<Transaction> {
  let beforeNumber: number | undefined;
  for (;;) {
    const before = beforeNumber === undefined ? {} : { beforeNumber };
    const page = await ledger.transactions({ limit: PAGE, ...before });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    beforeNumber = last.number;
  }
}

/** What a page shows of a session that goes on. */
function runningFaults({ gateway, tariff }: World): string[] {
  return (gateway()?.web.views.evses() ?? []).flatMap(({ slot, transaction }) => {
    const cost = transaction?.cost ?? null;
    if (cost === null) return [];
    if (tariff === null) return [`slot ${slot} costs something where nothing is sold`];
    const early = cost.final ? ["it is called final while the session goes on"] : [];
    return [...early, ...billFaults(cost, tariff)].map((fault) => `slot ${slot}: ${fault}`);
  });
}

/** What is wrong with the bill that a session has on the disk, in words. */
export function sessionFaults(transaction: Transaction, tariff: Tariff | null): string[] {
  const { stop, cost, authorization, meterStartWh } = transaction;
  if (tariff === null) {
    return cost === undefined ? [] : ["it costs something where nothing is sold"];
  }
  if (cost === undefined) {
    return authorization.status === "Accepted" ? ["nothing is counted of what it costs"] : [];
  }
  const { bill } = cost;
  if (stop === null) return bill === undefined ? [] : ["it has a bill and goes on"];
  if (bill === undefined) return ["it has ended without a bill"];
  const soldWh = Math.max(0, stop.meterStopWh - meterStartWh);
  return [
    ...(bill.final ? [] : ["its bill is not final although it has ended"]),
    ...billFaults(bill, tariff),
    ...(energyOf(bill).times(1_000).eq(decimal(soldWh).toDecimalPlaces(6))
      ? []
      : [`billed for ${energyOf(bill).toFixed()} kWh, its registers say ${soldWh} Wh`]),
    ...timeFaults(bill, cost.countedToMs - cost.startedAtMs),
  ];
}

/** What is wrong with a bill by itself. */
function billFaults(bill: Bill, tariff: Tariff): string[] {
  const { currency, lines, exclTax, tax, rounding, total } = bill;
  const isSum = sumOf(lines.map((line) => decimal(line.exclTax))).eq(exclTax) &&
    sumOf(lines.map((line) => decimal(line.tax))).eq(tax) &&
    decimal(exclTax).plus(tax).plus(rounding).eq(total);
  const step = decimal(tariff.roundingStep);
  return [
    ...(isSum ? [] : [`its lines do not add up: ${JSON.stringify(bill)}`]),
    ...(currency === tariff.currency ? [] : [`it is in ${currency}, sold in ${tariff.currency}`]),
    ...(decimal(total).lt(ZERO) ? [`it comes to ${total}`] : []),
    ...(decimal(total).mod(step).eq(ZERO) && decimal(rounding).abs().times(2).lte(step)
      ? []
      : [`${total} is not rounded to ${tariff.roundingStep}`]),
    ...lines.flatMap((line) => lineFaults(line, tariff)),
  ];
}

function lineFaults(line: BillLine, { taxIncluded, parts }: Tariff): string[] {
  const { kind, quantity, unitPrice, exclTax, tax, inclTax } = line;
  // What leads to a greatest cost takes something away.
  if (kind === "adjustment") return [];
  const amount = decimal(quantity).times(unitPrice);
  const off = amount.minus(taxIncluded ? inclTax : exclTax).abs();
  const isListed = parts[kind]?.prices.some(({ price }) => price === unitPrice) ?? false;
  return [
    ...([quantity, exclTax, tax].some((each) => decimal(each).lt(ZERO))
      ? [`its line of ${kind} is negative`]
      : []),
    ...(off.lte(decimal(EXACT).times(decimal(unitPrice).plus(1)))
      ? []
      : [`${quantity} at ${unitPrice} is not ${inclTax} with tax, ${exclTax} without`]),
    ...(isListed ? [] : [`nothing of ${kind} is sold at ${unitPrice}`]),
  ];
}

function energyOf({ lines }: Bill): Decimal {
  return sumOf(lines.filter(({ kind }) => kind === "energy").map((line) => decimal(line.quantity)));
}

const MS_PER = { min: 60_000, h: 3_600_000 } as const;

/** Nobody pays for more time than there was. */
function timeFaults({ lines }: Bill, tookMs: number): string[] {
  const paidMs = sumOf(
    lines.map(({ kind, unit, quantity }) =>
      (kind === "idleTime" || kind === "chargingTime") && (unit === "min" || unit === "h")
        ? decimal(quantity).times(MS_PER[unit])
        : ZERO
    ),
  );
  return paidMs.gt(tookMs + 1) ? [`pays for ${paidMs.toFixed(0)} ms of ${tookMs}`] : [];
}

/**
 * Prices the session anew from its record, as if nothing had been heard but its start and its end. The
 * readings between are not kept, so only energy and fees can be compared.
 */
export function repriced(transaction: Transaction, tariff: Tariff | null): string | null {
  const { stop, cost, meterStartWh, reservationId, startedAt, startHeardAtMs } = transaction;
  if (tariff === null || stop === null || cost?.bill === undefined) return null;
  const hasReservation = reservationId !== null;
  const atMs = sessionTime(startedAt, startHeardAtMs);
  const counted = costStep(startCost({ atMs, meterStartWh, hasReservation }, tariff), {
    kind: "stop",
    atMs: sessionTime(stop.stoppedAt, stop.heardAtMs),
    registerWh: stop.meterStopWh,
  }, [tariff]);
  const anew = billOf(counted, [tariff], true);
  const [kept, told] = [cost.bill, anew].map((bill) => bill === null ? null : withoutTime(bill));
  return JSON.stringify(kept) === JSON.stringify(told)
    ? null
    : `priced anew it is ${JSON.stringify(told)}, was ${JSON.stringify(kept)}`;
}

function withoutTime(bill: Bill) {
  const fees = bill.lines.filter(({ unit, kind }) => unit === "session" && kind !== "adjustment");
  return { kWh: energyOf(bill).toFixed(), fees };
}
