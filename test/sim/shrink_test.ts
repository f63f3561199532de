import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { QUIET } from "./_fake_lane.ts";
import type { Finding } from "./checkers/findings.ts";
import type { FaultEvent, Scenario } from "./scenario.ts";
import { shrink, type Shrunk } from "./shrink.ts";

/** A fault that can be told from others by its number. */
function faultNo(number: number, forS = 60): FaultEvent {
  return { atS: number * 10, fault: "the gateway hangs", forS, who: number, much: 0 };
}

const numbersOf = ({ faults }: Scenario) => faults.map(({ who }) => who);
const BIG: Scenario = {
  ...QUIET,
  seconds: 3_600,
  chargers: 50,
  quirks: true,
  disk: "sqlite",
  faults: Array.from({ length: 100 }, (_, number) => faultNo(number)),
};

/** A world in which a scenario breaks I8 when `isBad` says so, at its end. */
function findingIf(isBad: (scenario: Scenario) => boolean) {
  return (scenario: Scenario): Promise<Finding | null> =>
    Promise.resolve(isBad(scenario) ? { rule: "I8", text: "warm", atS: scenario.seconds } : null);
}

function shrinkIf(isBad: (scenario: Scenario) => boolean, runsMax = 10_000): Promise<Shrunk> {
  const finding = { rule: "I8", text: "warm", atS: BIG.seconds };
  return shrink(BIG, finding, { fails: findingIf(isBad), runsMax });
}

Deno.test("of a hundred faults the two remain that it takes", async () => {
  const { scenario, isMinimal, runs } = await shrinkIf((each) =>
    [17, 71].every((number) => numbersOf(each).includes(number))
  );
  assertEquals(scenario, {
    ...BIG,
    chargers: 1,
    seconds: 1,
    quirks: false,
    disk: "memory",
    faults: [faultNo(17, 0), faultNo(71, 0)],
  });
  assert(isMinimal);
  assert(runs < 100, `it took ${runs} runs`);
});

Deno.test("a site keeps what it takes: chargers, time, quirks, a disk, a long fault", async () => {
  const { scenario } = await shrinkIf(({ chargers, seconds, quirks, disk, faults }) =>
    chargers >= 13 && seconds >= 77 && quirks && disk === "sqlite" &&
    faults.some(({ who, forS }) => who === 3 && forS >= 21)
  );
  const { seconds, faults } = scenario;
  const forS = faults[0]?.forS ?? 0;
  assertEquals(scenario, { ...BIG, chargers: 13, seconds, faults: [faultNo(3, forS)] });
  // To the second would be many runs for little.
  assert(seconds >= 77 && seconds < 90 && forS >= 21 && forS < 25, `${seconds} s, ${forS} s`);
});

Deno.test("what comes after the finding is cut off at once", async () => {
  const finding = { rule: "I8", text: "warm", atS: 99.5 };
  const tried: Scenario[] = [];
  await shrink(BIG, finding, {
    fails: (scenario) => (tried.push(scenario), Promise.resolve(finding)),
    runsMax: 1,
  });
  assertEquals(tried.map((each) => [each.seconds, numbersOf(each).length]), [[101, 11]]);
});

Deno.test("a scenario that breaks another rule is not the same failure", async () => {
  const { scenario, isMinimal } = await shrink(BIG, { rule: "I8", text: "warm", atS: 3_600 }, {
    fails: () => Promise.resolve({ rule: "I2", text: "lost", atS: 1 }),
    runsMax: 10_000,
  });
  assertEquals([scenario, isMinimal], [BIG, true]);
});

Deno.test("when runs or time are used up the best so far is the answer", async () => {
  const few = await shrinkIf((each) => numbersOf(each).includes(17), 5);
  assertEquals([few.runs, few.isMinimal], [5, false]);
  assert(few.scenario.faults.length < 100 && numbersOf(few.scenario).includes(17));
  let runs = 0;
  const late = await shrink(BIG, { rule: "I8", text: "warm", atS: 3_600 }, {
    fails: findingIf(() => true),
    runsMax: 10_000,
    isOver: () => runs >= 2,
    tell: () => runs++,
  });
  assertEquals([late.runs, late.isMinimal], [2, false]);
});

Deno.test("whatever a failure takes, the shrunk scenario fails, and no fault of it can be left out", async () => {
  const groups = fc.array(fc.uniqueArray(fc.nat(99), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(groups, fc.integer({ min: 1, max: 50 }), async (causes, chargers) => {
      // It fails when all of one group are there; so leaving out can make another group the cause.
      const isBad = (scenario: Scenario) =>
        scenario.chargers >= chargers &&
        causes.some((group) => group.every((number) => numbersOf(scenario).includes(number)));
      const { scenario, isMinimal } = await shrinkIf(isBad);
      assert(isMinimal && isBad(scenario));
      for (const fault of scenario.faults) {
        const faults = scenario.faults.filter((each) => each !== fault);
        assert(!isBad({ ...scenario, faults }), "one more could be left out");
      }
    }),
    { numRuns: 200 },
  );
});
