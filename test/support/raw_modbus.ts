import { createServer, type Server, type Socket } from "node:net";

/** A request to read registers, as it came over the wire. */
export interface RawRequest {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
  /** How many requests have come before on all connections. */
  readonly index: number;
}

/** A TCP server of bytes: each request is handed to `answer`, which writes what it likes. */
export interface RawModbusServer extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly RawRequest[];
  /** How many connections were made. */
  connections(): number;
  /** How many are open. */
  open(): number;
  /** Resolves when so many requests have come. */
  requested(count: number): Promise<void>;
  /** Resolves when no connection is open. */
  quiet(): Promise<void>;
  /** Ends all connections and the server. */
  stop(): Promise<void>;
}

/** The bytes of an answer with its header. */
export function rawFrame(transaction: number, unit: number, body: readonly number[]): Uint8Array {
  const length = body.length + 1;
  return Uint8Array.from([
    ...[transaction >> 8, transaction & 0xff, 0, 0, length >> 8, length & 0xff],
    ...[unit, ...body],
  ]);
}

/** The answer that a good meter gives. */
export function goodAnswer(request: RawRequest, registers: readonly number[]): Uint8Array {
  const words = registers.slice(request.address, request.address + request.count);
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff]);
  return rawFrame(request.transaction, request.unit, [
    request.functionCode,
    bytes.length,
    ...bytes,
  ]);
}

/** Starts a server on 127.0.0.1, on a free port or on `port`. Use it with `await using`. */
export async function startRawModbus(
  answer: (request: RawRequest, socket: Socket) => void,
  port = 0,
): Promise<RawModbusServer> {
  const sockets = new Set<Socket>();
  const requests: RawRequest[] = [];
  const waiting = new Set<() => void>();
  let connections = 0;
  const wake = () => {
    for (const recheck of waiting) recheck();
  };
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const recheck = () => {
        if (!holds()) return;
        waiting.delete(recheck);
        resolve();
      };
      waiting.add(recheck);
      recheck();
    });
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      wake();
    });
    socket.on("data", (bytes) => {
      // No encoding is set, so that it never is text.
      if (typeof bytes === "string") return;
      const request = parse(bytes, requests.length);
      requests.push(request);
      answer(request, socket);
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await until(() => sockets.size === 0);
    await closed(server);
  };
  return {
    port: portOf(server),
    requests,
    connections: () => connections,
    open: () => sockets.size,
    requested: (count) => until(() => requests.length >= count),
    quiet: () => until(() => sockets.size === 0),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Requests are short and come one at a time, so that each is one piece. */
function parse(bytes: Uint8Array, index: number): RawRequest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    transaction: view.getUint16(0),
    unit: view.getUint8(6),
    functionCode: view.getUint8(7),
    address: view.getUint16(8),
    count: view.getUint16(10),
    index,
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot tell port: closed");
  return address.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}
