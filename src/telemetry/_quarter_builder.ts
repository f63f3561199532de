import {
  ENERGY_DIRECTIONS,
  type EnergyDirection,
  type MeterSample,
  type PerLine,
} from "../site/mod.ts";
import {
  type CounterPosition,
  isFinitePerLine,
  joinedAmps,
  QUARTER_MS,
  type QuarterEnergy,
  quarterOf,
  type QuarterValue,
  rounded,
  sizeOf,
} from "./quarter_value.ts";

/** What was measured of one quarter, while it is put together. */
interface Building {
  coveredMs: number;
  readings: number;
  powers: { minW: number; sumW: number; maxW: number; count: number } | null;
  maxAmps: PerLine | null;
  readonly flows: Record<EnergyDirection, Flow>;
  position: CounterPosition["wh"] & { readonly atWallMs: number };
}

/** Energy of one quarter, one way. */
interface Flow {
  powerWh: number | null;
  counterWh: number | null;
  unreadWh: number;
}

/** A stretch of time by the wall clock, and how long it was for certain. */
interface Stretch {
  readonly toMs: number;
  readonly lengthMs: number;
}

/** A quarter that was put together, and where the counters stood at its end. */
export interface BuiltQuarter {
  readonly value: QuarterValue;
  readonly position: CounterPosition;
}

/** Sums up one meter's samples by quarters of an hour. */
export interface QuarterBuilder {
  add(sample: MeterSample, wallMs: number): void;
  /** Takes out those that are wanted, oldest first. */
  take(isWanted: (quarterMs: number) => boolean): readonly BuiltQuarter[];
  /** What there is of quarters that are not taken out yet. */
  peek(): readonly QuarterValue[];
}

const HOUR_MS = 3_600_000;
/** What flowed in a silence no longer than this is spread over it evenly. */
const BRIDGED_MAX_MS = 300_000;
/** A meter that has spoken has fallen silent after five times its own pace. */
const BRIDGED_MIN_MS = 10_000;
const BRIDGED_PACES = 5;
/** A counter that says nothing for so long, while its meter speaks, is none. */
const COUNTER_GONE_MS = HOUR_MS;

/** Where a counter stood. */
interface Position {
  readonly wh: number;
  readonly atWallMs: number;
  /** Null: in a former life. */
  readonly atMonoMs: number | null;
  /** Since when the meter speaks without it. */
  readonly silentMonoMs: number | null;
}

