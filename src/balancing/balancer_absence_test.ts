import { assert, assertEquals } from "@std/assert";
import { alarmsOf, type Bench, bench } from "./_bench.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

const SITE: SiteDrawing = {
  circuits: [{ id: "grid", amps: 40, meter: "main", worst: 8 }],
  evses: [{ slot: 1, on: "grid", failSafe: 6 }, { slot: 2, on: "grid" }],
};

/** Charger 1 draws 25 A beside a house of 5 A, and gets out of reach. */
function away(): Bench {
  const desk = bench(SITE);
  desk.facts(emptyAt(1));
  desk.facts(chargingAt(1));
  desk.meter("main", 5);
  desk.wait(100);
  desk.meter("main", 30);
  for (let second = 0; second < 60; second += 10) {
    desk.wait(10);
    desk.measured(1, 25);
  }
  desk.facts(chargingAt(1, { connected: false }));
  desk.takeEffects();
  return desk;
}

const kept = (desk: Bench) => desk.limit(1).reservedAmps;
/** Limits last 900 s at most, and its clock may be off by half a minute. */
const OVER_S = 1_000;

Deno.test("absence: a charger that a meter saw fall when its limit was over is kept its fail-safe current", () => {
  const desk = away();
  desk.wait(800);
  assert(kept(desk) >= 25, `${kept(desk)}`);
  desk.meter("main", 11);
  desk.wait(OVER_S - 800);
  assertEquals([kept(desk), alarmsOf(desk.takeEffects())], [6, []]);
});

Deno.test("absence: a charger that goes on when its limit is over is kept what it had, and is told of", () => {
  const desk = away();
  desk.wait(OVER_S);
  assert(kept(desk) >= 25, `${kept(desk)}`);
  assertEquals(alarmsOf(desk.takeEffects()), [
    { kind: "alarm", alarm: { kind: "keeps-limit", slot: 1 } },
  ]);
  desk.meter("main", 11);
  desk.wait(2);
  assertEquals(kept(desk), 6, "late, but it fell");
  assertEquals(alarmsOf(desk.takeEffects()), [
    { kind: "alarm-over", alarm: { kind: "keeps-limit", slot: 1 } },
  ]);
});

Deno.test("absence: a rise of the house before it does not hide that it fell", () => {
  const desk = away();
  desk.wait(300);
  desk.meter("main", 38);
  desk.wait(300);
  desk.meter("main", 19);
  desk.wait(OVER_S - 600);
  assertEquals(kept(desk), 6);
});

Deno.test("absence: a small fall is not its own", () => {
  const desk = away();
  desk.wait(300);
  desk.meter("main", 20);
  desk.wait(OVER_S - 300);
  assert(kept(desk) >= 25, `${kept(desk)}`);
});

Deno.test("absence: without a meter's word what is known of its model counts", () => {
  const desk = away();
  desk.meter("main", null);
  desk.wait(OVER_S);
  assertEquals(kept(desk), 6);
});

Deno.test("absence: it is over when the charger is back", () => {
  const desk = away();
  desk.wait(OVER_S);
  desk.takeEffects();
  desk.facts(chargingAt(1));
  assertEquals(
    alarmsOf(desk.takeEffects()).filter(({ kind }) => kind === "alarm-over").length,
    1,
  );
});
