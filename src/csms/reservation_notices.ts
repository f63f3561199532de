import type { InsideRequest } from "../ocpp/mod.ts";
import type { CsmsPorts } from "./ports.ts";

type Status = InsideRequest<"ReservationStatusUpdate">["reservationUpdateStatus"];

/** What the notices ask of the edge. */
export interface ReservationHooks {
  /** The CSMS speaks 2.x, or did so last. */
  speaks2x(): boolean;
  tell(reservationId: number, status: Status): void;
}

/**
 * Tells a 2.x CSMS when a reservation ends without its driver: its time is over (H04.FR.01), or its EVSE
 * broke or was taken out of service, which ends it (H01.FR.16 and 17). 1.6 knows neither. Returns how to
 * stop it.
 */
export function watchReservations(
  ports: Pick<CsmsPorts, "events" | "site" | "journal" | "spawn">,
  hooks: ReservationHooks,
): () => void {
  const { events, site, journal, spawn } = ports;

  function endOn(slot: number): void {
    const state = site.state(slot);
    if (state !== "faulted" && state !== "unavailable") return;
    for (const { id } of [...site.reservations().values()].filter((each) => each.slot === slot)) {
      const writes = site.endReservation(id);
      spawn("end reservation", () => journal.commit(writes));
      hooks.tell(id, "Removed");
    }
  }

  const stops = [
    events.on("reservation-over", ({ id }) => {
      if (hooks.speaks2x()) hooks.tell(id, "Expired");
    }),
    events.on("evse", ({ slot }) => {
      if (hooks.speaks2x()) endOn(slot);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
