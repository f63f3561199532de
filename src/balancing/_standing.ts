import { type EvsePlace, type Line, type PerLine, perLine } from "../site/mod.ts";
import type { BalancerOptions, BalancerTiming, Cap, EvseFacts } from "./facts.ts";
import { type BalancerState, evseMemory } from "./_balancer_state.ts";
import { addReserved, type Board, lowestCap } from "./_board.ts";
import { isFresh, linesOf } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { type Precedence, precedenceOf } from "./_precedence.ts";
import { restsUntilMs } from "./_pauses.ts";
import { createZones, type Zone } from "./_zones.ts";
import { keptAmps, mayDraw } from "./_reservation.ts";
import { amountOf, createPaths, type Path, phasorOf, type RowDraw } from "./_reach.ts";
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
    /** It was paused a moment ago, and stays so for a while. */
    | { readonly kind: "rest"; readonly untilMs: number };
}

/** How one EVSE stands at the moment of a decision. */
export interface Standing extends Precedence {
  readonly place: EvsePlace;
  readonly memory: EvseMemory;
  /** How it is fed. */
  readonly path: Path;
  /** The circuits that feed it, and the site's bound. */
  readonly boards: readonly Board[];
  /** The lines that its EV draws from. */
  readonly lines: readonly Line[];
  /** What it draws from bounds on its way, and the same with what a silent charger takes. */
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
}

/** A charger has so long after the end of the time to obey until it counts as not obeying. */
const ANSWER_DELAY_MS = 5_000;
/** A charger is given so long to send its first reading before it counts as not measuring. */
const READING_GRACE_MS = 120_000;

/** How every EVSE of the site stands. */
export function standings(
  state: BalancerState,
  boards: ReadonlyMap<string | null, Board>,
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  const pathOf = createPaths(boards, options);
  const zoneOf = createZones(options);
  const inSun = new Set(state.surplus?.slots);
  return options.places.map((place) => {
    const memory = evseMemory(state, place.slot);
    const setting: Setting = {
      path: pathOf(place),
      zone: zoneOf(place.circuitId),
      isInSun: inSun.has(place.slot),
    };
    return standing(place, memory, setting, options.timing, nowMs);
  });
}

/** Where an EVSE stands. */
interface Setting {
  readonly path: Path;
  readonly zone: Zone;
  readonly isInSun: boolean;
}

function standing(
  place: EvsePlace,
  memory: EvseMemory,
  { path, zone, isInSun }: Setting,
  timing: BalancerTiming,
  nowMs: number,
): Standing {
  const { facts } = memory;
  const { boards } = path;
  const lines = linesOf(place, memory, nowMs);
  const draws = path.draws(lines, isInSun);
  const isSteerable = facts !== null && steerable(memory, facts, timing, nowMs);
  const isQuiet = isSteerable && isSilent(memory, nowMs);
  const { reservedAmps, presentAmps } = mayDraw(place, memory, nowMs);
  const step = stepOf(facts);
  const restMs = restsUntilMs(memory.pauses, timing);
  const ceiling = ceilingOf(place, memory, boards, step, nowMs < restMs ? restMs : null);
  const wattsPerAmp = path.voltsEach * lines.length;
  return {
    ...precedenceOf(place, facts, zone, wattsPerAmp, ceiling.amps, nowMs),
    place,
    memory,
    path,
    boards,
    lines,
    draws,
    claimDraws: isQuiet ? path.silentDraws(lines, isInSun) : draws,
    reservedAmps,
    presentAmps,
    isSteerable,
    keepAmps: facts === null ? 0 : keptAmps(place, memory, facts, nowMs),
    ceiling,
    step,
  };
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
  const patienceMs = timing.reductionConfirmMs + ANSWER_DELAY_MS;
  const highest = Math.max(...memory.held.map((limit) => limit.limitAmps));
  return memory.held.some((limit) =>
    limit.acceptedAtMs === null && !limit.unanswered && limit.limitAmps < highest &&
    nowMs - limit.sentAtMs > patienceMs
  );
}

/** True for a charger that could have measured its EV by now, and has not. */
function isSilent(memory: EvseMemory, nowMs: number): boolean {
  const { reading, chargingSinceMs, raisedAtMs, connectedSinceMs } = memory;
  if (chargingSinceMs === null || (reading !== null && isFresh(reading, nowMs))) return false;
  const since = Math.max(chargingSinceMs, connectedSinceMs, raisedAtMs ?? -Infinity);
  return nowMs - since > READING_GRACE_MS;
}

function ceilingOf(
  place: EvsePlace,
  memory: EvseMemory,
  boards: readonly Board[],
  step: Step,
  restsUntil: number | null,
): Ceiling {
  let ceiling: Ceiling = { amps: place.maxCurrentAmps, why: { kind: "hardware" } };
  const lower = (amps: number, why: Ceiling["why"]) => {
    if (amps < ceiling.amps) ceiling = { amps, why };
  };
  const { facts, appetite: { wantsAmps } } = memory;
  if (facts?.suspendedByEv) lower(place.minCurrentAmps, { kind: "ev" });
  if (wantsAmps !== null) lower(wantsAmps, { kind: "ev" });
  const cap = lowestCap(facts?.caps ?? []);
  if (cap !== null) lower(cap.amps, { kind: "cap", cap });
  const lost = boards.find((board) => board.meter === "lost")?.circuit;
  if (lost) lower(place.failSafeAmps, { kind: "lost-meter", circuitId: lost.id });
  else if (restsUntil !== null) lower(0, { kind: "rest", untilMs: restsUntil });
  return { ...ceiling, amps: settable(ceiling.amps, place.minCurrentAmps, step) };
}

/** Down to what can be set, and to nothing below the minimum, with which no EV can charge. */
function settable(amps: number, minAmps: number, step: Step): number {
  return amps < minAmps - TINY_AMPS ? 0 : Math.max(minAmps, floorToStep(step, amps));
}

/** Adds what is kept for each EVSE to the bounds on its way. */
export function addReservations(all: readonly Standing[]): void {
  for (const standing of all) {
    const { place, memory, reservedAmps, isSteerable } = standing;
    const later = perLine((line) => unreservedAmps(place, reservedAmps, line));
    // What a charger draws above its limit is there whatever it is told.
    const fixed = isSteerable ? memory.overdrawAmps : reservedAmps;
    for (const reach of standing.path.reaches) {
      const { row } = reach;
      row.unreserved += amountOf(reach, later);
      if (reach.phasors === null) {
        row.reserved += amountOf(reach, reservedAmps);
        row.fixed += amountOf(reach, fixed);
        continue;
      }
      addReserved(row, phasorOf(reach, reservedAmps));
      const { re, im } = phasorOf(reach, fixed);
      row.baseRe += re;
      row.baseIm += im;
    }
  }
}

function unreservedAmps(place: EvsePlace, reservedAmps: PerLine, line: Line): number {
  return place.lines.includes(line) ? Math.max(0, place.failSafeAmps - reservedAmps[line]) : 0;
}
