import type { OutletOptions } from "./outlet.ts";

/** A charger as it leaves the factory and is installed. */
export interface ChargerOptions {
  readonly identity: string;
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
  /** Configuration keys that differ from the factory's; `null` takes a key out. */
  readonly configuration: Readonly<Record<string, string | null>>;
  readonly timing: ChargerTiming;
  readonly faults: ChargerFaults;
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
  /** It forgets its charging profiles whenever the connection was lost. */
  readonly forgetsProfilesOnReconnect: boolean;
  /** It takes so long to answer a call. */
  readonly answerDelayMs: number;
  /** Its clock is always so far ahead. */
  readonly clockOffsetMs: number;
  /** Its clock gains so many microseconds a second. */
  readonly clockDriftPpm: number;
  /** Its meter gives one current for all phases. */
  readonly metersWithoutPhases: boolean;
  /** It names no OCPP version when it connects. */
  readonly namesNoProtocol: boolean;
  /** It boots at each reconnect, though it did not restart. */
  readonly bootsOnReconnect: boolean;
  /** A hard reset loses the transaction messages that it had not delivered. */
  readonly losesQueueOnHardReset: boolean;
}

/** A charger with no faults. */
export const NO_FAULTS: ChargerFaults = {
  ignoresProfiles: false,
  forgetsProfilesOnReconnect: false,
  answerDelayMs: 0,
  clockOffsetMs: 0,
  clockDriftPpm: 0,
  metersWithoutPhases: false,
  namesNoProtocol: false,
  bootsOnReconnect: false,
  losesQueueOnHardReset: false,
};

const ORDINARY_TIMING: ChargerTiming = {
  tickMs: 1_000,
  profileLatencyMs: 500,
  rebootMs: 10_000,
  redialFirstMs: 2_000,
  redialLongestMs: 60_000,
  dialTimeoutMs: 20_000,
  answerTimeoutMs: 30_000,
};

/** What may be left out of a charger's options. */
export type ChargerChanges =
  & Partial<Omit<ChargerOptions, "timing" | "faults">>
  & {
    readonly identity: string;
    readonly timing?: Partial<ChargerTiming>;
    readonly faults?: Partial<ChargerFaults>;
  };

/** A charger with one three-phase socket of 32 A and no faults, but for what is given. */
export function chargerOptions({ timing, faults, ...changes }: ChargerChanges): ChargerOptions {
  return {
    password: null,
    vendor: "Sangam",
    model: "Simulated 16J",
    serialNumber: `SIM-${changes.identity}`.slice(0, 25),
    firmwareVersion: "1.0.0",
    outlets: [{ lines: ["L1", "L2", "L3"], maxAmps: 32, fixedCable: false }],
    volts: 230,
    registerWh: 0,
    resolutionAmps: 0.1,
    configuration: {},
    ...changes,
    timing: { ...ORDINARY_TIMING, ...timing },
    faults: { ...NO_FAULTS, ...faults },
  };
}
