import { isoTime } from "../../lib/clock.ts";
import { CONNECTOR_ID, connectorStatus, type Evse2x, type Station2x } from "./station.ts";
import { type LiveVariable, nameOf } from "./variables.ts";

/** What live variables are read from. */
export type LiveStation = Pick<Station2x, "options" | "clock" | "connectors" | "memory">;

/** What a station shows of itself as it is at the moment. */
export function liveVariables(station: LiveStation): readonly LiveVariable[] {
  const { options, clock, connectors, memory } = station;
  const whole = (name: string, value: () => string) => ({ ...nameOf(name), value });
  return [
    whole("ClockCtrlr.DateTime", () => isoTime(clock.nowMs())),
    whole("ChargingStation.Available", () => "true"),
    whole(
      "ChargingStation.AvailabilityState",
      () => memory.isOperative ? "Available" : "Unavailable",
    ),
    whole("ChargingStation.SupplyPhases", () => "3"),
    whole("ChargingStation.Model", () => options.model),
    whole("ChargingStation.VendorName", () => options.vendor),
    ...connectors.flatMap((evse) => ofEvse(station, evse)),
  ];
}

function ofEvse(station: LiveStation, evse: Evse2x): readonly LiveVariable[] {
  const { maxAmps, lines, fixedCable } = evse.outlet.options;
  const watts = maxAmps * station.options.volts * lines.length;
  const state = () => connectorStatus(station, evse);
  const component = { name: "EVSE", evse: { id: evse.id } };
  const connector = { name: "Connector", evse: { id: evse.id, connectorId: CONNECTOR_ID } };
  return [
    { component, variable: { name: "Available" }, value: () => "true" },
    { component, variable: { name: "AvailabilityState" }, value: state },
    { component, variable: { name: "Power" }, value: () => String(watts) },
    { component, variable: { name: "SupplyPhases" }, value: () => String(lines.length) },
    { component: connector, variable: { name: "Available" }, value: () => "true" },
    { component: connector, variable: { name: "AvailabilityState" }, value: state },
    {
      component: connector,
      variable: { name: "ConnectorType" },
      value: () => fixedCable ? "cType2" : "sType2",
    },
  ];
}
