import { decimal } from "../lib/decimal.ts";
import type { ConnectorReport, IdToken } from "../ocpp/mod.ts";
import {
  type Activity,
  type Bill,
  billOf,
  type CostState,
  costStep,
  countedSoFar,
  minorDigits,
  sessionTime,
  startCost,
  type Tariff,
} from "./cost/mod.ts";
import type { Reading } from "./readings.ts";
import { emptyStep, type TransactionStep } from "./step.ts";
import { openOn, type TransactionState, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

/** The cost of a transaction: what is counted, and at its end the bill, which then stands. */
export interface TransactionCost extends CostState {
  readonly bill?: Bill;
  /**
   * What the charger's own end, which came after the bill had been told, would have cost more: money
   * with tax in the bill's currency, negative where it would have cost less. The bill stays as it is.
   */
  readonly correction?: string;
}

/** Which tariffs there are. */
export interface Pricing {
  /** The tariff that a transaction begins under now; null where it costs nothing that we know of. */
  tariffFor(begun: { readonly slot: number; readonly idToken: IdToken }): Tariff | null;
  /** A tariff by its key; undefined for one that nobody knows. */
  tariff(key: string): Tariff | undefined;
  wallMs(): number;
}

/** A step of the book that may change what transactions cost. */
export interface PricedStep
  extends Partial<Pick<TransactionStep, "changed" | "touched" | "measured">> {
  readonly state: TransactionState;
}

/**
 * Adds to a step what it does to the cost of its transactions: a start begins to count, readings and
 * the end go on. Everything that changes a transaction passes here, so that none is forgotten.
 */
export function withCosts<Step extends PricedStep>(
  before: TransactionState,
  step: Step,
  pricing: Pricing,
): Step {
  const price = (each: Transaction) =>
    withCost(before.transactions.get(each.id), each, step.measured ?? [], pricing);
  const { changed = [], touched = [] } = step;
  const [pricedChanged, pricedTouched] = [changed.map(price), touched.map(price)];
  const news = [...pricedChanged, ...pricedTouched]
    .filter((each, index) => each !== [...changed, ...touched][index]);
  if (news.length === 0) return step;
  return {
    ...step,
    state: news.reduce(withTransaction, step.state),
    ...(step.changed === undefined ? {} : { changed: pricedChanged }),
    ...(step.touched === undefined ? {} : { touched: pricedTouched }),
  };
}

function withCost(
  before: Transaction | undefined,
  now: Transaction,
  measured: readonly Reading[],
  pricing: Pricing,
): Transaction {
  const begun = before === undefined ? begin(now, pricing) : now.cost;
  if (begun === undefined) return now;
  const tariffs = tariffsOf(begun, pricing);
  if (tariffs === null) return now;
  const heardAtMs = pricing.wallMs();
  const isRead = before !== undefined && now.lastReading !== before.lastReading;
  const readings = isRead ? registersOf(now, measured) : [];
  const read = readings.reduce((cost: CostState, { at, energyWh, currentsAmps }) =>
    costStep(cost, {
      kind: "reading",
      atMs: sessionTime(at, heardAtMs),
      registerWh: energyWh,
      ...(currentsAmps === undefined ? {} : { currentAmps: currentsAmps.reduce((a, b) => a + b) }),
    }, tariffs), begun);
  const cost = corrected(before, now, ended(before, now, read, tariffs), tariffs);
  return cost === now.cost ? now : { ...now, cost };
}

function begin(now: Transaction, pricing: Pricing): TransactionCost | undefined {
  // Nobody owes anything for a session that a charger began although it was refused.
  const tariff = now.authorization.status === "Accepted" ? pricing.tariffFor(now) : null;
  if (tariff === null) return undefined;
  const { startedAt, startHeardAtMs, meterStartWh, reservationId, idToken } = now;
  const paid = new Map(idToken.additionalInfo?.map((each) => [each.type, each.additionalIdToken]));
  const [paymentBrand, paymentRecognition] = [
    paid.get("PaymentBrand"),
    paid.get("PaymentRecognition"),
  ];
  return startCost({
    atMs: sessionTime(startedAt, startHeardAtMs),
    meterStartWh,
    hasReservation: reservationId !== null,
    ...(paymentBrand === undefined ? {} : { paymentBrand }),
    ...(paymentRecognition === undefined ? {} : { paymentRecognition }),
  }, tariff);
}

/** The registers that were read, each with its time; at least the newest. */
function registersOf({ lastReading }: Transaction, measured: readonly Reading[]) {
  const all = measured.flatMap((reading) =>
    reading.energyWh === undefined ? [] : [{ ...reading, energyWh: reading.energyWh }]
  );
  if (all.length > 0 || lastReading === null) return all;
  return [{ ...lastReading, currentsAmps: undefined }];
}

/** The end, or another end than was known, makes out the bill. */
function ended(
  before: Transaction | undefined,
  { stop }: Transaction,
  cost: CostState,
  tariffs: readonly Tariff[],
): TransactionCost {
  if (stop === null || stop === before?.stop) return cost;
  const counted = costStep(cost, {
    kind: "stop",
    atMs: sessionTime(stop.stoppedAt, stop.heardAtMs),
    registerWh: stop.meterStopWh,
  }, tariffs);
  const bill = billOf(counted, tariffs, true);
  return bill === null ? counted : { ...counted, bill };
}

/** Reckoned while the tariffs are known for certain; later nobody may have them any more. */
function corrected(
  before: Transaction | undefined,
  { correction }: Transaction,
  cost: TransactionCost,
  tariffs: readonly Tariff[],
): TransactionCost {
  const { bill } = cost;
  if (correction === undefined || correction === before?.correction) return cost;
  if (bill === undefined) return cost;
  const { timestamp, meterStopWh } = correction.stop.message;
  const counted = costStep(cost, {
    kind: "stop",
    atMs: sessionTime(timestamp, correction.heardAtMs),
    registerWh: meterStopWh,
  }, tariffs);
  const other = billOf(counted, tariffs, true);
  if (other === null) return cost;
  const more = decimal(other.total).minus(bill.total);
  const digits = Math.max(minorDigits(bill.currency), more.decimalPlaces());
  return { ...cost, correction: more.toFixed(digits) };
}

/** Null where one of them is not known: then nothing can be counted. */
function tariffsOf({ tariffKeys }: CostState, pricing: Pick<Pricing, "tariff">): Tariff[] | null {
  const tariffs = tariffKeys.map((key) => pricing.tariff(key));
  const known = tariffs.filter((tariff) => tariff !== undefined);
  return known.length === tariffs.length ? known : null;
}

/**
 * The bill of a transaction: the one that was made out at its end, or what it has come to by the last
 * that was heard of it. Null where no tariff applied.
 */
export function costOf(
  { cost }: Transaction,
  pricing: Pick<Pricing, "tariff">,
): Bill | null {
  if (cost === undefined) return null;
  if (cost.bill !== undefined) return cost.bill;
  const tariffs = tariffsOf(cost, pricing);
  return tariffs === null ? null : billOf(countedSoFar(cost, tariffs), tariffs, false);
}

/**
 * What the charger's own end, which came too late, would have cost more than the bill says; null where
 * none came, or no tariff applied.
 */
export function correctionCost({ cost }: Transaction): string | null {
  return cost?.correction ?? null;
}

/** A charger's word on what the EV of a slot does, for the time that its session costs. */
export function noteActivity(
  state: TransactionState,
  slot: number,
  report: ConnectorReport,
  atMs: number,
): TransactionStep {
  const open = openOn(state, slot);
  const activity = activityOf(report);
  if (open?.cost === undefined || activity === null) return emptyStep(state);
  // An activity is only noted, so that it takes no tariff.
  const cost = costStep(open.cost, { kind: "activity", atMs, activity }, []);
  if (cost === open.cost) return emptyStep(state);
  const changed = { ...open, cost };
  return { state: withTransaction(state, changed), changed: [changed], facts: [] };
}

/** Null where the report leaves open what the EV does. */
function activityOf(report: ConnectorReport): Activity | null {
  switch (report.chargingState) {
    case "Charging":
      return "charging";
    case "SuspendedEV":
    case "Idle":
      return "idle";
    case "SuspendedEVSE":
      return "paused";
    case "EVConnected":
    case undefined:
      break;
  }
  if (report.afterTransaction === true) return "idle";
  // A broken connector is not the driver's fault.
  return report.connectorStatus === "Faulted" || report.connectorStatus === "Unavailable"
    ? "paused"
    : null;
}
