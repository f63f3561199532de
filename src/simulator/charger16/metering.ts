import { stateOfCharge } from "../ev.ts";
import { terminalAmps } from "../outlet.ts";
import {
  type ConnectorReading,
  type MeterValue16,
  meterValueOf,
  type ReadingContext16,
} from "../station/measurands.ts";
import { advanceOutlets } from "../station/pilots.ts";
import {
  type Connector16,
  shownWh,
  type Station16,
  timestamp,
  type Transaction16,
} from "./station.ts";

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

const DAY_MS = 86_400_000;

/** Creates the metering of a station; clock-aligned readings begin at once. */
export function createMetering(station: Station16): Metering {
  const { configuration, connectors, ports, options } = station;
  const { clock } = ports;
  let cancelAligned = () => {};

  function read(
    connector: Connector16,
    key: string,
    context: ReadingContext16,
  ): MeterValue16 | null {
    advanceOutlets(station);
    return meterValueOf(readingOf(station, connector), configuration.list(key), {
      context,
      timestamp: timestamp(station),
      tellsPhases: !options.faults.metersWithoutPhases,
    });
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

  /** The intervals of a day begin at midnight (1.6 §9.1.5). */
  function alignRegularly(): void {
    cancelAligned();
    cancelAligned = () => {};
    const intervalMs = configuration.integer("ClockAlignedDataInterval") * 1_000;
    if (intervalMs === 0) return;
    const nowMs = station.clock.nowMs();
    const waitMs = intervalMs - nowMs % DAY_MS % intervalMs;
    cancelAligned = clock.after(waitMs, () => {
      // The station's clock may have been set back a little meanwhile.
      if (station.clock.nowMs() >= nowMs + waitMs) {
        for (const connector of connectors) take(connector, "Aligned");
      }
      alignRegularly();
    });
  }

  alignRegularly();
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
      alignRegularly();
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
      cancelAligned();
      for (const { transaction } of connectors) transaction?.cancelSampling();
    },
  };
}

/** What can be read at a connector now. */
function readingOf(station: Station16, connector: Connector16): ConnectorReading {
  const { outlet } = connector;
  return {
    registerWh: shownWh(station, connector),
    amps: terminalAmps(outlet),
    volts: station.options.volts,
    offeredAmps: outlet.isLive ? outlet.offeredAmps : 0,
    offeredPhases: outlet.offeredPhases,
    soc: outlet.ev === null ? null : stateOfCharge(outlet.ev),
  };
}
