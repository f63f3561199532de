/** Who a fault is about first: what the charger says of itself, or what the gateway sees. */
type Ending =
  /** Whoever has told of it tells its end too, restarts of the gateway or not. */
  | "told"
  /** The gateway finds it anew after its own restart, or it is over. */
  | "found-anew"
  /** It has happened and goes on in nothing; it stands until somebody has seen it. */
  | "happened";

/** What is known of a fault before it comes. */
export interface FaultNature {
  readonly severity: "info" | "warning" | "alarm";
  readonly ends: Ending;
  /** Nobody can charge there while it stands. */
  readonly stopsCharging?: true;
}

const told = (severity: FaultNature["severity"]) => ({ severity, ends: "told" }) as const;
const found = (severity: FaultNature["severity"]) => ({ severity, ends: "found-anew" }) as const;
const once = (severity: FaultNature["severity"]) => ({ severity, ends: "happened" }) as const;
const stops = (severity: FaultNature["severity"]) =>
  ({ severity, ends: "told", stopsCharging: true }) as const;

/**
 * Every fault that has words of its own. The first fifteen are the error codes of OCPP 1.6 §7.6; problems
 * of the standardised components of OCPP 2.x (part 2, appendix 3) that mean the same have the same code.
 */
export const FAULT_CODES = {
  ConnectorLockFailure: stops("warning"),
  EVCommunicationError: told("warning"),
  GroundFailure: stops("alarm"),
  HighTemperature: told("alarm"),
  InternalError: stops("alarm"),
  LocalListConflict: told("warning"),
  OtherError: told("warning"),
  OverCurrentFailure: stops("alarm"),
  OverVoltage: told("alarm"),
  PowerMeterFailure: told("alarm"),
  PowerSwitchFailure: stops("alarm"),
  ReaderFailure: told("warning"),
  ResetFailure: told("warning"),
  UnderVoltage: told("warning"),
  WeakSignal: told("info"),

  "emergency-stop": stops("alarm"),
  flooded: stops("alarm"),
  "case-opened": told("alarm"),
  "cable-torn": stops("alarm"),
  "cooling-failed": told("warning"),
  "supply-failed": stops("alarm"),
  "low-voltage-supply-failed": stops("alarm"),
  "display-failed": told("warning"),
  "lights-failed": told("info"),
  "ventilation-failed": told("alarm"),
  "shock-felt": told("warning"),
  "climate-failed": told("warning"),
  "charger-clock-failed": told("warning"),
  "storage-failed": told("warning"),
  "holster-failed": told("warning"),
  "bay-sensor-failed": told("info"),
  "socket-failed": stops("alarm"),
  "bound-crossed": told("warning"),
  "charger-problem": told("warning"),

  "charger-stays-away": { ...found("warning"), stopsCharging: true },
  "charger-drops-often": found("warning"),
  "charger-restarts-often": found("warning"),
  "charger-clock-off": found("warning"),
  "charger-held": { ...found("warning"), stopsCharging: true },
  "charger-moved": once("warning"),
  "second-connection": once("alarm"),
  "charger-security-event": once("warning"),
  "charger-certificate": found("warning"),
  "reset-wanted": once("info"),
  "fail-safe-not-installed": found("alarm"),
  "session-closed-without-stop": once("warning"),
  "implausible-energy": once("warning"),
  "slot-rebound": found("warning"),
  "configuration-drift": found("info"),

  "over-limit": found("alarm"),
  disobeys: found("alarm"),
  "keeps-limit": found("alarm"),
  "keeps-phases": found("warning"),
  rotation: found("alarm"),
  "cut-failed": found("alarm"),
  "cut-off": { ...told("alarm"), stopsCharging: true },
  "contactor-failed": found("alarm"),

  "meter-failing": found("warning"),
  "meter-lost": found("alarm"),
  "meter-wiring": found("alarm"),
  "meter-counter": once("warning"),

  "circuit-source": found("info"),
  "grid-limit": found("info"),
  "operator-limit": found("info"),
  "signal-silent": found("alarm"),
  "signal-not-understood": found("warning"),
  "contact-unread": found("warning"),

  "csms-credentials": found("alarm"),
  "csms-certificate": found("alarm"),
  "own-certificate": found("warning"),
  "csms-braked": found("alarm"),
  "local-list-conflict": found("warning"),
  "dead-letter": told("alarm"),
  "outbox-sessions-full": found("alarm"),
  "outbox-readings-full": found("alarm"),

  "listener-certificate": found("warning"),
  "certificate-ends": found("warning"),
  "clock-untrusted": found("warning"),
  "clock-corrected": once("warning"),
  "disk-space": found("alarm"),
  "ledger-damaged": once("alarm"),
  "record-damaged": once("alarm"),
  "history-not-written": found("warning"),
  "history-damaged": once("warning"),
  "telemetry-not-written": found("warning"),
  "telemetry-damaged": once("info"),
  "backup-failed": found("warning"),
  "report-not-sent": found("warning"),
  "alert-not-sent": found("warning"),
  other: found("warning"),
} as const satisfies Readonly<Record<string, FaultNature>>;

/** A line of `FAULT_CODES`. */
export type FaultCode = keyof typeof FAULT_CODES;

