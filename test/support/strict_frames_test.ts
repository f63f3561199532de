import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { createSocketPair } from "./memory_edges.ts";
import { strictly } from "./strict_frames.ts";

Deno.test("a call and an answer that are not valid are found, in the version of the connection", async () => {
  const clock = createVirtualClock();
  const { near, far } = createSocketPair(clock);
  const found: string[] = [];
  const socket = strictly(near, "ocpp2.0.1", (problem) => void found.push(problem.slice(0, 30)));
  socket.listen({ message: () => {}, alive: () => {}, closed: () => {} });
  far.listen({ message: () => {}, alive: () => {}, closed: () => {} });
  far.send('[2,"a","Heartbeat",{}]');
  far.send("no JSON");
  await clock.advance(0);
  socket.send('[3,"a",{"currentTime":"2026-01-05T06:00:00Z"}]');
  socket.send('[3,"a",{"time":"2026-01-05T06:00:00Z"}]');
  socket.send('[2,"b","Reset",{"type":"Immediate"}]');
  socket.send('[2,"c","Reset",{"type":"Hard"}]');
  socket.send('[4,"a","NotSupported","",{}]');
  // An id for two calls: an answer to either will do.
  far.send('[2,"d","Heartbeat",{}]');
  far.send('[2,"d","MeterValues",{}]');
  await clock.advance(0);
  socket.send('[3,"d",{}]');
  socket.send('[3,"d",{"currentTime":"2026-01-05T06:00:00Z"}]');
  assertEquals(found, ['ocpp2.0.1 [3,"a",{"time":"2026', 'ocpp2.0.1 [2,"c","Reset",{"typ']);
});
