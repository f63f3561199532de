import {
  type BalancerEffect,
  type BalancerEvent,
  type BalancerState,
  evseLimits,
  type LimitReason,
  newBalancer,
  stepBalancer,
} from "../../src/balancing/mod.ts";
import { addLines, ampsOn, onEachLine, type PerLine, perLine } from "../../src/site/mod.ts";
import type { AllocationCase, CaseDemand, CaseExpectation, CaseMoment } from "./case_file.ts";
import { factsOf, linesOf, optionsOf } from "./case_site.ts";

/** An EV at its socket. */
interface Car {
  demand: CaseDemand;
  /** What the charger offers, and from when on it will offer something else. */
  offeredAmps: number;
  /** Limits on their way: from when, how much, until when. */
  coming: {
    readonly atMs: number;
    readonly amps: number;
    readonly endsMs: number;
    readonly phases: number;
  }[];
  /** On how many phases it may charge. */
  phases: number;
  endsMs: number;
}

/**
 * Plays a case through the real balancer, second by second: EVs draw what they are offered and can take,
 * chargers measure and meters see it. Returns what is not as expected, for a person to read.
 */
export function playCase(given: AllocationCase): readonly string[] {
  const options = optionsOf(given);
  const cars = new Map<number, Car>();
  const house = new Map<string, PerLine>();
  const deaf = new Set<string>();
  const alarms = new Map<string, string>();
  const later: { readonly atMs: number; readonly event: BalancerEvent }[] = [];
  let state: BalancerState = newBalancer(options, 0);
  let nowMs = 0;

  function tell(event: BalancerEvent): void {
    const step = stepBalancer(state, event, nowMs, options);
    state = step.state;
    step.effects.forEach(perform);
  }

  function perform(effect: BalancerEffect): void {
    if (effect.kind === "alarm") alarms.set(JSON.stringify(effect.alarm), alarmWords(effect.alarm));
    if (effect.kind === "alarm-over") alarms.delete(JSON.stringify(effect.alarm));
    if (effect.kind !== "limit") return;
    const { slot, limitAmps, validForMs, numberPhases = 3 } = effect;
    const car = cars.get(slot);
    if (car === undefined || car.demand.away) return;
    if (car.demand.refuses) {
      later.push({ atMs: nowMs, event: { kind: "limit-failed", slot, limitAmps, answered: true } });
      return;
    }
    later.push({ atMs: nowMs, event: { kind: "limit-accepted", slot, limitAmps } });
    if (car.demand.ignores) return;
    car.coming.push({
      atMs: nowMs + car.demand.followsAfter * 1_000,
      amps: limitAmps,
      endsMs: nowMs + validForMs,
      phases: numberPhases,
    });
  }

  function change({ demands, meters, site, sun }: CaseMoment): void {
    for (const [name, demand] of Object.entries(demands)) {
      const slot = Number(name);
      const place = options.places.find((each) => each.slot === slot);
      if (place === undefined) throw new Error(`Cannot find socket ${slot}`);
      const before = cars.get(slot);
      const isNew = before === undefined || before.demand.gone || demand.noSession;
      const car = isNew
        ? { demand, offeredAmps: place.failSafeAmps, coming: [], endsMs: Infinity, phases: 3 }
        : Object.assign(before, { demand });
      if (isNew && demand.ignores) car.offeredAmps = place.maxCurrentAmps;
      cars.set(slot, car);
      tell({ kind: "evse", facts: factsOf(slot, demand, nowMs) });
    }
    for (const [circuitId, draws] of Object.entries(meters)) {
      if (options.tree.get(circuitId) === undefined) throw new Error(`No circuit ${circuitId}`);
      if (draws === "silent") deaf.add(circuitId);
      else if (draws === "back") deaf.delete(circuitId);
      else house.set(circuitId, currentsOf(draws));
    }
    if (site !== undefined) {
      tell({ kind: "site-caps", caps: site.map(({ by, amps }) => ({ source: by, amps })) });
    }
    if (sun !== undefined) {
      const budget = sun === null ? null : {
        slots: sun.for,
        powerW: sun.kW * 1_000,
        linesW: null,
        phases: Object.entries(sun.phases).map(([slot, phases]) => ({
          slot: Number(slot),
          phases,
        })),
      };
      tell({ kind: "surplus", budget });
    }
  }

  function drawn(slot: number): PerLine {
    const place = options.places.find((each) => each.slot === slot);
    const car = cars.get(slot);
    if (place === undefined || car === undefined) return onEachLine(0);
    const { demand, offeredAmps, phases } = car;
    const isOn = !demand.gone && !demand.noSession && !demand.sleeps && offeredAmps > 0 &&
      offeredAmps >= demand.needs;
    const own = demand.lines === undefined ? place.lines : linesOf(demand.lines);
    const lines = own.slice(0, demand.switchesPhases === "in vain" ? 3 : phases);
    return ampsOn(lines, isOn ? Math.min(offeredAmps, demand.takes) : 0);
  }

  function passSecond(): void {
    nowMs += 1_000;
    for (const [slot, car] of cars) {
      const due = car.coming.filter(({ atMs }) => atMs <= nowMs);
      car.coming = car.coming.filter(({ atMs }) => atMs > nowMs);
      for (const { amps, endsMs, phases } of due) {
        Object.assign(car, { offeredAmps: amps, endsMs, phases });
      }
      const place = options.places.find((each) => each.slot === slot);
      if (nowMs >= car.endsMs && !car.demand.ignores) car.offeredAmps = place?.failSafeAmps ?? 0;
    }
    for (const { event } of later.filter(({ atMs }) => atMs < nowMs)) tell(event);
    later.splice(0, later.length, ...later.filter(({ atMs }) => atMs >= nowMs));
    cars.forEach(measure);
    for (const { id, meterId } of options.tree.circuits) {
      if (meterId === null || deaf.has(id)) continue;
      const sample = { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps: flowOf(id) };
      tell({ kind: "meter", sample });
    }
    tell({ kind: "tick" });
  }

  function measure({ demand }: Car, slot: number): void {
    const intervalMs = demand.measuresEvery * 1_000;
    const isTime = nowMs % intervalMs === slot % demand.measuresEvery * 1_000;
    if (demand.neverMeasures || demand.away || demand.gone || !isTime) return;
    const event: BalancerEvent = {
      kind: "measured",
      slot,
      currentsAmps: drawn(slot),
      atMonoMs: nowMs,
      intervalMs,
    };
    if (demand.measuresLate === 0) tell(event);
    else later.push({ atMs: nowMs + demand.measuresLate * 1_000 - 1, event });
  }

  function flowOf(circuitId: string): PerLine {
    const below = new Set(options.tree.placesBelow(circuitId).map(({ slot }) => slot));
    const buildings = options.tree.circuits
      .filter(({ id }) => options.tree.pathToGrid(id).some((each) => each.id === circuitId))
      .map(({ id }) => house.get(id) ?? onEachLine(0));
    return [...buildings, ...[...below].map(drawn)].reduce(addLines, onEachLine(0));
  }

  function look(moment: CaseMoment, name: string): readonly string[] {
    const limits = evseLimits(state, nowMs, options);
    const wrong = Object.entries(moment.expected).flatMap(([slot, expected]) => {
      const limit = limits.find((each) => each.slot === Number(slot));
      if (limit === undefined) return [`${name}: there is no socket ${slot}`];
      const problem = mismatch(expected, limit.limitAmps, limit.reason);
      return problem === null ? [] : [`${name}: socket ${slot} ${problem}`];
    });
    const standing = [...alarms.values()].toSorted();
    const awaited = moment.alarms.toSorted();
    return standing.join() === awaited.join()
      ? wrong
      : [...wrong, `${name}: alarms are [${standing.join(", ")}], not [${awaited.join(", ")}]`];
  }

  for (const { slot } of options.places) {
    tell({ kind: "evse", facts: factsOf(slot, null, nowMs) });
  }
  return [given, ...given.then].flatMap((moment, index) => {
    change(moment);
    for (let second = 0; second < moment.time; second++) passSecond();
    return look(moment, index === 0 ? "at first" : `then (${index})`);
  });
}

