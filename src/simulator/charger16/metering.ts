import type { MeterValue16, ReadingContext16 } from "../station/measurands.ts";
import { createDayRhythm, readMeter } from "../station/meter_reading.ts";
import type { Connector16, Station16, Transaction16 } from "./station.ts";

/** Reads the connectors' meters when it is time. */
export interface Metering {
  /** A transaction has begun: note its first reading and go on at the interval. */
  begin(connector: Connector16, transaction: Transaction16): void;
  /** Notes the last reading of a transaction. */
  end(connector: Connector16, transaction: Transaction16): void;
  /** The intervals have changed. */
  reschedule(): void;
  /** What a TriggerMessage wants: the newest values (1.6 §5.17). */
  report(connectorId: number | undefined): void;
  stop(): void;
}

/** Creates the metering of a station; clock-aligned readings begin at once. */
export function createMetering(station: Station16): Metering {
  const { configuration, connectors, ports, options } = station;
  const { clock } = ports;
  const aligned = createDayRhythm(
    station,
    () => configuration.integer("ClockAlignedDataInterval") * 1_000,
    () => connectors.forEach((connector) => take(connector, "Aligned")),
  );

  function read(
    connector: Connector16,
    key: string,
    context: ReadingContext16,
  ): MeterValue16 | null {
    return readMeter(station, connector, configuration.list(key), context);
  }

  /** Sends one reading behind everything that waits already. */
  function send(connector: Connector16, meterValue: MeterValue16): void {
    const { transaction } = connector;
    const payload = () => ({
      connectorId: connector.id,
      ...(transaction === null ? {} : { transactionId: transaction.number ?? -1 }),
      meterValue: [meterValue],
    });
    if (!station.link.isReady() && meterValue.sampledValue[0]?.context === "Trigger") {
      // Not accepted yet, the station says what it is asked for and nothing else (1.6 §4.2).
      ports.spawn("report meter", () => station.link.say("MeterValues", payload(), true));
    } else {
      const done = () => {};
      station.queue.add({
        action: "MeterValues",
        part: "reading",
        about: { connectorId: connector.id, startedAtWallMs: transaction?.startedMs ?? null },
        payload,
        delivered: done,
        discarded: done,
      });
    }
  }

  /** As slow as the meter's own bus. What comes after the end of its transaction is dropped. */
  function sendLater(connector: Connector16, meterValue: MeterValue16): void {
    const { sampleDelayMs } = options.meter;
    if (sampleDelayMs === 0) return send(connector, meterValue);
    const { transaction } = connector;
    station.later(sampleDelayMs, () => {
      if (connector.transaction === transaction) send(connector, meterValue);
    });
  }

  function take(connector: Connector16, kind: "Sampled" | "Aligned"): void {
    if (!station.memory.isUp) return;
    const context = kind === "Sampled" ? "Sample.Periodic" : "Sample.Clock";
    const reading = read(connector, `MeterValues${kind}Data`, context);
    if (reading !== null) sendLater(connector, reading);
    if (connector.transaction !== null) {
      note(connector, connector.transaction, `StopTxn${kind}Data`, context);
    }
  }

  function note(
    connector: Connector16,
    { readings }: Transaction16,
    key: string,
    context: ReadingContext16,
  ): void {
    const reading = read(connector, key, context);
    if (reading === null) return;
    readings.push(reading);
    // Errata 3.91: intermediate readings may be dropped, the first and the last never.
    const longest = configuration.integer("StopTransactionMaxMeterValues");
    if (readings.length > longest) readings.splice(Math.ceil(longest / 2), 1);
  }

  function sampleRegularly(connector: Connector16, transaction: Transaction16): void {
    transaction.cancelSampling();
    const intervalMs = configuration.integer("MeterValueSampleInterval") * 1_000;
    if (intervalMs === 0) return;
    transaction.cancelSampling = clock.after(intervalMs, () => {
      sampleRegularly(connector, transaction);
      take(connector, "Sampled");
    });
  }

  aligned.restart();
  return {
    begin(connector, transaction) {
      note(connector, transaction, "StopTxnSampledData", "Transaction.Begin");
      sampleRegularly(connector, transaction);
    },
    end(connector, transaction) {
      transaction.cancelSampling();
      note(connector, transaction, "StopTxnSampledData", "Transaction.End");
    },
    reschedule() {
      aligned.restart();
      for (const connector of connectors) {
        if (connector.transaction !== null) sampleRegularly(connector, connector.transaction);
      }
    },
    report(connectorId) {
      for (const connector of connectors) {
        if (connectorId !== undefined && connectorId !== connector.id) continue;
        const reading = read(connector, "MeterValuesSampledData", "Trigger");
        if (reading !== null) send(connector, reading);
      }
    },
    stop() {
      aligned.stop();
      for (const { transaction } of connectors) transaction?.cancelSampling();
    },
  };
}
