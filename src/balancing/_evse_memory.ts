import { type EvsePlace, onEachLine, type PerLine } from "../site/mod.ts";
import { type Appetite, UNKNOWN_APPETITE } from "./_appetite.ts";
import type { EvseFacts, PhaseCount } from "./facts.ts";
import type { LimitReason } from "./limit_reason.ts";
import { type ChargerReading, type HeldLimit, peakAmps } from "./_held_limits.ts";
import { type LastingRoom, NO_ROOM_YET } from "./_lasting_room.ts";
import { NO_PAUSES, type Pauses } from "./_pauses.ts";
import { NO_PHASE_EVIDENCE, type PhaseEvidence } from "./_phase_evidence.ts";
import { NO_PHASE_ORDER, type PhaseOrder } from "./_phase_order.ts";
import type { Absence } from "./_absence.ts";
import { type RotationMemory, UNSEEN_ROTATION, withSessionBegun } from "./_rotation.ts";
import { type Asking, NOT_ASKED, withSignOfLife } from "./_sleep.ts";
import { TRUSTED, type TrustMemory } from "./_trust.ts";
import type { Wake } from "./_wake.ts";
import { NO_WRITES, withWrite, type Writes } from "./_writes.ts";

/** A limit as it was sent last. */
export interface NewestLimit {
  readonly limitAmps: number;
  readonly sentAtMs: number;
  readonly validForMs: number;
  /** On how many phases it says to charge; absent: it says nothing. */
  readonly phases?: PhaseCount;
}

/**
 * A contactor that is not simply closed. "failed": it was told to open and did not. "returning": it is
 * open, and closes when there is room for what its charger may draw then.
 */
export interface CutMemory {
  readonly state: "ordered" | "open" | "failed" | "returning" | "closing";
  readonly sinceMs: number;
}

