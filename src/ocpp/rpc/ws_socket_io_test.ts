import { assert, assertEquals } from "@std/assert";
import { once } from "node:events";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { assume } from "../../lib/assert.ts";
import { TIMED_OUT, within } from "../../lib/clock.ts";
import { createSystemClock } from "../../lib/clock_io.ts";
import type { FrameSocket, SocketListener } from "./socket.ts";
import { wrapWebSocket } from "./ws_socket_io.ts";

/** A wrapped socket, the `ws` socket in it, and the one at the other end. */
interface Connection {
  readonly near: FrameSocket;
  readonly wrapped: WebSocket;
  readonly far: WebSocket;
}

/** A test that waits for what never comes fails after so long. */
const PATIENCE_MS = 20_000;

/** Serves on a free port of this machine; each dial gives both ends of a new connection. */
async function withServer(
  during: (dial: () => Promise<Connection>) => Promise<void>,
): Promise<void> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const address = server.address();
  assume(address !== null && typeof address === "object", "a TCP server has a port");
  const { port } = address;
  const sockets: WebSocket[] = [];
  async function dial(): Promise<Connection> {
    const accepted = new Promise<readonly [WebSocket, FrameSocket]>((resolve) =>
      server.once("connection", (socket) => resolve([socket, wrapWebSocket(socket)]))
    );
    const far = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(far, "open");
    const [wrapped, near] = await accepted;
    sockets.push(far, wrapped);
    return { near, wrapped, far };
  }
  try {
    const ended = await within(createSystemClock(), PATIENCE_MS, during(dial));
    assert(ended !== TIMED_OUT, "what the test waits for never came");
  } finally {
    await Promise.all(sockets.map(gone));
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Ends a socket, whatever state it is in. */
async function gone(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = once(socket, "close");
  socket.terminate();
  await closed;
}

/** Writes down what a socket tells. */
function createEar() {
  const heard: string[] = [];
  let news = Promise.withResolvers<void>();
  function hear(what: string): void {
    heard.push(what);
    news.resolve();
    news = Promise.withResolvers();
  }
  const listener: SocketListener = {
    message: (text) => hear(text),
    alive: () => hear("alive"),
    closed: (code, reason) => hear(`closed ${code} ${reason}`.trim()),
  };
  return {
    heard,
    listener,
    /** Resolves when so many things were heard. */
    async first(many: number): Promise<readonly string[]> {
      while (heard.length < many) await news.promise;
      return heard;
    },
  };
}

/** By the end of this, whatever was sent before has arrived: it comes later on the same machine. */
async function roundTrips({ near, far }: Connection): Promise<void> {
  near.listen({ message: near.send, alive: () => {}, closed: () => {} });
  for (let trip = 0; trip < 5; trip++) {
    far.send("there and back");
    await once(far, "message");
  }
}

Deno.test("a wrapped socket sends and tells texts, whole and in order", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const texts = ['[2,"1","Heartbeat",{}]', "ü€😀", "x".repeat(60_000), ""];
    for (const text of texts) far.send(text);
    assertEquals(await ear.first(4), texts);
    const answer = once(far, "message");
    near.send("ü€😀");
    const [bytes, isBinary] = await answer;
    assertEquals([String(bytes), isBinary], ["ü€😀", false]);
  });
});

Deno.test("a wrapped socket loses nothing that arrives before somebody listens", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    far.send("1");
    far.send("2");
    far.ping();
    far.close(1001, "bye");
    await roundTrips(await dial());
    near.listen(ear.listener);
    assertEquals(ear.heard, []);
    assertEquals(await ear.first(4), ["1", "2", "alive", "closed 1001 bye"]);
  });
});

Deno.test("a wrapped socket tells its end at once to who listens after it", async () => {
  await withServer(async (dial) => {
    const { near, wrapped } = await dial();
    const closed = once(wrapped, "close");
    near.terminate();
    await closed;
    const ear = createEar();
    near.listen(ear.listener);
    assertEquals(ear.heard, ["closed 1006"]);
  });
});

Deno.test("a wrapped socket tells the end once, with the code and reason of the other side", async () => {
  await withServer(async (dial) => {
    const { near, wrapped, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const closed = once(wrapped, "close");
    far.close(1012, "restart");
    await closed;
    near.terminate();
    await roundTrips(await dial());
    assertEquals(ear.heard, ["closed 1012 restart"]);
  });
});

Deno.test("a wrapped socket closes on binary data with 1003, and tells none of it", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const closed = once(far, "close");
    far.send(new TextEncoder().encode('[2,"1","Heartbeat",{}]'));
    const [code, reason] = await closed;
    assertEquals([code, String(reason)], [1003, "OCPP-J is text"]);
    assertEquals(await ear.first(1), ["closed 1003 OCPP-J is text"]);
  });
});

Deno.test("a wrapped socket takes a ping for a sign of life, and answers it", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const pong = once(far, "pong");
    far.ping();
    await pong;
    assertEquals(ear.heard, ["alive"]);
  });
});

Deno.test("a wrapped socket pings, and takes the pong for a sign of life", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const ping = once(far, "ping");
    near.ping();
    await ping;
    assertEquals(await ear.first(1), ["alive"]);
  });
});

Deno.test("a wrapped socket sends nothing after its close, and counts nothing as waiting", async () => {
  await withServer(async (dial) => {
    const { near, wrapped, far } = await dial();
    const texts: string[] = [];
    far.on("message", (bytes) => texts.push(String(bytes)));
    const ends = [once(far, "close"), once(wrapped, "close")];
    near.listen(createEar().listener);
    near.send("before");
    near.close(1001, "bye");
    const sendLate = () => {
      const buffered = near.bufferedBytes();
      near.send("after");
      near.ping();
      assertEquals(near.bufferedBytes(), buffered);
    };
    sendLate();
    await Promise.all(ends);
    sendLate();
    assertEquals(texts, ["before"]);
  });
});

Deno.test("a wrapped socket that is terminated ends with 1006 on both sides", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    const ear = createEar();
    near.listen(ear.listener);
    const closed = once(far, "close");
    near.terminate();
    assertEquals((await closed)[0], 1006);
    assertEquals(await ear.first(1), ["closed 1006"]);
  });
});

Deno.test("a wrapped socket closes with a handshake while nobody listens", async () => {
  await withServer(async (dial) => {
    const { near, wrapped, far } = await dial();
    const ends = [once(far, "close"), once(wrapped, "close")];
    far.send("too early");
    near.close(1008, "unknown");
    const codes = (await Promise.all(ends)).map(([code, reason]) => `${code} ${reason}`);
    assertEquals(codes, ["1008 unknown", "1008 unknown"]);
  });
});

Deno.test("a wrapped socket counts bytes that the network does not take", async () => {
  await withServer(async (dial) => {
    const { near, far } = await dial();
    assertEquals(near.bufferedBytes(), 0);
    far.pause();
    const text = "x".repeat(1_000_000);
    for (let sent = 0; sent < 30; sent++) near.send(text);
    assert(near.bufferedBytes() > 1_000_000, String(near.bufferedBytes()));
  });
});