function mismatch(
  expected: CaseExpectation,
  limitAmps: number | null,
  reason: LimitReason,
): string | null {
  const { amps, because } = typeof expected === "object"
    ? expected
    : { amps: expected, because: undefined };
  const why = reasonWords(reason);
  const has = `has ${limitAmps === null ? "no limit" : `${limitAmps} A`} (${why})`;
  if (amps !== undefined && !isAbout(amps, limitAmps)) return `${has}, expected ${amps} A`;
  const isSo = because === undefined || why === because || why.startsWith(`${because}:`) ||
    why.startsWith(`${because} `);
  return isSo ? null : `${has}, expected because: ${because}`;
}

function isAbout(expected: number | string, limitAmps: number | null): boolean {
  if (limitAmps === null) return false;
  const [least, most] = typeof expected === "number"
    ? [expected, expected]
    : expected.split("..").map(Number);
  return limitAmps >= (least ?? NaN) - 0.05 && limitAmps <= (most ?? NaN) + 0.05;
}

/** "shared: grid L1", "capped: csms", "unlimited"; "… on one phase". */
function reasonWords(reason: LimitReason): string {
  const { onPhases } = reason;
  if (onPhases === undefined) return kindWords(reason);
  return `${kindWords(reason)} on ${onPhases === "one" ? "one phase" : "three all the same"}`;
}

