import type { Component, Variable } from "../ocpp/mod.ts";
import { keyOf } from "../ocpp/mod.ts";

/** Settings by which a charger finds and recognises its gateway; keys have no case (CiString). */
const OWNERSHIP =
  /^(AuthorizationKey|BasicAuthPassword|SecurityProfile|Identity|ChargeBoxId|ChargePointId|NetworkConfigurationPriority|NetworkProfile.*|CentralSystem.*|.*Backend.*|.*(Url|Uri|Endpoint))$/i;

/** What the gateway itself sets when it prepares a charger. */
const SET_BY_GATEWAY: ReadonlySet<string> = new Set([
  "AuthorizeRemoteTxRequests",
  "LocalPreAuthorize",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "StopTransactionOnInvalidId",
]);

/**
 * True for settings of one charger that nobody above may change: they would take the charger away from
 * the gateway, or undo what it set.
 */
export function isGuarded(component: Component, variable: Variable): boolean {
  const key = keyOf(component, variable);
  return OWNERSHIP.test(variable.name) || OWNERSHIP.test(key) || SET_BY_GATEWAY.has(key);
}
