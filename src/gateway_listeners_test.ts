import { assertEquals, assertRejects } from "@std/assert";
import { MEMORY_LISTENING } from "../test/support/memory_edges.ts";
import type { ListenerOptions } from "./chargers/mod.ts";
import { openListeners } from "./gateway_listeners.ts";

const TLS = { cert: "a certificate", key: "its key" };
const listener = { start: () => Promise.resolve({ port: 1 }), stop: () => Promise.resolve() };

/** Where chargers are told to find listeners that get these ports one after the other. */
async function urlsOf(...all: readonly Partial<ListenerOptions>[]): Promise<readonly string[]> {
  let port = 9_000;
  const chargers = { open: () => Promise.resolve({ port: ++port }) };
  const offered = all.map((each) => ({ listener, options: { ...MEMORY_LISTENING, ...each } }));
  return (await openListeners(chargers, offered)).map(({ url }) => url);
}

Deno.test("chargers are told the port that was taken, and wss wherever they meet TLS", async () => {
  assertEquals(
    await urlsOf(
      { securityProfile: 1 },
      { securityProfile: 1, tls: TLS },
      { securityProfile: 2, tls: TLS, host: "::1" },
      // A front in between takes the TLS.
      { securityProfile: 3, tls: null, path: "/front" },
    ),
    [
      "ws://127.0.0.1:9001/ocpp",
      "wss://127.0.0.1:9002/ocpp",
      "wss://[::1]:9003/ocpp",
      "wss://127.0.0.1:9004/front",
    ],
  );
});

Deno.test("a listener that cannot be opened is said, and none after it is opened", async () => {
  const asked: number[] = [];
  const chargers = {
    open: (_: unknown, { port }: ListenerOptions) => {
      asked.push(port);
      return Promise.reject(new Error("port taken"));
    },
  };
  const offered = [1, 2].map((port) => ({ listener, options: { ...MEMORY_LISTENING, port } }));
  await assertRejects(() => openListeners(chargers, offered), Error, "port taken");
  assertEquals(asked, [1]);
});
