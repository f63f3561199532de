import type { EvModel } from "./ev_models.ts";

/** What a socket offers its EV at a moment. */
export interface EvOffer {
  /** Amperes per phase; below 6 the control pilot says "do not charge". */
  readonly amps: number;
  /** Phases that are live at the socket. 0: the contactor is open, so nothing can flow. */
  readonly phases: 0 | 1 | 2 | 3;
  /** From line to neutral. */
  readonly volts: number;
}

/** What an EV is about. */
export type EvMood =
  /** Nothing, or too little, is offered. */
  | "idle"
  /** It has seen an offer and gets ready. */
  | "starting"
  | "charging"
  /** It pauses by itself, and goes on soon. */
  | "cooling"
  /** It is offered less than it needs, draws a little, and will stop. */
  | "stalling"
  /** It has what it wanted. */
  | "full"
  /** It was kept waiting too long: an offer alone does not wake it. */
  | "asleep"
  /** It was stopped too often: only a break of the control pilot brings it back. */
  | "given-up";

/** A change of the offer on its way through the EV's electronics. */
interface PendingOffer {
  readonly amps: number;
  readonly dueMs: number;
}

/** An EV at a moment. */
export interface Ev {
  readonly model: EvModel;
  /** The battery fills so many times faster than physics allows; what it draws stays honest. */
  readonly timeLapse: number;
  readonly storedWh: number;
  /** It stops when the battery holds so much. */
  readonly targetWh: number;
  readonly mood: EvMood;
  /** Amperes per phase, and how many phases, right now. */
  readonly drawnAmps: number;
  readonly drawnPhases: 0 | 1 | 2 | 3;
  /** Everything that it ever took from a socket. */
  readonly receivedWh: number;
  /** The offer that it goes by; the newest is the last of `pending`. */
  readonly obeyedAmps: number;
  readonly pending: readonly PendingOffer[];
  /** When the mood began. */
  readonly moodSinceMs: number;
  /** Asleep, it saw an offer: the end of that offer wakes it. */
  readonly stirred: boolean;
  /** The contactor is open, so the control pilot says nothing at all. */
  readonly isPilotDead: boolean;
  /** It had its pause since it started. */
  readonly hasCooled: boolean;
  /** How often an offer of nothing has stopped it since the control pilot broke last. */
  readonly stops: number;
  readonly atMs: number;
}

/** What a driver comes with. */
export interface EvNeeds {
  /** State of charge on arrival, 0 to 1. */
  readonly soc: number;
  /** State of charge that is enough, 0 to 1. Default 1. */
  readonly targetSoc?: number | undefined;
  /** Energy that is enough, where that is less than `targetSoc`. */
  readonly wantedWh?: number | undefined;
  /** Default 1. */
  readonly timeLapse?: number | undefined;
}

/** Below this the control pilot of IEC 61851 cannot offer anything. */
export const PILOT_MIN_AMPS = 6;

/** The state of charge changes the draw continuously; within so long it counts as constant. */
const SLICE_MS = 1_000;

const MS_PER_HOUR = 3_600_000;

/** An EV that was just plugged in. Throws `RangeError` for a state of charge that cannot be. */
export function newEv(model: EvModel, needs: EvNeeds, nowMs: number): Ev {
  const { soc, targetSoc = 1, wantedWh = Number.POSITIVE_INFINITY, timeLapse = 1 } = needs;
  if (!(soc >= 0 && soc <= 1 && targetSoc >= 0 && targetSoc <= 1)) {
    throw new RangeError(`Cannot create EV: state of charge ${soc} to ${targetSoc}`);
  }
  const storedWh = soc * model.batteryWh;
  return {
    model,
    timeLapse,
    storedWh,
    targetWh: Math.min(targetSoc * model.batteryWh, storedWh + wantedWh),
    mood: "idle",
    drawnAmps: 0,
    drawnPhases: 0,
    receivedWh: 0,
    obeyedAmps: 0,
    pending: [],
    moodSinceMs: nowMs,
    stirred: false,
    isPilotDead: false,
    hasCooled: false,
    stops: 0,
    atMs: nowMs,
  };
}

