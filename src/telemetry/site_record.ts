import type { CircuitLoad } from "../balancing/mod.ts";
import { type Clock, every, sleep } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import {
  type ConnectorUse,
  type FaultChange,
  LINES,
  type PerLine,
  perLine,
  type SiteEvents,
} from "../site/mod.ts";
import { QUARTER_MS, quarterOf } from "./quarter_value.ts";
import {
  type CircuitQuarter,
  joinedCircuits,
  type RecordBatch,
  type RecordStore,
  type TimeRange,
  type UseChange,
  type Watch,
} from "./record_store.ts";

/** What a connector is used for now. */
export interface UseNow {
  readonly slot: number;
  readonly use: ConnectorUse;
  readonly cause: string | null;
}

/** What a circuit carries now. */
export interface CircuitNow {
  readonly load: CircuitLoad;
  /** It keeps cars below it from more current. */
  readonly isLimiting: boolean;
}

/** In one use from a moment to another. */
export interface UseSpan {
  readonly slot: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly use: ConnectorUse;
  readonly cause: string | null;
}

/** Keeps what became of connectors, faults and circuits, for reports. Nothing waits for it. */
export interface SiteRecord {
  start(): void;
  /** Writes what is not written yet. The store stays open. */
  stop(): Promise<void>;
  /**
   * What became of each connector, a stretch of days at a time, in each in order of time. What happened
   * while no gateway ran is `unknown`.
   */
  useSpans(time: TimeRange): AsyncIterable<readonly UseSpan[]>;
  faultChanges(time: TimeRange): Promise<readonly FaultChange[]>;
  circuitQuarters(time: TimeRange): AsyncIterable<readonly CircuitQuarter[]>;
  /** Since when there is a record at all; null: there is none yet. */
  sinceMs(): Promise<number | null>;
}

/** What it works with. */
export interface RecordPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly store: RecordStore;
  readonly uses: () => readonly UseNow[];
  readonly circuits: () => readonly CircuitNow[];
  readonly nominalVoltageV: number;
  readonly mayWrite: () => boolean;
}

const LOOK_MS = 60_000;
/** One transaction so often, and its pages are few. */
const WRITE_MS = 300_000;
/** A connector that flutters is noted no more often, once it has done so this often in a day. */
const PATIENCE_AFTER = 300;
const PATIENCE_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Bounds what waits while the disk takes nothing. */
const WAITING_MAX = 5_000;
/** A silence between two looks at circuits counts for no more than this. */
const STEP_MAX_MS = 10_000;
/** So much is read at once; then others have a turn. */
const READ_MS = 8 * DAY_MS;

