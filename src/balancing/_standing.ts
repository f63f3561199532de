import { type EvsePlace, type Line, LINES, type PerLine } from "../site/mod.ts";
import type { BalancerOptions, BalancerTiming, Cap, EvseFacts } from "./facts.ts";
import { type BalancerState, evseMemory } from "./_balancer_state.ts";
import { type Board, lowestCap, type Row } from "./_board.ts";
import { isFresh, linesOf } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { keptAmps, mayDraw } from "./_reservation.ts";
import { TINY_AMPS } from "./_water_level.ts";

/** The most that an EVSE may be given, and why not more. */
export interface Ceiling {
  /** 0, or at least the minimum current. */
  readonly amps: number;
  readonly why:
    | { readonly kind: "hardware" }
    | { readonly kind: "cap"; readonly cap: Cap }
    | { readonly kind: "lost-meter"; readonly circuitId: string }
    | { readonly kind: "ev" };
}

/** How one EVSE stands at the moment of a decision. */
export interface Standing {
  readonly place: EvsePlace;
  readonly memory: EvseMemory;
  /** The circuits that feed it, and the site's bound. */
  readonly boards: readonly Board[];
  /** The lines that its EV draws from, on all these circuits. */
  readonly rows: readonly Row[];
  readonly lines: readonly Line[];
  readonly reservedAmps: PerLine;
  readonly presentAmps: PerLine;
  /** It has a transaction that we can give current to, and it does as it is told. */
  readonly isSteerable: boolean;
  /** What it was told, or is under as long as it was told nothing. */
  readonly keepAmps: number;
  readonly ceiling: Ceiling;
  /** It could have measured its EV by now, and has not. */
  readonly isSilent: boolean;
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
  const site = boards.get(null);
  return options.places.map((place) => {
    const path = options.tree.pathToGrid(place.circuitId)
      .flatMap((circuit) => boards.get(circuit.id) ?? []);
    const memory = evseMemory(state, place.slot);
    return standing(place, memory, site ? [...path, site] : path, options.timing, nowMs);
  });
}

function standing(
  place: EvsePlace,
  memory: EvseMemory,
  boards: readonly Board[],
  timing: BalancerTiming,
  nowMs: number,
): Standing {
  const { facts } = memory;
  const lines = linesOf(place, memory);
  const rows = boards.flatMap((board) => lines.map((line) => board.rows[line]));
  const isSteerable = facts !== null && steerable(memory, facts, timing, nowMs);
  return {
    place,
    memory,
    boards,
    rows,
    lines,
    ...mayDraw(place, memory, nowMs),
    isSteerable,
    keepAmps: facts === null ? 0 : keptAmps(place, memory, facts, nowMs),
    ceiling: ceilingOf(place, memory, boards),
    isSilent: isSteerable && isSilent(memory, nowMs),
  };
}

function steerable(
  memory: EvseMemory,
  facts: EvseFacts,
  timing: BalancerTiming,
  nowMs: number,
): boolean {
  return facts.connected && facts.transactionId !== null && nowMs >= memory.retryAtMs &&
    !memory.ignoresLimits && !isOverdue(memory, timing, nowMs);
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

function ceilingOf(place: EvsePlace, memory: EvseMemory, boards: readonly Board[]): Ceiling {
  let ceiling: Ceiling = { amps: place.maxCurrentAmps, why: { kind: "hardware" } };
  const lower = (amps: number, why: Ceiling["why"]) => {
    if (amps < ceiling.amps) ceiling = { amps, why };
  };
  const { facts, appetiteAmps } = memory;
  if (facts?.suspendedByEv) lower(place.minCurrentAmps, { kind: "ev" });
  if (appetiteAmps !== null) lower(appetiteAmps, { kind: "ev" });
  const cap = lowestCap(facts?.caps ?? []);
  if (cap !== null) lower(cap.amps, { kind: "cap", cap });
  const lost = boards.find((board) => board.meter === "lost")?.circuit;
  if (lost) lower(place.failSafeAmps, { kind: "lost-meter", circuitId: lost.id });
  return { ...ceiling, amps: wholeAmps(ceiling.amps, place.minCurrentAmps) };
}

/** Down to whole amperes, and to nothing below the minimum, with which no EV can charge. */
function wholeAmps(amps: number, minAmps: number): number {
  return amps < minAmps - TINY_AMPS ? 0 : Math.max(minAmps, Math.floor(amps + TINY_AMPS));
}

/** Adds what is kept for each EVSE to the lines that feed it. */
export function addReservations(all: readonly Standing[]): void {
  for (const standing of all) {
    for (const { rows } of standing.boards) {
      for (const line of LINES) {
        const row = rows[line];
        row.reservedAmps += standing.reservedAmps[line];
        row.unreservedAmps += unreservedAmps(standing, line);
        // What a charger draws above its limit is there whatever it is told.
        row.fixedAmps += standing.isSteerable
          ? standing.memory.overdrawAmps[line]
          : standing.reservedAmps[line];
      }
    }
  }
}

function unreservedAmps({ place, reservedAmps }: Standing, line: Line): number {
  return place.lines.includes(line) ? Math.max(0, place.failSafeAmps - reservedAmps[line]) : 0;
}
