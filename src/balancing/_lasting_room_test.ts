import { assertEquals } from "@std/assert";
import { type LastingRoom, NO_ROOM_YET, roomAfter } from "./_lasting_room.ts";
import { bench } from "./_bench.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

/** An EV with 8 A behind 20 A, beside one that waits and a building, all measured each second. */
function oneCharging() {
  const desk = bench({
    circuits: [{ id: "grid", amps: 20, meter: "main", worst: 20 }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
    timing: { rotationOnMs: 86_400_000 },
  });
  let drawnAmps = 0;
  function pass(seconds: number, buildingAmps: number): void {
    for (let s = 0; s < seconds; s++) {
      desk.wait(1);
      drawnAmps = desk.limit(1).limitAmps ?? 0;
      desk.measured(1, drawnAmps);
      const otherAmps = desk.limit(2).limitAmps ?? 0;
      if (otherAmps > 0) desk.measured(2, otherAmps);
      desk.meter("main", buildingAmps + drawnAmps + otherAmps);
    }
  }
  desk.meter("main", 12);
  for (const slot of [1, 2]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
  }
  pass(400, 12);
  assertEquals(desk.limits(), [8, 0]);
  return { desk, pass };
}

Deno.test("Who waits beside a meter is let in when just room has lasted for a quarter of a minute", () => {
  const { desk, pass } = oneCharging();
  // The peak of the half minute before counts as there.
  pass(40, 7.5);
  assertEquals(desk.limits(), [12, 0], "who charges has it meanwhile");
  pass(30, 7.5);
  assertEquals(desk.limits(), [6, 6]);
});

Deno.test("Room that is there for a moment only lowers nobody", () => {
  const { desk, pass } = oneCharging();
  for (let times = 0; times < 5; times++) {
    pass(38, 7.5);
    pass(60, 12);
    assertEquals(desk.limits(), [8, 0]);
  }
});

Deno.test("Where there is room to spare nobody waits to see whether it lasts", () => {
  const { desk, pass } = oneCharging();
  pass(45, 4);
  assertEquals(desk.limits(), [8, 8]);
});

const SEEN: LastingRoom = { sinceMs: 0, seenAtMs: 20_000, isLetIn: true, patienceMs: 15_000 };

Deno.test("Who was let in on room that was not there waits twice as long for it the next time, up to two minutes", () => {
  const none = { hasJustRoom: false, isChosen: false };
  assertEquals(roomAfter(SEEN, none, 200_000), { ...NO_ROOM_YET, patienceMs: 30_000 });
  const often = roomAfter({ ...SEEN, patienceMs: 100_000 }, none, 200_000);
  assertEquals(often.patienceMs, 120_000);
  const never = roomAfter({ ...SEEN, isLetIn: false }, none, 200_000);
  assertEquals(never.patienceMs, 15_000, "nobody was lowered for it");
});

Deno.test("Room that is gone for a moment is remembered as long as it is waited for", () => {
  assertEquals(roomAfter(SEEN, { hasJustRoom: false, isChosen: true }, 25_000), SEEN);
  const back = roomAfter(SEEN, { hasJustRoom: true, isChosen: true }, 30_000);
  assertEquals(back, { ...SEEN, seenAtMs: 30_000 });
});
