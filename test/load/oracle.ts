import type { Gateway } from "../../src/gateway_options.ts";
import { LINES, type PerLine, perLine } from "../../src/site/mod.ts";
import { type Breaker, hasTripped, heatBreaker, WARM_BREAKER } from "../sim/checkers/breaker.ts";
import { createFindings, type Findings } from "../sim/checkers/findings.ts";
import type { WatchedSite } from "../sim/checkers/watched_site.ts";
import type { Scene } from "./scene.ts";

/**
 * What must hold at every second of a scene, besides what `sim/checkers/fuses.ts` watches.
 *
 * "trip": no over-current device trips, by a model of its curve and whatever the excuse.
 * "pilot": nobody is offered more than nothing and less than its minimum.
 * "writes": a charger gets no more profiles in an hour than its memory bears.
 * "reason": whoever has to wait is told why.
 * "pauses", "waits": nobody is paused more than four times in an hour, nor waits for 45 minutes.
 * "unbalance": the lines of a circuit differ by no more than they may.
 * "books" (claim a): what is reserved and what else is known is within the limit, but for the moments in
 * which a step of other load is answered.
 */
export interface LoadOracle {
  look(): void;
  readonly findings: Findings;
}

/** A limit that the gateway sent. */
export interface WriteHeard {
  readonly atMs: number;
  readonly identity: string;
  readonly purpose: string;
  /** Per phase. */
  readonly limitAmps: number;
}

/** What a scene may want otherwise. */
export interface OracleRules {
  readonly writesPerHour: number;
  readonly pausesPerHour: number;
  readonly waitMaxS: number;
  /** How long the books may be over a limit: to answer a step. */
  readonly booksOverS: number;
  /** Circuits that the device of may trip: what a charger does that nobody can stop. */
  readonly mayTrip: readonly string[];
}

const RULES: OracleRules = {
  writesPerHour: 75,
  pausesPerHour: 4,
  waitMaxS: 45 * 60,
  booksOverS: 15,
  mayTrip: [],
};

/** What the oracle sees. */
export interface OracleSite extends WatchedSite {
  readonly scene: Scene;
  readonly writes: readonly WriteHeard[];
  gateway(): Gateway | null;
}

const MIN_AMPS = 6;
const HOUR_S = 3_600;
const TOLERANCE_AMPS = 0.5;
/** A reason comes with the limit. */
const REASON_S = 2;
/** EVs that come, ramp and obey put lines out of balance for a moment. */
const UNBALANCED_S = 15;

