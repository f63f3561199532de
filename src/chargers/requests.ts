import type { InsideAction, InsideCall, SpokenAnswer, StationAction } from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { EVSE_ID_MAX, mayBePlaced } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Shapes } from "./shapes.ts";
import type { Station } from "./station.ts";
import type { StationDesk, StationRoute } from "./station_route.ts";
import { STATION_ROUTES } from "./station_routes.ts";

/** A number that no EVSE can have; undefined where all is well. EVSE 0 is the charger itself. */
function impossibleEvse({ action, message }: InsideCall): number | undefined {
  if (action !== "StartTransaction" && action !== "StatusNotification") return undefined;
  const { evseId } = message;
  const least = action === "StartTransaction" ? 1 : 0;
  return evseId >= least && evseId <= EVSE_ID_MAX ? undefined : evseId;
}

/** Whether a session may stand in the books for an EVSE: it has a slot, or may be given one. */
export function createPlacing(
  { site, log }: Pick<ChargersPorts, "site" | "log">,
  shapes: Pick<Shapes, "beyond">,
): (station: Station, evseId: number) => boolean {
  return (station, evseId) => {
    const { chargerId } = station;
    const isPlaced = site.slotOf(chargerId, evseId) !== undefined ||
      mayBePlaced(site.charger(chargerId), evseId);
    if (isPlaced) return true;
    log("warning", "start_at_unknown_connector", { charger: chargerId, connector: evseId });
    // Chargers repeat a Start that was not taken, and its Stop is kept in any case.
    shapes.beyond(station, evseId, () => {});
    return false;
  };
}

/** Answers one message of a charger. `hasPlace`: whether a session at that EVSE can be kept. */
export async function answerStation(
  desk: StationDesk,
  station: Station,
  call: InsideCall,
  hasPlace: (station: Station, evseId: number) => boolean,
): Promise<SpokenAnswer> {
  if (!isStationAction(call.action)) {
    return { ok: false, error: rpcError("NotSupported", `${call.action} is for stations`) };
  }
  // OCPP 1.6 §4.2 recommends SecurityError for whatever comes before the BootNotification.
  // But the end of a transaction is money, and never refused (ruling 7).
  const mayComeFirst = call.action === "BootNotification" || call.action === "StopTransaction";
  if (!station.life.booted && !mayComeFirst) {
    return { ok: false, error: rpcError("SecurityError", "BootNotification has to come first") };
  }
  const evseId = impossibleEvse(call);
  if (evseId !== undefined) {
    const error = rpcError("PropertyConstraintViolation", `There is no connector ${evseId}`);
    return { ok: false, error };
  }
  if (call.action === "StartTransaction" && !hasPlace(station, call.message.evseId)) {
    const text = `Connector ${call.message.evseId} has no place on this site yet`;
    return { ok: false, error: rpcError("PropertyConstraintViolation", text) };
  }
  // The compiler cannot follow that the route of an action takes the call of that action.
  const route = STATION_ROUTES[call.action] as StationRoute<StationAction>;
  const answer = await route.run(station, call as InsideCall<StationAction>, desk);
  return "ok" in answer ? answer : { ok: true, ...answer };
}

function isStationAction(action: InsideAction): action is StationAction {
  return Object.hasOwn(STATION_ROUTES, action);
}
