/**
 * The gateway with 24 metered circuits and no chargers: `gateway_reader.ts SECONDS DEVICE PORTS…`. A
 * sample is decided upon before its listener returns.
 */
import { createSpawner } from "../../../src/lib/spawn.ts";
import { createSystemClock } from "../../../src/lib/clock_io.ts";
import { createMeters } from "../../../src/meters/meters_io.ts";
import { COMMON_SERIAL, type MeterOptions } from "../../../src/meters/mod.ts";
import type { MeterSource } from "../../../src/site/mod.ts";
import { startMeteredGateway } from "../gateway.ts";
import { ageOf, benchProfile, SERIAL_UNITS } from "./fleet.ts";
import { runAndReport } from "./report.ts";

const [seconds = "20", device = "", ...ports] = Deno.args;
const profile = await benchProfile();
const common = { role: "circuit", profile, mainFuseAmps: 100 } as const;
const options: readonly MeterOptions[] = [
  ...ports.map((port): MeterOptions => ({
    ...common,
    driver: "modbus-tcp",
    id: `tcp-${port}`,
    host: "127.0.0.1",
    port: Number(port),
  })),
  ...SERIAL_UNITS.map((unit): MeterOptions => ({
    ...common,
    driver: "modbus-rtu",
    id: `rtu-${unit}`,
    device,
    serial: COMMON_SERIAL,
    unit,
  })),
];
const ages: { tcp: number[]; serial: number[] } = { tcp: [], serial: [] };

/** The same meter; how old each sample is once it has been decided upon. */
function timed(source: MeterSource): MeterSource {
  const kind = source.id.startsWith("rtu") ? ages.serial : ages.tcp;
  return {
    ...source,
    start: (listener) =>
      source.start({
        ...listener,
        sample(sample) {
          listener.sample(sample);
          kind.push(ageOf(sample.importWh ?? NaN, Date.now()));
        },
      }),
  };
}

const spawn = createSpawner(() => {});
const meters = createMeters(options, createSystemClock(), () => {}, spawn).map(timed);
await startMeteredGateway(meters);
await runAndReport("gateway", Number(seconds), ages);
