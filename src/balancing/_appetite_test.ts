import { assertEquals } from "@std/assert";
import { type Appetite, UNKNOWN_APPETITE, withMeal } from "./_appetite.ts";
import type { HeldLimit } from "./_held_limits.ts";
import { drawnSite } from "./_site_drawing.ts";

const [PLACE] = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid", max: 32, failSafe: 6 }],
}).places;
if (PLACE === undefined) throw new Error("Cannot draw a place");
const place = PLACE;

function limit(limitAmps: number, sentAtMs = 0): HeldLimit {
  return {
    limitAmps,
    sentAtMs,
    acceptedAtMs: sentAtMs,
    followedSinceMs: sentAtMs,
    unanswered: false,
    validForMs: null,
  };
}

/** What an EV under a limit draws, from a second on, each 10 s. */
function eat(
  appetite: Appetite,
  held: readonly HeldLimit[],
  fromS: number,
  ...amps: readonly number[]
): Appetite {
  return amps.reduce((next, peakAmps, index) => {
    const atMs = (fromS + 10 * index) * 1000;
    return withMeal(
      { appetite: next, held },
      { peakAmps, atMs, sinceMs: atMs, isContinued: true },
      place,
    );
  }, appetite);
}

const UNDER_16 = [limit(16)];
const begun = { ...UNKNOWN_APPETITE, hasBegun: true };

Deno.test("An EV that takes clearly less than it may for 20 s is believed to want no more", () => {
  assertEquals(eat(begun, UNDER_16, 10, 8.3, 8.3).wantsAmps, null);
  assertEquals(eat(begun, UNDER_16, 10, 8.3, 8.3, 8.3).wantsAmps, 11);
});

Deno.test("The highest current of that time counts, and the minimum current is always kept", () => {
  assertEquals(eat(begun, [limit(32)], 10, 8, 11, 8).wantsAmps, 13);
  assertEquals(eat(begun, UNDER_16, 10, 0, 0, 0).wantsAmps, 6);
});

Deno.test("An EV that has not begun yet has a minute to do so", () => {
  assertEquals(eat(UNKNOWN_APPETITE, UNDER_16, 10, 0, 0, 0, 0, 0, 0).wantsAmps, null);
  assertEquals(eat(UNKNOWN_APPETITE, UNDER_16, 10, 0, 0, 0, 0, 0, 0, 0).wantsAmps, 6);
  const offeredAgain = eat(begun, [limit(0)], 10, 0);
  assertEquals(offeredAgain.hasBegun, false, "after a pause it begins anew");
});

Deno.test("An EV keeps what it nearly uses", () => {
  const often = Array.from({ length: 10 }, () => 13.5);
  assertEquals(eat(begun, UNDER_16, 10, ...often).wantsAmps, null);
  assertEquals(eat(begun, UNDER_16, 10, 12.9, 12.9, 12.9).wantsAmps, 15);
});

Deno.test("The time starts anew after full use, and after a gap", () => {
  assertEquals(eat(begun, UNDER_16, 10, 8, 8, 15.5, 8, 8).wantsAmps, null);
  const before = eat(begun, UNDER_16, 10, 8, 8);
  const meal = { peakAmps: 8, atMs: 60_000, sinceMs: 60_000, isContinued: false };
  assertEquals(withMeal({ appetite: before, held: UNDER_16 }, meal, place).wantsAmps, null);
});

Deno.test("One reading near the limit shows that an EV wants more", () => {
  const modest = { ...begun, wantsAmps: 10 };
  assertEquals(eat(modest, [limit(10)], 10, 8.4).wantsAmps, 10);
  assertEquals(eat(modest, [limit(10)], 10, 8.5).wantsAmps, null);
});

Deno.test("An EV that wants it back soon is believed more slowly the next time", () => {
  const patienceAfter = (appetite: Appetite) => eat(appetite, [limit(10)], 110, 9.9).patienceMs;
  let appetite: Appetite = { ...begun, wantsAmps: 10, learntAtMs: 100_000 };
  assertEquals(patienceAfter(appetite), 40_000);
  for (let time = 0; time < 9; time++) {
    appetite = { ...appetite, patienceMs: patienceAfter(appetite) };
  }
  assertEquals(appetite.patienceMs, 320_000);
  assertEquals(patienceAfter({ ...begun, wantsAmps: 10, learntAtMs: -200_000 }), 20_000);
});

Deno.test("A raise on its way does not stop the clock: it was not the limit that held it back", () => {
  const raised = [limit(16), limit(20, 15_000)];
  assertEquals(eat(begun, raised, 10, 8, 8, 8).wantsAmps, 10);
});

Deno.test("Nothing is learnt by limits that came after the reading, nor without any", () => {
  assertEquals(eat(begun, [limit(16, 60_000)], 10, 8, 8, 8), begun);
  assertEquals(eat(begun, [], 10, 8, 8, 8), begun);
});

Deno.test("A limit that was renewed after the reading was in force before, and teaches as much", () => {
  const renewed = [{ ...limit(16, 60_000), followedSinceMs: 0 }];
  assertEquals(eat(begun, renewed, 10, 8.3, 8.3, 8.3).wantsAmps, 11);
});
