import { decimal, ZERO } from "../../lib/decimal.ts";
import { type Activity, type CostState, SPANS_MAX, type SpanSince } from "./cost_state.ts";
import { countTo, ENERGY_DIGITS, feesAt, type Known } from "./_count.ts";
import { type Tariff, tariffKey } from "./tariff.ts";

/** What a session begins with. */
export interface CostStart {
  readonly atMs: number;
  readonly meterStartWh: number;
  readonly hasReservation: boolean;
  readonly paymentBrand?: string;
  readonly paymentRecognition?: string;
}

/** What happens to the cost of a session. Times are the session's own; they never run backwards. */
export type CostEvent =
  | {
    readonly kind: "reading";
    readonly atMs: number;
    readonly registerWh: number;
    readonly currentAmps?: number;
  }
  | { readonly kind: "activity"; readonly atMs: number; readonly activity: Activity }
  /** From this moment on another tariff counts (2.1 I11.FR.08). */
  | { readonly kind: "tariff"; readonly atMs: number; readonly tariff: Tariff }
  | { readonly kind: "stop"; readonly atMs: number; readonly registerWh: number };

/** Begins to count. Until the charger says otherwise, the EV charges. */
export function startCost(start: CostStart, tariff: Tariff): CostState {
  const { atMs, meterStartWh, hasReservation, paymentBrand, paymentRecognition } = start;
  const state: CostState = {
    tariffKeys: [tariffKey(tariff)],
    startedAtMs: atMs,
    meterStartWh,
    countedToMs: atMs,
    heardToMs: atMs,
    energyWh: "0",
    chargingMs: 0,
    idleSinceMs: null,
    spans: [{ sinceMs: atMs, activity: "charging", tariff: 0 }],
    fees: {},
    periods: [],
    older: [],
    ...(paymentBrand === undefined ? {} : { paymentBrand }),
    ...(paymentRecognition === undefined ? {} : { paymentRecognition }),
  };
  return { ...state, fees: feesAt(state, tariff, hasReservation) };
}

/** The state after an event. `tariffs` are those of its `tariffKeys`, in their order. */
export function costStep(
  state: CostState,
  event: CostEvent,
  tariffs: readonly Tariff[],
): CostState {
  switch (event.kind) {
    case "reading":
      return isLate(state, event.atMs, event.registerWh)
        ? state
        : countTo(state, knownAt(state, event), tariffs);
    case "activity":
      return withSpan(state, event.atMs, { activity: event.activity });
    case "tariff": {
      const tariffKeys = [...state.tariffKeys, tariffKey(event.tariff)];
      return withSpan({ ...state, tariffKeys }, event.atMs, { tariff: state.tariffKeys.length });
    }
    case "stop":
      return countTo(state, knownAt(state, event), tariffs);
  }
}

/** The state with all the time counted that is known of; energy waits for the next reading. */
export function countedSoFar(state: CostState, tariffs: readonly Tariff[]): CostState {
  return state.heardToMs === state.countedToMs
    ? state
    : countTo(state, { atMs: state.heardToMs, energyWh: null }, tariffs);
}

/** A register below the one at the start sold nothing, as the energy of the session is counted. */
function knownAt(
  { meterStartWh }: CostState,
  { atMs, registerWh, ...measured }: {
    readonly atMs: number;
    readonly registerWh: number;
    readonly currentAmps?: number;
  },
): Known {
  const { currentAmps } = measured;
  const gained = decimal(registerWh).minus(meterStartWh).toDecimalPlaces(ENERGY_DIGITS);
  return {
    atMs,
    energyWh: gained.lt(ZERO) ? ZERO : gained,
    ...(currentAmps === undefined ? {} : { currentAmps }),
  };
}

/** Held up on its way: older and lower than what is counted, so the register did not go back. */
function isLate(state: CostState, atMs: number, registerWh: number): boolean {
  return atMs < state.countedToMs &&
    decimal(registerWh).minus(state.meterStartWh).lt(state.energyWh);
}

function withSpan(
  state: CostState,
  atMs: number,
  change: Partial<Omit<SpanSince, "sinceMs">>,
): CostState {
  const last = state.spans.at(-1) ??
    { sinceMs: state.countedToMs, activity: "charging", tariff: 0 };
  if (change.activity === last.activity) return state;
  const sinceMs = Math.max(atMs, state.heardToMs);
  const spans = bounded([...state.spans, { ...last, ...change, sinceMs }]);
  return { ...state, heardToMs: sinceMs, spans };
}

/** Where a charger flutters, an early change of activity is forgotten: that time counts as charging. */
function bounded(spans: readonly SpanSince[]): readonly SpanSince[] {
  if (spans.length <= SPANS_MAX) return spans;
  const found = spans.findIndex(({ tariff }, index) => spans[index - 1]?.tariff === tariff);
  const forgotten = Math.max(1, found);
  return spans
    .map((span, index): SpanSince =>
      index === forgotten - 1 ? { ...span, activity: "charging" } : span
    )
    .filter((_span, index) => index !== forgotten);
}
