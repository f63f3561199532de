/**
 * The meters of the bench, in a process of their own: Modbus TCP servers, and a bus at each of the
 * serial ports that are named, whose bytes take as long as on a wire of 9600 baud.
 *
 * `servers.ts PORT...`: prints the TCP ports as JSON; runs until SIGTERM.
 */
import { createSpawner } from "../../../src/lib/spawn.ts";
import { openSerial } from "../../../src/meters/_serial_stream_io.ts";
import { joined } from "../../../src/meters/_byte_stream.ts";
import { rtuFrame, rtuRequest } from "../../../src/meters/modbus_rtu_frame.ts";
import { COMMON_SERIAL, encodeImage } from "../../../src/meters/mod.ts";
import { startModbusServer } from "../../../src/simulator/modbus_server_io.ts";
import { benchProfile, BYTE_MS, SERIAL_UNITS, TCP_METERS, valuesAt } from "./fleet.ts";

const profile = await benchProfile();
const spawn = createSpawner(() => {});
const REQUEST_BYTES = 8;
const TURNAROUND_MS = 30;
/** USB adapters hand bytes over each 16 ms. */
const PIECE_MS = 16;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers on a serial port as all four meters. */
async function serveBus(device: string): Promise<void> {
  const stream = await openSerial(device, COMMON_SERIAL, spawn, new AbortController().signal);
  if (!stream.ok) throw new Error(stream.error);
  let heard: Uint8Array = new Uint8Array();
  stream.value.listen({
    bytes(bytes) {
      heard = joined(heard, bytes);
      while (heard.length >= REQUEST_BYTES) {
        const request = heard.slice(0, REQUEST_BYTES);
        heard = heard.slice(REQUEST_BYTES);
        spawn("answer", () => answer(request));
      }
    },
    ended: () => {},
  });

  async function answer(request: Uint8Array): Promise<void> {
    const [unit = 0, functionCode = 0] = request;
    if (!SERIAL_UNITS.some((each) => each === unit)) return;
    const view = new DataView(request.buffer);
    const [address, count] = [view.getUint16(2), view.getUint16(4)];
    const read = { unit, functionCode: functionCode === 3 ? 3 : 4, address, count } as const;
    if (rtuRequest(read).join() !== request.join()) return;
    const lineMs = BYTE_MS * (5 + 2 * count);
    const beginMs = Date.now() + BYTE_MS * REQUEST_BYTES + TURNAROUND_MS;
    // The counter says when the last byte is there.
    const image = encodeImage(profile, valuesAt(beginMs + lineMs));
    const words = Array.from({ length: count }, (_, index) => image.get(address + index) ?? 0);
    const bytes = words.flatMap((word) => [word >> 8, word & 0xff]);
    const frame = rtuFrame(unit, [functionCode, bytes.length, ...bytes]);
    for (let sent = 0; sent < frame.length;) {
      const untilMs = Math.min(beginMs + lineMs, Math.max(Date.now(), beginMs) + PIECE_MS);
      await sleep(Math.max(0, untilMs - Date.now()));
      const due = untilMs >= beginMs + lineMs
        ? frame.length
        : Math.floor((untilMs - beginMs) / BYTE_MS);
      if (due > sent && stream.ok) stream.value.write(frame.slice(sent, due));
      sent = Math.max(sent, due);
    }
  }
}

for (const device of Deno.args) await serveBus(device);
const ports = Array.from(
  { length: TCP_METERS },
  () =>
    startModbusServer({ host: "127.0.0.1", port: 0 }, {
      unit: 1,
      functionCode: profile.functionCode,
      registersMax: 125,
      registers: () => encodeImage(profile, valuesAt(Date.now())),
    }, { log: () => {}, spawn }).port,
);
// deno-lint-ignore no-console
console.log(JSON.stringify(ports));
