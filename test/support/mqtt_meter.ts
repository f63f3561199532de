import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createMqttMeter } from "../../src/meters/mqtt_io.ts";
import type { MqttMeterOptions } from "../../src/meters/mod.ts";
import { hearMeter } from "./meters.ts";

/** Where the power of the meter below is published, in watts. */
export const POWER_TOPIC = "solar/power";

/** A meter on a broker, started; stopped at the end of the test. */
export function listenToPower(url: string, changes: Partial<MqttMeterOptions> = {}) {
  const spawn = createSpawner(() => {});
  const meter = createMqttMeter(
    {
      driver: "mqtt",
      id: "pv",
      role: "generation",
      url,
      topics: [{ quantity: "active_power_total", topic: POWER_TOPIC }],
      frozenAfterReadings: 0,
      ...changes,
    },
    createSystemClock(),
    () => {},
    spawn,
  );
  const heard = hearMeter();
  meter.start(heard);
  return {
    heard,
    async [Symbol.asyncDispose]() {
      await meter.stop();
      await spawn.drain();
    },
  };
}
