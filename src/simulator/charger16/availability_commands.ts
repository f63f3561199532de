import type { CommandTable } from "./commands.ts";
import { orderOperative } from "../station/permits.ts";
import { reserve } from "../station/reservations.ts";
import { connectorOf, reservable } from "./station.ts";

/** Commands about what a connector may be used for, and by whom. */
export const AVAILABILITY_COMMANDS: CommandTable<
  "ChangeAvailability" | "ReserveNow" | "CancelReservation" | "UnlockConnector"
> = {
  ChangeAvailability({ station }, { connectorId, type }) {
    const isOperative = type === "Operative";
    const connectors = connectorId === 0
      ? station.connectors
      : station.connectors.filter(({ id }) => id === connectorId);
    if (connectors.length === 0) return { payload: { status: "Rejected" } };
    const isBusy = connectors.some(({ transaction }) => transaction !== null);
    const afterwards = () => {
      if (connectorId === 0) station.memory.isOperative = isOperative;
      for (const connector of connectors) orderOperative(connector, isOperative);
      station.update();
    };
    return { payload: { status: isBusy ? "Scheduled" : "Accepted" }, afterwards };
  },

  ReserveNow({ station }, request) {
    const allowsAny = station.configuration.isOn("ReserveConnectorZeroSupported");
    const { reservations } = station.memory;
    const outcome = reserve(reservations, request, reservable(station), allowsAny);
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

  UnlockConnector({ station, transactions }, { connectorId }) {
    const connector = connectorOf(station, connectorId);
    // Errata 3.87: also for a connector that there is not.
    if (connector === undefined || connector.outlet.options.fixedCable) {
      return { payload: { status: "NotSupported" } };
    }
    return {
      payload: { status: "Unlocked" },
      afterwards: () => transactions.stop(connector, "UnlockCommand"),
    };
  },
};
