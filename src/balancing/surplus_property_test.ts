import { assert } from "@std/assert";
import fc from "fast-check";
import { createSunnySite, type SunnyCar, type SunnySecond } from "./_sunny_site.ts";

const HOUR_S = 3_600;
const VOLTS = 230;

/** Up to four cars of all kinds, with chargers that measure often, seldom, late or never. */
const cars: fc.Arbitrary<readonly SunnyCar[]> = fc.array(
  fc.record({
    lines: fc.constantFrom(1 as const, 3 as const),
    class: fc.integer({ min: 3, max: 6 }),
    maxAmps: fc.constantFrom(10, 16, 32),
    readsEveryMs: fc.constantFrom(1_000, 10_000, 30_000, 60_000, null),
    readingDelayMs: fc.integer({ min: 0, max: 20_000 }),
    wasRunning: fc.boolean(),
    fullWh: fc.constantFrom(Infinity, 2_000),
  }),
  { minLength: 1, maxLength: 4 },
).map((all) => all.map((car, index) => ({ slot: index + 1, ...car })));

/** A sky: what is over from second to second, silent meters included. Any of them. */
const sky = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 600 }),
    watts: fc.option(fc.integer({ min: -4_000, max: 15_000 }), { nil: null, freq: 12 }),
  }),
  { minLength: 1, maxLength: 120 },
).map((spells) => {
  const seconds = spells.flatMap(({ seconds, watts }) =>
    new Array<number | null>(seconds).fill(watts)
  );
  return (nowMs: number) => seconds[Math.floor(nowMs / 1_000) % seconds.length] ?? null;
});

/** A sky that is made to annoy: it turns just when a decision is due. */
const spitefulSky = fc.tuple(
  fc.integer({ min: 55, max: 240 }),
  fc.integer({ min: 55, max: 240 }),
  fc.integer({ min: 3_000, max: 9_000 }),
).map(([bright, dark, watts]) => (nowMs: number) =>
  (nowMs / 1_000) % (bright + dark) < bright ? watts : 0
);

const SETTINGS = { numRuns: 30 };

function pausesOf(seconds: readonly SunnySecond[], slot: number): number[] {
  return seconds.flatMap(({ released, nowMs }, index) =>
    seconds[index - 1]?.released.includes(slot) && !released.includes(slot) ? [nowMs] : []
  );
}

Deno.test("surplus: under any sky no car is paused more than 4 times in an hour, nor for less than 5 minutes", () => {
  fc.assert(
    fc.property(cars, fc.oneof(sky, spitefulSky), (all, sun) => {
      const seconds = createSunnySite(all, sun).run(3 * HOUR_S);
      for (const { slot } of all) {
        const pauses = pausesOf(seconds, slot);
        for (const [index, atMs] of pauses.entries()) {
          const fifth = pauses[index + 4];
          assert(fifth === undefined || fifth - atMs >= 3_600_000, `${slot}: ${pauses.join()}`);
          const back = seconds.find(({ nowMs, released }) =>
            nowMs > atMs && released.includes(slot)
          );
          assert(back === undefined || back.nowMs - atMs >= 300_000, `${slot} back too soon`);
        }
      }
    }),
    SETTINGS,
  );
});

Deno.test("surplus: the budget holds the minimum of everybody who may charge, and nobody else's", () => {
  fc.assert(
    fc.property(cars, sky, (all, sun) => {
      for (const { budgetW, released, waiting } of createSunnySite(all, sun).run(HOUR_S)) {
        const minimumW = all.filter(({ slot }) => released.includes(slot))
          .reduce((sum, { lines }) => sum + 6 * lines * VOLTS, 0);
        assert(budgetW >= minimumW - 1e-6, `${budgetW} < ${minimumW}`);
        const seen = [...released, ...waiting].toSorted();
        assert(seen.join() === all.map(({ slot }) => slot).join(), seen.join());
      }
    }),
    SETTINGS,
  );
});

Deno.test("surplus: nobody is let in while the sun does not suffice, and only one at a time", () => {
  fc.assert(
    fc.property(cars, sky, (all, sun) => {
      const seconds = createSunnySite(all, sun).run(HOUR_S);
      for (const [index, { released, asleep, state }] of seconds.entries()) {
        const before = seconds[index - 1];
        if (before === undefined) continue;
        const added = released.filter((slot) => !before.released.includes(slot));
        assert(added.length <= 1);
        const [slot] = added;
        // Full ones are let in as they take nothing, to be seen when they wake.
        if (slot === undefined || asleep.includes(slot)) continue;
        const lines = all.find((car) => car.slot === slot)?.lines ?? 0;
        const sunW = state.sunW[0] ?? 0;
        assert(sunW >= 6 * lines * VOLTS, `${slot}: ${sunW}`);
      }
    }),
    SETTINGS,
  );
});

Deno.test("surplus: under a sky that stays, what cars draw comes to rest within ten minutes, and the grid gives nothing", () => {
  fc.assert(
    fc.property(cars, fc.integer({ min: 0, max: 15_000 }), (all, watts) => {
      const hungry = all.map((car) => ({ ...car, fullWh: Infinity }));
      const site = createSunnySite(hungry, () => watts);
      // Each of them comes in by itself, and slow chargers are slow.
      site.run(40 * 60);
      const rest = site.run(10 * 60);
      const drawn = new Set(rest.map(({ drawnW }) => drawnW));
      assert(drawn.size === 1, [...drawn].join());
      const gridW = rest.at(-1)?.gridW ?? 0;
      // A reduction by less than 50 W is no message.
      assert(gridW <= 50, `${gridW}`);
    }),
    SETTINGS,
  );
});

Deno.test("surplus: the same happenings make the same decisions", () => {
  fc.assert(
    fc.property(cars, sky, (all, sun) => {
      const [once, again] = [0, 1].map(() => createSunnySite(all, sun).run(1_000));
      assert(JSON.stringify(once?.at(-1)) === JSON.stringify(again?.at(-1)));
    }),
    { numRuns: 10 },
  );
});
