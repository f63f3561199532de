import { compact } from "../../../lib/json.ts";
import { exchange, same, statusOnly } from "./_exchange.ts";
import { idTag, parentIdTag } from "./identification.ts";

/** Connector 0 is any connector, for which 2.1 names no EVSE. */
export const reserveNow = exchange<"ReserveNow", "ReserveNow">("ReserveNow", {
  read: ({ connectorId, expiryDate, reservationId, ...wire }) =>
    compact({
      id: reservationId,
      expiryDateTime: expiryDate,
      idToken: idTag.read(wire.idTag),
      groupIdToken: wire.parentIdTag === undefined ? undefined : parentIdTag.read(wire.parentIdTag),
      evseId: connectorId === 0 ? undefined : connectorId,
    }),
  write: ({ id, expiryDateTime, idToken, groupIdToken, evseId }) =>
    compact({
      connectorId: evseId ?? 0,
      expiryDate: expiryDateTime,
      idTag: idTag.write(idToken),
      parentIdTag: groupIdToken === undefined ? undefined : parentIdTag.write(groupIdToken),
      reservationId: id,
    }),
}, statusOnly(same()));

export const cancelReservation = exchange<"CancelReservation", "CancelReservation">(
  "CancelReservation",
  {
    read: ({ reservationId }) => ({ reservationId }),
    write: ({ reservationId }) => ({ reservationId }),
  },
  statusOnly(same()),
);
