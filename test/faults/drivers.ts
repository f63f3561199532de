import { type Clock, sleep } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import { type Charger, EV_MODELS, type EvModel, newEv } from "../../src/simulator/mod.ts";

/** Draws at once all that it is offered, so that sessions of a second or two carry energy. */
const EAGER_EV: EvModel = {
  ...EV_MODELS.threePhase11kW,
  name: "eager",
  maxAmps: 32,
  reactionMs: 0,
  startMs: 0,
  rampUpMs: 1,
  rampDownMs: 1,
};

/** How long drivers stay and stay away, shortest and longest. */
export interface DriverPace {
  readonly stayMs: readonly [number, number];
  readonly pauseMs: readonly [number, number];
}

/** Many short sessions. */
export const HURRIED: DriverPace = { stayMs: [200, 2_500], pauseMs: [50, 500] };

/** One driver after the other comes to connector 1 until `signal` aborts; the last one ends properly. */
export async function driveSessions(
  charger: Charger,
  idTag: string,
  { stayMs, pauseMs }: DriverPace,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  signal: AbortSignal,
): Promise<void> {
  const between = ([least, most]: readonly [number, number]) =>
    least + (most - least) * ids.random();
  while (!signal.aborted) {
    charger.plugIn(1, newEv(EAGER_EV, { soc: 0.1 }, clock.monoMs()));
    const outcome = await charger.presentCard(1, idTag);
    if (outcome === "started") {
      await sleep(clock, between(stayMs), signal);
      await charger.presentCard(1, idTag);
    }
    charger.unplug(1);
    await sleep(clock, between(pauseMs), signal);
  }
}
