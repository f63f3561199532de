import { type Decimal, decimal, decimalText, ZERO } from "../../lib/decimal.ts";
import { type Moment, NOT_PRICED, priceAt, thresholdsOf } from "./conditions.ts";
import type { Activity, CostPeriod, CostState } from "./cost_state.ts";
import { type LocalWindow, localWindow } from "./local_time.ts";
import { withoutEnergy, withPiece } from "./_periods.ts";
import type { Tariff } from "./tariff.ts";

/** What became known at a moment. */
export interface Known {
  readonly atMs: number;
  /** Wh since the start; null where no register was read. */
  readonly energyWh: Decimal | null;
  /** The sum of the phases; absent where it was not measured. */
  readonly currentAmps?: number;
}

const MS_PER_HOUR = 3_600_000;
/** Energy is counted in millionths of a Wh. */
export const ENERGY_DIGITS = 6;

/** A stretch of one activity under one tariff. */
interface Stretch {
  readonly activity: Activity;
  readonly fromMs: number;
  readonly toMs: number;
  readonly tariff: Tariff;
  /** The place of the tariff in the state's `tariffKeys`. */
  readonly tariffAt: number;
}

/** How the energy between two readings lies in time: evenly where the EV charged. */
interface Flow {
  readonly baseWh: Decimal;
  readonly totalWh: Decimal;
  readonly totalMs: number;
  readonly powerW: number;
  readonly currentAmps: number | undefined;
}

/**
 * Counts up to a moment. What the register gained since the last reading is spread evenly over the
 * time in which the EV charged, as far as the charger says (over all the time where it says of none),
 * and cut where a price changes; nobody knows better what flowed between two readings.
 */
export function countTo(state: CostState, known: Known, tariffs: readonly Tariff[]): CostState {
  const toMs = Math.max(known.atMs, state.countedToMs);
  const energy = known.energyWh ?? decimal(state.energyWh);
  const tooMuch = decimal(state.energyWh).minus(energy);
  const base = tooMuch.gt(ZERO)
    ? { ...state, ...withoutEnergy(state, tooMuch), energyWh: decimalText(energy) }
    : state;
  const stretches = stretchesOf(base, toMs, tariffs);
  const isFlowing = stretches.some(({ activity }) => activity === "charging")
    ? ({ activity }: Stretch) => activity === "charging"
    : () => true;
  const flow = flowOf(base, energy, stretches.filter(isFlowing), known.currentAmps);
  let walk: Walk = { state: base, flowedMs: 0 };
  for (const stretch of stretches) {
    walk = countStretch(walk, stretch, isFlowing(stretch) ? flow : null);
  }
  const last = state.spans.findLast(({ sinceMs }) => sinceMs <= toMs) ?? state.spans[0];
  const whole = atOnce(walk.state, energy, { toMs, flow, tariffs, tariffAt: last?.tariff ?? 0 });
  const later = state.spans.filter(({ sinceMs }) => sinceMs > toMs);
  return {
    ...whole,
    countedToMs: toMs,
    heardToMs: Math.max(state.heardToMs, toMs),
    spans: last === undefined ? later : [{ ...last, sinceMs: toMs }, ...later],
  };
}

function flowOf(
  state: CostState,
  energyWh: Decimal,
  flowing: readonly Stretch[],
  currentAmps: number | undefined,
): Flow {
  const baseWh = decimal(state.energyWh);
  const totalWh = energyWh.minus(baseWh);
  const totalMs = flowing.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const powerW = totalMs === 0 ? 0 : totalWh.times(MS_PER_HOUR).div(totalMs).toNumber();
  return { baseWh, totalWh, totalMs, powerW, currentAmps };
}

function stretchesOf(state: CostState, toMs: number, tariffs: readonly Tariff[]): Stretch[] {
  return state.spans.flatMap(({ sinceMs, activity, tariff: tariffAt }, index): Stretch[] => {
    const fromMs = Math.max(sinceMs, state.countedToMs);
    const endMs = Math.min(state.spans[index + 1]?.sinceMs ?? toMs, toMs);
    const tariff = tariffs[tariffAt];
    if (tariff === undefined || endMs <= fromMs) return [];
    const counts = activity === "paused" && tariff.pausedBySite === "idle" ? "idle" : activity;
    return [{ activity: counts, fromMs, toMs: endMs, tariff, tariffAt }];
  });
}

