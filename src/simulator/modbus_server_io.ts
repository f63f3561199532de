import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { answerRequest, type ModbusDevice, takeRequest } from "./modbus_answer.ts";

/** Where a simulated meter listens. */
export interface ModbusServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** A listening meter. */
export interface ModbusServer {
  readonly port: number;
  /** While true, requests are taken and never answered, as by a meter that hangs. */
  setSilent(isSilent: boolean): void;
  /** Stops listening and drops all connections. */
  stop(): Promise<void>;
}

/** What the server works with. */
export interface ModbusServerPorts {
  readonly log: Log;
  readonly spawn: Spawner;
}

const CONNECTIONS_MAX = 8;
const CHUNK_BYTES = 1_024;
/** Requests that wait unread in one stream; who sends more is no Modbus client. */
const BACKLOG_BYTES_MAX = 8_192;

/** Answers Modbus TCP for one device. Throws where the port is taken. */
export function startModbusServer(
  { host, port }: ModbusServerOptions,
  device: ModbusDevice,
  { log, spawn }: ModbusServerPorts,
): ModbusServer {
  const listener = Deno.listen({ hostname: host, port, transport: "tcp" });
  const connections = new Set<Deno.TcpConn>();
  const working = new Set<Promise<void>>();
  let isSilent = false;
  let isOpen = true;

  async function accept(): Promise<void> {
    while (isOpen) {
      const connection = await listener.accept().catch(() => null);
      if (connection === null) break;
      if (connections.size >= CONNECTIONS_MAX) connection.close();
      else own("serve modbus", () => serve(connection));
    }
  }

  function own(name: string, work: () => Promise<void>): void {
    spawn(name, () => {
      const done: Promise<void> = work().finally(() => working.delete(done));
      working.add(done);
      return done;
    });
  }

  async function serve(connection: Deno.TcpConn): Promise<void> {
    connections.add(connection);
    try {
      await answerAll(connection);
    } catch (error) {
      if (isOpen) log("info", "modbus_connection_lost", { error: errorText(error) });
    } finally {
      connections.delete(connection);
      closeQuietly(connection);
    }
  }

  async function answerAll(connection: Deno.TcpConn): Promise<void> {
    const chunk = new Uint8Array(CHUNK_BYTES);
    let waiting = new Uint8Array();
    for (;;) {
      const count = await connection.read(chunk);
      if (count === null) return;
      waiting = joined(waiting, chunk.subarray(0, count));
      const rest = await answerWaiting(connection, waiting);
      if (rest === null || rest.length > BACKLOG_BYTES_MAX) return;
      waiting = rest;
    }
  }

  /** Answers every whole request. Returns the bytes that are left; null to hang up. */
  async function answerWaiting(
    connection: Deno.TcpConn,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    let rest = bytes;
    for (;;) {
      const request = takeRequest(rest);
      if (request.kind === "broken") return null;
      if (request.kind === "partial") return rest;
      rest = rest.slice(request.length);
      if (!isSilent) await writeAll(connection, answerRequest(request, device));
    }
  }

  own("listen for modbus", accept);
  return {
    port: listener.addr.port,
    setSilent(wanted) {
      isSilent = wanted;
    },
    async stop() {
      isOpen = false;
      listener.close();
      for (const connection of connections) closeQuietly(connection);
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await connection.write(bytes.subarray(written));
}

/** The other side may have closed it a moment ago. */
function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
