import { compact } from "../lib/json.ts";
import type {
  ChargingState,
  IdToken,
  MeterValue,
  StartIntent,
  StopIntent,
  TransactionEvent,
} from "../ocpp/mod.ts";
import { readings } from "./readings.ts";
import { signedEntries } from "./signed_reading.ts";

/**
 * A transaction that a 2.x charger has begun before anybody was identified (TxStartPoint ParkingBay or
 * EVConnected, 2.1 E01): nobody can be billed for it yet. It is on disk until a token comes, or its end.
 */
export interface UnclaimedStart {
  readonly chargerId: string;
  readonly stationTransactionId: string;
  /** Null while no event has told it (E01.FR.16: in the first after the EV is connected). */
  readonly evseId: number | null;
  readonly startedAt: string;
  /** Null while no register was told. */
  readonly meterStartWh: number | null;
  readonly reservationId: number | null;
  /** What its meter has signed before anybody was identified; absent where that is nothing. */
  readonly signed?: readonly MeterValue[];
}

/** A charger that signs while it waits fills no disk: the first, which tells the register at the start. */
const UNCLAIMED_SIGNED_MAX = 8;
const UNCLAIMED_SIGNED_LENGTH_MAX = 65_536;

/** What is known of the transaction that an event is about. */
export interface EventContext {
  readonly chargerId: string;
  /** It stands in the books: a token was seen. */
  readonly isBooked: boolean;
  /** It ended already. */
  readonly isEnded: boolean;
  readonly unclaimed: UnclaimedStart | null;
  /** The charger's only EVSE, where it has but one. */
  readonly onlyEvseId: number | null;
  /** The newest register that is known of it, in Wh. */
  readonly lastRegisterWh: number | null;
}

/** What one event of a charger stands for, in the order in which it is to be done. */
export type StationAct =
  /** Nobody is identified yet: keep it until somebody is. */
  | { readonly kind: "hold"; readonly start: UnclaimedStart }
  /** It ended and nobody took any energy: there is nothing to tell anybody. */
  | { readonly kind: "forget"; readonly stationTransactionId: string }
  | { readonly kind: "start"; readonly intent: StartIntent }
  | { readonly kind: "meter"; readonly meterValue: readonly MeterValue[] }
  | { readonly kind: "stop"; readonly intent: Omit<StopIntent, "transactionNumber"> }
  /** Energy flowed, and nobody knows where: an operator has to look. */
  | { readonly kind: "orphan"; readonly intent: Omit<StopIntent, "transactionNumber"> }
  /** Somebody shows a card while it runs. */
  | { readonly kind: "identify"; readonly idToken: IdToken }
  | { readonly kind: "state"; readonly chargingState: ChargingState };

/** Who took energy without showing anything. */
const NOBODY: IdToken = { idToken: "", type: "NoAuthorization" };

/**
 * Reads a 2.x charger's TransactionEvent as what the site's books know: a start with its token and
 * register, readings, an end. 2.x lets a charger begin before anybody is identified, tell the EVSE
 * once, and end with an event that was never begun here; each of these comes out as something whole.
 */
export function readStationEvent(
  event: TransactionEvent,
  context: EventContext,
): readonly StationAct[] {
  const known = withEvent(event, context);
  const state: readonly StationAct[] = event.transactionInfo.chargingState === undefined
    ? []
    : [{ kind: "state", chargingState: event.transactionInfo.chargingState }];
  // What comes after the end is part of it, if anything: it revives nothing.
  if (context.isEnded) return event.eventType === "Started" ? [] : followed(event, context);
  if (context.isBooked) return [...identified(event), ...followed(event, context), ...state];
  if (event.eventType === "Ended") return endUnclaimed(event, known, context);
  const { idToken } = event;
  if (idToken === undefined || known.evseId === null) {
    return [{ kind: "hold", start: withSigned(known, event) }];
  }
  return [
    { kind: "start", intent: startOf(known, idToken, event) },
    ...(known.signed === undefined ? [] : [{ kind: "meter" as const, meterValue: known.signed }]),
    ...followed(event, context),
    ...state,
  ];
}

/** What is known of an unclaimed start with this event. */
function withEvent(event: TransactionEvent, context: EventContext): UnclaimedStart {
  const { unclaimed, chargerId, onlyEvseId } = context;
  const registerWh = registerIn(event, "Transaction.Begin") ?? registerIn(event);
  return {
    chargerId,
    stationTransactionId: event.transactionInfo.transactionId,
    evseId: unclaimed?.evseId ?? event.evse?.id ?? onlyEvseId,
    startedAt: unclaimed?.startedAt ?? event.timestamp,
    meterStartWh: unclaimed?.meterStartWh ?? registerWh ?? null,
    reservationId: unclaimed?.reservationId ?? event.reservationId ?? null,
    ...compact({ signed: unclaimed?.signed }),
  };
}