/** What a fault with this code is like. */
export function faultNature(code: FaultCode): FaultNature {
  return FAULT_CODES[code];
}

/** Kinds of faults that come from what a charger says of itself begin so. */
const CHARGERS_WORD = "charger-";

/** The components of OCPP 2.x, in small letters, whose problem is one of ours. */
const COMPONENTS: Readonly<Record<string, FaultCode>> = {
  accessbarrier: "bay-sensor-failed",
  acdcconverter: "PowerSwitchFailure",
  acphaseselector: "PowerSwitchFailure",
  actuator: "InternalError",
  aircoolingsystem: "cooling-failed",
  areaventilation: "ventilation-failed",
  bayoccupancysensor: "bay-sensor-failed",
  beaconlighting: "lights-failed",
  cablebreakawaysensor: "cable-torn",
  caseaccesssensor: "case-opened",
  chargingstation: "InternalError",
  chargingstatusindicator: "lights-failed",
  connectedev: "EVCommunicationError",
  connector: "socket-failed",
  connectorholsterrelease: "holster-failed",
  connectorholstersensor: "holster-failed",
  connectorplugretentionlock: "ConnectorLockFailure",
  connectorprotectionrelease: "holster-failed",
  controller: "InternalError",
  controlmetering: "PowerMeterFailure",
  cppwmcontroller: "EVCommunicationError",
  datalink: "WeakSignal",
  display: "display-failed",
  distancedetector: "bay-sensor-failed",
  electricalfeed: "supply-failed",
  elvsupply: "low-voltage-supply-failed",
  emergencystopsensor: "emergency-stop",
  environmentallighting: "lights-failed",
  evretentionlock: "ConnectorLockFailure",
  evse: "socket-failed",
  externaltemperaturesensor: "HighTemperature",
  fiscalmetering: "PowerMeterFailure",
  floodsensor: "flooded",
  groundisolationprotection: "GroundFailure",
  heater: "climate-failed",
  humiditysensor: "climate-failed",
  iso15118ctrlr: "EVCommunicationError",
  lightsensor: "lights-failed",
  liquidcoolingsystem: "cooling-failed",
  localavailabilitysensor: "bay-sensor-failed",
  localcontroller: "InternalError",
  localenergystorage: "storage-failed",
  overcurrentprotection: "OverCurrentFailure",
  overcurrentprotectionrecloser: "OverCurrentFailure",
  powercontactor: "PowerSwitchFailure",
  rcd: "GroundFailure",
  rcdrecloser: "GroundFailure",
  realtimeclock: "charger-clock-failed",
  shocksensor: "shock-felt",
  spacescountsignage: "display-failed",
  switch: "InternalError",
  temperaturesensor: "HighTemperature",
  tokenreader: "ReaderFailure",
  uiinput: "display-failed",
  upstreamprotectiontrigger: "OverCurrentFailure",
  vehicleidsensor: "bay-sensor-failed",
};

/** The variables of 2.x that say by themselves that something is wrong, in small letters. */
export const PROBLEM_VARIABLES: ReadonlySet<string> = new Set([
  "problem",
  "fault",
  "tripped",
  "failure",
]);

/** Names that are a code themselves, but as an error code of a charger mean something of the gateway. */
function ownCode(name: string): FaultCode | undefined {
  return Object.hasOwn(FAULT_CODES, name) ? name as FaultCode : undefined;
}

/**
 * The code of a fault: what `kind` says, or what the charger means by it. A 1.6 error code is one; of
 * "Component.Instance.Variable" as 2.x tells it the component is, where the variable says that something
 * is wrong, and a bound that somebody has set otherwise.
 */
export function faultCodeOf(kind: string): FaultCode {
  const own = ownCode(kind);
  if (own !== undefined) return own;
  if (!kind.startsWith(CHARGERS_WORD)) return "other";
  const said = kind.slice(CHARGERS_WORD.length);
  if (isErrorCode16(said)) return said;
  const parts = said.toLowerCase().split(".");
  const [component = ""] = parts;
  const code = Object.hasOwn(COMPONENTS, component) ? COMPONENTS[component] : undefined;
  const isProblem = parts.slice(1).some((part) => PROBLEM_VARIABLES.has(part));
  if (parts.length > 1 && !isProblem) return "bound-crossed";
  return code ?? "charger-problem";
}

const ERROR_CODES_16 = [
  "ConnectorLockFailure",
  "EVCommunicationError",
  "GroundFailure",
  "HighTemperature",
  "InternalError",
  "LocalListConflict",
  "OtherError",
  "OverCurrentFailure",
  "OverVoltage",
  "PowerMeterFailure",
  "PowerSwitchFailure",
  "ReaderFailure",
  "ResetFailure",
  "UnderVoltage",
  "WeakSignal",
] as const satisfies readonly FaultCode[];

function isErrorCode16(text: string): text is typeof ERROR_CODES_16[number] {
  return ERROR_CODES_16.some((each) => each === text);
}

/**
 * How grave what a charger says of itself is: by its code, and graver where the charger has taken the
 * connector out of use for it.
 */
export function chargersSeverity(kind: string, isFaulted: boolean): FaultNature["severity"] {
  const { severity } = faultNature(faultCodeOf(kind));
  return isFaulted ? "alarm" : severity;
}
