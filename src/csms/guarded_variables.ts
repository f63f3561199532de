import { type Component, isWritableIn16, keyOf, type Variable } from "../ocpp/mod.ts";

/** Settings by which a charger finds and recognises its gateway; keys have no case (CiString). */
const OWNERSHIP =
  /^(AuthorizationKey|BasicAuthPassword|SecurityProfile|Identity|ChargeBoxId|ChargePointId|NetworkConfigurationPriority|NetworkProfile.*|CentralSystem.*|.*Back[ _-]?(end|office).*|.*(Url|Uri|Endpoint|Fqdn)\d*)$/i;

/** Makers' names for the same, and for the network on which the charger reaches the gateway at all. */
const WAY_TO_GATEWAY =
  /((csms|ocpp|cpo|server|proxy|broker)[ _-]?(host|hostname|address|addr|server|port|path|ip|domain)\d*|ssid|apn([ _-]?(name|user))?|(static|default)[ _-]?ip\w*|ip[ _-]?addr(ess)?|dhcp\w*|netmask|subnet\w*|default[ _-]?gateway)$/i;

/** What the gateway itself sets when it prepares a charger. */
const SET_BY_GATEWAY: ReadonlySet<string> = new Set([
  "AuthorizeRemoteTxRequests",
  "LocalPreAuthorize",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "StopTransactionOnInvalidId",
].map((key) => key.toLowerCase()));

/** Components of 2.x about charging, metering and telling: none of them says who the gateway is. */
const OPEN_COMPONENTS: ReadonlySet<string> = new Set([
  "AlignedDataCtrlr",
  "AuthCacheCtrlr",
  "AuthCtrlr",
  "DisplayMessageCtrlr",
  "LocalAuthListCtrlr",
  "MonitoringCtrlr",
  "OCPPCommCtrlr",
  "ReservationCtrlr",
  "SampledDataCtrlr",
  "TariffCostCtrlr",
  "TxCtrlr",
]);

/** True for a setting by which a charger would be taken away from the gateway, or what it set be undone. */
export function isOwnership(key: string): boolean {
  const name = key.slice(key.lastIndexOf(".") + 1);
  const isWay = [name, key].some((each) => OWNERSHIP.test(each) || WAY_TO_GATEWAY.test(each));
  return isWay || SET_BY_GATEWAY.has(key.toLowerCase());
}

/**
 * True for a setting that nobody may change by its name, an installer no more than the CSMS: the charger
 * would be taken away from the gateway, or what the gateway set be undone. `key` as 1.6 would have it.
 */
export function isTakingAway(component: Component, variable: Variable, key?: string): boolean {
  return [variable.name, keyOf(component, variable), key ?? ""].some(isOwnership) ||
    component.name.toLowerCase() === "networkconfiguration";
}

/**
 * True for settings of one charger that nobody above may change. What OCPP itself lets a CSMS change is
 * open, but for what is the gateway's; makers' own settings are where site.yaml lists them (`more`): what
 * they do, and whether one of them says where the backend is, only who knows the charger can tell.
 */
export function isGuarded(
  asked: Component,
  named: Variable,
  more: readonly string[] = [],
): boolean {
  const { component, variable } = ofStation(asked, named);
  const key = keyOf(component, variable);
  if (isOwnership(variable.name) || isOwnership(key)) return true;
  const isOpen = isWritableIn16({ component, variable }) || OPEN_COMPONENTS.has(component.name) ||
    more.some((listed) => listed.toLowerCase() === key.toLowerCase());
  return !isOpen;
}

/** Without its EVSE; a key that 1.6 writes as "Component.Variable" is that variable. */
function ofStation({ evse: _, ...component }: Component, variable: Variable) {
  const [, owner, name] = /^(\w{1,50})\.(\w{1,50})$/.exec(variable.name) ?? [];
  return owner === undefined || name === undefined
    ? { component, variable }
    : { component: { name: owner }, variable: { name } };
}
