import { type Lane, NO_PROGRESS, type Outcome, type Progress } from "./lane.ts";
import { drawScenario, type Scenario, type ScenarioWishes } from "./scenario.ts";

/** A scenario that is being run now. */
export interface Running {
  readonly scenario: Scenario;
  readonly progress: Progress;
}

/** Whom a run of many tells how it goes. */
export interface Listeners {
  /** A scenario is over, or was called off. */
  over(outcome: Outcome): void;
  /** All that run now, whenever one of them gets on. */
  going?(running: readonly Running[]): void;
}

/** Scenarios of `count` seeds from `from` upwards. */
export function* drawScenarios(
  from: number,
  count: number,
  wishes: ScenarioWishes = {},
): Generator<Scenario> {
  for (let seed = from; seed < from + count; seed++) yield drawScenario(seed, wishes);
}

/**
 * Runs scenarios, each on the lane that is free next, until there are none or `signal` aborts. Closes
 * the lanes.
 */
export async function runMany(
  scenarios: Iterable<Scenario>,
  lanes: readonly Lane[],
  signal: AbortSignal,
  listeners: Listeners,
): Promise<void> {
  const iterator = scenarios[Symbol.iterator]();
  const running = new Map<Lane, Running>();

  function tell(lane: Lane, scenario: Scenario, progress: Progress): void {
    running.set(lane, { scenario, progress });
    listeners.going?.([...running.values()]);
  }

  async function work(lane: Lane): Promise<void> {
    while (!signal.aborted) {
      const next = iterator.next();
      if (next.done === true) return;
      tell(lane, next.value, NO_PROGRESS);
      const outcome = await lane.run(
        next.value,
        signal,
        (progress) => tell(lane, next.value, progress),
      );
      running.delete(lane);
      listeners.over(outcome);
    }
  }

  try {
    await Promise.all(lanes.map(work));
  } finally {
    for (const lane of lanes) lane.close();
  }
}
