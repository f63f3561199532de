import type { Clock } from "../lib/clock.ts";
import { type Log, logWith } from "../lib/log.ts";
import type { MeterListener, MeterSample, MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";
import { DEFAULT_MAX_AGE_MS } from "./mqtt_options.ts";
import { combine, type VirtualMeterOptions, type VirtualPart } from "./virtual_meter.ts";

/** A meter that others listen to besides whoever starts it. */
interface HeardSource {
  readonly source: MeterSource;
  hear(listener: MeterListener): void;
}

/**
 * Adds the virtual meters to those that they are reckoned from, at the end of the list. A virtual
 * meter may be part of a later one.
 *
 * @throws RangeError when a part is not there: the configuration says so beforehand.
 */
export function withVirtualMeters(
  sources: readonly MeterSource[],
  virtual: readonly VirtualMeterOptions[],
  clock: Clock,
  log: Log,
): readonly MeterSource[] {
  const heard = sources.map(hearable);
  for (const options of virtual) {
    const parts = [...options.plus, ...options.minus].map((id) => {
      const part = heard.find(({ source }) => source.id === id);
      if (part === undefined) {
        throw new RangeError(`Cannot create meter ${options.id}: there is no meter "${id}"`);
      }
      return part;
    });
    heard.push(hearable(createVirtualMeter(options, parts, clock, log)));
  }
  return heard.map(({ source }) => source);
}

function hearable(source: MeterSource): HeardSource {
  const ears: MeterListener[] = [];
  return {
    hear: (listener) => void ears.push(listener),
    source: {
      ...source,
      start(listener) {
        const all = [listener, ...ears];
        source.start({
          sample: (sample) => all.forEach((each) => each.sample(sample)),
          refused: (reason) => all.forEach((each) => each.refused(reason)),
          health: (health) => all.forEach((each) => each.health(health)),
        });
      },
    },
  };
}

function createVirtualMeter(
  { id, role, plus, minus, maxAgeMs = DEFAULT_MAX_AGE_MS }: VirtualMeterOptions,
  parts: readonly HeardSource[],
  clock: Clock,
  log: Log,
): MeterSource {
  const ids = [...plus, ...minus];
  const newest = new Map<string, MeterSample>();
  let reporter: MeterReporter | null = null;
  let toldMonoMs = Number.NEGATIVE_INFINITY;

  function take(part: string, sample: MeterSample): void {
    newest.set(part, sample);
    const known = ids.flatMap((each, index): VirtualPart[] => {
      const sample = newest.get(each);
      return sample === undefined ? [] : [{ sample, sign: index < plus.length ? 1 : -1 }];
    });
    if (known.length < ids.length) return;
    const whole = combine(id, known);
    const oldest = ids.find((each) => newest.get(each)?.atMonoMs === whole.atMonoMs);
    if (clock.monoMs() - whole.atMonoMs > maxAgeMs) {
      reporter?.failed(`no reading of meter "${oldest}" for ${maxAgeMs / 1_000} s`, true);
      return;
    }
    // A reading is of the time of its oldest part: until that one speaks again there is no newer.
    if (whole.atMonoMs <= toldMonoMs) return;
    toldMonoMs = whole.atMonoMs;
    reporter?.sample(whole, []);
  }

  parts.forEach(({ source, hear }) =>
    hear({
      sample: (sample) => take(source.id, sample),
      // Counted where it was read.
      refused() {},
      health(health) {
        if (health.kind !== "failing") return;
        newest.delete(source.id);
        reporter?.failed(`meter "${source.id}": ${health.reason}`, true);
      },
    })
  );
  return {
    id,
    role,
    start(listener) {
      reporter = createReporter(listener, clock, logWith(log, { meter: id }));
    },
    stop() {
      reporter?.end();
      return Promise.resolve();
    },
  };
}
