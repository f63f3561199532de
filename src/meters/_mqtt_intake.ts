import type { Clock } from "../lib/clock.ts";
import { freshnessOf } from "./_message_age.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import {
  emptied,
  gather,
  isComplete,
  NOTHING_GATHERED,
  overdueTopics,
  takeReading,
} from "./_mqtt_gather.ts";
import { DEFAULT_MAX_AGE_MS, GATHER_MS, type MqttMeterOptions } from "./mqtt_options.ts";
import { type PayloadReading, readPayload, valueReader } from "./payload.ts";
import { createReadingJudge } from "./_reading_judge.ts";

/** Turns the messages of one meter into samples. */
export interface MqttIntake {
  message(topic: string, payload: Uint8Array, retained: boolean): void;
  /** From now on messages are to be expected. */
  connected(): void;
  /** Nothing can come, and why. */
  disconnected(reason: string): void;
  /** Lets go of timers; what comes after is ignored. */
  end(): void;
}

/** Creates the intake of one meter. `address` is the broker's, for reasons. */
export function createIntake(
  options: MqttMeterOptions,
  address: string,
  clock: Clock,
  reporter: MeterReporter,
): MqttIntake {
  const maxAgeMs = options.maxAgeMs ?? DEFAULT_MAX_AGE_MS;
  const byTopic = Map.groupBy(options.topics, ({ topic }) => topic);
  const readersByTopic = new Map(
    [...byTopic].map(([topic, places]) => [topic, places.map(valueReader)]),
  );
  const judge = createReadingJudge(options, clock, reporter);
  let gathered = NOTHING_GATHERED;
  /** Topics of which the broker had only what it kept from before. */
  const keptOn = new Set<string>();
  let cancelGather: (() => void) | null = null;
  let cancelWatch = () => {};
  let absence: string | null = null;
  let ended = false;

  function accept(topic: string, { values, deviceWallMs }: PayloadReading, retained: boolean) {
    const times = {
      retained,
      deviceWallMs,
      nowMonoMs: clock.monoMs(),
      nowWallMs: clock.wallMs(),
    };
    const freshness = freshnessOf(times, maxAgeMs);
    if (freshness.kind === "refused") return reporter.refused(`${topic}: ${freshness.reason}`);
    if (freshness.kind === "ignored") return void keptOn.add(topic);
    keptOn.delete(topic);
    gathered = gather(gathered, topic, values, freshness.atMonoMs);
    if (isComplete(gathered, options.topics)) take();
    else cancelGather ??= clock.after(GATHER_MS, take);
  }

  /** Makes a reading of what has come in. False when there is none to be made. */
  function take(): boolean {
    cancelGather?.();
    cancelGather = null;
    const taken = takeReading(gathered, options.topics, clock.monoMs(), maxAgeMs);
    if (taken.kind !== "values") return false;
    gathered = emptied(gathered);
    watch();
    judge(taken.values, taken.atMonoMs);
    return true;
  }

  /** Silence for too long fails the meter at once: it had its time already. */
  function watch(): void {
    cancelWatch();
    cancelWatch = clock.after(maxAgeMs, () => {
      // What is being gathered just now may be all that is needed.
      if (cancelGather === null || !take()) reporter.failed(absence ?? silence(), true);
    });
  }

  function silence(): string {
    const topics = overdueTopics(gathered, options.topics, clock.monoMs(), maxAgeMs);
    const isKept = topics.length > 0 && topics.every((topic) => keptOn.has(topic));
    const what = isKept ? "only kept messages" : "no reading";
    return `${what} on ${topics.join(", ")} of ${address} for ${maxAgeMs / 1_000} s`;
  }

  return {
    message(topic, payload, retained) {
      // What the connection still held when it was closed would start timers again.
      if (ended) return;
      const readers = readersByTopic.get(topic) ?? [];
      const read = readPayload(payload, readers);
      if (read.ok) accept(topic, read.value, retained);
      else if (!retained) reporter.refused(`${topic}: ${read.error}`);
    },
    connected() {
      absence = null;
      if (!reporter.isGood()) watch();
    },
    disconnected(reason) {
      absence = reason;
    },
    end() {
      ended = true;
      cancelGather?.();
      cancelWatch();
    },
  };
}
