import type { OcppVersion } from "../ocpp/mod.ts";
import type { OutletOptions } from "./outlet.ts";

/** A charger as it leaves the factory and is installed. */
export interface ChargerOptions {
  readonly identity: string;
  /** What it speaks as it is installed. */
  readonly version: OcppVersion;
  /** Null for a charger that shows none (security profile 0). */
  readonly password: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
  /** One per connector: connector 1 is the first. */
  readonly outlets: readonly OutletOptions[];
  /** Line to neutral; also the voltage that limits in watts are reckoned with. */
  readonly volts: number;
  /** What the energy registers show on arrival. */
  readonly registerWh: number;
  /** The steps in which the control pilot can be set, amperes: 0.1 or 1. */
  readonly resolutionAmps: number;
  /** By which message a 2.x charger tells the state of a connector; both may (2.1 G01.FR.01). */
  readonly tellsStatusBy: "StatusNotification" | "NotifyEvent";
  /**
   * Settings that differ from the factory's; `null` takes one out. By the keys of 1.6, which a 2.x charger
   * understands where it has a variable for the same, or by its own "Component.Variable".
   */
  readonly configuration: Readonly<Record<string, string | null>>;
  readonly timing: ChargerTiming;
  readonly meter: ChargerMeter;
  readonly profileMemory: ProfileMemory;
  readonly faults: ChargerFaults;
}

/** How the meter of a charger counts and tells. How often it tells is a configuration key. */
export interface ChargerMeter {
  /** Its register goes up in such steps: 1, 10 or 100 Wh. */
  readonly registerStepWh: number;
  /** From taking a reading to sending it, 0 to 5000. */
  readonly sampleDelayMs: number;
}

/** Where charging profiles are kept, and which ones. */
export interface ProfileMemory {
  /** RAM is empty after a reboot; errata 3.37 wants flash. */
  readonly keptIn: "flash" | "ram";
  /**
   * The highest stack level that it accepts, where that is less than its configuration key
   * ChargeProfileMaxStackLevel says; null where the key is right.
   */
  readonly stackLevelMax: number | null;
}

/** How fast a charger is, in milliseconds. */
export interface ChargerTiming {
  /** How often it looks at its sockets and its profiles. */
  readonly tickMs: number;
  /** From accepting a profile to changing the control pilot, 200 to 5000. */
  readonly profileLatencyMs: number;
  /** How long a reboot keeps it away. */
  readonly rebootMs: number;
  /** How long it waits before it dials again: doubled at each failure, up to the longest. */
  readonly redialFirstMs: number;
  readonly redialLongestMs: number;
  readonly dialTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

/** What a charger does wrong. Everything is off by default. */
export interface ChargerFaults {
  /** It accepts charging profiles and does not care. */
  readonly ignoresProfiles: boolean;
  /** It accepts a profile and takes no notice before the next one, with this probability. */
  readonly ignoresProfileChance: number;
  /** It forgets its charging profiles when it is connected again. */
  readonly forgetsProfilesOnReconnect: boolean;
  /** It forgets them at once when the connection is lost. */
  readonly forgetsProfilesOnLoss: boolean;
  /** It takes so long to answer a call. */
  readonly answerDelayMs: number;
  /** Its clock is always so far ahead. */
  readonly clockOffsetMs: number;
  /** Its clock gains so many microseconds a second. */
  readonly clockDriftPpm: number;
  /** It says that it goes over to one phase when it is told, and does not. */
  readonly keepsPhases: boolean;
  /** Its meter gives one current for all phases. */
  readonly metersWithoutPhases: boolean;
  /** It names no OCPP version when it connects. */
  readonly namesNoProtocol: boolean;
  /** It boots at each reconnect, though it did not restart. */
  readonly bootsOnReconnect: boolean;
  /** A hard reset loses the transaction messages that it had not delivered. */
  readonly losesQueueOnHardReset: boolean;
  /** It reboots by itself about so often; 0 for never. */
  readonly rebootsEveryMs: number;
}

/** A charger with no faults. */
export const NO_FAULTS: ChargerFaults = {
  ignoresProfiles: false,
  ignoresProfileChance: 0,
  forgetsProfilesOnReconnect: false,
  forgetsProfilesOnLoss: false,
  answerDelayMs: 0,
  clockOffsetMs: 0,
  clockDriftPpm: 0,
  keepsPhases: false,
  metersWithoutPhases: false,
  namesNoProtocol: false,
  bootsOnReconnect: false,
  losesQueueOnHardReset: false,
  rebootsEveryMs: 0,
};

const ORDINARY_METER: ChargerMeter = { registerStepWh: 1, sampleDelayMs: 0 };
const ORDINARY_MEMORY: ProfileMemory = { keptIn: "flash", stackLevelMax: null };

const ORDINARY_TIMING: ChargerTiming = {
  tickMs: 1_000,
  profileLatencyMs: 500,
  rebootMs: 10_000,
  redialFirstMs: 2_000,
  redialLongestMs: 60_000,
  dialTimeoutMs: 20_000,
  answerTimeoutMs: 30_000,
};

/** Parts of the options of which a few values may be given. */
type Parts = "timing" | "meter" | "profileMemory" | "faults";

/** What may be left out of a charger's options. */
export type ChargerChanges =
  & Partial<Omit<ChargerOptions, Parts>>
  & { readonly [Part in Parts]?: Partial<ChargerOptions[Part]> }
  & { readonly identity: string };

const MODELS: Readonly<Record<OcppVersion, string>> = {
  "ocpp1.6": "Simulated 16J",
  "ocpp2.0.1": "Simulated 201",
  "ocpp2.1": "Simulated 21",
};

/** A charger with one three-phase socket of 32 A and no faults, but for what is given. */
export function chargerOptions(
  { timing, meter, profileMemory, faults, ...changes }: ChargerChanges,
): ChargerOptions {
  const { version = "ocpp1.6" } = changes;
  return {
    version,
    password: null,
    vendor: "Sangam",
    model: MODELS[version],
    serialNumber: `SIM-${changes.identity}`.slice(0, 25),
    firmwareVersion: "1.0.0",
    outlets: [{ lines: ["L1", "L2", "L3"], maxAmps: 32, fixedCable: false }],
    volts: 230,
    registerWh: 0,
    resolutionAmps: 0.1,
    tellsStatusBy: "StatusNotification",
    configuration: {},
    ...changes,
    timing: { ...ORDINARY_TIMING, ...timing },
    meter: { ...ORDINARY_METER, ...meter },
    profileMemory: { ...ORDINARY_MEMORY, ...profileMemory },
    faults: { ...NO_FAULTS, ...faults },
  };
}
