import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { MeterListener, MeterSample } from "../site/mod.ts";
import {
  healthDiffers,
  type HealthEvent,
  type HealthState,
  stepHealth,
  UNKNOWN_HEALTH,
} from "./health.ts";

/** Tells a listener about one meter, keeps its health, and falls silent when it is ended. */
export interface MeterReporter {
  sample(sample: MeterSample, remarks: readonly string[]): void;
  /** A reading that cannot be. Counts as a failure too. */
  refused(reason: string): void;
  /** No reading, and why. `certain`: nothing to wait for any more. */
  failed(reason: string, certain?: boolean): void;
  isGood(): boolean;
  end(): void;
}

/** Creates the reporter of one meter; the listener hears its health for the first time at once. */
export function createReporter(listener: MeterListener, clock: Clock, log: Log): MeterReporter {
  let state: HealthState = UNKNOWN_HEALTH;
  let ended = false;
  listener.health(state.health);

  function step(event: HealthEvent): void {
    const before = state.health;
    state = stepHealth(state, event, clock.monoMs());
    const { health } = state;
    if (!healthDiffers(before, health)) return;
    if (health.kind === "failing") log("warning", "meter_failing", { reason: health.reason });
    else log("info", "meter_good");
    listener.health(health);
  }

  return {
    sample(sample, remarks) {
      if (ended) return;
      for (const remark of remarks) log("warning", "meter_odd_reading", { remark });
      step({ kind: "reading" });
      listener.sample(sample);
    },
    refused(reason) {
      if (ended) return;
      log("debug", "meter_reading_refused", { reason });
      listener.refused(reason);
      step({ kind: "failure", reason });
    },
    failed(reason, certain = false) {
      if (!ended) step({ kind: "failure", reason, certain });
    },
    isGood: () => state.health.kind === "good",
    end() {
      ended = true;
    },
  };
}
