import { ampsOn, type EvsePlace, LINES, onEachLine, type PerLine } from "../site/mod.ts";
import type { EvseFacts } from "./facts.ts";
import { isFresh, linesOf } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import {
  type FallBack,
  highestAmps,
  highestSet,
  lowestAmps,
  mayHaveFallenBack,
  possibleLimits,
} from "./_held_limits.ts";

/** What an EVSE may draw, in amperes per line. */
export interface MayDraw {
  /** The most it may come to until the next decision: what must be kept free for it. */
  readonly reservedAmps: PerLine;
  /** The most it can be drawing at this moment: what a meter may already contain of it. */
  readonly presentAmps: PerLine;
}

/** Where it is noted what an EVSE may draw under its limits, which is the same for both purposes. */
export interface DrawSpace {
  readonly amps: Writable<PerLine>;
  readonly both: MayDraw;
}

/** Space for one EVSE. */
export function createDrawSpace(): DrawSpace {
  const amps = { L1: 0, L2: 0, L3: 0 };
  return { amps, both: { reservedAmps: amps, presentAmps: amps } };
}

/**
 * What an EVSE may draw, from all that is known of it. `space` may be used to note it; absent: it is
 * kept by whoever asks.
 */
export function mayDraw(
  place: EvsePlace,
  memory: EvseMemory,
  nowMs: number,
  space: DrawSpace = createDrawSpace(),
): MayDraw {
  const { facts } = memory;
  if (memory.cut?.state === "open") return behindContactor(memory);
  if (memory.cut?.state === "returning") {
    const { presentAmps } = behindContactor(memory);
    return { ...mayDraw(place, { ...memory, cut: null }, nowMs, space), presentAmps };
  }
  if (facts === null) return unheardOf(place, memory, nowMs);
  if (facts.takesLimits === false) return uncontrolled(place, memory, facts, nowMs);
  if (!facts.connected) return whileAway(place, memory, facts, nowMs, space);
  if (facts.transactionId === null) return whileIdle(place, memory, facts, nowMs);
  noteUnderLimits(place, memory, facts, nowMs, space.amps);
  return space.both;
}

/** The most it can be drawing now if it needs no longer than `obeyMs` to follow a limit that it took. */
export function obeyedAmps(
  place: EvsePlace,
  memory: EvseMemory,
  obeyMs: number,
  nowMs: number,
): PerLine {
  const held = possibleLimits(memory.held, memory.reading, nowMs, obeyMs);
  return mayDraw(place, { ...memory, held }, nowMs).presentAmps;
}

/** Nothing flows through an open contactor, unless the charger has seen it flow since. */
function behindContactor({ cut, reading }: EvseMemory): MayDraw {
  const flows = reading !== null && cut !== null && reading.atMs > cut.sinceMs;
  const seen = flows ? reading.currentsAmps : onEachLine(0);
  return { reservedAmps: seen, presentAmps: seen };
}

/** Before we heard of it, only its fail-safe current and a limit remembered from before count. */
function unheardOf(place: EvsePlace, memory: EvseMemory, nowMs: number): MayDraw {
  const fallBack = { failSafeAmps: place.failSafeAmps, expiryTrusted: false };
  const limitAmps = highestAmps(memory.held, fallBack, nowMs);
  return {
    reservedAmps: onSocket(place, Math.max(limitAmps, place.failSafeAmps)),
    presentAmps: onSocket(place, memory.held.length > 0 ? limitAmps : 0),
  };
}

/** Nothing can be said to it: whoever plugs in there takes what the socket gives, at once. */
function uncontrolled(
  place: EvsePlace,
  { reading }: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
): MayDraw {
  const reservedAmps = onSocket(place, place.maxCurrentAmps);
  if (!facts.connected || facts.transactionId !== null) {
    return { reservedAmps, presentAmps: reservedAmps };
  }
  const isSeen = reading !== null && isFresh(reading, nowMs);
  return { reservedAmps, presentAmps: isSeen ? reading.currentsAmps : onEachLine(0) };
}

/**
 * Out of reach, a charger goes on under its last limit, drops to its fail-safe current when that
 * expires, and gives the fail-safe current to any other EV.
 */
