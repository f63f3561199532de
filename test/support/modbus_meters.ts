import { assertEquals } from "@std/assert";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { readRequest } from "../../src/meters/modbus_frame.ts";
import type { ModbusTcpMeterOptions } from "../../src/meters/mod.ts";
import { createModbusMeters } from "../../src/meters/modbus_meters_io.ts";
import type { MeterSource } from "../../src/site/mod.ts";
import { hearMeter, testProfile } from "./meters.ts";
import { goodAnswer, type RawModbusServer, type RawRequest, startRawModbus } from "./raw_modbus.ts";

/** What the registers of `testProfile` hold: 230.1, 231 and 229.9 V; 16, 0 and 0.5 A. */
export const GOOD_REGISTERS = [2301, 2310, 2299, 160, 0, 5];

/** Bytes to send; null for silence. */
export type RawAnswer = (request: RawRequest) => Uint8Array | null;

/** A good meter's answer. */
export function answerWell(request: RawRequest): Uint8Array {
  return goodAnswer(request, GOOD_REGISTERS);
}

/** A server that answers with the n-th of the answers to the n-th request, then with the last. */
export function serverOf(...answers: readonly RawAnswer[]): Promise<RawModbusServer> {
  return startRawModbus((request, socket) => {
    const answer = answers[Math.min(request.index, answers.length - 1)];
    const bytes = answer?.(request);
    if (bytes) socket.write(bytes);
  });
}

/** A round trip on a connection of its own: what was written before has arrived by then. */
export async function roundTrip({ port }: RawModbusServer): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(readRequest(0, { unit: 0, functionCode: 4, address: 0, count: 1 }));
  await connection.read(new Uint8Array(64));
  connection.close();
}

/** Meters on the server of that port, time that stands still, and an end to it all. */
export function metersOn(port: number, ...changes: readonly Partial<ModbusTcpMeterOptions>[]) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const options = (changes.length === 0 ? [{}] : changes).map((change, index) => ({
    driver: "modbus-tcp" as const,
    id: `meter-${index}`,
    role: "grid" as const,
    host: "127.0.0.1",
    port,
    profile: testProfile(),
    ...change,
  }));
  const meters = createModbusMeters(options, clock, () => {}, spawn);
  const heard = meters.map(() => hearMeter());
  const [first = hearMeter()] = heard;
  return {
    clock,
    meters,
    heard: first,
    all: heard,
    start() {
      meters.forEach((meter: MeterSource, index) => meter.start(heard[index] ?? first));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(meters.map((meter) => meter.stop()));
      await spawn.drain();
      assertEquals(clock.pending(), 0);
    },
  };
}
