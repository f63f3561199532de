import { type EvsePlace, type Line, onEachLine, type PerLine } from "../site/mod.ts";
import type {
  BalancerOptions,
  BalancerTiming,
  Cap,
  EvseFacts,
  PhaseCount,
  SurplusBudget,
} from "./facts.ts";
import { type BalancerState, evseMemory } from "./_balancer_state.ts";
import { addReserved, type Board, type Boards, lowestCap } from "./_board.ts";
import { expectedLines, linesOf, unevenLinesOf } from "./_charger_reading.ts";
import { type EvseMemory, UNKNOWN_EVSE } from "./_evse_memory.ts";
import { highestSet } from "./_held_limits.ts";
import type { LimitReason } from "./limit_reason.ts";
import { type Precedence, setPrecedence } from "./_precedence.ts";
import { restsUntilMs } from "./_pauses.ts";
import { countedPlace } from "./_rotation.ts";
import { isBeginning } from "./_sleep.ts";
import { createZones, type Zone } from "./_zones.ts";
import { createDrawSpace, type DrawSpace, keptAmps, mayDraw } from "./_reservation.ts";
import { amountOf, createPaths, eachFlow, type Path, phasorOf, type RowDraw } from "./_reach.ts";
import { unprovenLines } from "./_unproven.ts";
import { floorToStep, type Step, TINY_AMPS } from "./allocation/mod.ts";

/** The most that an EVSE may be given, and why not more. */
export interface Ceiling {
  /** 0, or at least the minimum current. */
  readonly amps: number;
  readonly why:
    | { readonly kind: "hardware" }
    | { readonly kind: "cap"; readonly cap: Cap }
    | { readonly kind: "lost-meter"; readonly circuitId: string }
    | { readonly kind: "ev" }
    /** A moment without an offer is to wake the EV. */
    | { readonly kind: "waking" }
    /** Nothing woke it: it gets its minimum, to show that it wants it after all. */
    | { readonly kind: "needs-driver" }
    /** It was paused a moment ago, and stays so for a while. */
    | { readonly kind: "rest"; readonly untilMs: number }
    /** It goes over to another number of phases. */
    | { readonly kind: "switching"; readonly phases: PhaseCount };
}

/**
 * How one EVSE stands at the moment of a decision. Working space, as a row is: there is one for each
 * place, the next look at the site fills it in anew, and what is decided of it is noted there.
 */
export interface Standing extends Precedence {
  readonly place: EvsePlace;
  readonly memory: EvseMemory;
  /** How it is fed. */
  readonly path: Path;
  /** The circuits that feed it, and the site's bound. */
  readonly boards: readonly Board[];
  /** The lines that its EV draws from. */
  readonly lines: readonly Line[];
  /** What it draws from bounds on its way, and the same where what nothing proves to be its counts twice. */
  readonly draws: readonly RowDraw[];
  readonly claimDraws: readonly RowDraw[];
  readonly reservedAmps: PerLine;
  readonly presentAmps: PerLine;
  /** It has a transaction that we can give current to, and it does as it is told. */
  readonly isSteerable: boolean;
  /** What it was told, or is under as long as it was told nothing. */
  readonly keepAmps: number;
  readonly ceiling: Ceiling;
  /** Currents that its charger can be set to. */
  readonly step: Step;
  /** What it should have in the end, in amperes; 0 where it does not follow. */
  targetAmps: number;
  /** What it has from now on; null where it does not follow. */
  decidedAmps: number | null;
  /** Why it has that. */
  reason: LimitReason;
  /** Its place at the table; -1 where it wants nothing, or gets nothing. */
  seat: number;
  /** It was chosen to have a minimum current. */
  isChosen: boolean;
  /** It waits, and there is room for its minimum if others are lowered, but none to spare. */
  hasJustRoom: boolean;
}

/** A charger has so long after the end of the time to obey until it counts as not obeying. */
const ANSWER_DELAY_MS = 5_000;

/** Looks at every EVSE of the site. */
export function lookAtAll(
  ways: readonly Way[],
  state: BalancerState,
  options: BalancerOptions,
  nowMs: number,
): void {
  for (const way of ways) {
    lookAt(way, evseMemory(state, way.place.slot), options.timing, nowMs);
  }
}

/** How a place is fed, and by whose strategy. */
export interface Way {
  readonly place: EvsePlace;
  readonly path: Path;
  readonly zone: Zone;
  /** What an EV on all its lines draws from. */
  readonly usualDraws: readonly RowDraw[];
  /** It shares what the sun leaves over. */
  readonly isInSun: boolean;
  /** As much as its hardware gives. */
  readonly usualCeiling: Ceiling;
  /** How it stood when it was looked at last. */
  readonly standing: Standing;
  /** Where it is noted what it may draw. */
  readonly space: DrawSpace;
}

