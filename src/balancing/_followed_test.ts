import { assert, assertEquals } from "@std/assert";
import { assess } from "./_assessment.ts";
import { type Bench, settled } from "./_bench.ts";

const SLOTS = Array.from({ length: 10 }, (_, index) => index + 1);
const LIMIT_AMPS = 320;

/** Ten EVs on 320 A that had 10 A each beside a building of 220 A, which then falls to 20 A. */
function tenEvs(): Bench {
  const desk = settled(
    {
      circuits: [{ id: "grid", amps: LIMIT_AMPS, meter: "main", worst: 20, substitute: 20 }],
      evses: SLOTS.map((slot) => ({ slot, on: "grid" })),
    },
    SLOTS,
    true,
  );
  desk.meter("main", 220);
  desk.wait(60);
  assertEquals(desk.limits(), SLOTS.map(() => 10));
  desk.meter("main", 20);
  return desk;
}

/** The same, right after they were raised to 30 A, and long before they measure. */
function justRaised(): Bench {
  const desk = tenEvs();
  for (let second = 0; second < 60 && desk.limits()[0] === 10; second++) desk.wait(1);
  assertEquals(desk.limits(), SLOTS.map(() => 30));
  return desk;
}

function measuredAmps(desk: Bench): number {
  return desk.load("grid").measuredAmps.L1 ?? NaN;
}

/** What flows when all took what they were told. */
function flowsAmps(desk: Bench, buildingAmps: number): number {
  return desk.limits().reduce<number>((sum, amps) => sum + (amps ?? 0), buildingAmps);
}

function pressingAmps(desk: Bench): number | undefined {
  const { boards } = assess(desk.state(), desk.nowMs(), desk.options);
  return boards.get("grid")?.otherLoad.pressing[0];
}

Deno.test("A step of the building after raises takes from everybody only what the step is", () => {
  for (const secondsAfter of [1, 3, 6]) {
    const desk = justRaised();
    desk.wait(secondsAfter);
    desk.meter("main", 40);
    desk.wait(1);
    assertEquals(desk.limits(), SLOTS.map(() => 28), `${secondsAfter} s after`);
    desk.wait(10);
    assertEquals(desk.limits(), SLOTS.map(() => 28), `${secondsAfter} s after, then 10 s`);
  }
});

Deno.test("What the meter rises by as a circuit goes over its limit is never the raised chargers'", () => {
  const desk = justRaised();
  // Nobody can tell whether the 220 A more are theirs or the building's.
  desk.meter("main", 40);
  desk.wait(1);
  assertEquals(desk.limits(), SLOTS.map(() => 8));
});

Deno.test("Raised chargers that take nothing more make nobody wait longer than 15 s for the line", () => {
  const desk = tenEvs();
  // What was given to them stays unused, and the building takes it instead.
  for (const slot of SLOTS) desk.draws(slot, 10);
  for (let second = 0; second < 60 && desk.limits()[0] === 10; second++) desk.wait(1);
  desk.wait(1);
  desk.meter("main", 200);
  desk.wait(2);
  desk.meter("main", 260);
  desk.wait(1);
  assert(measuredAmps(desk) > LIMIT_AMPS);
  for (const slot of SLOTS) desk.draws(slot, null);
  desk.wait(15);
  assert(measuredAmps(desk) <= LIMIT_AMPS, `${measuredAmps(desk)} A after 15 s`);
});

Deno.test("A chain of steps three seconds apart is followed step by step, by no more than it takes", () => {
  const desk = justRaised();
  desk.wait(12);
  for (let step = 1; step <= 10; step++) {
    const buildingAmps = 20 + 20 * step;
    desk.meter("main", buildingAmps);
    desk.wait(2);
    const flows = flowsAmps(desk, buildingAmps);
    assert(flows <= LIMIT_AMPS && flows >= LIMIT_AMPS - 20, `step ${step}: ${flows} A`);
    desk.wait(1);
  }
});

Deno.test("A fall of the meter after a cut is the chargers' as far as they were told to fall", () => {
  const desk = justRaised();
  desk.wait(12);
  desk.meter("main", 50);
  desk.wait(1);
  assertEquals([measuredAmps(desk), pressingAmps(desk)], [350, 50]);
  // They fall from 30 to 27 A, and the building by 10 A with them; then it steps up again.
  desk.meter("main", 40);
  desk.wait(1);
  assertEquals(measuredAmps(desk), 310);
  desk.meter("main", 80);
  desk.wait(1);
  assertEquals([measuredAmps(desk), pressingAmps(desk)], [350, 80]);
});

Deno.test("A fall that a rise of the building hides from the meter is not counted", () => {
  const desk = justRaised();
  desk.wait(12);
  desk.meter("main", 50);
  desk.wait(1);
  desk.meter("main", 90);
  desk.wait(1);
  // They are 30 A down, and were not seen so: they still count with 300 A.
  assertEquals([measuredAmps(desk), pressingAmps(desk)], [360, 60]);
  desk.wait(15);
  assert(measuredAmps(desk) <= LIMIT_AMPS, `${measuredAmps(desk)} A after 15 s`);
});