/** State of charge, 0 to 1. */
export function stateOfCharge(ev: Ev): number {
  return ev.storedWh / ev.model.batteryWh;
}

/** True while the EV asks its socket for energy (IEC 61851 state C). */
export function asksForEnergy({ mood }: Ev): boolean {
  return isBusy(mood);
}

/** True while it is in the middle of charging, also where it draws nothing for a moment. */
function isBusy(mood: EvMood): boolean {
  return mood === "charging" || mood === "cooling" || mood === "stalling";
}

/** The EV at `nowMs`, having had `offer` since it was last looked at. Pure. */
export function stepEv(ev: Ev, offer: EvOffer, nowMs: number): Ev {
  let now = notice(ev, offer);
  while (now.atMs < nowMs) {
    const untilMs = Math.min(nowMs, now.atMs + SLICE_MS, nextChangeMs(now));
    now = settleMood(flow(now, offer, untilMs));
  }
  return now;
}

/** Notes a new offer; it takes the reaction time to be obeyed. */
function notice(given: Ev, { amps, phases }: EvOffer): Ev {
  const ev = noticePilot(given, phases === 0);
  const offered = phases === 0 || amps < PILOT_MIN_AMPS ? 0 : amps;
  const latest = ev.pending.at(-1)?.amps ?? ev.obeyedAmps;
  const cutOff = phases === 0 ? { drawnAmps: 0, drawnPhases: 0 } as const : {};
  if (offered === latest) return settleMood({ ...ev, ...cutOff });
  const pending = [...ev.pending, { amps: offered, dueMs: ev.atMs + ev.model.reactionMs }];
  return settleMood({ ...ev, ...cutOff, pending });
}

/** A break of the control pilot makes it forget, and what it waits for counts anew. */
function noticePilot(ev: Ev, isPilotDead: boolean): Ev {
  if (ev.isPilotDead === isPilotDead) return ev;
  const moodSinceMs = ev.mood === "idle" ? ev.atMs : ev.moodSinceMs;
  return { ...ev, isPilotDead, moodSinceMs, stops: 0, stirred: false };
}

/** The next moment at which something changes by itself. */
function nextChangeMs(ev: Ev): number {
  const lastsMs = moodLastsMs(ev);
  const moments = [
    ev.pending[0]?.dueMs ?? Number.POSITIVE_INFINITY,
    lastsMs === null ? Number.POSITIVE_INFINITY : ev.moodSinceMs + lastsMs,
  ];
  return Math.min(...moments.filter((atMs) => atMs > ev.atMs));
}

/** How long the mood lasts where nothing else ends it; null for ever. */
function moodLastsMs({ model, mood, hasCooled, isPilotDead }: Ev): number | null {
  switch (mood) {
    case "idle":
      return isPilotDead ? null : model.sleepsAfterMs;
    case "starting":
      return model.startMs;
    case "charging":
      return hasCooled ? null : model.cooling?.afterMs ?? null;
    case "cooling":
      return model.cooling?.forMs ?? 0;
    case "stalling":
      return model.stall?.forMs ?? 0;
    case "full":
    case "asleep":
    case "given-up":
      return null;
  }
}

/** Lets current flow until `untilMs`: a ramp to the target, then the target. */
function flow(ev: Ev, offer: EvOffer, untilMs: number): Ev {
  const { model } = ev;
  const target = offer.phases === 0 ? 0 : targetAmps(ev, offer);
  const spanMs = untilMs - ev.atMs;
  const rampMs = target > ev.drawnAmps ? model.rampUpMs : model.rampDownMs;
  const difference = target - ev.drawnAmps;
  const neededMs = Math.abs(difference) * rampMs / model.maxAmps;
  const rampedMs = Math.min(spanMs, neededMs);
  const reached = neededMs <= spanMs ? target : ev.drawnAmps + difference * rampedMs / neededMs;
  const phases = phasesUsed(model, offer);
  const ampMs = (ev.drawnAmps + reached) / 2 * rampedMs + reached * (spanMs - rampedMs);
  const takenWh = ampMs * phases * offer.volts / MS_PER_HOUR;
  const gainedWh = takenWh * model.efficiency * ev.timeLapse;
  return {
    ...ev,
    drawnAmps: reached,
    drawnPhases: reached > 0 ? phases : 0,
    receivedWh: ev.receivedWh + takenWh,
    storedWh: Math.min(model.batteryWh, ev.storedWh + gainedWh),
    atMs: untilMs,
  };
}

