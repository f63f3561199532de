import { assertEquals } from "@std/assert";
import { type Bench, bench, sentLimits } from "./_bench.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

/** Two sockets behind so many amperes; an EV at each wants to charge. */
function twoWanting(amps: number): Bench {
  const desk = bench({
    circuits: [{ id: "grid", amps }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
  });
  for (const slot of [1, 2]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
  }
  return desk;
}

Deno.test("Who waited longest takes the turn of who charged longest", () => {
  const desk = bench({
    circuits: [{ id: "grid", amps: 13 }],
    evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
    timing: { rotationOnMs: 900_000, rotationOffMs: 300_000 },
  });
  for (const slot of [1, 2, 3]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
    desk.wait(1);
  }
  desk.wait(30);
  assertEquals(desk.limits(), [7, 6, 0]);
  const turns = new Map<number, string[]>([[0, []], [1, []], [2, []]]);
  let isLater = false;
  for (let second = 0; second < 3 * 3600; second++) {
    desk.wait(1);
    for (const [index, amps] of desk.limits().entries()) {
      turns.get(index)?.push((amps ?? 0) > 0 ? "x" : "-");
    }
  }
  for (const all of turns.values()) {
    const runs = all.join("").match(/x+|-+/g)?.slice(1, -1) ?? [];
    // Turns get longer when an EV was paused many times.
    assertEquals(runs.slice(0, 10).every((run) => run.length <= 1200), true);
    assertEquals(runs.length > 8, true, "everybody gets several turns");
    isLater ||= runs.slice(10).some((run) => run.length > 1200);
    for (const run of runs) {
      // A turn is at least a quarter of an hour, a pause at least five minutes and not endless.
      assertEquals(run.length >= (run.startsWith("x") ? 900 : 300), true, `${run.length} s`);
      assertEquals(run.length <= 45 * 60, true, `${run.length} s`);
    }
  }
  assertEquals(isLater, true, "who was paused often gives way later");
});

Deno.test("Nobody is paused for one who waits before having had a turn", () => {
  const desk = twoWanting(7);
  desk.wait(899);
  assertEquals(desk.limits(), [7, 0]);
  desk.wait(12);
  assertEquals(desk.limits(), [0, 7]);
});

Deno.test("An EV that sleeps gives its turn to one who waits", () => {
  const desk = twoWanting(7);
  desk.wait(200);
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  // A minute and a half to be sure that it is not just starting.
  desk.wait(89);
  assertEquals(desk.limits(), [6, 0]);
  desk.wait(13);
  assertEquals(desk.limits(), [0, 7]);
});

Deno.test("An EV that was paused asleep is behind all that want current for an hour, then asked once", () => {
  const desk = twoWanting(7);
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  desk.wait(110);
  assertEquals(desk.limits(), [0, 7]);
  // Without current the charger holds back, not the EV.
  desk.facts(chargingAt(1));
  desk.wait(3_500);
  assertEquals(desk.limits(), [0, 7], "past the usual turn");
  desk.wait(200);
  assertEquals(desk.limits(), [7, 0]);
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  desk.wait(300);
  assertEquals(desk.limits(), [0, 7], "full still");
});

Deno.test("Priority gives way to nobody lower, however long that one waits", () => {
  const desk = bench({
    strategy: "priority",
    circuits: [{ id: "grid", amps: 7 }],
    evses: [{ slot: 1, on: "grid", priority: 2 }, { slot: 2, on: "grid", priority: 1 }],
  });
  for (const slot of [2, 1]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
    desk.wait(20);
  }
  desk.wait(60);
  assertEquals(desk.limits(), [7, 0]);
  desk.takeEffects();
  desk.wait(7_200);
  assertEquals(new Set(sentLimits(desk.takeEffects())), new Set(["1: 7", "2: 0"]), "only renewals");
});

Deno.test("Nobody is paused whose turn would not help the one who waits", () => {
  const desk = bench({
    circuits: [
      { id: "grid", amps: 63 },
      { id: "row a", from: "grid", amps: 7 },
      { id: "row b", from: "grid", amps: 7 },
    ],
    evses: [{ slot: 1, on: "row a" }, { slot: 2, on: "row b" }, { slot: 3, on: "row b" }],
  });
  for (const slot of [1, 2, 3]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
    desk.wait(1);
  }
  assertEquals(desk.limits(), [7, 7, 0]);
  desk.takeEffects();
  desk.wait(1000);
  assertEquals(desk.limits(), [7, 0, 7]);
  assertEquals(
    new Set(sentLimits(desk.takeEffects()).filter((each) => each.startsWith("1:"))),
    new Set(["1: 7"]),
  );
});

Deno.test("A three-phase EV that waits replaces as many one-phase EVs as it takes", () => {
  const desk = bench({
    circuits: [{ id: "grid", amps: 7 }],
    evses: [
      { slot: 1, on: "grid", lines: "L1" },
      { slot: 2, on: "grid", lines: "L2" },
      { slot: 3, on: "grid" },
    ],
  });
  for (const slot of [1, 2, 3]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
  }
  desk.wait(898);
  assertEquals(desk.limits(), [7, 7, 0]);
  desk.wait(13);
  assertEquals(desk.limits(), [0, 0, 7]);
});
