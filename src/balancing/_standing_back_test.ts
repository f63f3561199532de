import { assert, assertEquals } from "@std/assert";
import { type Bench, settled } from "./_bench.ts";
import { chargingAt } from "./_site_drawing.ts";

const HOUR_MS = 3_600_000;

/** Three sockets behind so many amperes, served by departure. */
function site(amps: number): Bench {
  const evses = [1, 2, 3].map((slot) => ({ slot, on: "grid", lines: "L1 L2 L3", max: 32 }));
  return settled({ strategy: "departure", circuits: [{ id: "grid", amps }], evses }, []);
}

/** An EV that still needs so many kilowatt-hours in so many hours. 22 kWh take one at full current. */
function comes(desk: Bench, slot: number, kwh: number, hours: number): void {
  const departsAtMs = desk.nowMs() + hours * HOUR_MS;
  desk.facts(chargingAt(slot, { demand: { remainingWh: kwh * 1_000, departsAtMs } }));
}

Deno.test("An EV with time to spare waits, though there is room for its minimum beside the others", () => {
  const desk = site(32);
  comes(desk, 1, 20, 1);
  desk.wait(60);
  comes(desk, 2, 20, 9);
  desk.wait(60);
  assertEquals(desk.limits().slice(0, 2), [32, 0]);
});

Deno.test("What one cannot use goes to the next, and as much as it needs to start", () => {
  const desk = site(40);
  comes(desk, 1, 20, 1);
  comes(desk, 2, 20, 9);
  desk.wait(60);
  assertEquals(desk.limits().slice(0, 2), [32, 8]);
  const tight = site(36);
  comes(tight, 1, 20, 1);
  comes(tight, 2, 20, 9);
  tight.wait(60);
  assertEquals(tight.limits().slice(0, 2), [30, 6]);
});

Deno.test("One who charges makes place for one in need, but not before its turn is over", () => {
  const desk = site(32);
  comes(desk, 1, 20, 12);
  desk.wait(60);
  comes(desk, 2, 20, 1);
  desk.wait(60);
  assertEquals(desk.limits().slice(0, 2), [6, 26]);
  desk.wait(20 * 60);
  comes(desk, 3, 20, 1);
  desk.wait(120);
  assertEquals(desk.limits(), [0, 32, 0]);
});

Deno.test("Nobody stops charging where nobody waits who needs it more", () => {
  const desk = site(32);
  comes(desk, 1, 20, 12);
  desk.wait(60);
  comes(desk, 2, 20, 1);
  desk.wait(40 * 60);
  assertEquals(desk.limits().slice(0, 2), [6, 26]);
});

Deno.test("Two with like needs do not change places all the time", () => {
  const desk = site(40);
  comes(desk, 1, 22, 3);
  comes(desk, 2, 22, 3);
  desk.wait(120);
  let changes = 0;
  for (let minute = 0; minute < 60; minute++) {
    const before = desk.limits();
    desk.wait(60);
    if (JSON.stringify(desk.limits()) !== JSON.stringify(before)) changes++;
  }
  assert(changes <= 8, `${changes} changes within an hour`);
});

Deno.test("Among three that are all late nobody is paused more than four times an hour", () => {
  const desk = site(40);
  for (const slot of [1, 2, 3]) comes(desk, slot, 60, 2);
  const pauses = [0, 0, 0];
  let before = desk.limits();
  for (let step = 0; step < 120; step++) {
    desk.wait(30);
    const now = desk.limits();
    for (const [index, amps] of now.entries()) {
      if (amps === 0 && (before[index] ?? 0) > 0) pauses[index] = (pauses[index] ?? 0) + 1;
    }
    before = now;
  }
  for (const count of pauses) assert(count <= 4, `${pauses}`);
});