function kindWords(reason: LimitReason): string {
  switch (reason.kind) {
    case "shared":
    case "waiting":
      return reason.bottleneck === null
        ? reason.kind
        : `${reason.kind}: ${bottleneckWords(reason.bottleneck)}`;
    case "capped":
      return `capped: ${reason.source}`;
    case "fail-safe":
      return `fail-safe: ${reason.circuitId}`;
    case "switching":
      return `switching: ${reason.phases}`;
    default:
      return reason.kind;
  }
}

type Bottleneck = NonNullable<Extract<LimitReason, { readonly kind: "shared" }>["bottleneck"]>;

function bottleneckWords(bottleneck: Bottleneck): string {
  switch (bottleneck.kind) {
    case "line":
      return `${bottleneck.circuitId} ${bottleneck.line}`;
    case "power":
      return `${bottleneck.circuitId} k${bottleneck.unit}`;
    case "unbalance":
      return `${bottleneck.circuitId} ${bottleneck.line} unbalance`;
    case "neutral":
      return `${bottleneck.circuitId} neutral`;
    case "cap":
    case "power-cap": {
      const { circuitId, source } = bottleneck;
      return circuitId === undefined || circuitId === null ? source : `${circuitId} ${source}`;
    }
  }
}

function alarmWords(alarm: Extract<BalancerEffect, { readonly kind: "alarm" }>["alarm"]): string {
  switch (alarm.kind) {
    case "meter-lost":
      return `meter-lost ${alarm.meterId}`;
    case "over-limit":
      return `over-limit ${alarm.circuitId} ${alarm.line}`;
    case "disobeys":
    case "keeps-phases":
    case "rotation":
    case "keeps-limit":
    case "cut-failed":
      return `${alarm.kind} ${alarm.slot}`;
  }
}

function currentsOf(amps: number | readonly [number, number, number]): PerLine {
  if (typeof amps === "number") return onEachLine(amps);
  return perLine((line) => amps[line === "L1" ? 0 : line === "L2" ? 1 : 2]);
}
