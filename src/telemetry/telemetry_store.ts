import type { DecisionEvent } from "../site/mod.ts";
import type { LimitChange } from "./limit_record.ts";

/** What was measured of one quantity in one minute. */
export interface MinuteSummary {
  /** The minute's beginning, Unix milliseconds. */
  readonly minuteMs: number;
  /** "meter grid", "circuit row-a". */
  readonly subject: string;
  /** With its unit: "currentAmps.L1", "powerW". */
  readonly quantity: string;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** How many readings these are. */
  readonly count: number;
}

/** Which decisions to look for. */
export interface DecisionFilter {
  readonly fromMs?: number;
  /** Before this moment. */
  readonly toMs?: number;
  readonly chargerId?: string;
  /** As `auditedToken` writes it. */
  readonly token?: string;
  readonly limit: number;
}

/** Which summaries to look for. */
export interface SummaryFilter {
  readonly subject: string;
  /** Absent: all. */
  readonly quantities?: readonly string[];
  readonly fromMs: number;
  /** Before this moment. */
  readonly toMs: number;
  readonly limit: number;
}

/** Whose limits to look for. */
export interface LimitFilter {
  readonly transactionId: string;
  /** The time in which the session ran, which spares looking through all others. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** What is written together. */
export interface TelemetryBatch {
  readonly decisions: readonly DecisionEvent[];
  /** Of a minute of which something was written already, both become one. */
  readonly summaries: readonly MinuteSummary[];
  readonly limits: readonly LimitChange[];
}

/** How much a store keeps, whatever its age. */
export interface TelemetryBounds {
  readonly decisionsMax: number;
  readonly limitsMax: number;
  readonly bytesMax: number;
}

/**
 * Where telemetry is kept, apart from the ledger: whatever becomes of it, no session and no money is
 * lost. It is bounded, the oldest goes first.
 */
export interface TelemetryStore {
  /**
   * Writes a batch in one transaction, and lets go of some of what is older than `oldestMs`. Rejects
   * where it cannot; nothing of the batch was written then.
   */
  write(batch: TelemetryBatch, oldestMs: number): Promise<void>;
  /** Newest first. */
  decisions(filter: DecisionFilter): Promise<readonly DecisionEvent[]>;
  /** Oldest first. */
  summaries(filter: SummaryFilter): Promise<readonly MinuteSummary[]>;
  /** Oldest first. */
  limits(filter: LimitFilter): Promise<readonly LimitChange[]>;
  /** Where what could not be read any more is kept, since it was last asked; null: it could be read. */
  begunAnew(): string | null;
  close(): Promise<void>;
}

/** True for a decision that is looked for. */
export function isWanted(
  { atWallMs, chargerId, token }: DecisionEvent,
  filter: DecisionFilter,
): boolean {
  return (filter.fromMs === undefined || atWallMs >= filter.fromMs) &&
    (filter.toMs === undefined || atWallMs < filter.toMs) &&
    (filter.chargerId === undefined || chargerId === filter.chargerId) &&
    (filter.token === undefined || token === filter.token);
}

/** Two summaries of one minute as one. */
export function joined(left: MinuteSummary, right: MinuteSummary): MinuteSummary {
  const count = left.count + right.count;
  return {
    ...left,
    min: Math.min(left.min, right.min),
    mean: (left.mean * left.count + right.mean * right.count) / count,
    max: Math.max(left.max, right.max),
    count,
  };
}
