import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { EvseMeasurement } from "../site/mod.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import { type ChargerMeterOptions, createChargerMeter } from "./charger_meter.ts";

const METER: ChargerMeterOptions = {
  driver: "charger",
  id: "bay-3",
  role: "consumer",
  slot: 3,
  wiring: { lines: ["L2", "L3", "L1"], inverted: false },
};

function listen(changes: Partial<ChargerMeterOptions> = {}) {
  const clock = createVirtualClock();
  const heard = hearMeter();
  const meter = createChargerMeter({ ...METER, ...changes }, clock, () => {});
  meter.start(heard);
  const says = (changes: Partial<EvseMeasurement>) =>
    meter.measured?.({ slot: 3, atMonoMs: clock.monoMs(), intervalMs: 60_000, ...changes });
  return { clock, heard, meter, says };
}

Deno.test("a charger's phases become the site's lines", () => {
  const { heard, says } = listen();
  says({ currentsAmps: [16, 15, 14], powerW: 10_350, energyWh: 4_200 });
  assertEquals(heard.samples[0]?.currentsAmps, { L1: 14, L2: 16, L3: 15 });
  assertEquals(heard.samples[0]?.totalPowerW, 10_350);
  assertEquals(heard.samples[0]?.importWh, 4_200);
  assertEquals(heard.current().kind, "good");
});

Deno.test("another socket's reading is none of ours", () => {
  const { heard, says } = listen();
  says({ slot: 4, currentsAmps: [16, 16, 16] });
  assertEquals(heard.samples, []);
});

Deno.test("currents of which some phases are not told are no currents", () => {
  const { heard, says } = listen();
  says({ currentsAmps: [16, 0, 0], untoldPhases: [1, 2], powerW: 3_680 });
  assertEquals(heard.samples[0] !== undefined && "currentsAmps" in heard.samples[0], false);
  assertEquals(heard.samples[0]?.totalPowerW, 3_680);
});

Deno.test("energy alone says nothing about now", () => {
  const { heard, says } = listen();
  says({ energyWh: 4_200 });
  assertEquals(heard.samples, []);
});

Deno.test("a reading counts from the earliest moment it may be of", async () => {
  const { clock, heard, says } = listen();
  await clock.advance(30_000);
  says({ powerW: 100, atMonoMs: 28_000, doubtMs: 5_000 });
  assertEquals(heard.samples[0]?.atMonoMs, 23_000);
});

Deno.test("a reading that may be too old is refused", async () => {
  const { clock, heard, says } = listen();
  await clock.advance(170_000);
  says({ powerW: 100, atMonoMs: 0, doubtMs: 20_000 });
  assertEquals(heard.refusals, ["a reading of slot 3 that may be older than 180 s"]);
});

Deno.test("a charger that tells nothing is a meter that has failed, until it tells again", async () => {
  const { clock, heard, meter, says } = listen({ maxAgeMs: 90_000 });
  await clock.advance(90_000);
  assertEquals(
    failure(heard.current()),
    "the charger of slot 3 has measured nothing for 90 s",
  );
  says({ powerW: 100 });
  assertEquals(heard.current().kind, "good");
  await meter.stop();
  assertEquals(clock.pending(), 0);
  says({ powerW: 200 });
  assertEquals(heard.samples.length, 1);
});
