import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Bench, bench, sentLimits, TWO_ON_40 } from "./_bench.ts";
import { USUAL_TRAITS } from "./facts.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

/** An EV that was paused by an operator for ten minutes, and draws nothing when it may again. */
function resumed(drawing = TWO_ON_40): Bench {
  const desk = bench(drawing, { isLive: true });
  for (const { slot } of drawing.evses) desk.facts(emptyAt(slot));
  desk.facts(chargingAt(1));
  desk.wait(60);
  desk.facts(chargingAt(1, { caps: [{ source: "operator", amps: 0 }] }));
  desk.wait(600);
  desk.draws(1, 0);
  desk.facts(chargingAt(1));
  return desk;
}

/** Each second the newest limit and the reason; what lasts is noted once. */
function watch(desk: Bench, slot: number, seconds: number): readonly string[] {
  const seen: string[] = [];
  for (let second = 0; second < seconds; second++) {
    const { limitAmps, reason } = desk.limit(slot);
    const now = `${limitAmps} ${reason.kind}`;
    if (seen.at(-1)?.endsWith(` ${now}`) !== true) seen.push(`${second} ${now}`);
    desk.wait(1);
  }
  return seen;
}

Deno.test("An EV that does not resume is told again, paused for a moment, and then its driver has to look", () => {
  const desk = resumed();
  desk.takeEffects();
  desk.wait(65);
  assertEquals(sentLimits(desk.takeEffects()), ["1: 32!"]);
  const seen = watch(desk, 1, 200);
  assert(seen.some((each) => each.endsWith("0 waking")), seen.join(", "));
  assert(
    seen.some((each) => each.endsWith("32 unlimited")),
    `more than before: ${seen.join(", ")}`,
  );
  assert(seen.at(-1)?.endsWith("6 needs-driver"), seen.join(", "));
});

Deno.test("An EV that the pause wakes has its share again", () => {
  const desk = resumed();
  desk.wait(140);
  desk.draws(1, null);
  desk.wait(120);
  assertEquals(desk.limit(1).limitAmps, 32);
  assertEquals(desk.reasonKey(1), "unlimited");
});

Deno.test("At a charger that cannot pause nothing is paused: its driver has to look after two minutes", () => {
  const desk = resumed();
  desk.facts(chargingAt(1, { traits: { ...USUAL_TRAITS, pausesAtZero: false } }));
  const seen = watch(desk, 1, 140);
  assert(seen.every((each) => !each.includes("waking")), seen.join(", "));
  assert(seen.at(-1)?.endsWith("6 needs-driver"), seen.join(", "));
});

Deno.test("An EV whose driver has to look is believed again when it draws, or when its charger says that it does", () => {
  const byMeter = resumed();
  byMeter.wait(300);
  assertEquals(byMeter.limit(1).reason.kind, "needs-driver");
  byMeter.draws(1, null);
  byMeter.wait(60);
  assertEquals(byMeter.limit(1).limitAmps, 32);

  const byState = resumed();
  byState.facts(chargingAt(1, { suspendedByEv: true }));
  byState.wait(300);
  assertEquals(byState.limit(1).reason.kind, "needs-driver");
  byState.facts(chargingAt(1));
  byState.wait(30);
  assertEquals(byState.limit(1).limitAmps, 32);
});

Deno.test("One that was full before its pause is not woken", () => {
  const desk = bench(TWO_ON_40, { isLive: true });
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  desk.draws(1, 0);
  desk.wait(120);
  desk.facts(chargingAt(1, { suspendedByEv: true, caps: [{ source: "plan", amps: 0 }] }));
  desk.wait(60);
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  const seen = watch(desk, 1, 400);
  assertEquals(seen.map((each) => each.split(" ").slice(1).join(" ")).at(-1), "6 satisfied");
  assertEquals(seen.filter((each) => each.includes("waking") || each.includes("driver")), []);
});

Deno.test("What an EV does not draw after a pause keeps no other waiting for more than three minutes in an hour", () => {
  const narrow = { ...TWO_ON_40, circuits: [{ id: "grid", amps: 10 }] };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), (comesAfter) => {
      const desk = resumed(narrow);
      desk.wait(comesAfter);
      desk.facts(chargingAt(2));
      let [heldS, pauses, restS] = [0, 0, 0];
      for (let second = 0; second < 3_500; second++) {
        desk.wait(1);
        // Whoever was paused for a turn of it rests for five minutes, and takes nothing before.
        const now = desk.limit(2).pauses;
        restS = now > pauses ? 300 : restS - 1;
        pauses = now;
        if ((desk.limit(1).limitAmps ?? 0) > 0 && restS <= 0) heldS++;
      }
      assert(heldS <= 180, `${heldS} s`);
      assertEquals(desk.limits(), [0, 10], `comes after ${comesAfter} s`);
      assertEquals(desk.limit(1).reason.kind, "needs-driver");
    }),
    { numRuns: 4 },
  );
});
