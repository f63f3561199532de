import type {
  Line,
  RotationDoubt,
  RotationKnowledge,
  RotationObstacle,
  RotationProof,
} from "../../site/mod.ts";
import type { ChargerView } from "../views.ts";

/** The steps from a charger that was let in to one that may be left alone, in their order. */
export const COMMISSIONING_STEPS = [
  "place",
  "connection",
  "model",
  "fail-safe",
  "rotation",
  "charge",
] as const;

/** One of `COMMISSIONING_STEPS`. */
export type CommissioningStepId = typeof COMMISSIONING_STEPS[number];

/** A session that gave energy at a slot. */
export interface TestCharge {
  readonly energyWh: number;
  readonly at: string;
}

/** Everything that the steps are told by. */
export interface CommissioningFacts {
  readonly charger: Pick<
    ChargerView,
    "id" | "connected" | "bootedAt" | "slots" | "quirkProfile" | "abilities" | "limitPaths"
  >;
  readonly rotation: (slot: number) => RotationKnowledge;
  /** By slot. */
  readonly charges: ReadonlyMap<number, TestCharge>;
}

/** What is seen of a step. */
export type CommissioningSight =
  | { readonly kind: "placed"; readonly circuitId: string }
  | { readonly kind: "not-placed" }
  | { readonly kind: "connected" }
  | { readonly kind: "away" }
  | { readonly kind: "never-came" }
  | { readonly kind: "model-known"; readonly id: string; readonly quirks: number }
  | { readonly kind: "model-usual" }
  | { readonly kind: "model-unasked" }
  | { readonly kind: "takes-no-limits" }
  | { readonly kind: "fail-safe-verified"; readonly amps: number }
  | { readonly kind: "fail-safe-unverified"; readonly amps: number }
  | { readonly kind: "fail-safe-missing"; readonly amps: number }
  | { readonly kind: "fail-safe-unknown" }
  | {
    readonly kind: "rotation-as-told" | "rotation-other";
    readonly lines: readonly Line[];
    readonly proof: RotationProof;
  }
  | { readonly kind: "rotation-not-sure"; readonly why: RotationDoubt }
  | { readonly kind: "rotation-untested"; readonly obstacle: RotationObstacle | null }
  | { readonly kind: "rotation-running"; readonly steps: number; readonly wanted: number }
  | { readonly kind: "rotation-needless" }
  | { readonly kind: "charged"; readonly energyWh: number; readonly at: string }
  | { readonly kind: "not-charged" };

/** How far a step is. */
export type CommissioningState = "done" | "to-do" | "failed" | "running";

/** A step as it is now. */
export interface CommissioningStep {
  readonly id: CommissioningStepId;
  /** Null for what is about the whole charger. */
  readonly slot: number | null;
  readonly state: CommissioningState;
  readonly sight: CommissioningSight;
}

const STATES: Readonly<Record<CommissioningSight["kind"], CommissioningState>> = {
  placed: "done",
  "not-placed": "to-do",
  connected: "done",
  away: "failed",
  "never-came": "to-do",
  "model-known": "done",
  "model-usual": "done",
  "model-unasked": "to-do",
  "takes-no-limits": "failed",
  "fail-safe-verified": "done",
  "fail-safe-unverified": "to-do",
  "fail-safe-missing": "failed",
  "fail-safe-unknown": "to-do",
  "rotation-as-told": "done",
  "rotation-other": "failed",
  "rotation-not-sure": "failed",
  "rotation-untested": "to-do",
  "rotation-running": "running",
  "rotation-needless": "done",
  charged: "done",
  "not-charged": "to-do",
};

/** How far each step is, for the charger and then for each of its slots. */
export function commissioningSteps(facts: CommissioningFacts): readonly CommissioningStep[] {
  const { slots } = facts.charger;
  return COMMISSIONING_STEPS.flatMap((id) =>
    IS_OF_CHARGER.has(id)
      ? [stepOf(id, null, chargerSight(id, facts))]
      : slots.map((slot) => stepOf(id, slot, slotSight(id, slot, facts)))
  );
}

const IS_OF_CHARGER: ReadonlySet<CommissioningStepId> = new Set(["place", "connection", "model"]);

function stepOf(
  id: CommissioningStepId,
  slot: number | null,
  sight: CommissioningSight,
): CommissioningStep {
  return { id, slot, state: STATES[sight.kind], sight };
}

function chargerSight(id: CommissioningStepId, facts: CommissioningFacts): CommissioningSight {
  const { charger, rotation } = facts;
  if (id === "connection") {
    if (charger.connected) return { kind: "connected" };
    return { kind: charger.bootedAt === null ? "never-came" : "away" };
  }
  if (id === "model") return modelSight(charger);
  const places = charger.slots.map((slot) => rotation(slot).circuitId);
  const [circuitId = null] = places;
  return circuitId === null || places.includes(null)
    ? { kind: "not-placed" }
    : { kind: "placed", circuitId };
}

function modelSight({ quirkProfile, abilities, limitPaths }: CommissioningFacts["charger"]) {
  if (limitPaths.some(({ by }) => by === "none")) return { kind: "takes-no-limits" } as const;
  if (quirkProfile !== null) {
    const quirks = Object.keys(quirkProfile.quirks).length;
    return { kind: "model-known", id: quirkProfile.id, quirks } as const;
  }
  return { kind: abilities === null ? "model-unasked" : "model-usual" } as const;
}

function slotSight(
  id: CommissioningStepId,
  slot: number,
  { charger, rotation, charges }: CommissioningFacts,
): CommissioningSight {
  if (id === "rotation") return rotationSight(rotation(slot));
  if (id === "charge") {
    const charge = charges.get(slot);
    return charge === undefined ? { kind: "not-charged" } : { kind: "charged", ...charge };
  }
  const amps = rotation(slot).failSafeAmps;
  const path = charger.limitPaths.find((each) => each.slot === slot);
  // Before it came once nobody can know.
  if (path === undefined || amps === null || charger.bootedAt === null) {
    return { kind: "fail-safe-unknown" };
  }
  switch (path.failSafe) {
    case "schedule":
    case "current":
      return { kind: "fail-safe-verified", amps };
    case "unverified":
      return { kind: "fail-safe-unverified", amps };
    case "missing":
      return { kind: "fail-safe-missing", amps };
  }
}

function rotationSight(knowledge: RotationKnowledge): CommissioningSight {
  const { running, last, obstacle, toldLines } = knowledge;
  if (running !== null) {
    return { kind: "rotation-running", steps: running.steps, wanted: running.stepsWanted };
  }
  if (obstacle === "line-to-line") return { kind: "rotation-needless" };
  if (last === null) return { kind: "rotation-untested", obstacle };
  if (last.outcome.kind === "not-sure") {
    return { kind: "rotation-not-sure", why: last.outcome.why };
  }
  const { lines, proof } = last.outcome;
  const isTold = lines.join() === toldLines.join();
  // It fitted what site.yaml said then, which says nothing of what it says now.
  if (!isTold && proof === "fits") return { kind: "rotation-untested", obstacle };
  return { kind: isTold ? "rotation-as-told" : "rotation-other", lines, proof };
}