function whileAway(
  place: EvsePlace,
  memory: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
  space: DrawSpace,
): MayDraw {
  if (facts.forgetsProfiles) {
    const any = onSocket(place, place.maxCurrentAmps);
    return { reservedAmps: any, presentAmps: any };
  }
  const limited = space.amps;
  noteUnderLimits(place, memory, facts, nowMs, limited);
  const inUse = facts.transactionId !== null || memory.held.length > 0;
  const failSafe = onSocket(place, place.failSafeAmps);
  return {
    reservedAmps: higher(limited, failSafe),
    presentAmps: inUse ? limited : onEachLine(0),
  };
}

/** A charger within reach would have told of a transaction: no current without one. */
function whileIdle(
  place: EvsePlace,
  memory: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
): MayDraw {
  const { reading } = memory;
  const seen = reading !== null && isFresh(reading, nowMs) ? reading.currentsAmps : NOTHING;
  const ready = onSocket(place, facts.plugged ? place.failSafeAmps : 0);
  return { reservedAmps: ready === NOTHING ? seen : higher(ready, seen), presentAmps: seen };
}

/**
 * The highest limit that it has not provably left, and what it was seen drawing above that. For one
 * that does not obey: all that its hardware can give.
 */
function noteUnderLimits(
  place: EvsePlace,
  memory: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
  under: Writable<PerLine>,
): void {
  const { reading, ignoresLimits, overdrawAmps, trust } = memory;
  const isDisobeying = trust.state === "disobeying";
  const heldAmps = limitAmpsOf(place, memory, facts, nowMs);
  const limitAmps = isDisobeying ? Math.max(heldAmps, place.maxCurrentAmps) : heldAmps;
  const lines = linesOf(place, memory, nowMs);
  // What stands below its limits says nothing of phases: it is for all of them.
  const elseAmps = memory.order.phases === 1 && mayHaveFallenBack(memory.held, nowMs)
    ? place.failSafeAmps
    : 0;
  const isDeaf = (ignoresLimits || isDisobeying) && reading !== null;
  for (const line of LINES) {
    const isOwn = lines.includes(line);
    const allowed = (isOwn ? limitAmps : place.lines.includes(line) ? elseAmps : 0) +
      (isDisobeying ? 0 : overdrawAmps[line]);
    // Who ignores limits is believed again when it is seen obeying, not when its reading gets old.
    under[line] = isDeaf ? Math.max(allowed, reading.currentsAmps[line]) : allowed;
  }
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

function higher(a: PerLine, b: PerLine): PerLine {
  return { L1: Math.max(a.L1, b.L1), L2: Math.max(a.L2, b.L2), L3: Math.max(a.L3, b.L3) };
}

/** The highest of the limits that may be in force, in amperes per line. */
function limitAmpsOf(
  place: EvsePlace,
  memory: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
): number {
  const { held } = memory;
  // Mostly no limit is near its end, and what stands below it does not matter.
  return mayHaveFallenBack(held, nowMs)
    ? highestAmps(held, fallBackOf(place, memory, facts), nowMs)
    : highestSet(held);
}

/**
 * What an EVSE was told and has room reserved for; before it was told anything, the least that it
 * may be under. A limit that expired while the charger was away does not count any more.
 */
export function keptAmps(
  place: EvsePlace,
  memory: EvseMemory,
  facts: EvseFacts,
  nowMs: number,
): number {
  const { lastSent, held } = memory;
  return lastSent === null
    ? lowestAmps(held, fallBackOf(place, memory, facts), nowMs)
    : Math.min(lastSent.limitAmps, limitAmpsOf(place, memory, facts, nowMs));
}

/** Whom a meter did not see fall when its limit was over did not drop it. */
function fallBackOf(place: EvsePlace, { absence }: EvseMemory, facts: EvseFacts): FallBack {
  const expiryTrusted = facts.expiryTrusted && absence?.isKept !== true;
  return { failSafeAmps: place.failSafeAmps, expiryTrusted };
}

function onSocket(place: EvsePlace, amps: number): PerLine {
  return amps === 0 ? NOTHING : ampsOn(place.lines, amps);
}

const NOTHING: PerLine = onEachLine(0);
