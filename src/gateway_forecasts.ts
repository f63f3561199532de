import { type Assumption, forecast, type ForecastMoment } from "./balancing/mod.ts";
import { assumptionOf, type AssumptionPorts } from "./gateway_assumptions.ts";
import type { BalancingLoop } from "./gateway_balancing.ts";
import { previewView } from "./gateway_preview_views.ts";
import type { ReasonManner } from "./gateway_reasons.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { SiteEvents } from "./site/mod.ts";
import type { LoadForecastPort, LoadPlanView, LoadPreviewOutcome } from "./web/mod.ts";

/** As far as anybody looks ahead; what comes and goes makes more than that a guess. */
export const HORIZON_MS = 3 * 3_600_000;
/** Chargers are answered at least so often while it is reckoned. */
const SLICE_MS = 12;
/** What is not reckoned by then is left out. */
const PATIENCE_MS = 5_000;
/** Before that a plan is not made anew. */
const PLAN_AGE_MS = 60_000;
/** What was expected this long before is what is compared with what came. */
const KEPT_EACH_MS = 15 * 60_000;
/** Once somebody has looked, plans are kept for so long, for whoever looks next. */
const WANTED_MS = 24 * 3_600_000;
const POINT_EACH_MS = 5 * 60_000;

/** What looking ahead works with. */
export interface ForecastPorts extends AssumptionPorts, Omit<ReasonManner, "clock"> {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly balancing: Pick<BalancingLoop, "forecastStart">;
}

/** The site some time ahead, by the wall clock. */
interface Expected {
  readonly atMs: number;
  readonly moments: readonly ForecastMoment[];
}

/** Creates it. It decides nothing and tells nobody: it reckons on copies. */
export function createForecasts(ports: ForecastPorts): LoadForecastPort {
  const { clock, balancing } = ports;
  let isBusy = false;
  let newest: Expected | null = null;
  let making: Promise<Expected> | null = null;
  /** Oldest first; each counts until the next one. */
  let kept: readonly Expected[] = [];
  let keptAtMs = -Infinity;
  let wantedAtMs = -Infinity;

  // By an event that comes each second: a timer of its own would have to be stopped.
  ports.events.on("circuits", () => {
    const nowMs = clock.monoMs();
    if (nowMs - wantedAtMs > WANTED_MS || nowMs - keptAtMs < KEPT_EACH_MS) return;
    keptAtMs = nowMs;
    ports.spawn("look ahead", async () => {
      const expected = await lookAhead();
      const fromMs = clock.wallMs() - HORIZON_MS - KEPT_EACH_MS;
      kept = [...kept.filter(({ atMs }) => atMs >= fromMs), expected];
    });
  });

  function lookAhead(): Promise<Expected> {
    const ageMs = newest === null ? Infinity : Math.abs(clock.wallMs() - newest.atMs);
    if (newest !== null && ageMs < PLAN_AGE_MS) return Promise.resolve(newest);
    making ??= make().finally(() => making = null);
    return making;
  }

  async function make(): Promise<Expected> {
    const atMs = clock.wallMs();
    const moments: ForecastMoment[] = [];
    const run = forecast(balancing.forecastStart(), {}, HORIZON_MS);
    await inSlices(clock, () => {
      const { value, done } = run.next();
      if (done === true) return false;
      if (isPoint(value.afterMs)) moments.push(value);
      return true;
    });
    newest = { atMs, moments };
    return newest;
  }

  /** Side by side, so that both get as far. */
  async function compared(assumption: Assumption): Promise<LoadPreviewOutcome> {
    const start = balancing.forecastStart();
    const sides = [{}, assumption].map((each) => forecast(start, each, HORIZON_MS));
    const pairs: (readonly [ForecastMoment, ForecastMoment])[] = [];
    await inSlices(clock, () => {
      const [unchanged, changed] = sides.map((side) => side.next());
      if (!unchanged || !changed || unchanged.done || changed.done) return false;
      pairs.push([unchanged.value, changed.value]);
      return true;
    });
    return { kind: "preview", preview: previewView(start, pairs, ports) };
  }

  return {
    strategy: () => balancing.forecastStart().options.strategy,
    async plan(circuitId) {
      wantedAtMs = clock.monoMs();
      const expected = await lookAhead();
      const past = kept.flatMap((each, index) => {
        const untilMs = kept[index + 1]?.atMs ?? expected.atMs;
        return pointsOf(each, circuitId).filter(({ at }) => Date.parse(at) <= untilMs);
      });
      const ahead = pointsOf(expected, circuitId);
      return [...past.filter(({ at }) => at < (ahead[0]?.at ?? "")), ...ahead];
    },
    async preview(change) {
      const assumed = assumptionOf(change, balancing.forecastStart(), ports);
      if (assumed.kind !== "assumption") return assumed;
      if (isBusy) return { kind: "busy" };
      isBusy = true;
      try {
        return await compared(assumed.assumption);
      } finally {
        isBusy = false;
      }
    },
  };
}

function isPoint(afterMs: number): boolean {
  return afterMs === 60_000 || afterMs % POINT_EACH_MS === 0;
}

function pointsOf({ atMs, moments }: Expected, circuitId: string): readonly LoadPlanView[] {
  return moments.flatMap(({ afterMs, circuits }) => {
    const circuit = circuits.find((each) => each.circuitId === circuitId);
    return circuit === undefined
      ? []
      : [{ at: isoTime(atMs + afterMs), loadAmps: circuit.loadAmps }];
  });
}

/** Calls until there is nothing more to do or patience is over, and lets others work in between. */
async function inSlices(clock: Clock, doNext: () => boolean): Promise<void> {
  const endsAtMs = clock.monoMs() + PATIENCE_MS;
  let restsAtMs = clock.monoMs() + SLICE_MS;
  while (doNext()) {
    const nowMs = clock.monoMs();
    if (nowMs < restsAtMs) continue;
    if (nowMs >= endsAtMs) return;
    await new Promise<void>((resolve) => clock.after(0, resolve));
    restsAtMs = clock.monoMs() + SLICE_MS;
  }
}
