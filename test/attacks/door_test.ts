import { assert, assertEquals } from "@std/assert";
import { connect, type Socket } from "node:net";
import { openSite } from "../gateway/site_bench.ts";
import { connectGood } from "../support/good_charger.ts";
import { type TestDoor, withDoor } from "../support/tls_door.ts";

const PLAIN = { securityProfile: 1, tls: null } as const;

/** A handshake as somebody writes it who has no library; the status he is told, 0 for none. */
async function handshake({ port }: TestDoor, path: string, basic?: string): Promise<number> {
  const socket = connect({ host: "127.0.0.1", port });
  const authorization = basic === undefined ? "" : `Authorization: Basic ${btoa(basic)}\r\n`;
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      `Sec-WebSocket-Protocol: ocpp1.6\r\n${authorization}\r\n`,
  );
  const text = await heard(socket);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
}

/** What somebody is told until he is cut off, or has been told something. */
function heard(socket: Socket): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      text += bytes.toString();
      if (text.startsWith("HTTP/1.1 101")) socket.destroy();
    });
    socket.on("close", () => resolve(text));
  });
}

Deno.test("A1: of a thousand who name an identity and show no password, or another's, none is let in", async () => {
  await withDoor(PLAIN, async (door) => {
    const found = new Map<number, number>();
    for (let n = 0; n < 1_000; n++) {
      const name = n % 4 === 0 ? "CP1" : `CP${n + 2}`;
      const basic = [undefined, "CP1:", "CP1:guess", `${name}:guess`][n % 7 % 4];
      // A whole thousand within a minute of the door's clock would wear out their welcome first.
      if (n % 15 === 0) await door.books.clock.advance(16 * 60_000);
      const status = await handshake(door, `/ocpp/${name}`, basic);
      found.set(status, (found.get(status) ?? 0) + 1);
    }
    assertEquals([...found.keys()].toSorted(), [401, 404], JSON.stringify([...found]));
    await door.books.clock.advance(16 * 60_000);
    assertEquals(await handshake(door, "/ocpp/CP1", "CP1:secret"), 101, "and who knows it is");
  });
});

Deno.test("A2: a second connection with a charger's own password displaces nobody who is alive", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  for (let n = 0; n < 5; n++) {
    const thief = await site.connect("CP1", { remoteAddress: `192.168.7.${30 + n}` });
    const other = await site.connect("CP1", { remoteAddress: "192.168.7.99" });
    await site.clock.advance(0);
    assertEquals(other.closed(), "1008 identity is in use", "a third one waits for nobody");
    await site.clock.advance(5_000);
    assertEquals(thief.closed(), "1008 identity is in use");
  }
  const alarms = site.gateway().web.views.faults().map(({ kind }) => kind);
  assert(alarms.includes("second-connection"), "somebody is told");
  await charger.stop(number, 1_500);
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StopTransaction").length, 1);
  await site.stop();
});

Deno.test("A3: after five wrong passwords in a minute nothing is heard for a quarter of an hour, not even the right one", async () => {
  await withDoor(PLAIN, async (door) => {
    const { books, door: keeper } = door;
    const reasons = () => keeper.refusals().map(({ reason }) => reason);
    for (let n = 0; n < 5; n++) await handshake(door, "/ocpp/CP1", `CP1:guess${n}`);
    assertEquals(reasons(), Array(5).fill("wrong password"));
    assertEquals(
      await handshake(door, "/ocpp/CP1", "CP1:secret"),
      401,
      "the right one is not heard",
    );
    assertEquals(reasons()[0], "too many failures");
    await books.clock.advance(14 * 60_000);
    assertEquals(await handshake(door, "/ocpp/CP1", "CP1:secret"), 401);
    await books.clock.advance(61_000);
    assertEquals(await handshake(door, "/ocpp/CP1", "CP1:secret"), 101);
  });
});

Deno.test("A3: guesses at one charger cost another nothing, nor one at another address", async () => {
  const site = await openSite();
  const guess = (chargerId: string, remoteAddress: string) =>
    site.connect(chargerId, { remoteAddress, authorization: `Basic ${btoa(`${chargerId}:no`)}` })
      .then(() => "in", () => "out");
  for (let n = 0; n < 60; n++) assertEquals(await guess(`CP${n % 2 + 1}`, "192.168.7.66"), "out");
  // The charger's own address, and the guesser's.
  await site.connect("CP1", { remoteAddress: "192.168.7.20" });
  await site.connect("CP3", { remoteAddress: "192.168.7.66" });
  assertEquals(
    site.gateway().web.views.chargers().filter(({ connected }) => connected).map(({ id }) => id),
    ["CP1", "CP3"],
  );
  await site.stop();
});

Deno.test("A3: a flood of names fills neither the log nor the list of those who wait to be let in", async () => {
  const site = await openSite();
  await site.connect("NEW-1", { remoteAddress: "192.168.7.20" }).catch(() => {});
  for (let n = 0; n < 2_000; n++) {
    await site.connect(`FLOOD-${n}`, { remoteAddress: "192.168.7.66" }).catch(() => {});
    if (n % 100 === 99) await site.clock.advance(1_000);
  }
  const waiting = site.gateway().web.views.waiting().map(({ id }) => id);
  assert(waiting.includes("NEW-1"), "who came before still waits");
  await site.stop();
});

Deno.test("A22: connections that say nothing, or say it slowly, are cut off and keep nobody out", async () => {
  await withDoor(PLAIN, async (door) => {
    const began = performance.now();
    const slow = Array.from({ length: 300 }, () => connect({ host: "127.0.0.1", port: door.port }));
    const ended = slow.map((socket, n) => {
      if (n % 2 === 0) socket.write("GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nX-Slow: ");
      const drip = setInterval(() => socket.writable && socket.write("a"), 500);
      return heard(socket).finally(() => clearInterval(drip));
    });
    const first = await connectGood(goodAt(door));
    first.close();
    await Promise.all(ended);
    const tookMs = performance.now() - began;
    assert(tookMs < 30_000, `the last was cut off after ${tookMs} ms`);
  });
});

Deno.test("A22: whoever does not close his end of a refused connection holds it no longer for that", async () => {
  await withDoor(PLAIN, async (door) => {
    const socket = connect({ host: "127.0.0.1", port: door.port, allowHalfOpen: true });
    socket.write(
      "GET /ocpp/NOBODY HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await new Promise((resolve) => socket.on("end", resolve).resume());
    // His own end is open still: what he says now meets nobody.
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.on("error", () => resolve(true));
    socket.on("close", () => resolve(true));
    const patience = setTimeout(() => resolve(false), 10_000);
    const talk = setInterval(() => socket.write("more\r\n"), 20);
    const isCut = await promise;
    clearTimeout(patience);
    clearInterval(talk);
    socket.destroy();
    assert(isCut, "he is heard for ever");
  });
});

function goodAt({ port }: TestDoor): Parameters<typeof connectGood>[0] {
  return { url: `ws://127.0.0.1:${port}/ocpp/CP1`, password: "secret" };
}
