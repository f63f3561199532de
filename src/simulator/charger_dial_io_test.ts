import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { assume } from "../lib/assert.ts";
import { createChargerDialer } from "./charger_dial_io.ts";

/** A server that sends some texts in one piece to whoever says something. */
async function serve(texts: readonly string[]): Promise<{ server: Server; url: string }> {
  const server = createServer();
  server.on("upgrade", (request, socket: Duplex) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.on("error", () => {});
    socket.on("end", () => socket.destroy());
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
    );
    const frames = texts.map((text) =>
      Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])
    );
    socket.once("data", () => socket.write(Buffer.concat(frames)));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return { server, url: `ws://127.0.0.1:${port}/ocpp` };
}

Deno.test("a charger is done with one message before it sees the next, also of one packet", async () => {
  const { server, url } = await serve(["answer", "call"]);
  const request = {
    identity: "CP1",
    password: null,
    protocols: ["ocpp1.6"],
    timeoutMs: 5_000,
  };
  const outcome = await createChargerDialer({ url: () => url })
    .dial(request, new AbortController().signal);
  assume(outcome.kind === "open", JSON.stringify(outcome));
  const { socket } = outcome;
  const seen: string[] = [];
  const both = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  socket.listen({
    message(text) {
      seen.push(text);
      // As far as an answer is passed on, one promise after the other.
      let following = Promise.resolve();
      for (let step = 0; step < 10; step++) following = following.then(() => {}, () => {});
      following.then(() => {
        seen.push(`done with ${text}`);
        if (seen.length === 4) both.resolve();
      }, () => {});
    },
    alive() {},
    closed: () => gone.resolve(),
  });
  socket.send("[]");
  await both.promise;
  assertEquals(seen, ["answer", "done with answer", "call", "done with call"]);
  socket.terminate();
  await gone.promise;
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
