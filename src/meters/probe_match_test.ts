import { assertEquals } from "@std/assert";
import { testProfile, valuesOf } from "../../test/support/meters.ts";
import { assume } from "../lib/assert.ts";
import { matchProfile, rankMatches } from "./probe_match.ts";
import type { Quantity } from "./quantity.ts";
import { encodeImage } from "./register_image.ts";
import type { MeterProfile, MeterRegister } from "./profile.ts";

const QUANTITIES = [
  ["voltage_l1", "V"],
  ["voltage_l2", "V"],
  ["voltage_l3", "V"],
  ["current_l1", "A"],
  ["active_power_l1", "W"],
  ["frequency", "Hz"],
] as const;

/** Two registers a value, so that the order of words shows. */
const PROFILE: MeterProfile = testProfile({
  registers: QUANTITIES.map(([quantity, unit], index): MeterRegister => ({
    quantity,
    address: 2 * index,
    type: "float32",
    scale: 1,
    unit,
  })),
});

const GOOD = {
  voltage_l1: 230,
  voltage_l2: 231,
  voltage_l3: 229,
  current_l1: 10,
  active_power_l1: 2_250,
  frequency: 50,
} as const;

function match(changes: Partial<Record<Quantity, number>> = {}, profile = PROFILE) {
  return matchProfile(PROFILE, encodeImage(profile, valuesOf({ ...GOOD, ...changes })));
}

Deno.test("the order of words is told by voltages and frequency, whatever the profile says", () => {
  assertEquals(match()?.wordOrder, "high-first");
  const swapped = match({}, { ...PROFILE, wordOrder: "low-first" });
  assertEquals([swapped?.wordOrder, swapped?.values.get("voltage_l2")], ["low-first", 231]);
});

const IMPOSSIBLE: readonly [string, Partial<Record<Quantity, number>>][] = [
  ["a voltage beyond any mains", { voltage_l2: 4_000 }],
  ["no voltage anywhere", { voltage_l1: 0, voltage_l2: 0, voltage_l3: 0 }],
  ["a voltage that is neither there nor not", { voltage_l3: 40 }],
  ["a frequency of no mains", { frequency: 16.7 }],
  ["a power that voltage and current do not make", { active_power_l1: 9_000 }],
  ["a current of no site", { current_l1: 40_000 }],
];

for (const [name, changes] of IMPOSSIBLE) {
  Deno.test(`${name} is no match`, () => assertEquals(match(changes), null));
}

Deno.test("a meter on one line of three matches, with less to show for it", () => {
  const one = match({ voltage_l2: 0, voltage_l3: 0.4 });
  assertEquals([one !== null, (one?.score ?? 9) < (match()?.score ?? 0)], [true, true]);
});

Deno.test("what explains more comes first, then what needs no change, then what is surer", () => {
  const base = match();
  assume(base !== null, "it matches");
  const ranked = rankMatches([
    { ...base, profile: { ...PROFILE, id: "unsure", confidence: "low" } },
    { ...base, profile: { ...PROFILE, id: "swapped" }, wordOrder: "low-first" },
    { ...base, profile: { ...PROFILE, id: "less" }, score: 1 },
    { ...base, profile: { ...PROFILE, id: "best" } },
  ]);
  assertEquals(ranked.map(({ profile }) => profile.id), ["best", "unsure", "swapped", "less"]);
});
