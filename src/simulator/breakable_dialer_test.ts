import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createBreakableDialer } from "./breakable_dialer.ts";
import type { ChargerDial } from "./charger.ts";
import { createSocketPair, type SocketPair } from "./memory_socket.ts";

const never = new AbortController().signal;

function dialOf(identity: string): ChargerDial {
  return { identity, password: null, protocols: ["ocpp1.6"], timeoutMs: 1_000 };
}

/** A way to a gateway that takes everybody; the codes with which connections ended. */
function setUp() {
  const clock = createVirtualClock();
  const pairs: SocketPair[] = [];
  const closed: number[] = [];
  const dialer = createBreakableDialer({
    dial() {
      const pair = createSocketPair(clock);
      pairs.push(pair);
      pair.near.listen({ message() {}, alive() {}, closed: (code) => closed.push(code) });
      pair.far.listen({ message() {}, alive() {}, closed() {} });
      return Promise.resolve({ kind: "open", socket: pair.near });
    },
  });
  return { clock, dialer, closed };
}

Deno.test("a charger gets through until it is cut off", async () => {
  const { clock, dialer, closed } = setUp();
  const outcome = await dialer.dial(dialOf("CP1"), never);
  assume(outcome.kind === "open", "it gets through");
  dialer.cut("CP1");
  await clock.advance(1_000);
  assertEquals(closed, [1_006]);
});

Deno.test("nobody else's connection is cut, and none twice", async () => {
  const { clock, dialer, closed } = setUp();
  for (const identity of ["CP1", "CP2"]) await dialer.dial(dialOf(identity), never);
  for (let count = 0; count < 2; count++) dialer.cut("CP1");
  dialer.cut("CP3");
  await clock.advance(1_000);
  assertEquals(closed, [1_006]);
});

Deno.test("a charger that is out of reach cannot connect before it is in reach again", async () => {
  const { dialer, closed } = setUp();
  await dialer.dial(dialOf("CP1"), never);
  dialer.setReachable("CP1", false);
  assertEquals(await dialer.dial(dialOf("CP1"), never), { kind: "failed", reason: "no answer" });
  assertEquals((await dialer.dial(dialOf("CP2"), never)).kind, "open");
  dialer.setReachable("CP1", true);
  assertEquals((await dialer.dial(dialOf("CP1"), never)).kind, "open");
  assertEquals(closed, [], "what was open stays open");
});
