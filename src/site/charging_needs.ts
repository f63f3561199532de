import type { Requests21 } from "../ocpp/mod.ts";
import { type ChargingWish, DEPARTURE_MAX_MS, ENERGY_MAX_WH } from "./charging_wish.ts";

/** What an EV has told its charger over ISO 15118 (2.1 K17). */
export type ChargingNeeds = Requests21["NotifyEVChargingNeeds"]["chargingNeeds"];

/** Where and when it did. */
export interface NeedsContext {
  readonly slot: number;
  readonly transactionId: string;
  readonly chargerId: string;
  /** What the session has been given by now, in Wh. */
  readonly deliveredWh: number;
  readonly nowWallMs: number;
}

/**
 * The wish in a NotifyEVChargingNeeds; null where it names neither a time nor an energy. The amount
 * of energy counts from the moment of the message (ISO 15118-2 EAmount: until the departure). A
 * departure that cannot be read, or lies further away than anybody parks, was not said.
 */
export function wishOfNeeds(needs: ChargingNeeds, context: NeedsContext): ChargingWish | null {
  const { slot, transactionId, chargerId, deliveredWh, nowWallMs } = context;
  const departsAtMs = departureOf(needs.departureTime, nowWallMs);
  const energyWh = energyOf(needs);
  if (departsAtMs === null && energyWh === null) return null;
  return {
    slot,
    transactionId,
    source: "vehicle",
    departsAtMs,
    energyWh,
    fromWh: deliveredWh,
    isUrgent: false,
    by: chargerId,
  };
}

function departureOf(text: string | undefined, nowWallMs: number): number | null {
  const atMs = text === undefined ? NaN : Date.parse(text);
  return Math.abs(atMs - nowWallMs) <= DEPARTURE_MAX_MS ? atMs : null;
}

/** AC names the amount; DC may, or says how full the battery is; bidirectional EVs name a target. */
function energyOf(needs: ChargingNeeds): number | null {
  const { acChargingParameters: ac, dcChargingParameters: dc, v2xChargingParameters: v2x } = needs;
  const named = ac?.energyAmount ?? dc?.energyAmount ?? v2x?.evTargetEnergyRequest;
  const wantedWh = named ?? toFullWh(dc);
  const isEnergy = wantedWh !== null && Number.isFinite(wantedWh) && wantedWh >= 0;
  return isEnergy ? Math.min(wantedWh, ENERGY_MAX_WH) : null;
}

function toFullWh(dc: ChargingNeeds["dcChargingParameters"]): number | null {
  if (dc?.evEnergyCapacity === undefined || dc.stateOfCharge === undefined) return null;
  const missingPercent = (dc.fullSoC ?? 100) - dc.stateOfCharge;
  return Math.max(0, dc.evEnergyCapacity * missingPercent / 100);
}
