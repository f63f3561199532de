import type { Clock } from "./lib/clock.ts";
import { compact } from "./lib/json.ts";
import type { Log } from "./lib/log.ts";
import { put } from "./lib/write.ts";
import { countOn, fusePowerW } from "./meters/mod.ts";
import type { LedgerWrite } from "./outbox/mod.ts";
import type { Events } from "./lib/events.ts";
import {
  type Circuit,
  type CounterBreak,
  ENERGY_DIRECTIONS,
  type EnergyCounter,
  type EnergyDirection,
  fedByEach,
  type MeterCounters,
  type MeterSample,
  type SiteEvents,
  type Timekeeper,
} from "./site/mod.ts";

/** What counters are kept with. */
export interface CounterPorts {
  readonly clock: Clock;
  readonly timekeeper: Pick<Timekeeper, "trust">;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
  readonly circuits: readonly Circuit[];
  readonly nominalVoltageV: number;
  /** Writes in the background. */
  readonly keep: (writes: readonly LedgerWrite[]) => void;
}

/** The energy counters of the meters, which go on whatever becomes of the meters' registers. */
export interface CounterDesk {
  /** The sample with energies that go on from those of all samples before. */
  counted(sample: MeterSample): MeterSample;
  of(meterId: string): MeterCounters | null;
  /** To be called once a minute: keeps what has to be kept. */
  look(): void;
  /** Keeps all that is not kept yet. */
  stop(): void;
}

const HOUR_MS = 3_600_000;
/** All counters are written together so often; a register that breaks is written at the next look. */
const KEEP_EVERY_MS = 900_000;
/** A register that runs backwards for good is told of so often. */
const TELL_EVERY_MS = HOUR_MS;

interface Held {
  readonly counters: MeterCounters;
  /** When each register was read last; absent: not in this run. */
  readonly atMonoMs: Readonly<Partial<Record<EnergyDirection, number>>>;
}

/** The counters as they were kept. */
export function createCounterDesk(
  ports: CounterPorts,
  saved: Iterable<readonly [string, MeterCounters]>,
): CounterDesk {
  const { clock } = ports;
  const held = new Map<string, Held>();
  for (const [id, counters] of saved) held.set(id, { counters, atMonoMs: {} });
  const unkept = new Set<string>();
  const toldAtMs = new Map<string, number>();
  let keptAtMs = clock.monoMs();
  let isUrgent = false;

  /** Since a register was read last; null where nobody knows. */
  function elapsedMs(of: Held | undefined, direction: EnergyDirection, nowMs: number) {
    const beforeMs = of?.atMonoMs[direction];
    if (beforeMs !== undefined) return nowMs - beforeMs;
    const awayMs = clock.wallMs() - (of?.counters.atWallMs ?? clock.wallMs());
    return ports.timekeeper.trust() === "untrusted" || awayMs < 0 ? null : awayMs;
  }

  function count(
    sample: MeterSample,
    direction: EnergyDirection,
    registerWh: number,
  ): EnergyCounter {
    const { meterId, atMonoMs } = sample;
    const before = held.get(meterId);
    const passedMs = elapsedMs(before, direction, atMonoMs);
    const known = before?.counters[direction] ?? null;
    // Messages may overtake each other: an older one says nothing new.
    if (known !== null && passedMs !== null && passedMs < 0) return known;
    const { counter, broken } = countOn(known, {
      registerWh,
      elapsedMs: passedMs,
      atWallMs: clock.wallMs(),
      maxPowerW: mostPowerW(ports, meterId),
    });
    held.set(meterId, {
      counters: { ...before?.counters, atWallMs: clock.wallMs(), [direction]: counter },
      atMonoMs: { ...before?.atMonoMs, [direction]: atMonoMs },
    });
    unkept.add(meterId);
    if (broken !== null) tell(meterId, direction, broken);
    return counter;
  }

  function tell(meterId: string, direction: EnergyDirection, what: CounterBreak): void {
    isUrgent = true;
    const key = `${direction} ${meterId}`;
    const lastMs = toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (clock.monoMs() - lastMs < TELL_EVERY_MS) return;
    toldAtMs.set(key, clock.monoMs());
    const { kind, fromWh, toWh } = what;
    ports.log("warning", "meter_counter_broken", { meter: meterId, direction, kind, fromWh, toWh });
    if (kind === "wrapped") return;
    const fault = {
      kind: "meter-counter",
      severity: "warning",
      subject: meterId,
      text: `Meter "${meterId}": its ${direction} register ${breakText(what)}. ` +
        "Its energy is counted on from where it was",
    } as const;
    ports.events.emit("fault", { ...fault, state: "raised" });
    ports.events.emit("fault", { ...fault, state: "over" });
  }

  function keep(): void {
    keptAtMs = clock.monoMs();
    isUrgent = false;
    const writes = [...unkept].flatMap((id): LedgerWrite[] => {
      const counters = held.get(id)?.counters;
      return counters === undefined ? [] : [put("energy-counters", id, counters)];
    });
    unkept.clear();
    if (writes.length > 0) ports.keep(writes);
  }

  return {
    counted(sample) {
      if (ENERGY_DIRECTIONS.every((each) => registerOf(sample, each) === undefined)) return sample;
      const totals = ENERGY_DIRECTIONS.map((direction) => {
        const registerWh = registerOf(sample, direction);
        return registerWh === undefined ? undefined : count(sample, direction, registerWh).totalWh;
      });
      const { importWh: _import, exportWh: _export, ...rest } = sample;
      return { ...rest, ...compact({ importWh: totals[0], exportWh: totals[1] }) };
    },
    of: (meterId) => held.get(meterId)?.counters ?? null,
    look() {
      if (isUrgent || clock.monoMs() - keptAtMs >= KEEP_EVERY_MS) keep();
    },
    stop: keep,
  };
}

function registerOf(sample: MeterSample, direction: EnergyDirection): number | undefined {
  return direction === "import" ? sample.importWh : sample.exportWh;
}

/** By the fuse of the meter's own circuit; a meter elsewhere stands behind the largest. */
function mostPowerW({ circuits, nominalVoltageV }: CounterPorts, meterId: string): number {
  const own = circuits.filter((circuit) => circuit.meterId === meterId);
  const limits = (own.length > 0 ? own : circuits).flatMap((circuit) =>
    fedByEach(circuit).map(([, fed]) => fed.limitAmps)
  );
  return fusePowerW(Math.max(...limits, 0), nominalVoltageV);
}

function breakText({ kind, fromWh, toWh }: CounterBreak): string {
  const kWh = (wattHours: number) => `${(wattHours / 1_000).toFixed(1)} kWh`;
  const span = `from ${kWh(fromWh)} to ${kWh(toWh)}`;
  return kind === "back"
    ? `went back ${span}: it was reset, or the meter replaced`
    : `jumped ${span}, more than the fuse lets through: the meter was replaced, or read wrong`;
}
