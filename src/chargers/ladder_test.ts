import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isStanding, type LadderCase, profileLadder, rungIndex, STANDING_RUNG } from "./ladder.ts";

function ladderOf(stackLevelMax: number, facts: Partial<LadderCase> = {}): readonly string[] {
  const ladder = profileLadder({
    features: { stackLevelMax },
    quirks: {},
    isOnlyEvse: true,
    ...facts,
  });
  return ladder.map(({ purpose, stackLevel }) => `${purpose} ${stackLevel}`);
}

Deno.test("a ladder begins with a TxProfile on the highest level, and ends in the place of the fail-safe (quirk 21)", () => {
  assertEquals(ladderOf(3), [
    "TxProfile 3",
    "TxProfile 1",
    "TxProfile 0",
    "TxDefaultProfile 3",
    "TxDefaultProfile 1",
    "TxDefaultProfile 0",
  ]);
});

Deno.test("each level is offered once", () => {
  assertEquals(ladderOf(1).length, new Set(ladderOf(1)).size);
  assertEquals(ladderOf(0), ["TxProfile 0", "TxDefaultProfile 0"]);
});

Deno.test("what is known of a model counts before what it says of itself", () => {
  assertEquals(ladderOf(3, { quirks: { stackLevels: [0] } }), [
    "TxProfile 0",
    "TxDefaultProfile 0",
  ]);
  assertEquals(ladderOf(3, { quirks: { stackLevels: [1], purposes: ["TxDefaultProfile"] } }), [
    "TxDefaultProfile 1",
    "TxDefaultProfile 0",
  ]);
  assertEquals(ladderOf(3, { quirks: { purposes: [] } }), []);
});

Deno.test("a bound on the whole station is one on an EVSE only where there is no other", () => {
  const quirks = { purposes: ["ChargePointMaxProfile" as const], stackLevels: [2] };
  assertEquals(ladderOf(3, { quirks }), ["ChargingStationMaxProfile 2"]);
  assertEquals(ladderOf(3, { quirks, isOnlyEvse: false }), []);
});

Deno.test("nothing but the last rung of a ladder lies where the fail-safe does", () => {
  const levels = fc.array(fc.nat(300), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(fc.nat(300), fc.option(levels), (stackLevelMax, stackLevels) => {
    const quirks = stackLevels === null ? {} : { stackLevels };
    const ladder = profileLadder({ features: { stackLevelMax }, quirks, isOnlyEvse: true });
    assertEquals(ladder.findIndex(isStanding), ladder.length - 1);
  }));
});

Deno.test("a form that is no more on the ladder counts as none", () => {
  const ladder = profileLadder({ features: { stackLevelMax: 3 }, quirks: {}, isOnlyEvse: true });
  assertEquals(rungIndex(ladder, { purpose: "TxProfile", stackLevel: 0 }), 2);
  assertEquals(rungIndex(ladder, STANDING_RUNG), 5);
  assertEquals(rungIndex(ladder, { purpose: "TxProfile", stackLevel: 7 }), 0);
  assertEquals(rungIndex(ladder, undefined), 0);
});
