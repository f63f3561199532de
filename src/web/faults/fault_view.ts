import type {
  AidStep,
  FaultCode,
  FaultEnding,
  ReportedProblem,
  SiteFault,
} from "../../site/mod.ts";
import type { FaultWords } from "./fault_words.ts";

/** A fault, as the pages and the API show it, with its words in the language of the site. */
export interface FaultView extends FaultWords {
  readonly id: number;
  /** What it is, as the list of known faults has it. */
  readonly code: FaultCode;
  /** As whoever found it calls it. */
  readonly kind: string;
  readonly severity: SiteFault["severity"];
  readonly subject: string;
  readonly place: FaultPlace;
  /** As it was told last, in English. */
  readonly text: string;
  readonly state: SiteFault["state"];
  readonly since: string;
  readonly lastSeen: string;
  readonly count: number;
  /** When it went; null while it stands. */
  readonly over: string | null;
  readonly ending: FaultEnding | null;
  /** False while nobody knows whether it still stands after a restart of the gateway. */
  readonly isConfirmed: boolean;
  readonly acknowledged: { readonly by: string; readonly at: string } | null;
  /** What the charger said; null where it was none. */
  readonly reported: ReportedProblem | null;
  /** What was done about it by itself, oldest first. */
  readonly aid: readonly AidView[];
}

/** Something that the gateway did about a fault by itself. */
export type AidView = Omit<AidStep, "atMs" | "by"> & { readonly at: string };

/** Where a fault is. */
export interface FaultPlace {
  readonly kind: "gateway" | "charger" | "connector" | "meter" | "circuit" | "other";
  /** The charger that it is at; null where it is at none. */
  readonly chargerId: string | null;
  readonly slot: number | null;
}
