import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { createSocketPair } from "../../src/simulator/mod.ts";
import { overhear } from "./overhear.ts";

Deno.test("who listens in hears both directions, in order, and changes nothing", async () => {
  const clock = createVirtualClock();
  const { near, far } = createSocketPair(clock);
  const heard: string[] = [];
  const arrived: string[] = [];
  const ends: string[] = [];
  const socket = overhear(near, (direction, text) => void heard.push(`${direction} ${text}`));
  socket.listen({
    message: (text) => void arrived.push(text),
    alive() {},
    closed: (code) => void ends.push(`near ${code}`),
  });
  far.listen({
    message: (text) => far.send(`${text} too`),
    alive() {},
    closed: (code) => void ends.push(`far ${code}`),
  });
  socket.send("hello");
  await clock.advance(0);
  assertEquals(heard, ["out hello", "in hello too"]);
  assertEquals(arrived, ["hello too"]);
  socket.close(1_000, "bye");
  await clock.advance(60_000);
  assertEquals([ends.toSorted(), clock.pending()], [["far 1000", "near 1000"], 0]);
});
