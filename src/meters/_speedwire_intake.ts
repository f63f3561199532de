import type { Clock } from "../lib/clock.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import { createReadingJudge } from "./_reading_judge.ts";
import { DEFAULT_MAX_AGE_MS } from "./mqtt_options.ts";
import { OTHER_DATAGRAM, readSpeedwire, SPEEDWIRE_GROUP } from "./speedwire.ts";
import type { SpeedwireMeterOptions } from "./speedwire_options.ts";

/** Turns the datagrams of a group into the samples of one meter. */
export interface SpeedwireIntake {
  datagram(bytes: Uint8Array): void;
  /** Lets go of timers; what comes after is ignored. */
  end(): void;
}

/** Meters send once a second; one that sends much more often is heard this often at most. */
const LEAST_GAP_MS = 150;
/** Bounds what is remembered of devices that are not ours. */
const OTHERS_MAX = 8;

/** Creates the intake of one meter, and begins to wait for it. */
export function createSpeedwireIntake(
  options: SpeedwireMeterOptions,
  clock: Clock,
  reporter: MeterReporter,
): SpeedwireIntake {
  const { serial, maxAgeMs = DEFAULT_MAX_AGE_MS } = options;
  const judge = createReadingJudge(options, clock, reporter);
  const others = new Set<number>();
  let chosen = serial ?? null;
  let lastMonoMs = Number.NEGATIVE_INFINITY;
  let ended = false;
  let cancel = watch();

  function watch(): () => void {
    return clock.after(maxAgeMs, () => {
      reporter.failed(silence(), true);
      cancel = watch();
    });
  }

  function silence(): string {
    const whom = chosen === null ? "any meter" : `meter ${chosen}`;
    const heard = others.size === 0 ? "" : `, but of ${[...others].join(", ")}`;
    return `no datagram of ${whom} at ${SPEEDWIRE_GROUP} for ${maxAgeMs / 1_000} s${heard}`;
  }

  /** True for a datagram of our meter. Without a number in the settings there may be one only. */
  function isOurs(from: number): boolean {
    chosen ??= from;
    if (from === chosen) return true;
    if (others.size < OTHERS_MAX) others.add(from);
    if (serial === undefined) {
      const both = [chosen, ...others].join(" and ");
      reporter.refused(`there are several meters, ${both}: give the serial of the right one`);
    }
    return false;
  }

  return {
    datagram(bytes) {
      if (ended) return;
      const read = readSpeedwire(bytes);
      if (!read.ok) return reporter.refused(read.error);
      if (read.value === OTHER_DATAGRAM) return;
      const nowMonoMs = clock.monoMs();
      if (!isOurs(read.value.serial)) return;
      if (serial === undefined && others.size > 0) return;
      if (nowMonoMs - lastMonoMs < LEAST_GAP_MS) return;
      lastMonoMs = nowMonoMs;
      cancel();
      cancel = watch();
      judge(read.value.values, nowMonoMs);
    },
    end() {
      ended = true;
      cancel();
    },
  };
}
