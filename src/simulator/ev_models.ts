/** How a kind of EV charges with alternating current. Named by behaviour, not by brand. */
export interface EvModel {
  readonly name: string;
  readonly batteryWh: number;
  /** Conductors that its on-board charger uses: one, two or three phases. */
  readonly phases: 1 | 2 | 3;
  /** What its on-board charger takes at most, amperes per phase. */
  readonly maxAmps: number;
  /** Below this offer it does not charge. IEC 61851 says 6 A; some EVs need 7. */
  readonly minAmps: number;
  /** How it goes down below `minAmps`, where it does not simply stop. */
  readonly stall: EvStall | null;
  /** From a change of the offer until the EV follows, 500 to 5000 ms. */
  readonly reactionMs: number;
  /** From the first offer to the first ampere, 5 to 30 s. */
  readonly startMs: number;
  /** From 0 to its maximum, linear, 2 to 10 s. */
  readonly rampUpMs: number;
  /** From its maximum to 0, linear, at most 1 s. */
  readonly rampDownMs: number;
  /** How far it stays below the offer, 0.2 to 1 A. */
  readonly underDrawAmps: number;
  /** From this state of charge on it takes less and less, in a straight line. */
  readonly taperFromSoc: number;
  /** What part of its maximum is left when the battery is full. */
  readonly taperEnd: number;
  /** How it pauses by itself soon after it began. */
  readonly cooling: EvCooling | null;
  /** After so long without an offer it sleeps, 5 to 180 min; null for one that waits for ever. */
  readonly sleepsAfterMs: number | null;
  /**
   * What wakes it: an offer that goes away and comes again, or nothing but a break of the control
   * pilot, as at the end of a transaction or when the plug is pulled.
   */
  readonly wakesBy: "new-offer" | "pilot-break";
  /** Stopped so often by an offer of nothing, it has had enough until the control pilot breaks. */
  readonly givesUpAfterStops: number | null;
  /** How much of the energy from the socket ends up in the battery. */
  readonly efficiency: number;
}

/** An EV that is offered less than it needs: it draws a little for a while and then stops. */
export interface EvStall {
  /** On all its phases together, about 500 W. */
  readonly watts: number;
  readonly forMs: number;
}

/** A pause at 0 A once after each start, 10 to 60 s: the electronics see to their temperature. */
export interface EvCooling {
  /** Counted from the first ampere. */
  readonly afterMs: number;
  readonly forMs: number;
}

const ORDINARY = {
  minAmps: 6,
  stall: null,
  reactionMs: 2_000,
  startMs: 8_000,
  rampUpMs: 5_000,
  rampDownMs: 800,
  underDrawAmps: 0.3,
  taperFromSoc: 0.8,
  taperEnd: 0.1,
  cooling: null,
  sleepsAfterMs: null,
  wakesBy: "new-offer",
  givesUpAfterStops: null,
  efficiency: 0.9,
} as const;

/** The kinds of EV that the simulator knows. */
export const EV_MODELS = {
  /** The common case today: three phases, 16 A. */
  threePhase11kW: {
    ...ORDINARY,
    name: "threePhase11kW",
    batteryWh: 60_000,
    phases: 3,
    maxAmps: 16,
  },
  /** A large on-board charger that stalls below 7 A, and sleeps when it is kept waiting. */
  threePhase22kWSleepy: {
    ...ORDINARY,
    name: "threePhase22kWSleepy",
    batteryWh: 41_000,
    phases: 3,
    maxAmps: 32,
    minAmps: 7,
    stall: { watts: 500, forMs: 60_000 },
    reactionMs: 4_000,
    underDrawAmps: 0.6,
    sleepsAfterMs: 300_000,
    efficiency: 0.87,
  },
  /** One phase, all that a socket gives. */
  onePhase32: {
    ...ORDINARY,
    name: "onePhase32",
    batteryWh: 40_000,
    phases: 1,
    maxAmps: 32,
    reactionMs: 1_000,
    startMs: 5_000,
  },
  /** One phase, slow to begin: half a minute passes before it draws anything. */
  onePhase16SlowStart: {
    ...ORDINARY,
    name: "onePhase16SlowStart",
    batteryWh: 33_000,
    phases: 1,
    maxAmps: 16,
    reactionMs: 3_000,
    startMs: 30_000,
    rampUpMs: 10_000,
    underDrawAmps: 0.8,
  },
  /** Two of the three phases, as several early compact cars. */
  twoPhase16: {
    ...ORDINARY,
    name: "twoPhase16",
    batteryWh: 32_000,
    phases: 2,
    maxAmps: 16,
  },
  /** A plug-in hybrid: small battery, soon full, reluctant to follow. */
  hybridOnePhase16: {
    ...ORDINARY,
    name: "hybridOnePhase16",
    batteryWh: 12_000,
    phases: 1,
    maxAmps: 16,
    reactionMs: 5_000,
    underDrawAmps: 1,
    taperFromSoc: 0.9,
  },
} as const satisfies Readonly<Record<string, EvModel>>;

/** A name in `EV_MODELS`. */
export type EvModelName = keyof typeof EV_MODELS;

/** True for a name in `EV_MODELS`. */
export function isEvModelName(name: string): name is EvModelName {
  return Object.hasOwn(EV_MODELS, name);
}