/** Begins to watch. */
export function watchLoad(site: OracleSite, given: Partial<OracleRules>): LoadOracle {
  const rules = { ...RULES, ...given };
  const findings = createFindings(site.clock);
  const lasting = createLasting();
  const breakers = new Map<string, PerLine<Breaker>>();
  const turns = site.plan.slots.map(() => ({ wasOn: false, pausedAtS: [] as number[] }));
  let seenWrites = 0;
  let second = 0;

  function judgeBreakers(): void {
    for (const { id, limitAmps, device = "B" } of site.scene.circuits) {
      const flow = site.site.flows().get(id);
      if (flow === undefined || rules.mayTrip.includes(id)) continue;
      const before = breakers.get(id) ?? perLine(() => WARM_BREAKER);
      const now = perLine((line) =>
        heatBreaker(before[line], Math.max(0, flow[line]) / limitAmps, 1, device)
      );
      breakers.set(id, now);
      for (const line of LINES) {
        if (!hasTripped(now[line], device) || hasTripped(before[line], device)) continue;
        findings.add("trip", `${id} ${line}: its ${device} is off at ${flow[line].toFixed(1)} A`);
      }
    }
  }

  function judgeWrites(): void {
    for (const { identity, limitAmps } of site.writes.slice(seenWrites)) {
      if (limitAmps > 0.05 && limitAmps < MIN_AMPS - 0.05) {
        findings.add("pilot", `${identity} is told ${limitAmps} A`);
      }
    }
    seenWrites = site.writes.length;
    if (second % 60 !== 0) return;
    const sinceMs = site.clock.monoMs() - HOUR_S * 1_000;
    const recent = site.writes.filter(({ atMs }) => atMs > sinceMs);
    for (const { chargerId } of site.plan.slots) {
      const count = recent.filter(({ identity }) => identity === chargerId).length;
      if (count <= rules.writesPerHour) continue;
      findings.add("writes", `${chargerId} got ${count} profiles in an hour`);
    }
  }

  function judgeSockets(): void {
    site.plan.slots.forEach(({ slot, chargerId }, index) => {
      const { permittedAmps, ev, hasTransaction } = site.chargerOf(index).look(1);
      if (permittedAmps > 0 && permittedAmps < MIN_AMPS) {
        findings.add("pilot", `${chargerId} permits ${permittedAmps} A`);
      }
      const view = site.gateway()?.web.views.evse(slot);
      if (view === undefined) return;
      const isOpen = ev !== null && hasTransaction && view.transaction !== null;
      const isPaused = isOpen && view.offeredAmps === 0;
      if (lasting(`reason ${slot}`, isPaused && view.reason === null) === REASON_S) {
        findings.add("reason", `slot ${slot} waits and nobody says why`);
      }
      const isWaiting = isPaused && ev.storedWh < ev.targetWh - 1;
      if (lasting(`waits ${slot}`, isWaiting) === rules.waitMaxS) {
        findings.add("waits", `slot ${slot} has waited for ${rules.waitMaxS} s: ${view.reason}`);
      }
      judgePauses(index, isOpen && !isPaused, isPaused);
    });
  }

  function judgePauses(index: number, isOn: boolean, isPaused: boolean): void {
    const turn = turns[index];
    if (turn === undefined) return;
    if (turn.wasOn && isPaused) {
      turn.pausedAtS = [...turn.pausedAtS.filter((at) => at > second - HOUR_S), second];
      if (turn.pausedAtS.length > rules.pausesPerHour) {
        findings.add("pauses", `slot ${index + 1} was paused at ${turn.pausedAtS.join(", ")} s`);
      }
    }
    turn.wasOn = isOn;
  }

  function judgeCircuits(): void {
    const views = new Map(site.gateway()?.web.views.circuits().map((each) => [each.id, each]));
    for (const { id, limitAmps, unbalanceMaxAmps = Infinity } of site.scene.circuits) {
      const flow = site.site.flows().get(id);
      if (flow !== undefined) {
        const amps = LINES.map((line) => flow[line]);
        const apart = Math.max(...amps) - Math.min(...amps);
        const isApart = apart > unbalanceMaxAmps + TOLERANCE_AMPS;
        if (lasting(`unbalance ${id}`, isApart) === UNBALANCED_S) {
          findings.add("unbalance", `the lines of ${id} are ${apart.toFixed(1)} A apart`);
        }
      }
      const view = views.get(id);
      for (const line of LINES) {
        const bookedAmps = (view?.reservedAmps[line] ?? 0) + (view?.otherLoadAmps[line] ?? 0);
        const isOver = bookedAmps > limitAmps + TOLERANCE_AMPS;
        if (lasting(`books ${id} ${line}`, isOver) === rules.booksOverS) {
          findings.add(
            "books",
            `${id} ${line}: ${bookedAmps.toFixed(1)} A are reserved and known of ${limitAmps} A`,
          );
        }
      }
    }
  }

  return {
    findings,
    look() {
      second++;
      judgeBreakers();
      judgeWrites();
      judgeSockets();
      judgeCircuits();
    },
  };
}

/** For how many looks in a row something has been so, by name. */
function createLasting(): (name: string, isSo: boolean) => number {
  const counts = new Map<string, number>();
  return (name, isSo) => {
    const count = isSo ? (counts.get(name) ?? 0) + 1 : 0;
    counts.set(name, count);
    return count;
  };
}
