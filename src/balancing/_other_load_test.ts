import { assertEquals } from "@std/assert";
import { type Amps, bench, currentsOf } from "./_bench.ts";
import { LINES } from "../site/mod.ts";
import { assess } from "./_assessment.ts";
import type { OtherLoad } from "./_other_load.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

/** Two EVs on one metered circuit of 100 A, both under 16 A for a while. */
function twoEvs() {
  const site = bench({
    circuits: [{ id: "grid", amps: 100, meter: "main", worst: 40 }],
    evses: [{ slot: 1, on: "grid", max: 16 }, { slot: 2, on: "grid", max: 16 }],
  });
  site.meter("main", 20);
  for (const slot of [1, 2]) {
    site.facts(emptyAt(slot));
    site.facts(chargingAt(slot));
  }
  site.wait(30);
  assertEquals(site.limits(), [16, 16]);
  return site;
}

function judged(site: ReturnType<typeof twoEvs>): OtherLoad | undefined {
  const { boards } = assess(site.state(), site.nowMs(), site.options);
  return [...boards.values()][0]?.otherLoad;
}

/** The four answers on L1: what must be, is likely, may be, and counts on overload. */
function onL1(site: ReturnType<typeof twoEvs>): readonly (number | undefined)[] {
  const other = judged(site);
  return [
    other?.known[0],
    other?.likely[0],
    other?.cautious[0],
    other?.pressing[0],
  ];
}

Deno.test("Without readings all may be the building's, and all that chargers may draw theirs", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(1);
  assertEquals(onL1(site), [18, 18, 50, 18]);
});

Deno.test("With readings of all chargers the rest is the building's", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(2);
  site.measured(1, 16, 10, 1);
  site.measured(2, 14, 10, 1);
  assertEquals(onL1(site), [20, 20, 20, 20]);
});

Deno.test("A rise after the readings may be the chargers' as far as they have room", () => {
  const site = twoEvs();
  site.meter("main", 40);
  site.wait(2);
  site.measured(1, 10, 10, 1);
  site.measured(2, 10, 10, 1);
  site.wait(1);
  assertEquals(onL1(site), [20, 20, 20, 20]);
  site.meter("main", 55);
  site.wait(1);
  // 15 A more: up to 12 A of it fit under the limits of the chargers.
  assertEquals(onL1(site), [23, 23, 35, 35]);
});

Deno.test("A fall after the readings may be chargers that come back", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(2);
  site.measured(1, 15, 10, 1);
  site.measured(2, 15, 10, 1);
  site.wait(1);
  site.meter("main", 38);
  site.wait(1);
  // Proven are 30 A less the 12 that are missing.
  assertEquals(judged(site)?.cautious[0], 20);
  site.meter("main", 50);
  site.wait(1);
  assertEquals(judged(site)?.cautious[0], 32);
});

Deno.test("A fall before a reading does not count against it", () => {
  const site = twoEvs();
  site.meter("main", 80);
  site.wait(2);
  site.measured(1, 15, 10, 1);
  site.wait(2);
  site.meter("main", 50);
  site.wait(2);
  site.measured(2, 15, 10, 1);
  // The fall of 30 A came after the first reading and before the second.
  assertEquals(judged(site)?.cautious[0], 35);
});

Deno.test("A fall that another charger's rise hides from the meter counts too", () => {
  const site = twoEvs();
  site.meter("main", 36);
  site.wait(2);
  site.measured(1, 16, 10, 1);
  site.measured(2, 0, 10, 1);
  assertEquals(judged(site)?.cautious[0], 20);
  site.wait(5);
  // In the same second the first stopped and the second began: the meter saw nothing.
  site.measured(2, 16, 10, 0);
  assertEquals(judged(site)?.cautious[0], 20);
});

Deno.test("A rise that another charger's fall hides from the meter leaves it less unused room", () => {
  const site = twoEvs();
  site.meter("main", 42);
  site.wait(2);
  site.measured(1, 6, 10, 1);
  site.measured(2, 16, 10, 1);
  assertEquals(onL1(site), [20, 20, 20, 20]);
  site.wait(5);
  site.measured(2, 6, 10, 0);
  // What the first took more cannot be the building's: 20 A are, or 30 if it did not.
  assertEquals(judged(site)?.known[0], 20);
});

Deno.test("A stale reading proves nothing", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(2);
  site.measured(1, 15, 10, 1);
  site.measured(2, 15, 10, 1);
  site.wait(18);
  assertEquals(judged(site)?.cautious[0], 20);
  site.wait(1);
  assertEquals(judged(site)?.cautious[0], 50);
});

Deno.test("A reading newer than the meter's proves nothing yet", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(1);
  site.meter("main", null);
  site.wait(1);
  site.measured(1, 15);
  assertEquals(judged(site)?.cautious[0], 50);
});

Deno.test("A charger out of reach counts as other load as far as it is not proven", () => {
  const site = twoEvs();
  site.meter("main", 50);
  site.wait(2);
  site.measured(1, 15, 10, 1);
  site.facts(chargingAt(2, { connected: false }));
  site.wait(1);
  assertEquals(onL1(site), [19, 35, 35, 35]);
});

const LEVELS: readonly { readonly meter: Amps; readonly known: Amps; readonly cautious: Amps }[] = [
  // Solar power behind the meter: what it hides is not room for chargers.
  { meter: [-20, 5, 45], known: [0, 0, 15], cautious: [0, 0, 15] },
];

for (const { meter, known, cautious } of LEVELS) {
  Deno.test(`Other load is never negative: ${meter}`, () => {
    const site = twoEvs();
    site.meter("main", meter);
    site.wait(2);
    site.measured(1, 15, 10, 1);
    site.measured(2, 15, 10, 1);
    const onLines = (amounts?: ArrayLike<number>) =>
      Array.from(amounts ?? []).slice(0, LINES.length);
    assertEquals(onLines(judged(site)?.known), Object.values(currentsOf(known)));
    assertEquals(onLines(judged(site)?.cautious), Object.values(currentsOf(cautious)));
  });
}

Deno.test("Each meter judges its own circuit", () => {
  const site = bench({
    circuits: [
      { id: "grid", amps: 100, meter: "main" },
      { id: "row", from: "grid", amps: 50, meter: "sub" },
    ],
    evses: [{ slot: 1, on: "row", max: 16 }],
  });
  site.meter("main", 30);
  site.meter("sub", 5);
  site.facts(emptyAt(1));
  site.facts(chargingAt(1));
  site.wait(2);
  site.meter("main", 46);
  site.meter("sub", 21);
  site.wait(2);
  site.measured(1, 16, 10, 1);
  assertEquals(site.load("grid").otherLoadAmps, currentsOf(30));
  assertEquals(site.load("row").otherLoadAmps, currentsOf(5));
});