/** The ways of all places, in their order. */
export function createWays(
  boards: Boards,
  surplus: SurplusBudget | null,
  options: BalancerOptions,
): readonly Way[] {
  const inSun = new Set(surplus?.slots);
  const pathOf = createPaths(boards, options);
  const zoneOf = createZones(options);
  return options.places.map((place) => {
    const path = pathOf(place);
    const { lines } = place;
    const usualDraws = path.draws({ lines, unevenLines: lines, sunLines: null });
    const zone = zoneOf(place.circuitId);
    const usualCeiling: Ceiling = { amps: place.maxCurrentAmps, why: BY_HARDWARE };
    const standing = newStanding(place, path, zone, usualDraws, usualCeiling);
    const isInSun = inSun.has(place.slot);
    const space = createDrawSpace();
    return { place, path, zone, usualDraws, isInSun, usualCeiling, standing, space };
  });
}

function newStanding(
  place: EvsePlace,
  path: Path,
  zone: Zone,
  draws: readonly RowDraw[],
  ceiling: Ceiling,
): Standing {
  return {
    place,
    path,
    zone,
    draws,
    claimDraws: draws,
    ceiling,
    boards: path.boards,
    lines: place.lines,
    memory: UNKNOWN_EVSE,
    rank: 0,
    need: { ampHours: null, leftMs: null },
    laxityMs: Infinity,
    reservedAmps: NOTHING,
    presentAmps: NOTHING,
    isSteerable: false,
    keepAmps: 0,
    step: 1,
    targetAmps: 0,
    decidedAmps: null,
    reason: UNKNOWN_EVSE.reason,
    seat: -1,
    isChosen: false,
    hasJustRoom: false,
  };
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

function lookAt(
  way: Way,
  memory: EvseMemory,
  timing: BalancerTiming,
  nowMs: number,
): void {
  const { place: told, path, usualDraws, isInSun } = way;
  const standing: Writable<Standing> = way.standing;
  const { facts } = memory;
  const place = countedPlace(told, memory.rotation);
  const lines = linesOf(place, memory, nowMs);
  const sunLines = isInSun ? expectedLines(place, memory, nowMs) : null;
  const unevenLines = unevenLinesOf(place, memory, lines);
  const isUsual = lines === told.lines && unevenLines === lines && sunLines === null;
  const isSteerable = facts !== null && steerable(memory, facts, timing, nowMs);
  const unproven = isSteerable ? unprovenLines(place, told, lines, memory, nowMs) : NO_LINES;
  const draws = isUsual ? usualDraws : path.draws({ lines, unevenLines, sunLines });
  const { reservedAmps, presentAmps } = mayDraw(place, memory, nowMs, way.space);
  const step = stepOf(facts);
  const restMs = restsUntilMs(memory.pauses, timing);
  const ceiling = ceilingOf(place, memory, way, step, nowMs < restMs ? restMs : null, nowMs);
  standing.place = place;
  standing.memory = memory;
  standing.lines = lines;
  standing.draws = draws;
  standing.claimDraws = unproven.length === 0
    ? draws
    : path.unprovenDraws({ lines, unevenLines, sunLines }, unproven);
  standing.reservedAmps = reservedAmps;
  standing.presentAmps = presentAmps;
  standing.isSteerable = isSteerable;
  standing.keepAmps = facts === null ? 0 : keptAmps(place, memory, facts, nowMs);
  standing.ceiling = ceiling;
  standing.step = step;
  standing.targetAmps = 0;
  standing.decidedAmps = null;
  standing.reason = memory.reason;
  standing.seat = -1;
  standing.isChosen = false;
  standing.hasJustRoom = false;
  const wattsPerAmp = path.voltsEach * lines.length;
  setPrecedence(standing, place, facts, wattsPerAmp, ceiling.amps, nowMs);
}

/** OCPP has one decimal (2.1 ChargingSchedulePeriod.limit). Whole amperes where nobody knows better. */
function stepOf(facts: EvseFacts | null): Step {
  const stepAmps = facts?.traits?.stepAmps ?? 1;
  return stepAmps > 0 ? stepAmps : 0.1;
}

function steerable(
  memory: EvseMemory,
  facts: EvseFacts,
  timing: BalancerTiming,
  nowMs: number,
): boolean {
  return facts.connected && facts.takesLimits !== false && facts.transactionId !== null &&
    nowMs >= memory.retryAtMs &&
    !memory.ignoresLimits && memory.trust.state !== "disobeying" && memory.cut === null &&
    !isOverdue(memory, timing, nowMs);
}

/** A reduction is out that the charger does not even answer: others must make room instead. */
function isOverdue(memory: EvseMemory, timing: BalancerTiming, nowMs: number): boolean {
  if (memory.held.length < 2) return false;
  const patienceMs = timing.reductionConfirmMs + ANSWER_DELAY_MS;
  const highest = highestSet(memory.held);
  for (const { limitAmps, acceptedAtMs, unanswered, sentAtMs } of memory.held) {
    const isUnderWay = acceptedAtMs === null && !unanswered;
    if (isUnderWay && limitAmps < highest && nowMs - sentAtMs > patienceMs) return true;
  }
  return false;
}

function ceilingOf(
  place: EvsePlace,
  memory: EvseMemory,
  { path, usualCeiling }: Way,
  step: Step,
  restsUntil: number | null,
  nowMs: number,
): Ceiling {
  const { minCurrentAmps, failSafeAmps } = place;
  const { facts, wake, appetite: { wantsAmps } } = memory;
  let ceiling = usualCeiling;
  // Some start with more than the minimum only.
  if (wake?.stage !== "woken") {
    const isTakingNothing = facts?.suspendedByEv === true && !isBeginning(memory, nowMs);
    if (isTakingNothing) ceiling = lowered(ceiling, minCurrentAmps, BY_EV);
    if (wantsAmps !== null) ceiling = lowered(ceiling, wantsAmps, BY_EV);
  }
  if (wake?.stage === "pausing") ceiling = lowered(ceiling, 0, WAKING);
  const cap = facts === null || facts.caps.length === 0 ? null : lowestCap(facts.caps);
  if (cap !== null) ceiling = lowered(ceiling, cap.amps, { kind: "cap", cap });
  const { goingTo, unseenSinceMs, phases } = memory.order;
  const isOff = goingTo !== null && (facts?.traits?.phaseSwitchPauseMs ?? 0) > 0;
  if (goingTo !== null) {
    ceiling = lowered(ceiling, isOff ? 0 : minCurrentAmps, { kind: "switching", phases: goingTo });
  } else if (unseenSinceMs !== null && phases !== null) {
    ceiling = lowered(ceiling, minCurrentAmps, { kind: "switching", phases });
  }
  const lost = lostAbove(path.boards);
  // Of two that allow the same it is the one to tell.
  if (wake?.stage === "needs-driver" && minCurrentAmps <= ceiling.amps) {
    ceiling = { amps: minCurrentAmps, why: NEEDS_DRIVER };
  }
  if (lost !== null) {
    ceiling = lowered(ceiling, failSafeAmps, { kind: "lost-meter", circuitId: lost });
  } else if (restsUntil !== null) {
    ceiling = lowered(ceiling, 0, { kind: "rest", untilMs: restsUntil });
  }
  const amps = settable(ceiling.amps, minCurrentAmps, step);
  return amps === ceiling.amps ? ceiling : { amps, why: ceiling.why };
}

function lowered(ceiling: Ceiling, amps: number, why: Ceiling["why"]): Ceiling {
  return amps < ceiling.amps ? { amps, why } : ceiling;
}

/** The nearest circuit whose meter is lost; null where none is. */
function lostAbove(boards: readonly Board[]): string | null {
  for (const { meter, circuit } of boards) {
    if (meter === "lost") return circuit?.id ?? null;
  }
  return null;
}

const NO_LINES: readonly Line[] = [];
const BY_HARDWARE = { kind: "hardware" } as const;
const BY_EV = { kind: "ev" } as const;
const WAKING = { kind: "waking" } as const;
const NEEDS_DRIVER = { kind: "needs-driver" } as const;

/** Down to what can be set, and to nothing below the minimum, with which no EV can charge. */
function settable(amps: number, minAmps: number, step: Step): number {
  return amps < minAmps - TINY_AMPS ? 0 : Math.max(minAmps, floorToStep(step, amps));
}

/** Those below each board, in the order of their ways. */
export function byBoard(ways: readonly Way[]): ReadonlyMap<Board, readonly Standing[]> {
  const known = new Map<Board, Standing[]>();
  for (const { path, standing } of ways) {
    for (const board of path.boards) {
      const there = known.get(board);
      if (there) there.push(standing);
      else known.set(board, [standing]);
    }
  }
  return known;
}

/** Adds what is kept for each EVSE to the bounds on its way. */
export function addReservations(all: readonly Standing[]): void {
  eachFlow(all, reservedFor, (path, currents) => {
    for (const reach of path.reaches) {
      if (reach.phasors === null) reach.row.reserved += amountOf(reach, currents);
      else addReserved(reach.row, phasorOf(reach, currents));
    }
  });
  eachFlow(all, fixedAmps, (path, currents) => {
    for (const reach of path.reaches) {
      const { row } = reach;
      if (reach.phasors === null) row.fixed += amountOf(reach, currents);
      else {
        const { re, im } = phasorOf(reach, currents);
        row.baseRe += re;
        row.baseIm += im;
      }
    }
  });
  for (const standing of all) {
    const later = unreservedAmps(standing);
    if (later === NOTHING) continue;
    for (const reach of standing.path.reaches) reach.row.unreserved += amountOf(reach, later);
  }
}

function reservedFor({ reservedAmps }: Standing): PerLine {
  return reservedAmps;
}

/** What a charger draws above its limit is there whatever it is told. */
function fixedAmps({ memory, reservedAmps, isSteerable }: Standing): PerLine {
  return isSteerable ? memory.overdrawAmps : reservedAmps;
}

function unreservedAmps({ place, reservedAmps }: Standing): PerLine {
  const { lines, failSafeAmps } = place;
  let unreserved: Writable<PerLine> | null = null;
  for (const line of lines) {
    const amps = failSafeAmps - reservedAmps[line];
    if (amps > 0) (unreserved ??= { L1: 0, L2: 0, L3: 0 })[line] = amps;
  }
  return unreserved ?? NOTHING;
}

const NOTHING: PerLine = onEachLine(0);
