import { ampsOn, type Line, type PerLine, perLine } from "../site/mod.ts";
import { type BalancerOptions, type EvseFacts, USUAL_TRAITS } from "./facts.ts";
import { chargingAt, drawnLines, emptyAt } from "./_site_drawing.ts";

/** An EV and the charger it stands at, in seconds and amperes. What is left out is ordinary. */
export interface SimulatedEv {
  readonly slot: number;
  readonly arrives?: number;
  readonly leaves?: number;
  /** The site's lines that it draws from; the whole socket where left out. */
  readonly lines?: string;
  /** The lines on which its charger seems to measure, as site.yaml turns its phases; those it is on. */
  readonly saysLines?: string;
  /** Its phases come one after the other, so many seconds apart. */
  readonly phaseEach?: number;
  /** What its on-board charger takes at most; or, from one second on after another, other currents. */
  readonly wants?: number | readonly (readonly [second: number, amps: number])[];
  /** From the offer of current to the first ampere. */
  readonly startsAfter?: number;
  readonly rampPerSecond?: number;
  /** From a limit to the charger's answer, and from there until the EV follows. */
  readonly answersAfter?: number;
  readonly followsAfter?: number;
  /** It accepts limits and does not care. */
  readonly ignoresLimits?: boolean;
  /** It ends its transaction when it is asked to. */
  readonly stops?: boolean;
  /** A contactor that we command is in front of it: one that works, or one that is welded. */
  readonly contactor?: "works" | "welded";
  /** How often the charger measures; 0 for never. */
  readonly measuresEach?: number;
  /** How late a measurement arrives: always, or each in its turn. */
  readonly measurementLate?: number | readonly number[];
  /** How much later it claims to have measured than it did; what is known of that is told. */
  readonly claimsLater?: number;
  /** It sends the same values until its meter has new ones. */
  readonly metersEach?: number;
  /** It tells only what flows on all its phases together. */
  readonly tellsSum?: boolean;
  /** It goes over to the phases that it is told, so many seconds after it follows; or never. */
  readonly switches?: number | "never";
  /** Its model needs so many seconds without current before. */
  readonly switchPause?: number;
  /** The charger is out of reach from the first to the second moment. */
  readonly away?: readonly [number, number];
}

/** An EV at work. */
export interface Car {
  readonly ev: SimulatedEv;
  readonly lines: readonly Line[];
  readonly failSafeAmps: number;
  readonly maxAmps: number;
  isThere: boolean;
  isAway: boolean;
  /** Its transaction was ended for us. */
  isStopped: boolean;
  /** The contactor in front of it is open. */
  isCut: boolean;
  pilotAmps: number;
  pilotEndsAt: number;
  /** On how many phases it may charge. */
  phases: number;
  offeredSince: number | null;
  drawingSince: number | null;
  drawnAmps: number;
  /** What its meter saw last, and when in seconds. */
  metered: { readonly currentsAmps: PerLine; readonly second: number } | null;
}

/** An EV that has not come yet. */
export function parked(ev: SimulatedEv, options: BalancerOptions): Car {
  const place = options.places.find((each) => each.slot === ev.slot);
  return {
    ev,
    lines: ev.lines === undefined ? place?.lines ?? [] : drawnLines(ev.lines),
    failSafeAmps: place?.failSafeAmps ?? 0,
    maxAmps: place?.maxCurrentAmps ?? 0,
    isThere: false,
    isAway: false,
    isStopped: false,
    isCut: false,
    pilotAmps: place?.failSafeAmps ?? 0,
    pilotEndsAt: Infinity,
    phases: 3,
    offeredSince: null,
    drawingSince: null,
    drawnAmps: 0,
    metered: null,
  };
}

/** New facts when the EV comes or goes, or its charger gets out of reach or back. */
export function comeAndGo(car: Car, second: number): EvseFacts | null {
  const { arrives = 0, leaves = Infinity, away = [Infinity, Infinity] } = car.ev;
  const isThere = second >= arrives && second < leaves;
  const isAway = second >= away[0] && second < away[1];
  if (isThere === car.isThere && isAway === car.isAway) return null;
  if (isThere !== car.isThere) {
    car.pilotAmps = car.ev.ignoresLimits ? car.maxAmps : car.failSafeAmps;
    car.pilotEndsAt = Infinity;
    car.phases = 3;
    car.offeredSince = null;
    car.drawingSince = null;
    car.drawnAmps = 0;
    car.metered = null;
  }
  if (!isThere) car.isStopped = false;
  car.isThere = isThere;
  car.isAway = isAway;
  return factsOf(car);
}

/** What the charger tells of itself and its EV. */
export function factsOf({ ev, isThere, isStopped, isAway }: Car): EvseFacts {
  const facts = isThere && !isStopped
    ? chargingAt(ev.slot)
    : emptyAt(ev.slot, { plugged: isThere });
  const traits = {
    ...USUAL_TRAITS,
    isCutWired: ev.contactor !== undefined,
    switchesPhases: ev.switches !== undefined,
    phaseSwitchPauseMs: (ev.switchPause ?? 0) * 1_000,
  };
  return { ...facts, connected: !isAway, traits };
}

/** Lets the EV follow its pilot for a second. */
export function drive(car: Car, nowMs: number): void {
  const { wants = 32, startsAfter = 5, rampPerSecond = 4, ignoresLimits = false } = car.ev;
  if (nowMs >= car.pilotEndsAt && !ignoresLimits) {
    car.pilotAmps = car.failSafeAmps;
    // What stands below a limit says nothing of phases.
    goOver(car, 3);
  }
  const isOffered = car.isThere && !car.isStopped && !car.isCut && car.pilotAmps >= 6;
  car.offeredSince = isOffered ? car.offeredSince ?? nowMs : null;
  const isDrawing = car.offeredSince !== null && nowMs >= car.offeredSince + startsAfter * 1000;
  car.drawingSince = isDrawing ? car.drawingSince ?? nowMs : null;
  const aim = isDrawing ? Math.min(car.pilotAmps, wantedAmps(wants, nowMs / 1000)) : 0;
  car.drawnAmps = Math.min(aim, car.drawnAmps + rampPerSecond);
}

function wantedAmps(wants: NonNullable<SimulatedEv["wants"]>, second: number): number {
  if (typeof wants === "number") return wants;
  return wants.findLast(([from]) => from <= second)?.[1] ?? 0;
}

/** Its contactor opens for that, so that the EV begins anew. */
export function goOver(car: Car, phases: number): void {
  if (car.phases === phases || car.ev.switches === undefined || car.ev.switches === "never") return;
  car.phases = phases;
  car.offeredSince = null;
  car.drawingSince = null;
  car.drawnAmps = 0;
}

/** What the EV draws now. */
export function drawOf(car: Car, nowMs: number): PerLine {
  const { phaseEach = 0 } = car.ev;
  const lastsMs = car.drawingSince === null ? 0 : nowMs - car.drawingSince;
  const count = phaseEach === 0 ? 3 : 1 + Math.floor(lastsMs / (phaseEach * 1000));
  const lines = car.lines.slice(0, Math.min(count, car.phases));
  return perLine((line) => lines.includes(line) ? car.drawnAmps : 0);
}

/** What the EV is offered now. */
export function offerTo({ isThere, pilotAmps, lines, phases }: Car): PerLine {
  return ampsOn(lines.slice(0, phases), isThere ? pilotAmps : 0);
}
