import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { SPEEDWIRE_GROUP, SPEEDWIRE_PORT } from "../../src/meters/mod.ts";
import {
  type ByteAnswer,
  drawDatagram,
  drawHttpAnswer,
  drawModbusRtu,
  drawModbusTcp,
  drawPublication,
  type ModbusQuestion,
  type Publication,
  vtnAnswer,
} from "./device_inputs.ts";
import { type EdgeName, type FuzzEdge, rest } from "./edge.ts";
import { createChance } from "./odd.ts";

/**
 * Inputs of edges at which the gateway asks: an answer is drawn for the question that comes next, so
 * what is kept is the seed of the answer.
 */
interface SeedInput {
  readonly seed: number;
}

/** How long a device waits to be asked: the gateway gives those rest that answer nonsense. */
const ASKED_WITHIN_MS = 4_000;

/** Seeds that wait for a question. */
interface Answers {
  next(): SeedInput | undefined;
  readonly edge: FuzzEdge;
}

function answersFor(name: EdgeName, outcome: () => string): Answers {
  let waiting: { readonly input: SeedInput; readonly taken: () => void } | null = null;
  return {
    next() {
      const { input, taken } = waiting ?? {};
      waiting = null;
      taken?.();
      return input;
    },
    edge: {
      name,
      restMs: 0,
      draw: (chance): SeedInput => ({ seed: Math.floor(chance() * 0x7fff_ffff) }),
      async feed(input) {
        const { promise, resolve } = Promise.withResolvers<string>();
        waiting = { input: input as SeedInput, taken: () => resolve("taken") };
        const timer = setTimeout(() => resolve("not asked"), ASKED_WITHIN_MS);
        const taken = await promise;
        clearTimeout(timer);
        if (taken === "taken") await rest(150);
        return `${taken} ${outcome()}`;
      },
      close: () => Promise.resolve(),
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

interface ByteServer {
  readonly port: number;
  close(): Promise<void>;
}

async function serveBytes(
  answer: (bytes: Uint8Array, socket: Socket) => void,
): Promise<ByteServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      if (typeof bytes !== "string") answer(bytes, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send({ pieces, ends }: ByteAnswer, socket: Socket): void {
  for (const piece of pieces) socket.write(Uint8Array.fromBase64(piece));
  if (ends) socket.end();
}

/** A device that is asked, and where it listens. */
export type DeviceEdge = FuzzEdge & { readonly port: number };

/** A Modbus meter, over TCP or with the frames of a serial line. */
export async function openModbusEdge(
  kind: "modbus-tcp" | "modbus-rtu",
  outcome: () => string,
): Promise<DeviceEdge> {
  const answers = answersFor(kind, outcome);
  const server = await serveBytes((bytes, socket) => {
    const question = kind === "modbus-tcp" ? tcpQuestion(bytes) : rtuQuestion(bytes);
    const input = answers.next();
    // Nobody has anything to try: the meter is well.
    const chance = input === undefined ? () => 0.5 : createChance(input.seed);
    const drawAnswer = kind === "modbus-tcp" ? drawModbusTcp : drawModbusRtu;
    send(drawAnswer(question, chance), socket);
  });
  return { ...answers.edge, port: server.port, close: server.close };
}

function tcpQuestion(bytes: Uint8Array): ModbusQuestion {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    transaction: view.getUint16(0),
    unit: view.getUint8(6),
    functionCode: view.getUint8(7),
    count: view.getUint16(10),
  };
}

function rtuQuestion(bytes: Uint8Array): ModbusQuestion {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    transaction: 0,
    unit: view.getUint8(0),
    functionCode: view.getUint8(1),
    count: view.getUint16(4),
  };
}

const METER_BODY = JSON.stringify({ channels: [{ amps: 4.2, power: 966 }] });
const SIGNAL_BODY = JSON.stringify({ limit: { kW: 60 } });

/** A web server in the place of a meter, of a signal and of a VTN. */
export async function openHttpEdges(
  outcomes: Readonly<Record<"http-meter" | "http-signal" | "openadr", () => string>>,
): Promise<{ readonly port: number; readonly edges: readonly FuzzEdge[] }> {
  const meter = answersFor("http-meter", outcomes["http-meter"]);
  const signal = answersFor("http-signal", outcomes["http-signal"]);
  const vtn = answersFor("openadr", outcomes.openadr);
  const server = await serveBytes((bytes, socket) => {
    const [, path = ""] = new TextDecoder().decode(bytes).split(" ");
    const [answers, right] = path.startsWith("/meter")
      ? [meter, METER_BODY]
      : path.startsWith("/dso")
      ? [signal, SIGNAL_BODY]
      : [vtn, vtnAnswer(path, new Date().toISOString())];
    const input = answers.next();
    const chance = input === undefined ? () => 0.39 : createChance(input.seed);
    send(drawHttpAnswer(right, chance), socket);
  });
  const edges = [{ ...meter.edge, close: server.close }, signal.edge, vtn.edge];
  return { port: server.port, edges };
}

/** A broker on which anything is published. */
export async function openMqttEdge(outcome: () => string): Promise<DeviceEdge> {
  const broker = await Aedes.createBroker({ heartbeatInterval: 60_000 });
  const server = createServer((socket) => broker.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name: "mqtt",
    port: portOf(server),
    restMs: 20,
    draw: (chance): Publication => drawPublication(chance),
    async feed(input) {
      const { topic, payload, retain } = input as Publication;
      const bytes = Buffer.from(payload, "base64");
      await new Promise<void>((resolve) =>
        broker.publish(
          { cmd: "publish", qos: 0, dup: false, retain, topic, payload: bytes },
          () => resolve(),
        )
      );
      await rest(30);
      return outcome();
    },
    async close() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Datagrams at the multicast group of Speedwire. */
export function openSpeedwireEdge(outcome: () => string): FuzzEdge {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  return {
    name: "speedwire",
    restMs: 20,
    draw: (chance) => ({ datagram: drawDatagram(chance) }),
    async feed(input) {
      const { datagram } = input as { readonly datagram: string };
      await new Promise<void>((resolve) =>
        socket.send(
          Uint8Array.fromBase64(datagram),
          SPEEDWIRE_PORT,
          SPEEDWIRE_GROUP,
          () => resolve(),
        )
      );
      await rest(30);
      return outcome();
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
