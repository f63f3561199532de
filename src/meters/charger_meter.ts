import type { Clock } from "../lib/clock.ts";
import { type Log, logWith } from "../lib/log.ts";
import type { EvseMeasurement, MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";
import { createReadingJudge, type ReadingJudge } from "./_reading_judge.ts";
import type { MeasuredMeter } from "./measured_meter.ts";
import { type Quantity, TERMINALS } from "./quantity.ts";

/** A charger's own meter, as its MeterValues tell of it. Terminals are the charger's phases. */
export interface ChargerMeterOptions extends MeasuredMeter {
  readonly driver: "charger";
  readonly slot: number;
  /** After so long without a reading the meter has failed, in milliseconds. Default 180000. */
  readonly maxAgeMs?: number | undefined;
}

/** Three readings of a charger that tells each minute, which is usual. */
export const CHARGER_METER_MAX_AGE_MS = 180_000;

/** The meter; what chargers measure has to be handed to its `measured`. */
export function createChargerMeter(
  options: ChargerMeterOptions,
  clock: Clock,
  log: Log,
): MeterSource {
  const { id, role, slot, maxAgeMs = CHARGER_METER_MAX_AGE_MS } = options;
  let reporter: MeterReporter | null = null;
  let judge: ReadingJudge | null = null;
  let cancel = () => {};

  function watch(): void {
    cancel();
    cancel = clock.after(maxAgeMs, () => {
      reporter?.failed(
        `the charger of slot ${slot} has measured nothing for ${maxAgeMs / 1_000} s`,
        true,
      );
      watch();
    });
  }

  return {
    id,
    role,
    start(listener) {
      reporter = createReporter(listener, clock, logWith(log, { meter: id }));
      // A charger's readings are coarse and seldom: equal ones mean nothing.
      judge = createReadingJudge({ ...options, frozenAfterReadings: 0 }, clock, reporter);
      watch();
    },
    measured(measurement) {
      if (measurement.slot !== slot || reporter === null || judge === null) return;
      const values = valuesOf(measurement);
      if (values.size === 0) return;
      // A late message may be older than it seems.
      const atMonoMs = measurement.atMonoMs - (measurement.doubtMs ?? 0);
      if (clock.monoMs() - atMonoMs > maxAgeMs) {
        return reporter.refused(
          `a reading of slot ${slot} that may be older than ${maxAgeMs / 1_000} s`,
        );
      }
      watch();
      judge(values, atMonoMs);
    },
    stop() {
      cancel();
      reporter?.end();
      return Promise.resolve();
    },
  };
}

/** Currents count where all phases are told; a reading of energy alone says nothing about now. */
function valuesOf(measurement: EvseMeasurement): ReadonlyMap<Quantity, number> {
  const { currentsAmps, powerW, energyWh, untoldPhases = [] } = measurement;
  const values = new Map<Quantity, number>();
  if (currentsAmps !== undefined && untoldPhases.length === 0) {
    TERMINALS.forEach((terminal, at) => values.set(`current_l${terminal}`, currentsAmps[at] ?? 0));
  }
  if (powerW !== undefined) values.set("active_power_total", powerW);
  if (values.size > 0 && energyWh !== undefined) values.set("energy_import_total", energyWh);
  return values;
}