interface Walk {
  readonly state: CostState;
  /** How much of the flow's time is behind us. */
  readonly flowedMs: number;
}

/** Counts one stretch, piece by piece: a piece ends where a price may change. */
function countStretch(walk: Walk, stretch: Stretch, flow: Flow | null): Walk {
  let state = begun(walk.state, stretch);
  let atMs = stretch.fromMs;
  while (atMs < stretch.toMs) {
    const moment = momentOf(state, atMs, stretch, flow);
    const flowedMs = walk.flowedMs + atMs - stretch.fromMs;
    const crossing = flow === null ? null : crossingOf(moment.energyWh, flow, stretch.tariff);
    const crossingMs = crossing === null ? FOREVER : atMs + Math.max(0, crossing.atMs - flowedMs);
    const endMs = Math.min(pieceEnd(moment, atMs, stretch), crossingMs);
    const energyWh = flow === null ? ZERO : gainedUpTo(
      state,
      flow,
      flowedMs + endMs - atMs,
      endMs === crossingMs ? crossing?.energyWh : undefined,
    );
    state = withCounted(state, { atMs, endMs, stretch, energyWh, moment });
    atMs = endMs;
  }
  const took = flow === null ? 0 : stretch.toMs - stretch.fromMs;
  return { state, flowedMs: walk.flowedMs + took };
}

const FOREVER = Number.POSITIVE_INFINITY;

/** Where time alone may change a price. */
function pieceEnd(moment: WindowedMoment, atMs: number, { activity, toMs, tariff }: Stretch) {
  const { sessionMs, chargingMs, idleMs } = thresholdsOf(tariff);
  return Math.min(
    toMs,
    moment.local.untilMs,
    nextAfter(moment.sessionMs, sessionMs, atMs),
    activity === "charging" ? nextAfter(moment.chargingMs, chargingMs, atMs) : FOREVER,
    activity === "idle" ? nextAfter(moment.idleMs, idleMs, atMs) : FOREVER,
  );
}

function nextAfter(value: number, thresholds: readonly number[], atMs: number): number {
  const next = thresholds.find((threshold) => threshold > value);
  return next === undefined ? FOREVER : atMs + next - value;
}

/** An idle period begins with the first stretch of it, and ends with any other. */
function begun(state: CostState, { activity, fromMs }: Stretch): CostState {
  const idleSinceMs = activity === "idle" ? state.idleSinceMs ?? fromMs : null;
  return idleSinceMs === state.idleSinceMs ? state : { ...state, idleSinceMs };
}

/** When so much has flowed that a price by energy may change; `atMs` counts the time of the flow. */
function crossingOf(energyWh: number, flow: Flow, tariff: Tariff) {
  const next = nextEnergy(energyWh, tariff);
  if (next === undefined || flow.baseWh.plus(flow.totalWh).lt(next)) return null;
  const share = decimal(next).minus(flow.baseWh).div(flow.totalWh);
  return { energyWh: decimal(next), atMs: share.times(flow.totalMs).ceil().toNumber() };
}

function nextEnergy(energyWh: number, tariff: Tariff): number | undefined {
  return thresholdsOf(tariff).energyWh.find((threshold) => threshold > energyWh);
}

/** The energy between what is counted and a point of the flow. */
function gainedUpTo(state: CostState, flow: Flow, flowedMs: number, exactWh: Decimal | undefined) {
  const { baseWh, totalWh, totalMs } = flow;
  const reached = exactWh ??
    baseWh.plus(totalWh.times(flowedMs).div(totalMs).toDecimalPlaces(ENERGY_DIGITS));
  const gained = reached.minus(state.energyWh);
  return gained.gt(ZERO) ? gained : ZERO;
}

interface Piece {
  readonly atMs: number;
  readonly endMs: number;
  readonly stretch: Pick<Stretch, "activity" | "tariff" | "tariffAt">;
  readonly energyWh: Decimal;
  readonly moment: Moment;
}

