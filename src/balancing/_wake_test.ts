import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RESUMED, type Wake, wakeAt, type WakeSight, type WakeStage } from "./_wake.ts";

const DEAD: WakeSight = { isOffered: true, draws: false, wakesByPause: true };
const PAUSED: WakeSight = { ...DEAD, isOffered: false };

/** Second by second, from the resume on: when each stage began. */
function stagesOf(
  sightAt: (second: number, stage: WakeStage | null) => WakeSight,
  seconds: number,
): readonly string[] {
  let wake: Wake | null = RESUMED;
  const begun: string[] = [];
  for (let second = 0; second <= seconds; second++) {
    const next: Wake | null = wakeAt(wake, sightAt(second, wake?.stage ?? null), second * 1000);
    if (next?.stage !== wake?.stage) begun.push(`${second} ${next?.stage ?? "draws"}`);
    wake = next;
  }
  return begun;
}

const followed = (sight: WakeSight) => (_second: number, stage: WakeStage | null) =>
  stage === "pausing" ? { ...sight, isOffered: false } : sight;

Deno.test("An EV that takes nothing is told again after 60 s, paused after 120 s, and given up within 3 min", () => {
  assertEquals(stagesOf(followed(DEAD), 600), [
    "60 told-again",
    "120 pausing",
    "135 woken",
    "181 needs-driver",
  ]);
});

Deno.test("Where a pause wakes nothing its driver has to look at once", () => {
  assertEquals(stagesOf(followed({ ...DEAD, wakesByPause: false }), 600), [
    "60 told-again",
    "120 needs-driver",
  ]);
});

Deno.test("An EV that draws is left alone, at whatever stage", () => {
  for (const at of [10, 70, 150, 300]) {
    const sight = (second: number, stage: WakeStage | null) =>
      followed(second >= at ? { ...DEAD, draws: true } : DEAD)(second, stage);
    assertEquals(stagesOf(sight, 600).at(-1), `${at} draws`);
  }
});

Deno.test("Of an EV that nobody sees nothing is claimed", () => {
  assertEquals(stagesOf(followed({ ...DEAD, draws: null }), 600), []);
});

Deno.test("Patience is counted from when the charger took the offer, and anew when it was paused for others", () => {
  const late = (second: number) => second < 100 ? PAUSED : DEAD;
  assertEquals(stagesOf(late, 170), ["160 told-again"]);
  const broken = (second: number) => second >= 40 && second < 50 ? PAUSED : DEAD;
  assertEquals(stagesOf(broken, 115), ["110 told-again"]);
});

Deno.test("One that nothing woke is tried again an hour after others got its current, and not while it is offered", () => {
  const taken = (second: number) => second > 181 ? PAUSED : DEAD;
  const after = stagesOf((second, stage) => followed(taken(second))(second, stage), 4_000);
  assertEquals(after.slice(-2), ["181 needs-driver", "3781 offered"]);
  assertEquals(stagesOf(followed(DEAD), 4_000).length, 4);
});

Deno.test("Whatever is seen, no EV is told again or paused more than once between two draws in an hour", () => {
  const sights = fc.array(
    fc.record({
      ms: fc.integer({ min: 100, max: 40_000 }),
      isOffered: fc.boolean(),
      draws: fc.constantFrom(false, false, null),
    }),
    { minLength: 20, maxLength: 80 },
  );
  fc.assert(fc.property(sights, fc.boolean(), (all, wakesByPause) => {
    let wake: Wake | null = RESUMED;
    const tries: string[] = [];
    let nowMs = 0;
    for (const { ms, ...sight } of all) {
      nowMs += ms;
      const next: Wake | null = wakeAt(wake, { ...sight, wakesByPause }, nowMs);
      if (next?.stage !== wake?.stage && next !== null) tries.push(next.stage);
      wake = next;
    }
    assert(tries.filter((stage) => stage === "told-again").length <= 1, tries.join());
    assert(tries.filter((stage) => stage === "pausing").length <= 1, tries.join());
  }));
});