/** What the balancer remembers of one EVSE. */
export interface EvseMemory {
  /** Null until the gateway has heard of the charger since it started. */
  readonly facts: EvseFacts | null;
  /** The charger was connected since we started, or we remember its limit from before. */
  readonly historyKnown: boolean;
  readonly connectedSinceMs: number;
  /** When the running transaction, or the pause since the last one, was first heard of. */
  readonly sessionSinceMs: number;
  /** Limits that the charger may be under, oldest first. */
  readonly held: readonly HeldLimit[];
  /** Null before the first limit of a transaction. */
  readonly lastSent: NewestLimit | null;
  /** The last limit has to be sent again whether it changes or not. */
  readonly resend: boolean;
  readonly reading: ChargerReading | null;
  /** What it was seen drawing above its limit, per line, in amperes: a pilot that is off. */
  readonly overdrawAmps: PerLine;
  /** It was seen drawing far more than its limit, and not otherwise since. */
  readonly ignoresLimits: boolean;
  /** How far it is believed. */
  readonly trust: TrustMemory;
  /** What the contactor in front of it was told, and what it did; null while it is closed. */
  readonly cut: CutMemory | null;
  /** How often its session was paused for want of room. */
  readonly pauses: Pauses;
  /** How many limits it was sent. */
  readonly writes: Writes;
  /** How much the EV wants. */
  readonly appetite: Appetite;
  /** Which lines it draws from. */
  readonly phases: PhaseEvidence;
  /** On how many phases it was told to charge. */
  readonly order: PhaseOrder;
  /** Whether its current was seen on the lines that its socket is said to have. */
  readonly rotation: RotationMemory;
  /** What a meter shows of it while it is out of reach; null where it is not, or nothing can be seen. */
  readonly absence: Absence | null;
  /** When the EV was last seen drawing; null: not in this session. */
  readonly drewAtMs: number | null;
  /** From when on the EV counts as asleep, pauses since then included; null: it is awake. */
  readonly asleepFromMs: number | null;
  /** Whether it has current only to be asked whether it sleeps still. */
  readonly asking: Asking;
  /** What is done about an EV that does not take what it was given after a pause; null: nothing. */
  readonly wake: Wake | null;
  /** Since when it waits for room; null when it does not. */
  readonly waitingSinceMs: number | null;
  /** What is known of room for its minimum, while it waits. */
  readonly room: LastingRoom;
  /** Since when it has had at least its minimum; null when it has not. */
  readonly chargingSinceMs: number | null;
  readonly raisedAtMs: number | null;
  /** Limits in a row that did not get through. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly retryAtMs: number;
  readonly reason: LimitReason;
}

/** An EVSE of which nothing is known yet. */
export const UNKNOWN_EVSE: EvseMemory = {
  facts: null,
  historyKnown: false,
  connectedSinceMs: -Infinity,
  sessionSinceMs: -Infinity,
  held: [],
  lastSent: null,
  resend: false,
  reading: null,
  overdrawAmps: onEachLine(0),
  ignoresLimits: false,
  trust: TRUSTED,
  cut: null,
  pauses: NO_PAUSES,
  writes: NO_WRITES,
  appetite: UNKNOWN_APPETITE,
  phases: NO_PHASE_EVIDENCE,
  order: NO_PHASE_ORDER,
  rotation: UNSEEN_ROTATION,
  absence: null,
  drewAtMs: null,
  asleepFromMs: null,
  asking: NOT_ASKED,
  wake: null,
  waitingSinceMs: null,
  room: NO_ROOM_YET,
  chargingSinceMs: null,
  raisedAtMs: null,
  failures: 0,
  retryAtMs: 0,
  reason: { kind: "idle" },
};

/** Takes in new facts: forgets what belonged to an ended transaction, distrusts what reconnects. */
export function withFacts(
  memory: EvseMemory,
  facts: EvseFacts,
  place: EvsePlace,
  nowMs: number,
): EvseMemory {
  const before = memory.facts;
  const session = memory.historyKnown && before?.transactionId !== facts.transactionId
    ? newSession(memory, facts, place, nowMs)
    : memory;
  const woke = before?.suspendedByEv === true && !facts.suspendedByEv;
  const booted = before !== null && before.bootedAtMs !== facts.bootedAtMs;
  const { wake } = session;
  // While nothing is offered its state may change for the want of an offer.
  const stirs = booted || before?.plugged !== facts.plugged || (woke && isOffered(session));
  const { appetite, phases } = UNKNOWN_EVSE;
  const next = {
    ...(woke ? withSignOfLife(session, nowMs) : session),
    facts,
    ...(woke ? { appetite } : {}),
    // An EV that wakes may pre-heat on one phase first; one that was cut off may begin otherwise.
    ...(woke || booted ? { phases } : {}),
    wake: stirs && wake?.stage === "needs-driver" ? null : wake,
  };
  if (!facts.connected) return next;
  return before?.connected ? next : withReturn(next, facts, place, nowMs);
}

/** The charger took a limit above 0, and was not told to pause since. */
export function isOffered({ facts, lastSent, held }: EvseMemory): boolean {
  const taken = held.findLast(({ acceptedAtMs }) => acceptedAtMs !== null);
  return facts !== null && facts.connected && facts.transactionId !== null &&
    lastSent !== null && lastSent.limitAmps > 0 && taken !== undefined && taken.limitAmps > 0;
}

/** A charger that appears or comes back: every limit is sent again, and some are assumed lost. */
function withReturn(
  memory: EvseMemory,
  facts: EvseFacts,
  place: EvsePlace,
  nowMs: number,
): EvseMemory {
  const back = {
    ...memory,
    historyKnown: true,
    connectedSinceMs: nowMs,
    resend: true,
    failures: 0,
    retryAtMs: 0,
  };
  // A transaction that runs since before we started, under a limit that nobody remembers: it may
  // be any. The same where the model forgets its limits, its fail-safe among them, on reconnecting.
  const lost = facts.forgetsProfiles ||
    (!memory.historyKnown && facts.transactionId !== null && memory.held.length === 0);
  if (!lost) return back;
  const guess = { ...standing(place.maxCurrentAmps, nowMs), isGuess: true } as const;
  // Its order is forgotten with them: it may charge on all its phases again.
  return { ...back, held: [guess], lastSent: null, phases: NO_PHASE_EVIDENCE };
}

/**
 * A TxProfile ends with its transaction (1.6 §3.13.1), and so does all we learned of the EV. The
 * next transaction begins under the charger's standing fail-safe current, or under a limit of which
 * we do not know whether it is still on its way to the charger.
 */
function newSession(
  memory: EvseMemory,
  facts: EvseFacts,
  place: EvsePlace,
  nowMs: number,
): EvseMemory {
  const { historyKnown, connectedSinceMs, reason, cut, writes } = memory;
  const onTheWay = memory.held.filter((limit) => limit.acceptedAtMs === null);
  const held = facts.transactionId === null
    ? onTheWay
    : [standing(place.failSafeAmps, nowMs), ...onTheWay];
  const rotation = withSessionBegun(memory.rotation, nowMs);
  const kept = { historyKnown, connectedSinceMs, reason, cut, writes, rotation };
  return { ...UNKNOWN_EVSE, ...kept, held, sessionSinceMs: nowMs };
}

/** A limit that is there without our doing, until another is obeyed. */
function standing(limitAmps: number, nowMs: number): HeldLimit {
  return {
    limitAmps,
    sentAtMs: nowMs,
    acceptedAtMs: nowMs,
    followedSinceMs: nowMs,
    unanswered: false,
    validForMs: null,
  };
}

/** Notes a limit that goes out now. */
export function withSent(
  memory: EvseMemory,
  limitAmps: number,
  validForMs: number,
  nowMs: number,
): EvseMemory {
  const { reading, order: { phases } } = memory;
  const isFresh = reading !== null && nowMs - reading.atMs < 2 * reading.intervalMs;
  const told = phases === null ? {} : { phases };
  const sent: HeldLimit = {
    limitAmps,
    sentAtMs: nowMs,
    acceptedAtMs: null,
    followedSinceMs: null,
    unanswered: false,
    validForMs,
    ...(isFresh ? { drawnBeforeAmps: peakAmps(reading.currentsAmps) } : {}),
    ...told,
  };
  return {
    ...memory,
    held: [...memory.held, sent],
    lastSent: { limitAmps, sentAtMs: nowMs, validForMs, ...told },
    resend: false,
    writes: withWrite(memory.writes, nowMs),
  };
}

/**
 * The charger took a limit. Answers come in the order of asking: the oldest of its size is meant,
 * and what was asked before it is settled too.
 */
export function withAccepted(memory: EvseMemory, limitAmps: number, nowMs: number): EvseMemory {
  const isMeant = (limit: HeldLimit) =>
    limit.acceptedAtMs === null && limit.limitAmps === limitAmps;
  const pending = memory.held.findIndex((limit) => isMeant(limit) && !limit.unanswered);
  const index = pending >= 0 ? pending : memory.held.findIndex(isMeant);
  if (index < 0) return withUnexpected(memory, limitAmps, nowMs);
  const before = memory.held.slice(0, index);
  const isRenewal = before.length > 0 && before.every((limit) => limit.limitAmps === limitAmps);
  const followedSinceMs = (isRenewal ? before[0]?.followedSinceMs : null) ?? nowMs;
  const held = memory.held.map((limit, at) => {
    if (at === index) return { ...limit, acceptedAtMs: nowMs, followedSinceMs };
    return at < index && limit.acceptedAtMs === null ? { ...limit, unanswered: true } : limit;
  });
  return { ...memory, held, failures: 0, retryAtMs: 0 };
}

/** A limit of which we know nothing is one more that the charger may be under. */
function withUnexpected(memory: EvseMemory, limitAmps: number, nowMs: number): EvseMemory {
  const known = memory.held.some((limit) => limit.limitAmps === limitAmps);
  if (known || !(limitAmps >= 0)) return memory;
  const limit: HeldLimit = {
    limitAmps,
    sentAtMs: nowMs,
    // Not accepted, so that it never stands as proof that a higher one was left.
    acceptedAtMs: null,
    followedSinceMs: null,
    unanswered: true,
    validForMs: null,
  };
  return { ...memory, held: [...memory.held, limit] };
}

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/** A limit did not get through. Refused, it never counted; unanswered, it may count. */
export function withFailed(
  memory: EvseMemory,
  limitAmps: number,
  answered: boolean,
  nowMs: number,
): EvseMemory {
  const index = memory.held.findIndex((limit) =>
    limit.acceptedAtMs === null && !limit.unanswered && limit.limitAmps === limitAmps
  );
  const failed = memory.held[index];
  if (failed === undefined) return memory;
  const held = answered
    ? memory.held.toSpliced(index, 1)
    : withoutRepeats(memory.held.with(index, { ...failed, unanswered: true }), failed);
  const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** memory.failures, LONGEST_RETRY_MS);
  return {
    ...memory,
    held,
    lastSent: answered ? newestOf(held) : memory.lastSent,
    resend: true,
    failures: memory.failures + 1,
    retryAtMs: nowMs + pauseMs,
  };
}

/** A charger that answers nothing is asked for ever: one entry for each limit is enough. */
function withoutRepeats(held: readonly HeldLimit[], newest: HeldLimit): readonly HeldLimit[] {
  return held.filter((limit) =>
    !limit.unanswered || limit.limitAmps !== newest.limitAmps ||
    limit.sentAtMs === newest.sentAtMs || limit.validForMs === null
  );
}

/** What the charger was told before the refused limit; null where that is not ours. */
function newestOf(held: readonly HeldLimit[]): NewestLimit | null {
  const newest = held.at(-1);
  if (newest === undefined || newest.validForMs === null) return null;
  const { limitAmps, sentAtMs, validForMs, phases } = newest;
  return { limitAmps, sentAtMs, validForMs, ...(phases === undefined ? {} : { phases }) };
}
