import type { Reservable } from "../site/mod.ts";
import { answerReservation } from "../site/mod.ts";
import { openOn } from "../transactions/mod.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";

/** ReserveNow: the ledger of the site decides and enforces it, whatever the charger can. */
export const reserveNow: Route<"ReserveNow"> = {
  handling: ["answer"],
  async run({ message }, desk) {
    const evseId = message.evseId ?? 0;
    const slot = evseId === 0 ? null : slotAt(desk, evseId)?.slot;
    const expiresAtMs = Date.parse(message.expiryDateTime);
    if (slot === undefined || Number.isNaN(expiresAtMs)) return { message: { status: "Rejected" } };
    const reservation = {
      id: message.id,
      slot,
      idToken: message.idToken,
      groupIdToken: message.groupIdToken ?? null,
      expiresAtMs,
    };
    const status = answerReservation(
      desk.site.reservations(),
      reservation,
      reservables(desk),
      desk.clock.wallMs(),
    );
    if (status === "Accepted") {
      const before = desk.site.reservations().get(message.id)?.slot ?? null;
      await desk.journal.commit(desk.site.reserve(reservation));
      for (const each of new Set([slot, before])) touch(desk, each);
    }
    return { message: { status } };
  },
};

/** CancelReservation. */
export const cancelReservation: Route<"CancelReservation"> = {
  handling: ["answer"],
  async run({ message }, desk) {
    const reservation = desk.site.reservations().get(message.reservationId);
    if (reservation === undefined) return { message: { status: "Rejected" } };
    await desk.journal.commit(desk.site.endReservation(reservation.id));
    touch(desk, reservation.slot);
    return { message: { status: "Accepted" } };
  },
};

function touch(desk: CommandDesk, slot: number | null): void {
  if (slot !== null) desk.events.emit("evse", { slot });
}

function reservables(desk: CommandDesk): ReadonlyMap<number, Reservable> {
  const { site, transactions } = desk;
  return new Map(
    site.places().map(({ slot }): [number, Reservable] => {
      const isCharging = openOn(transactions.state(), slot) !== undefined;
      const state = site.state(slot);
      if (isCharging) return [slot, "occupied"];
      if (state === "faulted") return [slot, "faulted"];
      const isOut = state === "unavailable" || state === "unreachable" || state === "unknown";
      if (isOut || !site.isOperative(slot)) return [slot, "unavailable"];
      return [slot, state === "available" || state === "reserved" ? "free" : "occupied"];
    }),
  );
}
