import type { MqttTopic } from "./mqtt_options.ts";
import { SLOW_MAX_AGE_MS } from "./mqtt_options.ts";
import { dimensionOf, isDecisive, type Quantity, type Values } from "./quantity.ts";

/** A value, and when it was measured by our monotonic clock. */
interface DatedValue {
  readonly value: number;
  readonly atMonoMs: number;
}

/** What has come in so far on the topics of one meter. */
export interface Gathered {
  readonly newest: ReadonlyMap<Quantity, DatedValue>;
  /** Topics that have brought something since the last reading was taken. */
  readonly arrived: ReadonlySet<string>;
}

/** Nothing yet. */
export const NOTHING_GATHERED: Gathered = { newest: new Map(), arrived: new Set() };

/** Adds a message's values. A value older than the one at hand is dropped. */
export function gather(
  gathered: Gathered,
  topic: string,
  values: Values,
  atMonoMs: number,
): Gathered {
  const newest = new Map(gathered.newest);
  for (const [quantity, value] of values) {
    const known = newest.get(quantity);
    if (known === undefined || known.atMonoMs <= atMonoMs) {
      newest.set(quantity, { value, atMonoMs });
    }
  }
  return { newest, arrived: new Set([...gathered.arrived, topic]) };
}

/** True when every topic has brought something new: no need to wait for more. */
export function isComplete(gathered: Gathered, topics: readonly MqttTopic[]): boolean {
  return topics.every(({ topic }) => gathered.arrived.has(topic));
}

/** What can be made of the values at hand. */
export type Taken =
  | {
    readonly kind: "values";
    readonly values: Values;
    /** When the oldest current or power among them was measured. */
    readonly atMonoMs: number;
  }
  /** Topics of currents and powers that have brought nothing, or nothing that is still fresh. */
  | { readonly kind: "missing"; readonly topics: readonly string[] }
  /** No current and no power has changed since the last reading. */
  | { readonly kind: "nothing-new" };

/**
 * Takes a reading: every current and power of the meter must be fresh. Voltages that are not are
 * left out; energy counters and the frequency may be minutes old.
 */
export function takeReading(
  gathered: Gathered,
  topics: readonly MqttTopic[],
  nowMonoMs: number,
  maxAgeMs: number,
): Taken {
  const decisive = topics.filter(({ quantity }) => isDecisive(quantity));
  if (!decisive.some(({ topic }) => gathered.arrived.has(topic))) return { kind: "nothing-new" };
  const ageOf = (quantity: Quantity) =>
    nowMonoMs - (gathered.newest.get(quantity)?.atMonoMs ?? Number.NEGATIVE_INFINITY);
  const missing = decisive.filter(({ quantity }) => ageOf(quantity) > maxAgeMs);
  if (missing.length > 0) {
    return { kind: "missing", topics: [...new Set(missing.map(({ topic }) => topic))] };
  }
  const values = new Map<Quantity, number>();
  let atMonoMs = nowMonoMs;
  for (const [quantity, dated] of gathered.newest) {
    if (ageOf(quantity) > (isSlow(quantity) ? SLOW_MAX_AGE_MS : maxAgeMs)) continue;
    values.set(quantity, dated.value);
    if (isDecisive(quantity)) atMonoMs = Math.min(atMonoMs, dated.atMonoMs);
  }
  return { kind: "values", values, atMonoMs };
}

function isSlow(quantity: Quantity): boolean {
  const dimension = dimensionOf(quantity);
  return dimension === "energy" || dimension === "frequency";
}

/** The topics of currents and powers that have brought nothing for so long, or never. */
export function overdueTopics(
  gathered: Gathered,
  topics: readonly MqttTopic[],
  nowMonoMs: number,
  maxAgeMs: number,
): readonly string[] {
  const overdue = topics.filter(({ quantity }) => {
    const atMonoMs = gathered.newest.get(quantity)?.atMonoMs;
    return isDecisive(quantity) && (atMonoMs === undefined || nowMonoMs - atMonoMs >= maxAgeMs);
  });
  return [...new Set(overdue.map(({ topic }) => topic))];
}

/** After a reading was taken: the values stay, but are no longer new. */
export function emptied(gathered: Gathered): Gathered {
  return { newest: gathered.newest, arrived: new Set() };
}
