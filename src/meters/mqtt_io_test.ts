import { assert, assertEquals, assertThrows } from "@std/assert";
import { createServer, type Socket } from "node:net";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import type { MqttMeterOptions } from "./mqtt_options.ts";
import { createMqttMeter } from "./mqtt_io.ts";

const METER: MqttMeterOptions = {
  driver: "mqtt",
  id: "pv",
  role: "generation",
  url: "mqtt://127.0.0.1:1",
  topics: [{ quantity: "active_power_total", topic: "solar/power" }],
};

/** A started meter on time that stands still. */
function listen(changes: Partial<MqttMeterOptions> = {}) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const meter = createMqttMeter({ ...METER, ...changes }, clock, () => {}, spawn);
  const heard = hearMeter();
  meter.start(heard);
  return {
    clock,
    heard,
    meter,
    failed: () => heard.until((each) => each.current().kind === "failing"),
    async [Symbol.asyncDispose]() {
      await meter.stop();
      await spawn.drain();
      assertEquals(clock.pending(), 0);
    },
  };
}

/** A server that does as told with each connection's bytes. */
async function startBroker(act: (socket: Socket, bytes: Uint8Array, connection: number) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      if (typeof bytes !== "string") act(socket, bytes, connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    url: `mqtt://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const CONNECT = 0x10;
const SUBSCRIBE = 0x82;
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

/** The answer to a subscription to one topic. */
function suback(subscribe: Uint8Array, code: number): Uint8Array {
  return Uint8Array.of(0x90, 3, subscribe[2] ?? 0, subscribe[3] ?? 0, code);
}

function publish(topic: string, payload: string): Uint8Array {
  const [name, text] = [new TextEncoder().encode(topic), new TextEncoder().encode(payload)];
  return Uint8Array.of(0x30, 2 + name.length + text.length, 0, name.length, ...name, ...text);
}

Deno.test("a broker that is not there is named", async () => {
  // Port 1 belongs to a service that nobody has run for decades.
  await using site = listen();
  await site.failed();
  assertEquals(failure(site.heard.current()), "127.0.0.1:1 refuses the connection");
});

Deno.test("a broker that hangs up is named, and tried again after a while", async () => {
  await using broker = await startBroker((socket, bytes, connection) => {
    if (connection === 0) return void socket.end();
    if (bytes[0] === CONNECT) socket.write(CONNACK);
    if (bytes[0] !== SUBSCRIBE) return;
    socket.write(suback(bytes, 0));
    socket.write(publish("solar/power", "12"));
  });
  await using site = listen({ url: broker.url });
  await site.failed();
  assertEquals(failure(site.heard.current()), `${broker.address} closed the connection`);
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 1);
  assertEquals(site.heard.samples[0]?.totalPowerW, 12);
});

Deno.test("a broker that refuses the subscription is named with the topic", async () => {
  await using broker = await startBroker((socket, bytes) => {
    if (bytes[0] === CONNECT) socket.write(CONNACK);
    else if (bytes[0] === SUBSCRIBE) socket.write(suback(bytes, 0x80));
  });
  await using site = listen({ url: broker.url });
  await site.failed();
  assertEquals(
    failure(site.heard.current()),
    `${broker.address} refuses the subscription to solar/power`,
  );
});

for (const [code, meaning] of [[2, "refuses the client id"], [3, "is out of service"]] as const) {
  Deno.test(`a broker that answers ${code} ${meaning}`, async () => {
    await using broker = await startBroker((socket) => {
      socket.write(Uint8Array.of(0x20, 2, 0, code));
    });
    await using site = listen({ url: broker.url });
    await site.failed();
    assertEquals(failure(site.heard.current()), `${broker.address} ${meaning}`);
  });
}

Deno.test("a server that speaks something else is left", async () => {
  await using broker = await startBroker((socket) => {
    socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  await using site = listen({ url: broker.url });
  await site.failed();
  assert((failure(site.heard.current()) ?? "").includes(broker.address));
  assertEquals(site.heard.samples.length, 0);
});

Deno.test("stop() before the connection stands, and while waiting for the next, leaves nothing", async () => {
  await using connecting = listen();
  await connecting.meter.stop();
  assertEquals(connecting.heard.healths, [{ kind: "waiting" }]);
  await using waiting = listen();
  await waiting.failed();
  await waiting.meter.stop();
  await waiting.meter.stop();
  assertEquals(waiting.clock.pending(), 0);
});

Deno.test("createMqttMeter() refuses options that cannot be, without the password", () => {
  const create = (changes: Partial<MqttMeterOptions>) => () =>
    createMqttMeter(
      { ...METER, ...changes },
      createVirtualClock(),
      () => {},
      createSpawner(() => {}),
    );
  const error = assertThrows(
    create({ url: "mqtt://me:secret@broker", topics: [] }),
    RangeError,
    "Cannot create meter pv: ",
  );
  assert(error.message.includes("needs a topic"), error.message);
  assert(!error.message.includes("secret"), error.message);
});