function phasesUsed(model: EvModel, offer: EvOffer): 0 | 1 | 2 | 3 {
  return offer.phases < model.phases ? offer.phases : model.phases;
}

/** What the EV wants to draw per phase, ramps aside. */
function targetAmps({ model, mood, obeyedAmps, storedWh }: Ev, offer: EvOffer): number {
  const allowedAmps = Math.max(0, obeyedAmps - model.underDrawAmps);
  if (mood === "stalling") {
    const phases = Math.max(1, phasesUsed(model, offer));
    return Math.min((model.stall?.watts ?? 0) / offer.volts / phases, allowedAmps);
  }
  if (mood !== "charging") return 0;
  const soc = storedWh / model.batteryWh;
  const late = Math.max(0, soc - model.taperFromSoc) / (1 - model.taperFromSoc);
  const wanted = model.maxAmps * (1 - (1 - model.taperEnd) * late);
  return Math.max(0, Math.min(wanted, allowedAmps));
}

/** Obeys what is due and changes the mood accordingly. */
function settleMood(ev: Ev): Ev {
  const [next, ...pending] = ev.pending;
  if (next === undefined || next.dueMs > ev.atMs) return withMood(ev);
  return settleMood(withMood({ ...ev, pending, obeyedAmps: next.amps }));
}

function withMood(ev: Ev): Ev {
  const mood = moodOf(ev);
  const isOffered = ev.obeyedAmps >= ev.model.minAmps;
  const stirred = mood === "asleep" && (ev.stirred || isOffered);
  if (mood === ev.mood) return stirred === ev.stirred ? ev : { ...ev, stirred };
  const wasStopped = isBusy(ev.mood) && (mood === "idle" || mood === "given-up");
  return {
    ...ev,
    mood,
    stirred,
    moodSinceMs: ev.atMs,
    hasCooled: mood === "cooling" || (isBusy(mood) && ev.hasCooled),
    stops: wasStopped && !ev.isPilotDead ? ev.stops + 1 : ev.stops,
  };
}

function moodOf(ev: Ev): EvMood {
  const { model, mood, obeyedAmps } = ev;
  if (ev.storedWh >= ev.targetWh) return "full";
  const isOffered = obeyedAmps >= model.minAmps;
  const lastsMs = moodLastsMs(ev);
  const isOver = lastsMs !== null && ev.atMs >= ev.moodSinceMs + lastsMs;
  switch (mood) {
    case "given-up":
      return ev.isPilotDead ? "idle" : "given-up";
    case "asleep":
      return isWoken(ev, isOffered) ? "idle" : "asleep";
    case "charging":
    case "cooling":
      if (!isOffered) return moodWithout(ev);
      if (!isOver) return mood;
      return mood === "charging" ? "cooling" : "charging";
    case "stalling":
      if (isOffered) return "charging";
      return isOver || obeyedAmps < PILOT_MIN_AMPS ? stopped(ev) : "stalling";
    case "starting":
      if (!isOffered) return "idle";
      return isOver ? "charging" : "starting";
    case "full":
    case "idle":
      if (isOffered) return "starting";
      return isOver ? "asleep" : "idle";
  }
}

function isWoken({ model, stirred, isPilotDead }: Ev, isOffered: boolean): boolean {
  return isPilotDead || (model.wakesBy === "new-offer" && stirred && !isOffered);
}

/** What becomes of an EV in the middle of charging that is offered less than it needs. */
function moodWithout(ev: Ev): EvMood {
  const stalls = ev.model.stall !== null && ev.obeyedAmps >= PILOT_MIN_AMPS;
  return stalls ? "stalling" : stopped(ev);
}

/** The last stop that it puts up with is one too many. */
function stopped({ model, stops, isPilotDead }: Ev): EvMood {
  const isEnough = model.givesUpAfterStops !== null && stops + 1 >= model.givesUpAfterStops;
  return isEnough && !isPilotDead ? "given-up" : "idle";
}
