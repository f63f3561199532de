import { assertEquals } from "@std/assert";
import { createMeterDesk } from "./gateway_meters.ts";
import { createEvents } from "./lib/events.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import type { EvseMeasurement, MeterListener, MeterSource, SiteEvents } from "./site/mod.ts";

function openDesk() {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  let listener: MeterListener | null = null;
  const measured: EvseMeasurement[] = [];
  const source: MeterSource = {
    id: "main",
    role: "grid",
    start: (given) => void (listener = given),
    measured: (measurement) => void measured.push(measurement),
    stop: () => Promise.resolve(),
  };
  const desk = createMeterDesk([source], events, clock, {
    counted: (sample) => sample,
    of: () => null,
  });
  desk.start();
  return {
    clock,
    desk,
    events,
    measured,
    says(totalPowerW: number) {
      const at = { atMonoMs: clock.monoMs(), atWallMs: clock.wallMs() };
      listener?.sample({ meterId: "main", ...at, totalPowerW });
    },
    refuses: (reason: string) => listener?.refused(reason),
  };
}

Deno.test("the last ten minutes of readings are kept, older ones go", async () => {
  const { clock, desk, says } = openDesk();
  for (let second = 0; second < 1_500; second++) {
    says(second);
    await clock.advance(1_000);
  }
  const kept = desk.recent("main").map(({ totalPowerW }) => totalPowerW);
  assertEquals([kept.length, kept[0], kept.at(-1)], [600, 900, 1_499]);
  assertEquals(desk.states()[0]?.readings, 1_500);
  assertEquals(desk.recent("nobody"), []);
});

Deno.test("the pace is that of the last readings, whatever gap there was", async () => {
  const { clock, desk, says } = openDesk();
  says(1);
  await clock.advance(1_000);
  says(2);
  assertEquals(desk.states()[0]?.everyMs, null);
  await clock.advance(60_000);
  for (let count = 0; count < 5; count++) {
    says(3);
    await clock.advance(2_000.4);
  }
  assertEquals(desk.states()[0]?.everyMs, 2_000);
});

Deno.test("a refused reading is counted, and why it was none is kept", async () => {
  const { clock, desk, refuses } = openDesk();
  refuses("frequency of 0 is outside 40 to 70");
  await clock.advance(5_000);
  refuses("no answer");
  const { refused, lastRefusal } = desk.states()[0] ?? {};
  assertEquals([refused, lastRefusal], [2, { reason: "no answer", atMonoMs: 5_000 }]);
});

Deno.test("what chargers measure reaches the meters that live on it, until they are stopped", async () => {
  const { desk, events, measured } = openDesk();
  events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
  assertEquals(measured.length, 1);
  await desk.stop();
  events.emit("measured", { slot: 1, atMonoMs: 1, intervalMs: 1_000 });
  assertEquals(measured.length, 1);
});
