import type { CircuitLimitCommand, Command } from "./commands/command.ts";
import type { LoadPlanView, LoadPreviewView } from "./views.ts";

/** What somebody thinks of changing: a command that he has not given yet, or who shares how. */
export type LoadChange =
  | CircuitLimitCommand
  | Extract<Command, { readonly kind: "limit" | "priority" | "demand" }>
  | { readonly kind: "strategy"; readonly strategy: PreviewedStrategy };

/** How what there is can be shared; charging by the sun depends on more than a moment tells. */
export const PREVIEWED_STRATEGIES = ["fair", "priority", "departure"] as const;

/** One of `PREVIEWED_STRATEGIES`. */
export type PreviewedStrategy = typeof PREVIEWED_STRATEGIES[number];

/** What came of asking what would be. */
export type LoadPreviewOutcome =
  | { readonly kind: "preview"; readonly preview: LoadPreviewView }
  /** Such a command would be refused: no session runs there. */
  | { readonly kind: "no-session" }
  /** There is no such EVSE or circuit. */
  | { readonly kind: "unknown" }
  /** Others ask at this moment: one is reckoned at a time. */
  | { readonly kind: "busy" };

/** Looks ahead. Nothing that is asked here changes anything. */
export interface LoadForecastPort {
  /** How what there is is shared now, where a circuit does not say otherwise. */
  strategy(): string;
  /**
   * What a circuit may well carry over the next hours, and what was expected before of the last ones,
   * oldest first; for the past only from when somebody looked first.
   */
  plan(circuitId: string): Promise<readonly LoadPlanView[]>;
  preview(change: LoadChange): Promise<LoadPreviewOutcome>;
}