function withCounted(state: CostState, piece: Piece): CostState {
  const { atMs, endMs, energyWh, moment } = piece;
  const { activity, tariff, tariffAt } = piece.stretch;
  const tookMs = endMs - atMs;
  const timePart = activity === "charging"
    ? "chargingTime"
    : activity === "idle"
    ? "idleTime"
    : null;
  const powerW = Math.round(moment.powerW);
  const counted: CostPeriod = {
    tariff: tariffAt,
    startMs: atMs,
    ...(energyWh.gt(ZERO)
      ? {
        energy: { price: priceAt(tariff.parts.energy, moment), volume: decimalText(energyWh) },
        powerW: [powerW, powerW] as const,
      }
      : {}),
    ...(timePart === null || tookMs === 0 ? {} : {
      [timePart]: { price: priceAt(tariff.parts[timePart], moment), volume: String(tookMs) },
    }),
  };
  return {
    ...state,
    ...withPiece(state, counted),
    energyWh: decimalText(energyWh.plus(state.energyWh)),
    chargingMs: state.chargingMs + (activity === "charging" ? tookMs : 0),
  };
}

/** Counts energy for which no time has passed: the register was read twice at one moment. */
function atOnce(
  state: CostState,
  energyWh: Decimal,
  { toMs, flow, tariffs, tariffAt }: {
    readonly toMs: number;
    readonly flow: Flow;
    readonly tariffs: readonly Tariff[];
    readonly tariffAt: number;
  },
): CostState {
  const tariff = tariffs[tariffAt];
  const rest = energyWh.minus(state.energyWh);
  if (tariff === undefined || rest.lte(ZERO)) return state;
  const stretch = { activity: "charging", tariff, tariffAt } as const;
  const moment = momentOf(state, toMs, stretch, flow);
  const next = nextEnergy(moment.energyWh, tariff);
  const room = next === undefined ? rest : decimal(next).minus(state.energyWh);
  const taken = rest.lt(room) ? rest : room;
  const counted = withCounted(state, { atMs: toMs, endMs: toMs, stretch, energyWh: taken, moment });
  return atOnce(counted, energyWh, { toMs, flow, tariffs, tariffAt });
}

type WindowedMoment = Moment & { readonly local: LocalWindow };

function momentOf(
  state: CostState,
  atMs: number,
  { activity, tariff }: Pick<Stretch, "activity" | "tariff">,
  flow: Flow | null,
): WindowedMoment {
  const powerW = activity === "charging" ? flow?.powerW ?? 0 : 0;
  const { paymentBrand, paymentRecognition } = state;
  return {
    local: windowAt(tariff, atMs),
    energyWh: Number(state.energyWh),
    powerW,
    currentAmps: activity === "charging" ? flow?.currentAmps ?? powerW / tariff.nominalVoltageV : 0,
    sessionMs: atMs - state.startedAtMs,
    chargingMs: state.chargingMs,
    idleMs: activity === "idle" ? atMs - (state.idleSinceMs ?? atMs) : 0,
    ...(paymentBrand === undefined ? {} : { paymentBrand }),
    ...(paymentRecognition === undefined ? {} : { paymentRecognition }),
  };
}

/** The fees of the start, judged once (I12.FR.30). */
export function feesAt(
  state: CostState,
  tariff: Tariff,
  hasReservation: boolean,
): CostState["fees"] {
  const moment = momentOf(state, state.startedAtMs, { activity: "charging", tariff }, null);
  const fixedFee = priceAt(tariff.parts.fixedFee, moment);
  const reservationFixed = hasReservation
    ? priceAt(tariff.parts.reservationFixed, moment)
    : NOT_PRICED;
  return {
    ...(fixedFee === NOT_PRICED ? {} : { fixedFee }),
    ...(reservationFixed === NOT_PRICED ? {} : { reservationFixed }),
  };
}

const EVER: LocalWindow = {
  minuteOfDay: 0,
  weekday: "Monday",
  date: "1970-01-01",
  fromMs: Number.NEGATIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY,
};

const windows = new WeakMap<Tariff, LocalWindow>();

/** Readings come one after the other, so that the last stretch is mostly the right one again. */
function windowAt(tariff: Tariff, atMs: number): LocalWindow {
  const { minutes } = thresholdsOf(tariff);
  if (minutes.length === 0) return EVER;
  const last = windows.get(tariff);
  if (last !== undefined && last.fromMs <= atMs && atMs < last.untilMs) return last;
  const window = localWindow(tariff.timezone, atMs, minutes);
  windows.set(tariff, window);
  return window;
}
