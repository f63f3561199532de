import type { RatedCircuit } from "../../../src/simulator/mod.ts";
import { LINES, type PerLine, perLine } from "../../../src/site/mod.ts";
import type { WatchedSite } from "./watched_site.ts";
import { type Breaker, hasTripped, heatBreaker, WARM_BREAKER } from "./breaker.ts";
import { createFindings, type Findings } from "./findings.ts";
import { lookAt, type Socket, type SocketLook, socketsOf, watchSockets } from "./sockets.ts";
import { watchSight } from "./sight.ts";

/**
 * Watches the fuses, once a second, by the truth of the site and not by what the gateway believes.
 *
 * "grants" (a): what chargers offer is within the limit together with the least that the rest has drawn
 * for a while: the gateway may be surprised by the house, and by a car that has just come for its
 * fail-safe current, but never by what it gave itself.
 * "load" (b): after a step of the rest the circuit is back within its limit in 15 s, and within a minute
 * more where a charger does not do as it is told.
 * Both (c): while the gateway is blind (off, hanging, its meter silent, a charger out of reach), that
 * time counts too, until limits have run out at the chargers; from then on the rules are strict again.
 * "meter": a minute after its meter fell silent, nobody offers more than its fail-safe current (ruling 20).
 * "breaker": whatever the excuse, its thermal model does not trip.
 */
export interface FuseWatch {
  look(): void;
  readonly findings: Findings;
}

/** To see the load, send a limit, and have it obeyed (architecture, claim (b)). */
const REACTION_S = 15;
/** Until the rest is told apart from what cars drew before their last limit: one reading, obeyed. */
const KNOWLEDGE_S = 75;
/** A charger that disobeys is found out and others make room. */
const DISOBEDIENCE_S = 60 + REACTION_S;
/** A limit holds for at most so long (ruling 21), by a clock that may drift; then the charger falls back. */
const VALIDITY_S = 900 + 180;
/** Where more than a breaker holds for an hour might flow, a limit lasts for two minutes only. */
const SHORT_VALIDITY_S = 120 + 60;
const HOLDS_FOR_AN_HOUR = 1.13;
/** The meter's class, the pilot's tolerance, what an EV may take above its offer. */
const TOLERANCE_AMPS = 1;
/** A pilot, a contactor and an EV on their way to a new limit; an offer is no current yet. */
const PERSISTS_S = { load: 6, grants: 2, meter: 6 } as const;
/** Chargers that come for the first time have no fail-safe profile yet, and some take seconds over it. */
const SET_UP_MS = 60_000;
/** The meter counts as lost after a minute; then limits go out. */
const METER_LOST_S = 60 + REACTION_S;

interface Watched {
  readonly circuit: RatedCircuit;
  readonly sockets: readonly Socket[];
  readonly isTame: boolean;
  breakers: PerLine<Breaker>;
  /** What flows besides the chargers, per second, the newest last. */
  readonly rest: PerLine<number[]>;
  /** For how many seconds in a row a rule has been broken, by rule and line. */
  readonly brokenS: Map<string, number>;
}

