import type { FaultCode } from "../../site/mod.ts";

/** What the gateway may do by itself. */
export type FirstAidAction = "unlock" | "softReset" | "hardReset" | "powerCycle";

/** What is done about faults by itself, as the page and the API show it. */
export interface FirstAidRuleView {
  readonly id: string;
  readonly codes: readonly FaultCode[];
  /** Chargers and slots; empty: all. */
  readonly about: readonly string[];
  readonly forSeconds: number;
  /** One after the other, until the fault is over. */
  readonly steps: readonly FirstAidAction[];
  readonly cooldownSeconds: number;
  /** At one charger. */
  readonly perDay: number;
  readonly whileCharging: boolean;
  /** Within the last 24 hours, newest first. */
  readonly done: readonly FirstAidDeedView[];
}

/** What a rule did. */
export interface FirstAidDeedView {
  readonly at: string;
  readonly faultId: number;
  readonly chargerId: string;
  readonly action: FirstAidAction;
  /** What came of it, in English. */
  readonly outcome: string;
}

/** What the pages may see of first aid. */
export interface WebFirstAid {
  rules(): readonly FirstAidRuleView[];
}
