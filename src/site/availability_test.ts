import { assertEquals } from "@std/assert";
import { type AvailabilityRecord, isOperative } from "./availability.ts";

function order(slot: number, operative: boolean): [number, AvailabilityRecord] {
  return [slot, { slot, operative, orderedBy: "csms", orderedAtMs: 1 }];
}

/** The rule of 1.6 §5.2: what was ordered for the site holds for every EVSE of it. */
const CASES: readonly [site: boolean | null, slot: boolean | null, operative: boolean][] = [
  [null, null, true],
  [null, true, true],
  [null, false, false],
  [true, null, true],
  [true, true, true],
  [true, false, false],
  [false, null, false],
  [false, true, false],
  [false, false, false],
];

const said = (operative: boolean | null) =>
  operative === null ? "has no order" : `is ordered ${operative ? "in" : "out"}`;

for (const [site, slot, operative] of CASES) {
  const what = `the site ${said(site)} and the slot ${said(slot)}`;
  Deno.test(`isOperative() is ${operative} where ${what}`, () => {
    const orders = [
      ...(site === null ? [] : [order(0, site)]),
      ...(slot === null ? [] : [order(3, slot)]),
    ];
    assertEquals(isOperative(new Map(orders), 3), operative);
  });
}

Deno.test("isOperative() of one slot does not listen to orders for another", () => {
  assertEquals(isOperative(new Map([order(2, false), order(30, false)]), 3), true);
});

Deno.test("isOperative() of slot 0 is that of the site itself", () => {
  assertEquals(isOperative(new Map([order(0, false)]), 0), false);
  assertEquals(isOperative(new Map([order(1, false)]), 0), true);
});
