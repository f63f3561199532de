import { assertEquals } from "@std/assert";
import { type Evidence, trustAt, TRUSTED, type TrustMemory, withEvidence } from "./_trust.ts";

const CALM = { isOverloaded: false, confirmMs: 10_000 };
const URGENT = { isOverloaded: true, confirmMs: 10_000 };

/** Lets a charger be seen each ten seconds; the states of each second as letters, and the last trust. */
function watch(
  seen: readonly Evidence["seen"][],
  { urgency = CALM, trust = TRUSTED, fromS = 0 } = {},
): { readonly states: string; readonly trust: TrustMemory } {
  let states = "";
  for (let second = fromS; second < fromS + seen.length * 10; second++) {
    if ((second - fromS) % 10 === 0) {
      const what = seen[(second - fromS) / 10] ?? "within";
      trust = withEvidence(trust, { atMs: second * 1000, seen: what, isAlone: false });
    }
    trust = trustAt(trust, second * 1000, true, urgency);
    states += { trusted: "t", suspect: "s", disobeying: "d" }[trust.state];
  }
  return { states, trust };
}

const times = (count: number, seen: Evidence["seen"]) => Array<typeof seen>(count).fill(seen);

Deno.test("A charger that draws far too much is suspect after 15 s and disobeying 30 s later", () => {
  const { states } = watch(times(6, "far-over"));
  assertEquals(states, "t".repeat(15) + "s".repeat(30) + "d".repeat(15));
});

Deno.test("Where its circuit is over its limit less is needed", () => {
  const { states } = watch(times(3, "far-over"), { urgency: URGENT });
  assertEquals(states, "t".repeat(5) + "s".repeat(10) + "d".repeat(15));
});

Deno.test("A pilot that is a little off makes it suspect and no more", () => {
  assertEquals(watch(times(30, "over")).trust.state, "suspect");
});

Deno.test("A moment of too much between two limits is no reason to suspect anybody", () => {
  const { states } = watch(["far-over", "within", "far-over", "within"]);
  assertEquals(states, "t".repeat(40));
});

Deno.test("Proof must be from after it was told again and had its time", () => {
  const at = (atMs: number) => ({ atMs, seen: "far-over", isAlone: false }) as const;
  const suspect = trustAt(withEvidence(TRUSTED, at(0)), 15_000, true, CALM);
  assertEquals(suspect.state, "suspect");
  assertEquals(trustAt(suspect, 60_000, true, CALM).state, "suspect", "nothing was seen since");
  const tooSoon = withEvidence(suspect, at(20_000));
  assertEquals(trustAt(tooSoon, 60_000, true, CALM).state, "suspect");
  const proven = withEvidence(suspect, at(60_000));
  assertEquals(trustAt(proven, 60_000, true, CALM).state, "disobeying");
});

Deno.test("What is old proves nothing, and what follows on a silence stands alone", () => {
  const seen = withEvidence(TRUSTED, { atMs: 0, seen: "far-over", isAlone: true });
  assertEquals(trustAt(seen, 20_000, false, CALM).state, "trusted");
  const later = withEvidence(seen, { atMs: 300_000, seen: "far-over", isAlone: true });
  assertEquals(trustAt(later, 301_000, true, CALM).state, "trusted");
});

Deno.test("A suspect is believed as soon as it is seen within its limit", () => {
  const { trust } = watch([...times(3, "far-over"), "within"]);
  assertEquals([trust.state, trust.lapses, trust.returns], ["trusted", 1, 0]);
});

Deno.test("One that disobeyed is believed again after three minutes, three times in a session", () => {
  const round = [...times(6, "far-over"), ...times(19, "within")];
  let { trust, states } = watch(round);
  assertEquals(states.slice(-11), "d".repeat(1) + "t".repeat(10), "60 s + 180 s");
  for (const expected of ["trusted", "trusted", "disobeying", "disobeying"]) {
    const { sinceMs } = trust;
    ({ trust, states } = watch(round, { trust, fromS: sinceMs / 1000 + 1_000 }));
    assertEquals(trust.state, expected);
  }
});

Deno.test("Silence does not bring trust back", () => {
  const { trust } = watch([...times(6, "far-over"), "within"]);
  assertEquals(trustAt(trust, 3_600_000, false, CALM).state, "disobeying");
});
