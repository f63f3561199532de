import { sameToken } from "../site/mod.ts";
import type { MeterReading, StopIntent } from "../ocpp/mod.ts";
import { orphanKey } from "./orphan_stop.ts";
import type { Transaction } from "./transaction.ts";
import { byNumber, openTransactions, type TransactionState } from "./transaction_state.ts";

/** What a Stop is about. Chargers send 0, -1 or a number of their own (ocpp-j quirks). */
export type StopTarget =
  | { readonly kind: "open"; readonly transaction: Transaction; readonly repaired: boolean }
  | { readonly kind: "ended"; readonly transaction: Transaction }
  | { readonly kind: "unknown" };

/** Finds the transaction that a charger's Stop ends. */
export function stopTarget(
  state: TransactionState,
  chargerId: string,
  intent: Omit<StopIntent, "meterValue">,
): StopTarget {
  const named = byNumber(state, chargerId, intent.transactionNumber);
  if (named?.stop === null) return { kind: "open", transaction: named, repaired: false };
  const open = openTransactions(state).filter((each) => each.chargerId === chargerId);
  const repeated = repeatedEnd(state, { chargerId, named }, intent);
  if (repeated !== undefined) return { kind: "ended", transaction: repeated };
  const isOrphan = state.orphanStops.has(orphanKey(chargerId, intent));
  const spoken = open.find((each) =>
    each.chargerNumber === intent.transactionNumber && mayEndAt(each, intent.timestamp)
  );
  if (spoken !== undefined && !isOrphan) {
    return { kind: "open", transaction: spoken, repaired: true };
  }
  if (named !== undefined) return { kind: "ended", transaction: named };
  // One that could not be told apart must not end the last that is left.
  if (isOrphan) return { kind: "unknown" };
  const meant = onlyOne(open, intent);
  if (meant !== undefined) return { kind: "open", transaction: meant, repaired: true };
  // The charger may be late with the end of one that the gateway has closed without it.
  const guessed = open.some((each) => mayEndAt(each, intent.timestamp)) ? [] : [
    ...state.transactions.ended.values(),
  ].filter((each) => each.chargerId === chargerId && each.stop?.isGuess && !each.correction);
  const late = onlyOne(guessed, intent);
  return late === undefined ? { kind: "unknown" } : { kind: "ended", transaction: late };
}

/**
 * The transaction that has ended by this very Stop. The same again, under the wrong number again, must
 * not end another connector's session; nor correct the one whose number it is, where the charger
 * speaks of a later one by it.
 */
function repeatedEnd(
  { transactions }: TransactionState,
  { chargerId, named }: { readonly chargerId: string; readonly named: Transaction | undefined },
  intent: Pick<StopIntent, "transactionNumber"> & SaidStop,
): Transaction | undefined {
  if (named !== undefined && isSameStop(named, intent)) return named;
  for (const each of transactions.ended.values()) {
    const isSpoken = named === undefined || each.chargerNumber === intent.transactionNumber;
    if (isSpoken && each.chargerId === chargerId && isSameStop(each, intent)) return each;
  }
  return undefined;
}

/** The one that a Stop can mean; undefined where there are several, or none. */
function onlyOne(
  transactions: readonly Transaction[],
  { idToken, timestamp }: Omit<StopIntent, "meterValue">,
): Transaction | undefined {
  const possible = transactions.filter((each) => mayEndAt(each, timestamp));
  const byToken = idToken && possible.filter((each) => sameToken(each.idToken, idToken));
  const candidates = byToken?.length === 1 ? byToken : possible;
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** What tells one Stop from another, whatever number it names. */
type SaidStop = Pick<StopIntent, "timestamp" | "meterStopWh" | "idToken">;

/** The Stop that ended the transaction, or that came after the gateway had closed it. */
export function isSameStop({ stop, correction }: Transaction, intent: SaidStop): boolean {
  if (stop === null) return false;
  const { stoppedAt: timestamp, meterStopWh, idToken } = stop;
  const isEnd = sameWords(
    idToken === null ? { timestamp, meterStopWh } : { timestamp, meterStopWh, idToken },
    intent,
  );
  return isEnd || (correction !== undefined && sameWords(correction.stop.message, intent));
}

function sameWords(one: SaidStop, other: SaidStop): boolean {
  return one.timestamp === other.timestamp && one.meterStopWh === other.meterStopWh &&
    (one.idToken?.idToken ?? null) === (other.idToken?.idToken ?? null);
}

/** A Stop that sat in the charger's queue for days is not about what started this morning. */
function mayEndAt({ startedAt }: Transaction, stoppedAt: string): boolean {
  const isEarlier = Date.parse(stoppedAt) < Date.parse(startedAt);
  return !isEarlier;
}

/**
 * The transaction that meter values belong to: by number, else the open one of that EVSE, else, for
 * closing values, the one that ended there last. Chargers name 0 at random, or numbers of their own.
 */
export function meteredTransaction(
  state: TransactionState,
  where: { readonly chargerId: string; readonly reading: MeterReading },
): Transaction | undefined {
  const { chargerId, reading } = where;
  const { transactionNumber, evseId } = reading;
  const named = transactionNumber === undefined
    ? undefined
    : byNumber(state, chargerId, transactionNumber);
  if (named?.stop === null) return named;
  const open = openAt(state, chargerId, evseId);
  if (named !== undefined) return open !== undefined && isOf(open, named, reading) ? open : named;
  const isOfEnded = isClosing(reading) && (open === undefined || isBefore(open, reading));
  return isOfEnded ? lastEnded(state, chargerId, evseId) : open;
}

function openAt(
  state: TransactionState,
  chargerId: string,
  evseId: number,
): Transaction | undefined {
  for (const each of state.transactions.open.values()) {
    if (each.chargerId === chargerId && each.evseId === evseId) return each;
  }
  return undefined;
}

/** A charger that goes on naming an old number means what charges now: its readings are newer. */
function isOf(open: Transaction, named: Transaction, reading: MeterReading): boolean {
  return open.evseId === named.evseId && !isClosing(reading) && !isBefore(open, reading);
}

function isBefore({ startedAt }: Transaction, { meterValue }: MeterReading): boolean {
  const startedMs = Date.parse(startedAt);
  return meterValue.every(({ timestamp }) => Date.parse(timestamp) < startedMs);
}

/** Values of the end, in the charger's own words. */
function isClosing({ meterValue }: MeterReading): boolean {
  return meterValue.length > 0 &&
    meterValue.every(({ sampledValue }) =>
      sampledValue.length > 0 && sampledValue.every(({ context }) => context === "Transaction.End")
    );
}

function lastEnded(
  { transactions }: TransactionState,
  chargerId: string,
  evseId: number,
): Transaction | undefined {
  let last: Transaction | undefined;
  for (const each of transactions.ended.values()) {
    const isThere = each.chargerId === chargerId && each.evseId === evseId;
    if (isThere && each.number > (last?.number ?? 0)) last = each;
  }
  return last;
}