/** A builder that goes on from where the counters stood. */
export function createQuarterBuilder(
  meterId: string,
  start: CounterPosition | null,
): QuarterBuilder {
  const buildings = new Map<number, Building>();
  const positions = new Map<EnergyDirection, Position>();
  for (const direction of ENERGY_DIRECTIONS) {
    const wh = start?.wh[direction] ?? null;
    if (start === null || wh === null) continue;
    positions.set(direction, { wh, atWallMs: start.atWallMs, atMonoMs: null, silentMonoMs: null });
  }
  let last: { readonly monoMs: number; readonly powerW: number | null } | null = null;
  let paceMs: number | null = null;

  function buildingAt(wallMs: number): Building {
    const quarterMs = quarterOf(wallMs);
    const known = buildings.get(quarterMs);
    if (known !== undefined) return known;
    const flow = (): Flow => ({ powerWh: null, counterWh: null, unreadWh: 0 });
    const building: Building = {
      coveredMs: 0,
      readings: 0,
      powers: null,
      maxAmps: null,
      flows: { import: flow(), export: flow() },
      position: positionNow(),
    };
    buildings.set(quarterMs, building);
    return building;
  }

  function positionNow(): Building["position"] {
    return {
      atWallMs: Math.max(0, ...[...positions.values()].map(({ atWallMs }) => atWallMs)),
      import: positions.get("import")?.wh ?? null,
      export: positions.get("export")?.wh ?? null,
    };
  }

  /** Hands out each part of a stretch to the quarter that it lies in. */
  function spread(
    { toMs, lengthMs }: Stretch,
    give: (building: Building, partMs: number, endMs: number) => void,
  ): void {
    let fromMs = toMs - lengthMs;
    while (fromMs < toMs) {
      const endMs = Math.min(quarterOf(fromMs) + QUARTER_MS, toMs);
      give(buildingAt(fromMs), endMs - fromMs, endMs);
      fromMs = endMs;
    }
  }

  function countPower(powerW: number, beforeW: number, stretch: Stretch): void {
    for (const direction of ENERGY_DIRECTIONS) {
      const sign = direction === "import" ? 1 : -1;
      const meanW = (Math.max(0, sign * powerW) + Math.max(0, sign * beforeW)) / 2;
      spread(stretch, ({ flows }, partMs) => {
        flows[direction].powerWh = (flows[direction].powerWh ?? 0) + meanW * partMs / HOUR_MS;
      });
    }
  }

  function countCounter(
    direction: EnergyDirection,
    totalWh: number,
    monoMs: number,
    wallMs: number,
  ): void {
    const before = positions.get(direction);
    const own = buildingAt(wallMs);
    const flow = own.flows[direction];
    flow.counterWh ??= 0;
    if (before !== undefined && totalWh > before.wh) {
      const wh = totalWh - before.wh;
      const lengthMs = before.atMonoMs === null
        ? wallMs - before.atWallMs
        : monoMs - before.atMonoMs;
      if (lengthMs > 0 && lengthMs <= BRIDGED_MAX_MS) {
        spread({ toMs: wallMs, lengthMs }, ({ flows, position }, partMs, endMs) => {
          const partWh = wh * partMs / lengthMs;
          flows[direction].counterWh = (flows[direction].counterWh ?? 0) + partWh;
          const standsWh = totalWh - wh * (wallMs - endMs) / lengthMs;
          Object.assign(position, { atWallMs: endMs, [direction]: standsWh });
        });
      } else if (lengthMs > 0 && quarterOf(wallMs - lengthMs) === quarterOf(wallMs)) {
        flow.counterWh += wh;
      } else {
        flow.unreadWh += wh;
      }
    }
    positions.set(direction, {
      wh: totalWh,
      atWallMs: wallMs,
      atMonoMs: monoMs,
      silentMonoMs: null,
    });
    Object.assign(own.position, { atWallMs: wallMs, [direction]: totalWh });
  }

  function missCounter(direction: EnergyDirection, monoMs: number): void {
    const known = positions.get(direction);
    if (known === undefined) return;
    const silentMonoMs = known.silentMonoMs ?? known.atMonoMs ?? monoMs;
    if (monoMs - silentMonoMs > COUNTER_GONE_MS) positions.delete(direction);
    else positions.set(direction, { ...known, silentMonoMs });
  }

  return {
    add(sample, wallMs) {
      const { atMonoMs: monoMs, totalPowerW, currentsAmps } = sample;
      const lengthMs = last === null ? null : monoMs - last.monoMs;
      // What a newer one has overtaken says nothing new.
      if (lengthMs !== null && lengthMs <= 0) return;
      const powerW = totalPowerW !== undefined && Number.isFinite(totalPowerW) ? totalPowerW : null;
      const building = buildingAt(wallMs);
      building.readings += 1;
      if (powerW !== null) notePower(building, powerW);
      if (currentsAmps !== undefined && isFinitePerLine(currentsAmps)) {
        building.maxAmps = joinedAmps(building.maxAmps, sizeOf(currentsAmps));
      }
      if (lengthMs !== null && lengthMs <= bridgedMs(paceMs)) {
        const stretch = { toMs: wallMs, lengthMs };
        spread(stretch, (each, partMs) => void (each.coveredMs += partMs));
        const beforeW = last?.powerW ?? null;
        if (powerW !== null && beforeW !== null) countPower(powerW, beforeW, stretch);
      }
      for (const direction of ENERGY_DIRECTIONS) {
        const totalWh = direction === "import" ? sample.importWh : sample.exportWh;
        if (totalWh === undefined) missCounter(direction, monoMs);
        else countCounter(direction, totalWh, monoMs, wallMs);
      }
      paceMs = lengthMs;
      last = { monoMs, powerW };
    },
    take(isWanted) {
      const wanted = [...buildings].filter(([quarterMs]) => isWanted(quarterMs))
        .sort(([left], [right]) => left - right);
      return wanted.map(([quarterMs, building]) => {
        buildings.delete(quarterMs);
        const { atWallMs, ...wh } = building.position;
        const value = valueOf(meterId, quarterMs, building, positions);
        return { value, position: { meterId, atWallMs, wh } };
      });
    },
    peek: () =>
      [...buildings].map(([quarterMs, building]) =>
        valueOf(meterId, quarterMs, building, positions)
      ),
  };
}

function bridgedMs(paceMs: number | null): number {
  if (paceMs === null) return BRIDGED_MAX_MS;
  return Math.min(BRIDGED_MAX_MS, Math.max(BRIDGED_MIN_MS, BRIDGED_PACES * paceMs));
}

function notePower(building: Building, powerW: number): void {
  const { powers } = building;
  building.powers = {
    minW: Math.min(powers?.minW ?? powerW, powerW),
    sumW: (powers?.sumW ?? 0) + powerW,
    maxW: Math.max(powers?.maxW ?? powerW, powerW),
    count: (powers?.count ?? 0) + 1,
  };
}

function valueOf(
  meterId: string,
  quarterMs: number,
  { coveredMs, readings, powers, maxAmps, flows }: Building,
  positions: ReadonlyMap<EnergyDirection, Position>,
): QuarterValue {
  const energyOf = (direction: EnergyDirection): QuarterEnergy | null => {
    const { powerWh, counterWh, unreadWh } = flows[direction];
    // A counter that is silent for a while tells later what flowed.
    const wh = counterWh ?? (positions.has(direction) ? null : powerWh);
    if (wh === null) return null;
    return {
      wh: rounded(wh, 1_000),
      by: counterWh === null ? "power" : "counter",
      unreadWh: rounded(unreadWh, 1_000),
    };
  };
  return {
    meterId,
    quarterMs,
    coveredMs: Math.round(coveredMs),
    readings,
    energy: { import: energyOf("import"), export: energyOf("export") },
    power: powers && {
      minW: Math.round(powers.minW),
      meanW: Math.round(powers.sumW / powers.count),
      maxW: Math.round(powers.maxW),
    },
    maxAmps,
  };
}
