import { connect } from "node:net";
import { assert, assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { createHappenings } from "../sites/until.ts";
import { createFaultProxy, type FaultProxy } from "./fault_proxy_io.ts";

const SEED = 11;

/** One end of a connection: all that has come, and how it ended. */
interface End {
  readonly socket: Deno.TcpConn;
  text(): string;
  bytes(): readonly number[];
  ending(): "closed" | "reset" | null;
  say(text: string): Promise<void>;
}

interface Line extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** The end that dialled, and the one that was dialled. */
  readonly near: End;
  readonly far: End;
  until<T>(what: string, look: () => T | null | undefined): Promise<T>;
  dial(): Promise<End>;
  /** The far end of the next connection. */
  accept(): Promise<End>;
}

/** A connection through a proxy, with both its ends. */
async function openLine(): Promise<Line> {
  const happenings = createHappenings();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const proxy = await createFaultProxy(listener.addr.port, SEED);
  const sockets: Deno.TcpConn[] = [];
  const following: Promise<void>[] = [];

  function endOf(socket: Deno.TcpConn): End {
    const bytes: number[] = [];
    let ending: ReturnType<End["ending"]> = null;
    async function follow(): Promise<void> {
      const buffer = new Uint8Array(1024);
      try {
        for (let n = await socket.read(buffer); n !== null; n = await socket.read(buffer)) {
          bytes.push(...buffer.subarray(0, n));
          happenings.notify();
        }
        ending = "closed";
      } catch {
        ending = "reset";
      }
      happenings.notify();
    }
    sockets.push(socket);
    following.push(follow());
    return {
      socket,
      text: () => String.fromCharCode(...bytes),
      bytes: () => bytes,
      ending: () => ending,
      async say(text) {
        await socket.write(new TextEncoder().encode(text));
      },
    };
  }

  const dial = async () => endOf(await Deno.connect({ hostname: "127.0.0.1", port: proxy.port }));
  const accept = async () => endOf(await listener.accept());
  const [near, far] = await Promise.all([dial(), accept()]);
  return {
    proxy,
    near,
    far,
    until: happenings.until,
    dial,
    accept,
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      for (const socket of sockets) socket.close();
      listener.close();
      await Promise.all(following);
    },
  };
}

Deno.test("a sound wire carries bytes both ways, and the end of each", async () => {
  await using line = await openLine();
  const { near, far, until } = line;
  await near.say("up");
  await until("it arrives", () => far.text() === "up" || null);
  await far.say("down");
  await until("it arrives", () => near.text() === "down" || null);
  near.socket.closeWrite();
  assertEquals(await until("the end is heard of", () => far.ending()), "closed");
  await far.say("later");
  await until("the other direction goes on", () => near.text() === "downlater" || null);
});

Deno.test("latency and jitter delay bytes and keep their order", async () => {
  await using line = await openLine();
  line.proxy.set({ latencyMs: 60, jitterMs: 40 });
  const beganMs = performance.now();
  const words = Array.from({ length: 20 }, (_, index) => `${index},`);
  for (const word of words) await line.near.say(word);
  await line.until("all arrive", () => line.far.text() === words.join("") || null);
  assertGreaterOrEqual(performance.now() - beganMs, 59);
});

Deno.test("a stalled wire holds bytes back, and delivers them when it goes on", async () => {
  await using line = await openLine();
  const { proxy, near, far, until } = line;
  proxy.set({ stalls: true });
  await near.say("held");
  // A connection opened later is quicker than what is held would be.
  proxy.set({ stalls: false });
  await until("it arrives", () => far.text() === "held" || null);
  proxy.set({ stalls: true });
  await near.say(" again");
  proxy.set({ stalls: true, latencyMs: 0 });
  await far.say("and back");
  assertEquals([far.text(), near.text()], ["held", ""]);
  proxy.heal();
  await until(
    "all arrives",
    () => far.text() === "held again" && near.text() === "and back" || null,
  );
});

Deno.test("a reset reaches both ends as a reset", async () => {
  await using line = await openLine();
  line.proxy.reset();
  assertEquals(await line.until("it is heard of", () => line.near.ending()), "reset");
  assertEquals(await line.until("it is heard of", () => line.far.ending()), "reset");
  await line.until("nothing is left", () => line.proxy.connections() === 0 || null);
});

Deno.test("a reset by one end is passed on to the other", async () => {
  await using line = await openLine();
  const socket = connect({ host: "127.0.0.1", port: line.proxy.port });
  const far = await line.accept();
  socket.resetAndDestroy();
  assertEquals(await line.until("it is heard of", () => far.ending()), "reset");
  assertEquals([line.near.ending(), line.far.ending()], [null, null], "the other one stays");
});

Deno.test("a wire that refuses resets new connections and keeps the old", async () => {
  await using line = await openLine();
  const { proxy, near, far, until } = line;
  proxy.set({ refuses: true });
  // The reset may come before the dialling is over.
  const refused = await line.dial().catch(() => null);
  if (refused !== null) assertEquals(await until("it is heard of", refused.ending), "reset");
  await near.say("still there");
  await until("it arrives", () => far.text() === "still there" || null);
  assertEquals(proxy.opened(), 1);
});

Deno.test("a half-open connection says nothing of its other end, for good", async () => {
  await using line = await openLine();
  const { proxy, near, far, until } = line;
  proxy.set({ swallows: true });
  await near.say("vanishes");
  proxy.heal();
  await near.say("vanishes too");
  near.socket.closeWrite();
  const [fresh, other] = await Promise.all([line.dial(), line.accept()]);
  await fresh.say("goes through");
  await until("a new connection carries", () => other.text() === "goes through" || null);
  assertEquals([far.text(), far.ending(), near.ending()], ["", null, null]);
  assertEquals(proxy.connections(), 2);
});

Deno.test("a throttled wire lets so many bytes a second through", async () => {
  await using line = await openLine();
  line.proxy.set({ bytesPerSecond: 200 });
  const beganMs = performance.now();
  await line.near.say("x".repeat(60));
  await line.until("all arrives", () => line.far.text().length === 60 || null);
  assertGreaterOrEqual(performance.now() - beganMs, 240);
  line.proxy.set({ bytesPerSecond: 1 });
  await line.near.say("slow");
  await line.until("a byte comes", () => line.far.text().length > 60 || null);
  assertEquals(line.far.text().length, 61);
  line.proxy.heal();
  await line.until("the rest comes", () => line.far.text().endsWith("slow") || null);
});

Deno.test("behind a handshake a spoilt byte is no ASCII any more, and no byte is lost", async () => {
  await using line = await openLine();
  const { near, far, until } = line;
  line.proxy.set({ corruptsOneIn: 10 });
  const handshake = "x".repeat(1024);
  await near.say(handshake);
  await until("it arrives whole", () => far.text() === handshake || null);
  const text = "0123456789".repeat(100);
  await near.say(text);
  await until("all arrives", () => far.bytes().length === 1024 + text.length || null);
  const spoilt = far.bytes().filter((byte) => byte >= 0x80).length;
  assertGreater(spoilt, 50);
  assert(spoilt < 200, `${spoilt} of 1000 bytes are spoilt`);
  const mended = far.bytes().slice(1024).map((byte) => byte & 0x7f);
  assertEquals(String.fromCharCode(...mended), text);
});