/** Creates it; it hears what happens once it was started. */
export function createSiteRecord(ports: RecordPorts): SiteRecord {
  const { clock, log, events, store } = ports;
  const known = new Map<string, { last: UseChange; day: number; count: number }>();
  let uses: readonly UseChange[] = [];
  let faults: readonly FaultChange[] = [];
  const standing = new Set<string>();
  let watchedFromMs: number | null = null;
  let writing: Promise<void> = Promise.resolve();
  let endings: (() => void)[] = [];
  const quarters = createCircuitQuarters(ports.nominalVoltageV);

  /** Never earlier than what was noted: a clock that was set back must not turn history round. */
  function lookAt(isRegular: boolean): void {
    const nowMs = clock.wallMs();
    for (const now of ports.uses()) {
      const key = String(now.slot);
      const before = known.get(key);
      const isSame = before?.last.use === now.use && before.last.cause === now.cause;
      if (isSame) continue;
      const day = Math.floor(nowMs / DAY_MS);
      const count = before?.day === day ? before.count : 0;
      const ageMs = nowMs - (before?.last.atMs ?? -Infinity);
      if (count >= PATIENCE_AFTER && ageMs >= 0 && (!isRegular || ageMs < PATIENCE_MS)) continue;
      const last = { ...now, atMs: Math.floor(nowMs) };
      known.set(key, { last, day, count: count + 1 });
      uses = [...uses.slice(1 - WAITING_MAX), last];
    }
  }

  function batchNow(isLast: boolean): RecordBatch {
    const nowMs = Math.floor(clock.wallMs());
    const watch = watchedFromMs === null || nowMs < watchedFromMs
      ? null
      : { fromMs: watchedFromMs, toMs: nowMs };
    return { uses, faults, circuits: quarters.over(nowMs, isLast), watch };
  }

  async function write(isLast: boolean): Promise<void> {
    if (!ports.mayWrite()) return;
    const batch = batchNow(isLast);
    try {
      await store.writeRecord(batch);
      const [usesGone, faultsGone] = [new Set(batch.uses), new Set(batch.faults)];
      uses = uses.filter((each) => !usesGone.has(each));
      faults = faults.filter((each) => !faultsGone.has(each));
      quarters.taken(batch.circuits);
    } catch (error) {
      log("warning", "record_not_written", { error: errorText(error) });
    }
  }

  function writeNext(isLast = false): Promise<void> {
    writing = writing.then(() => write(isLast));
    return writing;
  }

  /** With what is not on disk yet. */
  async function changesIn(time: TimeRange): Promise<readonly UseChange[]> {
    const kept = await store.uses(time);
    const fresh = uses.filter(({ atMs }) => atMs < time.toMs);
    return [...kept, ...fresh].toSorted((a, b) => a.atMs - b.atMs);
  }

  async function watchesIn(time: TimeRange): Promise<readonly Watch[]> {
    const kept = await store.watches(time);
    if (watchedFromMs === null) return kept;
    const own = { fromMs: watchedFromMs, toMs: Math.max(watchedFromMs, clock.wallMs()) };
    return [...kept.filter(({ fromMs }) => fromMs !== own.fromMs), own]
      .filter(({ fromMs, toMs }) => toMs >= time.fromMs && fromMs < time.toMs);
  }

  return {
    start() {
      watchedFromMs = Math.floor(clock.wallMs());
      lookAt(true);
      const look = () => lookAt(false);
      endings = [
        events.on("evse", look),
        events.on("charger", look),
        events.on("transaction", look),
        events.on("circuits", () => {
          quarters.add(ports.circuits(), clock.monoMs(), clock.wallMs());
        }),
        events.on("fault", ({ kind, severity, subject, state }) => {
          // Some say the same again and again; one that is over was perhaps never raised.
          const key = `${kind}\n${subject}`;
          if (standing.has(key) === (state === "raised")) return;
          if (state === "raised") standing.add(key);
          else standing.delete(key);
          const change = { atMs: Math.floor(clock.wallMs()), kind, severity, subject, state };
          faults = [...faults.slice(1 - WAITING_MAX), change];
        }),
        every(clock, LOOK_MS, () => lookAt(true)),
        every(clock, WRITE_MS, () => ports.spawn("write site record", () => writeNext())),
      ];
    },
    async stop() {
      for (const end of endings) end();
      await writeNext(true);
      watchedFromMs = null;
    },
    async *useSpans(time) {
      const nowMs = clock.wallMs();
      const end = Math.min(time.toMs, nowMs);
      const first = (await store.watches({ fromMs: time.fromMs, toMs: end }))[0]?.fromMs ??
        watchedFromMs ?? end;
      for (let fromMs = Math.max(time.fromMs, Math.min(first, end)); fromMs < end;) {
        const part = { fromMs, toMs: Math.min(fromMs + READ_MS, end) };
        yield spansOf(await changesIn(part), await watchesIn(part), part);
        fromMs = part.toMs;
        await sleep(clock, 0);
      }
    },
    async faultChanges(time) {
      const kept = await store.faultChanges(time);
      return [...kept, ...faults.filter(({ atMs }) => atMs < time.toMs)];
    },
    async *circuitQuarters(time) {
      const fresh = quarters.over(Infinity, true);
      const end = Math.min(time.toMs, clock.wallMs());
      const first = (await store.watches({ fromMs: time.fromMs, toMs: end }))[0]?.fromMs ??
        watchedFromMs ?? end;
      for (let fromMs = Math.max(time.fromMs, quarterOf(Math.min(first, end))); fromMs < end;) {
        const part = { fromMs, toMs: Math.min(fromMs + READ_MS, end) };
        yield withFresh(await store.circuitQuarters(part), fresh, part);
        fromMs = part.toMs;
        await sleep(clock, 0);
      }
    },
    async sinceMs() {
      const [first] = await watchesIn({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
      return first?.fromMs ?? null;
    },
  };
}

function withFresh(
  kept: readonly CircuitQuarter[],
  fresh: readonly CircuitQuarter[],
  { fromMs, toMs }: TimeRange,
): readonly CircuitQuarter[] {
  const found = new Map(kept.map((each) => [`${each.quarterMs} ${each.circuitId}`, each]));
  for (const each of fresh) {
    if (each.quarterMs < fromMs || each.quarterMs >= toMs) continue;
    const key = `${each.quarterMs} ${each.circuitId}`;
    const before = found.get(key);
    found.set(key, before === undefined ? each : joinedCircuits(before, each));
  }
  return [...found.values()].sort((a, b) => a.quarterMs - b.quarterMs);
}

/**
 * What became of each connector in a time, from what changed and when somebody looked. What was known
 * of one before a gateway went says nothing of the time after.
 */
export function spansOf(
  changes: readonly UseChange[],
  watches: readonly Watch[],
  { fromMs, toMs }: TimeRange,
): readonly UseSpan[] {
  const bySlot = Map.groupBy(changes, ({ slot }) => slot);
  const spans = [...bySlot].flatMap(([slot, own]) =>
    watchedOf(watches, { fromMs, toMs }).flatMap((stretch): UseSpan[] => {
      if (!stretch.isWatched) return [{ slot, use: "unknown", cause: null, ...stretch.time }];
      return withinStretch(slot, own, stretch.time, stretch.beganMs);
    })
  );
  return spans.filter((each) => each.toMs > each.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs || a.slot - b.slot);
}

function withinStretch(
  slot: number,
  changes: readonly UseChange[],
  { fromMs, toMs }: TimeRange,
  beganMs: number,
): UseSpan[] {
  const inside = changes.filter(({ atMs }) => atMs >= beganMs && atMs < toMs);
  const unknown: UseChange = { slot, atMs: fromMs, use: "unknown", cause: null };
  const before = inside.findLast(({ atMs }) => atMs <= fromMs) ?? unknown;
  const steps = [before, ...inside.filter(({ atMs }) => atMs > fromMs)];
  return steps.map(({ use, cause, atMs }, at) => ({
    slot,
    use,
    cause,
    fromMs: Math.max(fromMs, atMs),
    toMs: steps[at + 1]?.atMs ?? toMs,
  }));
}

/** A time cut into what was watched and what was not. */
function watchedOf(
  watches: readonly Watch[],
  { fromMs, toMs }: TimeRange,
): readonly (
  & { readonly isWatched: boolean; readonly time: TimeRange }
  & { readonly beganMs: number }
)[] {
  const parts = [];
  let at = fromMs;
  for (const watch of watches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const [start, end] = [Math.max(at, watch.fromMs), Math.min(toMs, watch.toMs)];
    if (end <= start) continue;
    if (start > at) {
      parts.push({ isWatched: false, time: { fromMs: at, toMs: start }, beganMs: at });
    }
    parts.push({ isWatched: true, time: { fromMs: start, toMs: end }, beganMs: watch.fromMs });
    at = end;
  }
  if (at < toMs) parts.push({ isWatched: false, time: { fromMs: at, toMs }, beganMs: at });
  return parts;
}

/** Sums up what circuits carry by quarters of an hour. */
function createCircuitQuarters(nominalVoltageV: number) {
  const building = new Map<string, CircuitQuarter>();
  let lastMonoMs: number | null = null;
  return {
    add(circuits: readonly CircuitNow[], monoMs: number, wallMs: number): void {
      const stepMs = lastMonoMs === null ? 0 : Math.min(STEP_MAX_MS, monoMs - lastMonoMs);
      lastMonoMs = monoMs;
      if (stepMs <= 0) return;
      for (const { load, isLimiting } of circuits) {
        const amps = knownAmps(load.measuredAmps);
        if (amps === null) continue;
        const va = LINES.reduce((sum, line) => sum + Math.abs(amps[line]), 0) * nominalVoltageV;
        const part: CircuitQuarter = {
          circuitId: load.circuitId,
          quarterMs: quarterOf(wallMs),
          coveredMs: stepMs,
          meanVa: va,
          maxVa: Math.round(va),
          maxAmps: perLine((line) => Math.round(Math.abs(amps[line]) * 100) / 100),
          limitAmps: load.limitAmps,
          limitedMs: isLimiting ? stepMs : 0,
        };
        const key = `${part.quarterMs} ${part.circuitId}`;
        const before = building.get(key);
        building.set(key, before === undefined ? part : joinedExactly(before, part));
      }
      if (building.size <= WAITING_MAX) return;
      for (const key of [...building.keys()].slice(0, -WAITING_MAX)) building.delete(key);
    },
    /** What is over; `isLast`: also what goes on. */
    over: (nowMs: number, isLast: boolean): readonly CircuitQuarter[] =>
      [...building.values()].filter(({ quarterMs }) =>
        isLast || quarterMs + QUARTER_MS <= nowMs || quarterMs > nowMs
      ).map((each) => ({ ...each, meanVa: Math.round(each.meanVa) })),
    taken(gone: readonly CircuitQuarter[]): void {
      for (const each of gone) {
        building.delete(`${each.quarterMs} ${each.circuitId}`);
      }
    },
  };
}

/** Without rounding: nine hundred steps of half a volt-ampere would be seen. */
function joinedExactly(left: CircuitQuarter, right: CircuitQuarter): CircuitQuarter {
  const coveredMs = left.coveredMs + right.coveredMs;
  const meanVa = (left.meanVa * left.coveredMs + right.meanVa * right.coveredMs) / coveredMs;
  return { ...joinedCircuits(left, right), meanVa };
}

/** Null where no line is measured; a line that is not there carries nothing. */
function knownAmps(measured: PerLine<number | null>): PerLine | null {
  if (LINES.every((line) => measured[line] === null)) return null;
  return perLine((line) => measured[line] ?? 0);
}
