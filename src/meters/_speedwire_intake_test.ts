import { assertEquals, assertStringIncludes } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import { SPEEDWIRE_HOUSE, speedwireDatagram } from "../../test/support/speedwire.ts";
import { createReporter } from "./_meter_reporter.ts";
import { createSpeedwireIntake } from "./_speedwire_intake.ts";
import type { SpeedwireMeterOptions } from "./speedwire_options.ts";

function listen(changes: Partial<SpeedwireMeterOptions> = {}) {
  const clock = createVirtualClock();
  const heard = hearMeter();
  const options = { driver: "speedwire", id: "main", role: "grid", ...changes } as const;
  const intake = createSpeedwireIntake(options, clock, createReporter(heard, clock, () => {}));
  const from = (serial: number) => intake.datagram(speedwireDatagram(SPEEDWIRE_HOUSE, { serial }));
  return { clock, heard, intake, from };
}

Deno.test("currents get their signs from the power of their line", () => {
  const { heard, intake, from } = listen();
  from(7);
  assertEquals(heard.samples[0]?.currentsAmps, { L1: 8.75, L2: -4.4, L3: 1.01 });
  assertEquals(heard.samples[0]?.totalPowerW, 1_230);
  intake.end();
});

Deno.test("another meter on the network is not ours", () => {
  const { heard, intake, from } = listen({ serial: 7 });
  from(8);
  assertEquals([heard.samples.length, heard.refusals.length], [0, 0]);
  from(7);
  assertEquals(heard.samples.length, 1);
  intake.end();
});

Deno.test("where two meters send and none is named, neither counts any more", async () => {
  const { clock, heard, intake, from } = listen();
  from(7);
  await clock.advance(1_000);
  from(8);
  from(7);
  assertEquals(heard.samples.length, 1);
  assertEquals(heard.refusals, [
    "there are several meters, 7 and 8: give the serial of the right one",
  ]);
  intake.end();
});

Deno.test("a meter that falls silent has failed, and the reason names who was heard", async () => {
  const { clock, heard, intake, from } = listen({ serial: 7 });
  from(8);
  await clock.advance(10_000);
  assertStringIncludes(
    failure(heard.current()) ?? "",
    "no datagram of meter 7 at 239.12.255.254 for 10 s, but of 8",
  );
  from(7);
  assertEquals(heard.current().kind, "good");
  intake.end();
  assertEquals(clock.pending(), 0);
});

Deno.test("a flood of datagrams is not a flood of samples", () => {
  const { heard, intake, from } = listen({ serial: 7 });
  for (let count = 0; count < 1_000; count++) from(7);
  assertEquals(heard.samples.length, 1);
  intake.end();
});

Deno.test("what is no datagram of Speedwire is counted as refused", () => {
  const { heard, intake } = listen();
  intake.datagram(Uint8Array.of(1, 2, 3));
  assertEquals(heard.refusals, ["a datagram of 3 bytes that is not Speedwire"]);
  intake.end();
});
