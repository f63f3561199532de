/**
 * A bare client of the same meters: it asks once a second, waits for as many bytes as an answer has, and
 * takes the counter out of them; no check, no decision. `bare_reader.ts SECONDS DEVICE PORTS…`
 */
import { connect } from "node:net";
import { createSpawner } from "../../../src/lib/spawn.ts";
import { openSerial } from "../../../src/meters/_serial_stream_io.ts";
import { readRequest } from "../../../src/meters/modbus_frame.ts";
import { COMMON_SERIAL, planReads } from "../../../src/meters/mod.ts";
import { rtuRequest } from "../../../src/meters/modbus_rtu_frame.ts";
import { ageOf, benchProfile, SERIAL_UNITS } from "./fleet.ts";
import { runAndReport } from "./report.ts";

const [seconds = "20", device = "", ...ports] = Deno.args;
const profile = await benchProfile();
const [range = { address: 0, count: 54 }] = planReads(profile);
const ages: { tcp: number[]; serial: number[] } = { tcp: [], serial: [] };
const COUNTER = 52;

/** The counter in an answer whose registers begin at `start`, its lower word first. */
function ageIn(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + 2 * (COUNTER - range.address));
  const raw = view.getUint16(0) + view.getUint16(2) * 65_536;
  return ageOf(raw * 100, Date.now());
}

for (const port of ports) {
  const socket = connect({ host: "127.0.0.1", port: Number(port) });
  socket.setNoDelay(true);
  socket.on("data", (bytes) => {
    if (typeof bytes !== "string") ages.tcp.push(ageIn(bytes, 9));
  });
  const ask = () => void socket.write(readRequest(1, { ...range, unit: 1, functionCode: 4 }));
  setInterval(ask, 1_000);
}

const spawn = createSpawner(() => {});
const serial = await openSerial(device, COMMON_SERIAL, spawn, new AbortController().signal);
if (!serial.ok) throw new Error(serial.error);
const { value: stream } = serial;
const answer = new Uint8Array(5 + 2 * range.count);
let filled = 0;
let answered = () => {};
stream.listen({
  bytes(bytes) {
    answer.set(bytes.subarray(0, answer.length - filled), filled);
    filled += bytes.length;
    if (filled < answer.length) return;
    ages.serial.push(ageIn(answer, 3));
    answered();
  },
  ended: () => {},
});

async function askAll(): Promise<void> {
  for (const unit of SERIAL_UNITS) {
    filled = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    answered = resolve;
    stream.write(rtuRequest({ ...range, unit, functionCode: 4 }));
    await promise;
  }
}

setInterval(() => spawn("ask", askAll), 1_000);
await runAndReport("bare client", Number(seconds), ages);
