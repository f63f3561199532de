import type {
  Bill,
  FactGroup,
  FactSum,
  FactTime,
  SessionFact,
  Transaction,
} from "../transactions/mod.ts";
import type { ConnectorUse, DecisionEvent, FaultChange } from "../site/mod.ts";

/** A stretch of time without its end, Unix milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a connector was in, from a moment to another. */
export interface UseSpan extends TimeRange {
  readonly slot: number;
  readonly use: ConnectorUse;
  readonly cause: string | null;
}

/** What a circuit carried in a quarter of an hour. */
export interface CircuitQuarter {
  readonly circuitId: string;
  readonly quarterMs: number;
  readonly coveredMs: number;
  readonly meanVa: number;
  readonly maxVa: number;
  readonly limitAmps: number;
  readonly limitedMs: number;
}

/** What a meter measured in a quarter of an hour. */
export interface MeterQuarter {
  readonly quarterMs: number;
  readonly coveredMs: number;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly meanW: number | null;
}

/** A connector of the site. */
export interface ReportPlace {
  readonly slot: number;
  readonly chargerId: string;
  /** Null for one that nobody has placed. */
  readonly circuitId: string | null;
  readonly minCurrentAmps: number;
}

/** A circuit, and the meter that measures it. */
export interface ReportCircuit {
  readonly id: string;
  readonly parentId: string | null;
  readonly limitAmps: number;
  readonly meterId: string | null;
}

/**
 * Where reports read. All that may be long comes piece by piece, and others have a turn between two
 * pieces; none is held in memory as a whole.
 */
export interface ReportSources {
  nowMs(): number;
  /** Sessions that began in the time and ended. */
  facts(time: TimeRange): AsyncIterable<readonly SessionFact[]>;
  /** Those added up, in the time and by what they have in common. */
  factSums(time: FactTime, by: FactGroup): Promise<readonly FactSum[]>;
  /** Sessions that began in the time, those that go on too. */
  sessions(time: TimeRange): AsyncIterable<readonly Transaction[]>;
  /** What a session costs, as far as it is known. */
  costOf(transaction: Transaction): Bill | null;
  /** How many of them go on. */
  running(time: TimeRange): number;
  useSpans(time: TimeRange): AsyncIterable<readonly UseSpan[]>;
  faultChanges(time: TimeRange): Promise<readonly FaultChange[]>;
  circuitQuarters(time: TimeRange): AsyncIterable<readonly CircuitQuarter[]>;
  meterQuarters(meterId: string, time: TimeRange): Promise<readonly MeterQuarter[]>;
  /** Decisions about tokens, newest first; of a long time only the newest. */
  decisions(time: TimeRange): AsyncIterable<readonly DecisionEvent[]>;
  /** Since when uses, faults and circuits are kept; null: not at all. */
  recordSinceMs(): Promise<number | null>;
  places(): readonly ReportPlace[];
  circuits(): readonly ReportCircuit[];
  /** Meters with what they measure. */
  meters(): readonly { readonly id: string; readonly role: string }[];
  /** What the site has taken a tariff to be called. */
  readonly carbon: CarbonFactor | null;
}

/** Grams of CO₂ for a kilowatt hour from the grid: one figure, or one for each hour of the day. */
export interface CarbonFactor {
  readonly gramsPerKwh: number;
  /** 24 of them, by the hour of the site's day; absent: always the same. */
  readonly hourly?: readonly number[];
}
