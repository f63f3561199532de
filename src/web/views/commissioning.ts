import type { Line, RotationDoubt, RotationObstacle, RotationProof } from "../../site/mod.ts";
import type {
  CommissioningSight,
  CommissioningState,
  CommissioningStepId,
} from "../commissioning/commissioning.ts";

/** How far a charger is from where it may be left alone. */
export interface CommissioningView {
  readonly chargerId: string;
  readonly steps: readonly CommissioningStepView[];
  readonly connectors: readonly CommissionedConnectorView[];
}

export interface CommissioningStepView {
  readonly id: CommissioningStepId;
  /** Null for what is about the whole charger. */
  readonly slot: number | null;
  readonly state: CommissioningState;
  readonly seen: CommissioningSight["kind"];
  /** What is seen, and what to do next, in the language of the site. */
  readonly text: string;
}

export interface CommissionedConnectorView {
  readonly slot: number;
  readonly circuitId: string | null;
  /** As site.yaml says, in the order of the socket's phases. */
  readonly phases: readonly Line[];
  readonly minCurrentAmps: number | null;
  readonly maxCurrentAmps: number | null;
  readonly failSafeAmps: number | null;
  /** The meter that sees it. */
  readonly meterId: string | null;
  /** Why its rotation cannot be tested now; null where it can. */
  readonly obstacle: RotationObstacle | null;
  readonly rotationTest: RunningRotationView | null;
  readonly lastRotationTest: RotationResultView | null;
}

export interface RunningRotationView {
  readonly since: string;
  readonly offeredAmps: number;
  readonly steps: number;
  readonly stepsWanted: number;
}

export interface RotationResultView {
  readonly at: string;
  readonly by: string;
  /** What site.yaml said then. */
  readonly toldPhases: readonly Line[];
  /** What was found; null where that is not sure. */
  readonly phases: readonly Line[] | null;
  readonly proof: RotationProof | null;
  /** Why it is not sure; null where it is. */
  readonly doubt: RotationDoubt | null;
}
