import type { ConnectorUse, FaultChange, PerLine } from "../site/mod.ts";

/** From a moment on a connector was in this use. */
export interface UseChange {
  readonly slot: number;
  readonly atMs: number;
  readonly use: ConnectorUse;
  /** Of what is wrong: an error code, who ordered it; null: nothing, or nobody says. */
  readonly cause: string | null;
}

/** A stretch of time in which a gateway ran and looked. */
export interface Watch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a circuit carried in a quarter of an hour. */
export interface CircuitQuarter {
  readonly circuitId: string;
  readonly quarterMs: number;
  /** How much of it was measured. */
  readonly coveredMs: number;
  /** Volts times amperes of all lines, at the nominal voltage; the mean of what was measured. */
  readonly meanVa: number;
  readonly maxVa: number;
  readonly maxAmps: PerLine;
  readonly limitAmps: number;
  /** How long it kept cars below it from more current. */
  readonly limitedMs: number;
}

/** What is written together. */
export interface RecordBatch {
  readonly uses: readonly UseChange[];
  readonly faults: readonly FaultChange[];
  readonly circuits: readonly CircuitQuarter[];
  /** The time that this gateway watches, so far; null: not yet. */
  readonly watch: Watch | null;
}

/** A stretch of time, Unix milliseconds, without its end. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where it is kept what became of connectors, faults and circuits. */
export interface RecordStore {
  /** In one transaction. Of a quarter of which something was written already, both become one. */
  writeRecord(batch: RecordBatch): Promise<void>;
  /** Oldest first, with the last one before it of each slot. */
  uses(time: TimeRange): Promise<readonly UseChange[]>;
  /** Those that touch the time, oldest first. */
  watches(time: TimeRange): Promise<readonly Watch[]>;
  /** Oldest first, with those before it that had not gone. */
  faultChanges(time: TimeRange): Promise<readonly FaultChange[]>;
  /** Oldest first, those of a quarter by circuit. */
  circuitQuarters(time: TimeRange): Promise<readonly CircuitQuarter[]>;
}

/** The faults that stood at a moment, and what came after: `all` is in order of time. */
export function faultsFrom(
  all: readonly FaultChange[],
  { fromMs, toMs }: TimeRange,
): readonly FaultChange[] {
  const standing = new Map<string, FaultChange>();
  const within: FaultChange[] = [];
  for (const each of all) {
    if (each.atMs >= toMs) break;
    const key = `${each.kind}\n${each.subject}`;
    if (each.atMs >= fromMs) within.push(each);
    else if (each.state === "raised") standing.set(key, each);
    else standing.delete(key);
  }
  return [...standing.values(), ...within];
}

/** Two parts of one quarter as one. */
export function joinedCircuits(left: CircuitQuarter, right: CircuitQuarter): CircuitQuarter {
  const coveredMs = left.coveredMs + right.coveredMs;
  const sum = left.meanVa * left.coveredMs + right.meanVa * right.coveredMs;
  return {
    ...right,
    coveredMs,
    meanVa: Math.round(sum / Math.max(1, coveredMs)),
    maxVa: Math.max(left.maxVa, right.maxVa),
    maxAmps: {
      L1: Math.max(left.maxAmps.L1, right.maxAmps.L1),
      L2: Math.max(left.maxAmps.L2, right.maxAmps.L2),
      L3: Math.max(left.maxAmps.L3, right.maxAmps.L3),
    },
    limitedMs: left.limitedMs + right.limitedMs,
  };
}

const KEPT_MAX = 2_000;

/** The record in memory, for tests, simulation and wherever there is no disk for it. */
export function createMemoryRecord(keptMax = KEPT_MAX): RecordStore {
  let uses: readonly UseChange[] = [];
  let faults: readonly FaultChange[] = [];
  const watches = new Map<number, Watch>();
  const circuits = new Map<string, CircuitQuarter>();
  return {
    writeRecord(batch) {
      uses = [...uses, ...batch.uses].toSorted((a, b) => a.atMs - b.atMs).slice(-keptMax);
      faults = [...faults, ...batch.faults].toSorted((a, b) => a.atMs - b.atMs).slice(-keptMax);
      if (batch.watch !== null) watches.set(batch.watch.fromMs, batch.watch);
      for (const each of batch.circuits) {
        const key = `${each.quarterMs} ${each.circuitId}`;
        const before = circuits.get(key);
        circuits.set(key, before === undefined ? each : joinedCircuits(before, each));
      }
      for (const key of [...circuits.keys()].slice(0, -keptMax)) circuits.delete(key);
      return Promise.resolve();
    },
    uses({ fromMs, toMs }) {
      const before = new Map<number, UseChange>();
      for (const each of uses) if (each.atMs < fromMs) before.set(each.slot, each);
      const within = uses.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      return Promise.resolve([
        ...[...before.values()].toSorted((a, b) => a.atMs - b.atMs || a.slot - b.slot),
        ...within.toSorted((a, b) => a.atMs - b.atMs || a.slot - b.slot),
      ]);
    },
    watches: (time) =>
      Promise.resolve(
        [...watches.values()].filter(({ fromMs, toMs }) =>
          toMs >= time.fromMs && fromMs < time.toMs
        ).toSorted((a, b) => a.fromMs - b.fromMs),
      ),
    faultChanges: (time) => Promise.resolve(faultsFrom(faults, time)),
    circuitQuarters: ({ fromMs, toMs }) =>
      Promise.resolve(
        [...circuits.values()]
          .filter(({ quarterMs }) => quarterMs >= fromMs && quarterMs < toMs)
          .toSorted((a, b) => a.quarterMs - b.quarterMs || (a.circuitId < b.circuitId ? -1 : 1)),
      ),
  };
}
