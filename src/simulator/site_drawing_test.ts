import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { createSeededIds } from "../lib/ids.ts";
import { LINES } from "../site/mod.ts";
import { NO_FAULTS } from "./charger_options.ts";
import { houseWorstAmps } from "./house_load.ts";
import { drawSite, type SiteDrawing } from "./site_drawing.ts";
import { slotAt } from "./site_plan.ts";

const DRAWING: SiteDrawing = {
  chargers: 6,
  timeLapse: 20,
  startWallMs: 1_767_592_800_000,
  withQuirks: false,
};

const draw = (seed: number, changes: Partial<SiteDrawing> = {}) =>
  drawSite({ ...DRAWING, ...changes }, createSeededIds(seed));

const anySite = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  chargers: fc.integer({ min: 1, max: 50 }),
  withQuirks: fc.boolean(),
});

Deno.test("a seed gives the same site again, another seed another one", () => {
  assertEquals(draw(1), draw(1));
  assertNotEquals(draw(1), draw(2));
});

Deno.test("a site has 1 to 50 chargers", () => {
  for (const chargers of [0, 51, 2.5, NaN]) {
    assertThrows(() => draw(1, { chargers }), RangeError, "Cannot draw site");
  }
  assertEquals(draw(1, { chargers: 50 }).site.chargers.length, 50);
});

Deno.test("every connector has a slot, and no slot is given twice", () => {
  fc.assert(fc.property(anySite, ({ seed, ...changes }) => {
    const plan = draw(seed, changes);
    const slots = plan.site.chargers.flatMap(({ options }) =>
      options.outlets.map((_, index) => slotAt(plan, options.identity, index + 1).slot)
    );
    assertEquals(new Set(slots).size, slots.length);
    assertEquals(slots.length, plan.slots.length);
    assertEquals(slots, slots.toSorted((left, right) => left - right));
  }));
});

Deno.test("passwords and identities are nobody else's", () => {
  const { site, csmsPassword } = draw(3, { chargers: 50 });
  const options = site.chargers.map((charger) => charger.options);
  assertEquals(new Set(options.map(({ identity }) => identity)).size, 50);
  assertEquals(new Set([csmsPassword, ...options.map(({ password }) => password)]).size, 51);
});

Deno.test("sites have chargers with one and with two sockets, of one and of three phases, turned", () => {
  const outlets = Array.from({ length: 40 }, (_, seed) => draw(seed))
    .flatMap(({ site }) => site.chargers.map(({ options }) => options.outlets));
  assertEquals(new Set(outlets.map(({ length }) => length)), new Set([1, 2]));
  const sockets = outlets.flat();
  assertEquals(new Set(sockets.map(({ lines }) => lines.length)), new Set([1, 3]));
  assertEquals(new Set(sockets.map(({ lines }) => lines[0])), new Set(LINES));
  assertEquals(new Set(sockets.map(({ maxAmps }) => maxAmps)), new Set([16, 32]));
});

Deno.test("the gateway is told the worst that the building can do", () => {
  fc.assert(fc.property(anySite, ({ seed, ...changes }) => {
    const { site, circuits } = draw(seed, changes);
    const grid = circuits.find(({ parentId }) => parentId === null);
    assert((grid?.otherWorstAmps ?? 0) >= houseWorstAmps(site.house));
  }));
});

Deno.test("on most circuits there is less than the sockets could draw", () => {
  let tight = 0;
  let all = 0;
  for (let seed = 0; seed < 60; seed++) {
    const { site, circuits } = draw(seed);
    for (const { id, limitAmps } of circuits) {
      const own = site.chargers.filter(({ circuitId }) => circuitId === id);
      const demand = LINES.map((line) =>
        own.flatMap(({ options }) => options.outlets)
          .filter(({ lines }) => lines.includes(line))
          .reduce((sum, { maxAmps }) => sum + maxAmps, 0)
      );
      if (id === "grid" || own.length === 0) continue;
      all++;
      if (Math.max(...demand) > limitAmps) tight++;
    }
  }
  assert(all > 40 && tight / all > 0.9, `${tight} of ${all}`);
});

Deno.test("without quirks chargers do everything right, with them hardly any does", () => {
  const faulty = (withQuirks: boolean) =>
    draw(5, { chargers: 30, withQuirks }).site.chargers
      .filter(({ options }) => JSON.stringify(options.faults) !== JSON.stringify(NO_FAULTS)).length;
  assertEquals(faulty(false), 0);
  assert(faulty(true) > 15);
});

Deno.test("it is any hour when a site begins, not a quiet one, for the sun as for the building", () => {
  const hours = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const { site } = draw(seed);
    const hour = (DRAWING.startWallMs + site.house.utcOffsetMs) / 3_600_000;
    assertAlmostEquals(hour % 1, 0, 1e-9);
    hours.add(hour % 24);
    assert((site.drivers?.rush?.[hour % 24] ?? 1) >= 1);
    if (site.solar !== null) assertEquals(site.solar.utcOffsetMs, site.house.utcOffsetMs);
  }
  assertEquals(hours.size, 24);
});
