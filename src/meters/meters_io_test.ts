import { assertEquals } from "@std/assert";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { hearMeter, testProfile } from "../../test/support/meters.ts";
import { createMeters } from "./meters_io.ts";

Deno.test("createMeters() makes a source of each meter, and nothing stays after stop()", async () => {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const meters = createMeters(
    [
      {
        driver: "mqtt",
        id: "pv",
        role: "generation",
        url: "mqtt://127.0.0.1:1",
        topics: [{ quantity: "active_power_total", topic: "t" }],
      },
      {
        driver: "modbus-tcp",
        id: "main",
        role: "grid",
        host: "::1",
        port: 1,
        profile: testProfile(),
      },
      {
        driver: "modbus-tcp",
        id: "sub",
        role: "circuit",
        host: "::1",
        port: 1,
        profile: testProfile(),
      },
    ],
    clock,
    () => {},
    spawn,
  );
  assertEquals(meters.map(({ id, role }) => `${id} ${role}`), [
    "main grid",
    "sub circuit",
    "pv generation",
  ]);
  const [main] = meters;
  main?.start(hearMeter());
  await Promise.all(meters.map((meter) => meter.stop()));
  await spawn.drain();
  assertEquals(clock.pending(), 0);
});

Deno.test("createMeters() makes nothing of nothing", () => {
  assertEquals(createMeters([], createVirtualClock(), () => {}, createSpawner(() => {})), []);
});
