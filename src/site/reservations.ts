import type { IdToken } from "../ocpp/mod.ts";

/** An EVSE kept free for one driver until a moment. The gateway enforces it, not the charger. */
export interface Reservation {
  readonly id: number;
  /** Null: any EVSE of the site (1.6: connector 0). */
  readonly slot: number | null;
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
  readonly expiresAtMs: number;
}

/** Every reservation, by its id. */
export type Reservations = ReadonlyMap<number, Reservation>;

/** How an EVSE is, for a reservation. */
export type Reservable = "free" | "occupied" | "faulted" | "unavailable";

/** The answer to ReserveNow, in the words that 1.6 and 2.x share. */
export type ReserveAnswer = "Accepted" | "Faulted" | "Occupied" | "Rejected" | "Unavailable";

/**
 * Decides on a new reservation. One with the same id is replaced (1.6 §5.13, H01.FR.02). A slot is
 * asked for its own state. Besides, one free EVSE must remain for each reservation of the whole site,
 * whatever the new one is for.
 */
export function answerReservation(
  reservations: Reservations,
  wanted: Reservation,
  states: ReadonlyMap<number, Reservable>,
  nowMs: number,
): ReserveAnswer {
  if (wanted.expiresAtMs <= nowMs) return "Rejected";
  const others = active(reservations, nowMs).filter(({ id }) => id !== wanted.id);
  const taken = new Set(others.map(({ slot }) => slot));
  if (wanted.slot !== null) {
    const state = states.get(wanted.slot);
    if (state === undefined) return "Rejected";
    if (state === "faulted") return "Faulted";
    if (state === "unavailable") return "Unavailable";
    if (state === "occupied" || taken.has(wanted.slot)) return "Occupied";
  }
  const free = [...states].filter(([slot, state]) => state === "free" && !taken.has(slot));
  const anywhere = others.filter(({ slot }) => slot === null).length;
  if (free.length > anywhere) return "Accepted";
  const all = [...states.values()];
  if (all.some((state) => state === "free" || state === "occupied")) return "Occupied";
  return all.includes("faulted") && !all.includes("unavailable") ? "Faulted" : "Unavailable";
}

/** Whether a token may start on a slot, as far as reservations go. */
export type ReservationVerdict =
  | { readonly kind: "free" }
  /** The driver's own reservation: starting uses it up. */
  | { readonly kind: "own"; readonly reservation: Reservation }
  | { readonly kind: "reserved-for-another" };

/**
 * Looks for reservations that concern a start. `sameToken` compares tokens the way authorization
 * does; who is of the reservation's group may use it (1.6 §5.13). An EVSE that is reserved for one
 * driver is closed to another even if he holds a reservation of the whole site.
 * `freeElsewhere`: other EVSEs that the holder of such a reservation could still be sent to.
 */
export function reservationFor(
  reservations: Reservations,
  start: {
    readonly slot: number;
    readonly idToken: IdToken;
    readonly groupIdToken: IdToken | null;
    readonly freeElsewhere: number;
  },
  nowMs: number,
  sameToken: (left: IdToken, right: IdToken) => boolean,
): ReservationVerdict {
  const current = active(reservations, nowMs);
  const isOwn = (reservation: Reservation) =>
    sameToken(reservation.idToken, start.idToken) ||
    (reservation.groupIdToken !== null && start.groupIdToken !== null &&
      sameToken(reservation.groupIdToken, start.groupIdToken));
  const here = current.filter(({ slot }) => slot === start.slot);
  const anywhere = current.filter(({ slot }) => slot === null);
  const own = (here.length > 0 ? here : anywhere).find(isOwn);
  if (own !== undefined) return { kind: "own", reservation: own };
  const isClosed = here.length > 0 || anywhere.length > start.freeElsewhere;
  return { kind: isClosed ? "reserved-for-another" : "free" };
}

/** Reservations whose time is over. */
export function expiredReservations(reservations: Reservations, nowMs: number): Reservation[] {
  return [...reservations.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
}

function active(reservations: Reservations, nowMs: number): Reservation[] {
  return [...reservations.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
}
