import { withoutField } from "../lib/maps.ts";
import type { Carry, Enveloped, MeterReading, MeterValue, StopIntent } from "../ocpp/mod.ts";
import { type EventCircumstances, meteredEvent, type TransactionFact } from "./events.ts";
import { readings } from "./readings.ts";
import type { Transaction } from "./transaction.ts";
import type { TransactionState } from "./transaction_state.ts";

/**
 * The newest meter values of a transaction that come more often than the CSMS wants them. The last of a
 * transaction is never left out (ruling 3), and which is the last shows only when it ends. Until then
 * they are in memory: they cost no write. A gateway that stops keeps them; one that is killed, or whose
 * power goes, forgets those that no other change of the transaction has taken to the disk.
 */
export interface HeldReading {
  readonly meterValue: readonly MeterValue[];
  readonly carry?: Carry;
  /** Whether the CSMS could not be reached when they came. */
  readonly offline: boolean;
}

/** The transaction with values held; as it was where newer ones are held or have gone up. */
export function withHeldReading(
  transaction: Transaction,
  { message: { meterValue }, carry }: Enveloped<MeterReading>,
  { offline }: EventCircumstances,
): Transaction {
  const { heldReading, lastKept } = transaction;
  const atMs = lastMs(meterValue);
  // Times that cannot be read are in no order: then the last to come is the newest.
  const isOld = atMs < Date.parse(lastKept?.at ?? "") || atMs < lastMs(heldReading?.meterValue);
  if (isOld) return transaction;
  const held = { meterValue, offline, ...(carry === undefined ? {} : { carry }) };
  return { ...transaction, heldReading: held };
}

/**
 * The transaction after values that go up: only newer ones are held on. A register does not run back, so
 * one that is lower is older, whatever its time says: the charger's clock may have been set in between.
 */
export function withoutOlderReading(
  transaction: Transaction,
  told: readonly MeterValue[],
): Transaction {
  const held = transaction.heldReading?.meterValue ?? [];
  const isLower = (registerWh(held) ?? Infinity) < (registerWh(told) ?? -Infinity);
  const isNewer = lastMs(held) > lastMs(told) && !isLower;
  return isNewer ? transaction : withoutField(transaction, "heldReading");
}

/** The Updated event for what is held, now that the transaction ends; null where there is none to tell. */
export function heldFact(
  transaction: Transaction,
  end: Omit<StopIntent, "transactionNumber">,
  isGuess: boolean,
): TransactionFact | null {
  const { heldReading, id, slot } = transaction;
  // A guess has only the register of what was held; the rest of it is told nowhere else.
  if (heldReading === undefined || (!isGuess && isSaid(heldReading, end))) return null;
  const { meterValue, carry, offline } = heldReading;
  const facts = { meterValue, nowIso: end.timestamp, isResumption: false };
  const event = meteredEvent(transaction, facts, { offline });
  return { transactionId: id, slot, event, ...(carry === undefined ? {} : { carry }) };
}

/** Transactions of which the disk may not know what is held: to be kept before the gateway stops. */
export function withSomethingHeld({ transactions }: TransactionState): Transaction[] {
  return [...transactions.open.values()].filter(({ heldReading }) => heldReading !== undefined);
}

/** The end itself tells the last of them: the same moment among its values, or the same register. */
function isSaid(
  { meterValue }: HeldReading,
  { timestamp, meterStopWh, meterValue: said = [] }: Omit<StopIntent, "transactionNumber">,
): boolean {
  const atMs = lastMs(meterValue);
  if (said.some((each) => Date.parse(each.timestamp) === atMs)) return true;
  const lastWh = registerWh(meterValue);
  // Readings may have decimals, meterStop has none.
  return atMs === Date.parse(timestamp) && lastWh !== undefined &&
    Math.abs(lastWh - meterStopWh) < 1;
}

function registerWh(meterValue: readonly MeterValue[]): number | undefined {
  return readings(meterValue).at(-1)?.energyWh;
}

function lastMs(meterValue: readonly MeterValue[] = []): number {
  return Date.parse(meterValue.at(-1)?.timestamp ?? "");
}