/** Begins to watch. */
export function watchFuses(world: WatchedSite): FuseWatch {
  const findings = createFindings(world.clock);
  const sockets = watchSockets(world);
  const sight = watchSight(world);
  const watched = world.plan.circuits.map((circuit): Watched => {
    const own = socketsOf(world, circuit.id);
    return {
      circuit,
      sockets: own,
      isTame: own.every(({ isTame }) => isTame),
      breakers: perLine(() => WARM_BREAKER),
      rest: { L1: [], L2: [], L3: [] },
      brokenS: new Map(),
    };
  });

  function judgeAll(each: Watched): void {
    const flow = world.site.flows().get(each.circuit.id);
    if (flow === undefined) return;
    const { limitAmps } = each.circuit;
    const looks = each.sockets.map((socket) => lookAt(world, socket));
    // What a charger that does as it likes takes above its fail-safe current is beyond any gateway.
    const willed = perLine((line) => sum(looks, (one) => willedAmps(one, line)));
    each.breakers = perLine((line) =>
      heatBreaker(each.breakers[line], Math.max(0, flow[line] - willed[line]) / limitAmps, 1)
    );
    for (const line of LINES) {
      const rest = each.rest[line];
      rest.push(flow[line] - sum(looks, (one) => one.drawnAmps[line]));
      if (rest.length > KNOWLEDGE_S + VALIDITY_S) rest.shift();
      judge(each, line, looks, flow[line]);
    }
  }

  function judge(
    each: Watched,
    line: keyof PerLine,
    looks: readonly SocketLook[],
    flowAmps: number,
  ): void {
    const { circuit: { id, limitAmps }, rest } = each;
    const where = `${id} ${line}, ${limitAmps} A`;
    if (hasTripped(each.breakers[line])) {
      return broken(each, "breaker", line, 1, `${where}: it trips at ${flowAmps.toFixed(1)} A`);
    }
    const blindS = Math.min(
      sight.blindS(each.sockets, each.circuit.otherWorstAmps > 0),
      VALIDITY_S,
    );
    const drawn = sum(looks, (one) => one.drawnAmps[line]);
    // Against one that does as it likes nothing helps but that the others give way, if it is seen.
    const wild = sum(looks, (one) => one.socket.isTame ? 0 : one.drawnAmps[line]);
    // Nor where the others take a set clock's word for their fail-safe current until they are told anew.
    const isHelpless = blindS > 0 || sight.isClockStrange() ||
      wild + least(rest[line], 1) > limitAmps;
    if (wild > 0 && isHelpless) return;
    // What breakers hold for an hour is allowed for as long as limits last (ruling 21).
    const isStrict = blindS === 0 || blindS >= VALIDITY_S;
    const windowS = REACTION_S + (isStrict ? blindS : Math.min(blindS, SHORT_VALIDITY_S));
    const factor = isStrict ? 1 : HOLDS_FOR_AN_HOUR;
    const leastNow = least(rest[line], windowS);
    held(
      each,
      "load",
      line,
      (drawn + leastNow) / factor,
      () =>
        `${where}: ${drawn.toFixed(1)} A drawn beside at least ${leastNow.toFixed(1)} A for ` +
        `${windowS} s`,
    );
    if (!each.isTame || !isStrict || world.clock.monoMs() < SET_UP_MS) return;
    const offered = sum(looks, (one) => sockets.grantedAmps(one, line));
    const leastKnown = least(rest[line], KNOWLEDGE_S + blindS);
    held(
      each,
      "grants",
      line,
      offered + leastKnown,
      () =>
        `${where}: chargers offer ${offered.toFixed(1)} A beside at least ` +
        `${leastKnown.toFixed(1)} A for ${KNOWLEDGE_S + blindS} s`,
    );
  }

  /** While the meter says nothing, the substitute stands for the rest. */
  function least(rest: readonly number[], seconds: number): number {
    return Math.min(...rest.slice(-seconds), ...sight.assumedRest());
  }

  function held(
    each: Watched,
    rule: keyof typeof PERSISTS_S,
    line: keyof PerLine,
    amps: number,
    text: () => string,
  ): void {
    const key = `${rule} ${line}`;
    const isOver = amps > each.circuit.limitAmps + TOLERANCE_AMPS;
    const seconds = isOver ? (each.brokenS.get(key) ?? 0) + 1 : 0;
    each.brokenS.set(key, seconds);
    // One that does as it likes is found out by its own readings; then the others give way.
    const allowedS = PERSISTS_S[rule] + (each.isTame ? 0 : DISOBEDIENCE_S);
    if (seconds === allowedS) findings.add(rule, text());
  }

  /** Whoever is in touch and does as told has been told by then. */
  function judgeFallBack(): void {
    const [grid] = watched;
    if (grid === undefined || sight.withoutMeterS() < METER_LOST_S) return;
    for (const socket of grid.sockets) {
      const { offeredAmps } = lookAt(world, socket);
      const mostAmps = Math.max(...LINES.map((line) => offeredAmps[line]));
      const key = `meter ${socket.chargerIndex} ${socket.connectorId}`;
      const isOver = socket.isTame && sight.blindS([socket], false) === 0 &&
        mostAmps > socket.failSafeAmps + TOLERANCE_AMPS;
      const seconds = isOver ? (grid.brokenS.get(key) ?? 0) + 1 : 0;
      grid.brokenS.set(key, seconds);
      if (seconds !== PERSISTS_S.meter) continue;
      findings.add(
        "meter",
        `${world.chargerOf(socket.chargerIndex).identity} connector ${socket.connectorId} offers ` +
          `${mostAmps.toFixed(1)} A, more than its ${socket.failSafeAmps} A, without a meter for ` +
          `${sight.withoutMeterS()} s`,
      );
    }
  }

  function broken(
    each: Watched,
    rule: string,
    line: keyof PerLine,
    atS: number,
    text: string,
  ): void {
    const seconds = (each.brokenS.get(rule) ?? 0) + 1;
    each.brokenS.set(rule, seconds);
    if (seconds === atS) findings.add(rule, `${text} (${line})`);
  }

  return {
    findings,
    look() {
      sockets.look();
      sight.look();
      watched.forEach(judgeAll);
      judgeFallBack();
    },
  };
}

function willedAmps({ socket, drawnAmps }: SocketLook, line: keyof PerLine): number {
  return socket.isTame ? 0 : Math.max(0, drawnAmps[line] - socket.failSafeAmps);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
