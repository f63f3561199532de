import { orderOperative } from "../station/permits.ts";
import { reserve } from "../station/reservations.ts";
import type { CommandTable2x } from "./commands.ts";
import { CONNECTOR_ID, evseOf, reservable } from "./station.ts";

/** Commands about what an EVSE may be used for, and by whom. */
export const AVAILABILITY_COMMANDS_2X: CommandTable2x<
  "ChangeAvailability" | "ReserveNow" | "CancelReservation" | "UnlockConnector"
> = {
  ChangeAvailability({ station }, { operationalStatus, evse }) {
    const isOperative = operationalStatus === "Operative";
    const isWhole = evse === undefined || evse.id === 0;
    const meant = isWhole
      ? station.connectors
      : station.connectors.filter(({ id }) => id === evse.id);
    if (meant.length === 0) return { payload: { status: "Rejected" } };
    const isBusy = meant.some(({ transaction }) => transaction !== null);
    const afterwards = () => {
      if (isWhole) station.memory.isOperative = isOperative;
      for (const each of meant) orderOperative(each, isOperative);
      station.update();
    };
    // G03.FR.05: what runs goes on, and the order counts when it is over.
    return { payload: { status: isBusy ? "Scheduled" : "Accepted" }, afterwards };
  },

  ReserveNow({ station }, { id, expiryDateTime, idToken, evseId, groupIdToken }) {
    if (!station.variables.isOn("ReservationCtrlr.Enabled")) {
      return { payload: { status: "Rejected" } };
    }
    const allowsAny = station.variables.isOn("ReservationCtrlr.NonEvseSpecific");
    const outcome = reserve(
      station.memory.reservations,
      {
        reservationId: id,
        connectorId: evseId ?? 0,
        expiryDate: expiryDateTime,
        idTag: idToken.idToken,
        ...(groupIdToken === undefined ? {} : { parentIdTag: groupIdToken.idToken }),
      },
      reservable(station),
      allowsAny,
    );
    station.memory.reservations = outcome.reservations;
    return { payload: { status: outcome.status }, afterwards: () => station.update() };
  },

  CancelReservation({ station }, { reservationId }) {
    const { reservations } = station.memory;
    const rest = reservations.filter((each) => each.reservationId !== reservationId);
    const status = rest.length < reservations.length ? "Accepted" : "Rejected";
    station.memory.reservations = rest;
    return { payload: { status }, afterwards: () => station.update() };
  },

  UnlockConnector({ station }, { evseId, connectorId }) {
    const evse = evseOf(station, evseId);
    if (evse === undefined || connectorId !== CONNECTOR_ID) {
      return { payload: { status: "UnknownConnector" } };
    }
    // F05.FR.02: no transaction is ended by it.
    if (evse.transaction?.isAuthorized) {
      return { payload: { status: "OngoingAuthorizedTransaction" } };
    }
    const isFixed = evse.outlet.options.fixedCable;
    return { payload: { status: isFixed ? "UnlockFailed" : "Unlocked" } };
  },
};
