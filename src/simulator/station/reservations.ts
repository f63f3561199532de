import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import type { Status16 } from "./connector_status.ts";

/** A connector, or any of them, kept for a token. */
export interface Reservation {
  readonly reservationId: number;
  /** 0 for any connector. */
  readonly connectorId: number;
  readonly idTag: string;
  readonly parentIdTag: string | null;
  /** By the station's clock. */
  readonly expiryMs: number;
}

/** A connector as reservations see it. */
export interface ReservableConnector {
  readonly id: number;
  readonly status: Status16;
}

/** A token that somebody wants to charge with. */
export interface PresentedToken {
  readonly idTag: string;
  readonly parentIdTag: string | null;
}

/** How ReserveNow ended. */
export interface Reserving {
  readonly status: Responses16["ReserveNow"]["status"];
  readonly reservations: readonly Reservation[];
}

/** ReserveNow (1.6 §5.13). One with the same id is replaced. */
export function reserve(
  reservations: readonly Reservation[],
  request: Requests16["ReserveNow"],
  connectors: readonly ReservableConnector[],
  allowsAny: boolean,
): Reserving {
  const others = reservations.filter((each) => each.reservationId !== request.reservationId);
  const replaced = reservations.find((each) => each.reservationId === request.reservationId);
  const refusal = request.connectorId === 0
    ? refusalOfAny(others, connectors, allowsAny)
    : refusalOfOne(others, request.connectorId, connectors, replaced);
  if (refusal !== null) return { status: refusal, reservations };
  const { reservationId, connectorId, idTag, parentIdTag = null, expiryDate } = request;
  const reservation = {
    reservationId,
    connectorId,
    idTag,
    parentIdTag,
    expiryMs: Date.parse(expiryDate),
  };
  return { status: "Accepted", reservations: [...others, reservation] };
}

function refusalOfOne(
  others: readonly Reservation[],
  connectorId: number,
  connectors: readonly ReservableConnector[],
  replaced: Reservation | undefined,
): Reserving["status"] | null {
  const connector = connectors.find(({ id }) => id === connectorId);
  if (connector === undefined) return "Rejected";
  const isOwn = connector.status === "Reserved" && replaced?.connectorId === connectorId;
  const isFree = connector.status === "Available" || isOwn;
  if (!isFree) return refusalFor(connector.status);
  return others.some((each) => each.connectorId === connectorId) ? "Occupied" : null;
}

/** For connector 0 one free connector must be left for each such reservation. */
function refusalOfAny(
  others: readonly Reservation[],
  connectors: readonly ReservableConnector[],
  allowsAny: boolean,
): Reserving["status"] | null {
  if (!allowsAny) return "Rejected";
  const free = connectors.filter(({ status }) => status === "Available").length;
  if (free > others.filter((each) => each.connectorId === 0).length) return null;
  const statuses = connectors.map(({ status }) => refusalFor(status));
  return statuses.find((status) => status === "Occupied") ?? statuses[0] ?? "Rejected";
}

function refusalFor(status: Status16): "Faulted" | "Unavailable" | "Occupied" {
  return status === "Faulted" || status === "Unavailable" ? status : "Occupied";
}

/** What a token may do on a connector. */
export type Claim =
  | { readonly allowed: true; readonly reservation: Reservation | null }
  | { readonly allowed: false };

/**
 * Whether a token may charge on a connector, and which reservation that uses up. A stranger is only
 * kept off where no free connector would be left for a reservation of any connector.
 */
export function claim(
  reservations: readonly Reservation[],
  connectorId: number,
  token: PresentedToken,
  connectors: readonly ReservableConnector[],
): Claim {
  const own = reservations.filter((each) => isFor(each, token));
  const here = reservations.find((each) => each.connectorId === connectorId);
  if (here !== undefined) {
    return own.includes(here) ? { allowed: true, reservation: here } : { allowed: false };
  }
  const anywhere = own.find((each) => each.connectorId === 0);
  if (anywhere !== undefined) return { allowed: true, reservation: anywhere };
  const promised = reservations.filter((each) => each.connectorId === 0).length;
  const leftFree =
    connectors.filter(({ id, status }) => id !== connectorId && status === "Available").length;
  return promised <= leftFree ? { allowed: true, reservation: null } : { allowed: false };
}

function isFor(reservation: Reservation, { idTag, parentIdTag }: PresentedToken): boolean {
  return sameTag(reservation.idTag, idTag) ||
    (reservation.parentIdTag !== null && sameTag(reservation.parentIdTag, parentIdTag));
}

function sameTag(left: string, right: string | null): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

/** Without those whose time is over, and those of connectors that cannot keep them (§5.13). */
export function standing(
  reservations: readonly Reservation[],
  connectors: readonly ReservableConnector[],
  nowMs: number,
): readonly Reservation[] {
  const broken = new Set(
    connectors.filter(({ status }) => status === "Faulted" || status === "Unavailable")
      .map(({ id }) => id),
  );
  const areAllBroken = broken.size === connectors.length;
  return reservations.filter(({ expiryMs, connectorId }) =>
    expiryMs > nowMs && !broken.has(connectorId) && !(connectorId === 0 && areAllBroken)
  );
}
