import type { ReadingContext16 } from "../station/measurands.ts";
import { createDayRhythm, readMeter } from "../station/meter_reading.ts";
import { tellEvent } from "./event_log.ts";
import type { MeterValue2x } from "./messages.ts";
import { meterValue2x } from "./readings.ts";
import type { Evse2x, Station2x, Transaction2x } from "./station.ts";

/** Reads the EVSEs' meters when it is time (2.0.1 J). */
export interface Metering2x {
  /** A transaction begins: its first readings, and go on at the interval. */
  begin(evse: Evse2x, transaction: Transaction2x): readonly MeterValue2x[];
  /** What the last event of a transaction carries. */
  end(evse: Evse2x, transaction: Transaction2x): readonly MeterValue2x[];
  /** The intervals have changed. */
  reschedule(): void;
  /** What a TriggerMessage wants: the newest values of EVSEs, or of transactions. */
  report(evseId: number | undefined): void;
  reportTransaction(evse: Evse2x): void;
  stop(): void;
}

/** More readings than this make room in the middle (E06.FR.13). */
const ENDED_MAX = 200;

/** Creates the metering of a station; clock-aligned readings begin at once. */
export function createMetering2x(station: Station2x): Metering2x {
  const { variables, connectors, ports, options } = station;
  const { clock } = ports;
  const aligned = createDayRhythm(
    station,
    () => variables.integer("AlignedDataCtrlr.Interval") * 1_000,
    () => connectors.forEach(align),
  );

  function read(
    evse: Evse2x,
    measurands: string,
    context: ReadingContext16,
  ): readonly MeterValue2x[] {
    const reading = readMeter(station, evse, variables.list(measurands), context);
    return reading === null ? [] : [meterValue2x(reading)];
  }

  /** As slow as the meter's own bus. What comes after the end of its transaction is dropped. */
  function later(evse: Evse2x, work: () => void): void {
    const { sampleDelayMs } = options.meter;
    const { transaction } = evse;
    if (sampleDelayMs === 0) return work();
    station.later(sampleDelayMs, () => {
      if (evse.transaction === transaction && station.memory.isUp) work();
    });
  }

  function sample(evse: Evse2x, transaction: Transaction2x): void {
    if (!station.memory.isUp || !variables.isOn("SampledDataCtrlr.Enabled")) return;
    const meterValue = read(evse, "SampledDataCtrlr.TxUpdatedMeasurands", "Sample.Periodic");
    if (meterValue.length === 0) return;
    later(
      evse,
      () => tellEvent(station, evse, transaction, "Updated", "MeterValuePeriodic", { meterValue }),
    );
  }

  function align(evse: Evse2x): void {
    if (!station.memory.isUp || !variables.isOn("AlignedDataCtrlr.Enabled")) return;
    const { transaction } = evse;
    const meterValue = read(evse, "AlignedDataCtrlr.Measurands", "Sample.Clock");
    if (transaction !== null) {
      note(transaction, read(evse, "AlignedDataCtrlr.TxEndedMeasurands", "Sample.Clock"));
    }
    if (meterValue.length === 0) return;
    // J01.FR.22: as an event within a transaction, as a message of its own outside.
    later(evse, () => {
      if (transaction === null) sayValues(evse, meterValue, false);
      else tellEvent(station, evse, transaction, "Updated", "MeterValueClock", { meterValue });
    });
  }

  function sayValues(
    { id: evseId }: Evse2x,
    meterValue: readonly MeterValue2x[],
    isTriggered: boolean,
  ): void {
    const [first, ...rest] = meterValue;
    if (first === undefined) return;
    const message = { evseId, meterValue: [first, ...rest] as [MeterValue2x, ...MeterValue2x[]] };
    ports.spawn("say values", () => station.link.say("MeterValues", message, isTriggered));
  }

  function note({ readings }: Transaction2x, meterValue: readonly MeterValue2x[]): void {
    readings.push(...meterValue);
    if (readings.length > ENDED_MAX) readings.splice(Math.ceil(ENDED_MAX / 2), 1);
  }

  function sampleRegularly(evse: Evse2x, transaction: Transaction2x): void {
    transaction.cancelSampling();
    const cancels = [
      repeat("SampledDataCtrlr.TxUpdatedInterval", () => sample(evse, transaction)),
      repeat("SampledDataCtrlr.TxEndedInterval", () =>
        note(
          transaction,
          read(evse, "SampledDataCtrlr.TxEndedMeasurands", "Sample.Periodic"),
        )),
    ];
    transaction.cancelSampling = () => {
      for (const cancel of cancels) cancel();
    };
  }

  function repeat(interval: string, work: () => void): () => void {
    const intervalMs = variables.integer(interval) * 1_000;
    if (intervalMs === 0) return () => {};
    let cancel = () => {};
    const again = () => {
      cancel = clock.after(intervalMs, () => {
        again();
        work();
      });
    };
    again();
    return () => cancel();
  }

  aligned.restart();
  return {
    begin(evse, transaction) {
      sampleRegularly(evse, transaction);
      note(transaction, read(evse, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.Begin"));
      return variables.isOn("SampledDataCtrlr.Enabled")
        ? read(evse, "SampledDataCtrlr.TxStartedMeasurands", "Transaction.Begin")
        : [];
    },
    end(evse, transaction) {
      transaction.cancelSampling();
      if (!variables.isOn("SampledDataCtrlr.Enabled")) return transaction.readings;
      note(transaction, read(evse, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.End"));
      return transaction.readings;
    },
    reschedule() {
      aligned.restart();
      for (const evse of connectors) {
        if (evse.transaction !== null) sampleRegularly(evse, evse.transaction);
      }
    },
    report(evseId) {
      for (const evse of connectors) {
        if (evseId !== undefined && evseId !== evse.id) continue;
        // F06.FR.06.
        sayValues(evse, read(evse, "AlignedDataCtrlr.Measurands", "Trigger"), true);
      }
    },
    reportTransaction(evse) {
      const { transaction } = evse;
      if (transaction === null) return;
      const meterValue = read(evse, "SampledDataCtrlr.TxUpdatedMeasurands", "Trigger");
      tellEvent(station, evse, transaction, "Updated", "Trigger", { meterValue });
    },
    stop() {
      aligned.stop();
      for (const { transaction } of connectors) transaction?.cancelSampling();
    },
  };
}