function withSigned(known: UnclaimedStart, { meterValue }: TransactionEvent): UnclaimedStart {
  const told = JSON.stringify(known.signed ?? []);
  const fresh = signedEntries(meterValue).filter((each) => !told.includes(JSON.stringify(each)));
  const signed = [...known.signed ?? [], ...fresh];
  const isTooMuch = signed.length > UNCLAIMED_SIGNED_MAX ||
    JSON.stringify(signed).length > UNCLAIMED_SIGNED_LENGTH_MAX;
  return fresh.length === 0 || isTooMuch ? known : { ...known, signed };
}

function startOf(
  known: UnclaimedStart & { readonly evseId: number | null },
  idToken: IdToken,
  event: TransactionEvent,
): StartIntent {
  return compact({
    evseId: known.evseId ?? 0,
    idToken,
    meterStartWh: known.meterStartWh ?? 0,
    timestamp: known.startedAt,
    reservationId: known.reservationId ?? undefined,
    stationTransactionId: event.transactionInfo.transactionId,
  });
}

/** Nobody was identified until the end: energy that flowed is booked all the same, to nobody. */
function endUnclaimed(
  event: TransactionEvent,
  known: UnclaimedStart,
  context: EventContext,
): readonly StationAct[] {
  const { stationTransactionId, evseId } = known;
  const stop = stopOf(event, known.meterStartWh ?? 0);
  const startWh = known.meterStartWh ?? stop.meterStopWh;
  const isForNothing = event.idToken === undefined && stop.meterStopWh <= startWh;
  if (evseId === null && !isForNothing) {
    return [{ kind: "orphan", intent: orphanOf(event) }, { kind: "forget", stationTransactionId }];
  }
  if (isForNothing || evseId === null) {
    return context.unclaimed === null && evseId !== null && isForNothing
      ? []
      : [{ kind: "forget", stationTransactionId }];
  }
  const meterValue = [...known.signed ?? [], ...stop.meterValue ?? []];
  return [
    { kind: "start", intent: startOf(known, event.idToken ?? NOBODY, event) },
    { kind: "stop", intent: { ...stop, ...(meterValue.length === 0 ? {} : { meterValue }) } },
  ];
}

function identified({ eventType, idToken }: TransactionEvent): readonly StationAct[] {
  return idToken === undefined || eventType === "Ended" ? [] : [{ kind: "identify", idToken }];
}

function followed(event: TransactionEvent, context: EventContext): readonly StationAct[] {
  if (event.eventType === "Ended") {
    return [{ kind: "stop", intent: stopOf(event, context.lastRegisterWh ?? 0) }];
  }
  const meterValue = (event.meterValue ?? []).filter((each) =>
    !isMarked(each, "Transaction.Begin")
  );
  return meterValue.length === 0 ? [] : [{ kind: "meter", meterValue }];
}

/** The end of a transaction that stands nowhere, as it is kept for an operator (ruling 7). */
export function orphanOf(event: TransactionEvent): Omit<StopIntent, "transactionNumber"> {
  const stationTransactionId = event.transactionInfo.transactionId;
  return { ...stopOf(event, 0), stationTransactionId };
}

/** 1.6 tells the register at the end apart from readings; 2.x marks it by its context. */
function stopOf(
  event: TransactionEvent,
  fallbackWh: number,
): Omit<StopIntent, "transactionNumber"> {
  const registerWh = registerIn(event, "Transaction.End") ?? registerIn(event) ?? fallbackWh;
  const meterValue = (event.meterValue ?? []).filter((each) => !isMarked(each, "Transaction.End"));
  return compact({
    idToken: event.idToken,
    meterStopWh: registerWh,
    timestamp: event.timestamp,
    stoppedReason: event.transactionInfo.stoppedReason,
    meterValue: meterValue.length === 0 ? undefined : meterValue,
  });
}

type Mark = "Transaction.Begin" | "Transaction.End";

/** A moment at which nothing but the register was read, unsigned: its number stands elsewhere. */
function isMarked({ sampledValue }: MeterValue, mark: Mark): boolean {
  return sampledValue.length > 0 &&
    sampledValue.every((each) =>
      each.context === mark && each.signedMeterValue === undefined &&
      (each.measurand ?? REGISTER) === REGISTER
    );
}

const REGISTER = "Energy.Active.Import.Register";

/** The newest register in an event, or the one with this mark, in Wh. */
function registerIn({ meterValue = [] }: TransactionEvent, mark?: Mark): number | undefined {
  const marked = mark === undefined ? meterValue : meterValue.flatMap((each) => {
    const sampledValue = each.sampledValue.filter(({ context }) => context === mark);
    return sampledValue.length === 0 ? [] : [{ ...each, sampledValue }];
  });
  return readings(marked).findLast(({ energyWh }) => energyWh !== undefined)?.energyWh;
}
