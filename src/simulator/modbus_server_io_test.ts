import { assertEquals, assertThrows } from "@std/assert";
import { createSpawner } from "../lib/spawn.ts";
import type { ModbusDevice } from "./modbus_answer.ts";
import { type ModbusServer, startModbusServer } from "./modbus_server_io.ts";

const DEVICE: ModbusDevice = {
  unit: 1,
  functionCode: 4,
  registersMax: 10,
  registers: () => new Map([[0, 7], [1, 8]]),
};
const REQUEST = Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2);
const ANSWER = [0, 1, 0, 0, 0, 7, 1, 4, 4, 0, 7, 0, 8];

async function withServer(work: (server: ModbusServer) => Promise<void>): Promise<void> {
  const spawn = createSpawner(() => {});
  const server = startModbusServer({ host: "127.0.0.1", port: 0 }, DEVICE, {
    log: () => {},
    spawn,
  });
  await work(server);
  await server.stop();
  await spawn.drain();
}

function connect(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

/** Reads so many bytes, or what comes before the end. */
async function read(connection: Deno.TcpConn, count: number): Promise<readonly number[]> {
  const bytes: number[] = [];
  const chunk = new Uint8Array(256);
  while (bytes.length < count) {
    const got = await connection.read(chunk);
    if (got === null) break;
    bytes.push(...chunk.subarray(0, got));
  }
  return bytes;
}

Deno.test("a request in pieces and two in one are all answered", async () => {
  await withServer(async ({ port }) => {
    using connection = await connect(port);
    await connection.write(REQUEST.subarray(0, 5));
    await connection.write(REQUEST.subarray(5));
    assertEquals(await read(connection, 13), ANSWER);
    await connection.write(Uint8Array.of(...REQUEST, ...REQUEST));
    assertEquals(await read(connection, 26), [...ANSWER, ...ANSWER]);
  });
});

Deno.test("several clients are served at once, and those beyond the limit are not", async () => {
  await withServer(async ({ port }) => {
    const connections = [];
    for (let count = 0; count < 8; count++) {
      const connection = await connect(port);
      connections.push(connection);
      await connection.write(REQUEST);
      assertEquals(await read(connection, 13), ANSWER);
    }
    const ninth = await connect(port);
    assertEquals(await read(ninth, 1), []);
    for (const connection of [...connections, ninth]) connection.close();
  });
});

Deno.test("whoever speaks no Modbus is hung up on", async () => {
  await withServer(async ({ port }) => {
    using connection = await connect(port);
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    assertEquals(await read(connection, 1), []);
  });
});

Deno.test("a silent meter takes requests and answers later ones when it is back", async () => {
  await withServer(async (server) => {
    using connection = await connect(server.port);
    server.setSilent(true);
    await connection.write(REQUEST);
    using other = await connect(server.port);
    await other.write(REQUEST);
    server.setSilent(false);
    const later = REQUEST.slice();
    later[1] = 2;
    await connection.write(later);
    const answer = await read(connection, 13);
    // Whether the first was read before the meter came back is the network's affair.
    assertEquals(answer.slice(2, 13), ANSWER.slice(2));
  });
});

Deno.test("stop() drops open connections", async () => {
  const spawn = createSpawner(() => {});
  const server = startModbusServer({ host: "127.0.0.1", port: 0 }, DEVICE, {
    log: () => {},
    spawn,
  });
  using connection = await connect(server.port);
  await connection.write(REQUEST);
  await read(connection, 13);
  await server.stop();
  assertEquals(await read(connection, 1), []);
  await spawn.drain();
});

Deno.test("a taken port is said to be", async () => {
  await withServer(({ port }) => {
    const ports = { log: () => {}, spawn: createSpawner(() => {}) };
    assertThrows(
      () => startModbusServer({ host: "127.0.0.1", port }, DEVICE, ports),
      Deno.errors.AddrInUse,
    );
    return Promise.resolve();
  });
});
