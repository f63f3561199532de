import {
  type Circuit,
  circuitTree,
  type EvsePlace,
  isLine,
  type Line,
  type SharingStrategy,
} from "../site/mod.ts";
import type { BalancerOptions, BalancerTiming, EvseFacts } from "./facts.ts";

/** A site as an electrician would note it. Built for tests: what is left out is ordinary. */
export interface SiteDrawing {
  readonly marginAmps?: number;
  readonly strategy?: SharingStrategy;
  readonly timing?: Partial<BalancerTiming>;
  /** Absent: EVs that start together rise together. */
  readonly startSeed?: number | undefined;
  readonly circuits: readonly CircuitDrawing[];
  readonly evses: readonly EvseDrawing[];
}

interface CircuitDrawing {
  readonly id: string;
  readonly from?: string;
  readonly amps: number;
  readonly factor?: number;
  readonly meter?: string;
  readonly worst?: number;
  readonly substitute?: number;
  readonly watts?: number;
  readonly voltAmperes?: number;
  readonly unbalance?: number;
  readonly neutral?: number;
  readonly strategy?: SharingStrategy;
  /** It is fed through a delta-wye transformer with so many amperes of its feeder per ampere. */
  readonly ratio?: number;
}

interface EvseDrawing {
  readonly slot: number;
  readonly on: string;
  /** The site's lines, "L1 L2 L3" unless noted; "L1-L2" is connected between two. */
  readonly lines?: string;
  readonly min?: number;
  readonly max?: number;
  readonly failSafe?: number;
  readonly priority?: number;
}

/** Timing as a gateway would have it. */
export const USUAL_TIMING: BalancerTiming = {
  meterHoldMs: 3_000,
  meterSubstituteMs: 10_000,
  meterLostMs: 60_000,
  reductionConfirmMs: 10_000,
  raiseIntervalMs: 30_000,
  raiseHoldOffMs: 20_000,
  rotationOnMs: 900_000,
  rotationOffMs: 300_000,
};

/** Turns a drawing into what the balancer is told. */
export function drawnSite(drawing: SiteDrawing): BalancerOptions {
  const circuits = drawing.circuits.map((each): Circuit => ({
    id: each.id,
    parentId: each.from ?? null,
    limitAmps: each.amps,
    continuousFactor: each.factor ?? 1,
    meterId: each.meter ?? null,
    otherLoad: { worstAmps: each.worst ?? 0, substituteAmps: each.substitute ?? each.worst ?? 0 },
    ...(each.watts !== undefined && { powerLimitW: each.watts }),
    ...(each.voltAmperes !== undefined && { apparentLimitVa: each.voltAmperes }),
    ...(each.unbalance !== undefined && { unbalanceMaxAmps: each.unbalance }),
    ...(each.neutral !== undefined && { neutralLimitAmps: each.neutral }),
    ...(each.strategy !== undefined && { strategy: each.strategy }),
    ...(each.ratio !== undefined && { transformer: { kind: "delta-wye", ratio: each.ratio } }),
  }));
  const places = drawing.evses.map(drawnPlace);
  return {
    tree: circuitTree(circuits, places),
    places,
    marginAmps: drawing.marginAmps ?? 0,
    strategy: drawing.strategy ?? "fair",
    nominalVoltageV: 230,
    timing: { ...USUAL_TIMING, ...drawing.timing },
    ...(drawing.startSeed !== undefined && { startSeed: drawing.startSeed }),
  };
}

function drawnPlace(each: EvseDrawing): EvsePlace {
  return {
    slot: each.slot,
    chargerId: `CP${each.slot}`,
    evseId: 1,
    circuitId: each.on,
    lines: drawnLines((each.lines ?? "L1 L2 L3").replace("-", " ")),
    ...(each.lines?.includes("-") && { connection: "line-to-line" }),
    minCurrentAmps: each.min ?? 6,
    maxCurrentAmps: each.max ?? 32,
    failSafeAmps: each.failSafe ?? 0,
    priority: each.priority ?? 0,
  };
}

/** "L2 L3" as lines. */
export function drawnLines(text: string): readonly Line[] {
  return text.split(" ").filter(isLine);
}

/** An EV that charges at a charger within reach, but for what is said otherwise. */
export function chargingAt(slot: number, otherwise: Partial<EvseFacts> = {}): EvseFacts {
  return {
    slot,
    connected: true,
    plugged: true,
    transactionId: `transaction ${slot}`,
    suspendedByEv: false,
    evLines: null,
    caps: [],
    expiryTrusted: true,
    forgetsProfiles: false,
    ...otherwise,
  };
}

/** A charger within reach without an EV. */
export function emptyAt(slot: number, otherwise: Partial<EvseFacts> = {}): EvseFacts {
  return chargingAt(slot, { plugged: false, transactionId: null, ...otherwise });
}
