import { assertEquals } from "@std/assert";
import { testProfile } from "../../test/support/meters.ts";
import { judgeImage, type ModbusReadingRules } from "./modbus_reading.ts";
import { NOTHING_READ } from "./plausibility.ts";
import type { MeterProfile } from "./profile.ts";
import { encodeImage } from "./register_image.ts";
import type { Quantity } from "./quantity.ts";
import { STRAIGHT_WIRING } from "./wiring.ts";

const STAMP = { meterId: "main", atMonoMs: 1, atWallMs: 2 };

function rules(profile: MeterProfile, lines = STRAIGHT_WIRING.lines): ModbusReadingRules {
  return {
    profile,
    wiring: { lines, inverted: false },
    limits: { mainFuseAmps: 63, frozenAfterReadings: 0 },
  };
}

const GOOD = [2301, 2310, 2299, 160, 0, 5];

function imageOf(words: readonly number[]): ReadonlyMap<number, number> {
  return new Map(words.entries());
}

Deno.test("judgeImage() makes a sample of a good image", () => {
  const outcome = judgeImage(NOTHING_READ, imageOf(GOOD), rules(testProfile()), STAMP);
  assertEquals(outcome.kind, "sample");
  if (outcome.kind !== "sample") return;
  assertEquals(outcome.sample, {
    ...STAMP,
    currentsAmps: { L1: 16, L2: 0, L3: 0.5 },
    voltagesV: { L1: 230.1, L2: 231, L3: 229.9 },
  });
  assertEquals(outcome.state.used, outcome.sample);
});

Deno.test("judgeImage() refuses everything when one current has no value", () => {
  const words = GOOD.with(4, 0xffff);
  const outcome = judgeImage(NOTHING_READ, imageOf(words), rules(testProfile()), STAMP);
  assertEquals(outcome, {
    kind: "refused",
    reason: "the meter gives no value for current_l2",
    state: NOTHING_READ,
  });
});

Deno.test("judgeImage() does not miss the current of a terminal that is not connected", () => {
  const words = GOOD.with(4, 0xffff).with(1, 0xffff);
  const single = rules(testProfile(), ["L3"]);
  const outcome = judgeImage(NOTHING_READ, imageOf(words), single, STAMP);
  assertEquals(outcome.kind === "sample" && outcome.sample.currentsAmps, { L1: 0, L2: 0, L3: 16 });
});

Deno.test("judgeImage() leaves out a voltage without value, and keeps the currents", () => {
  const words = GOOD.with(1, 0xffff);
  const outcome = judgeImage(NOTHING_READ, imageOf(words), rules(testProfile()), STAMP);
  assertEquals(outcome.kind === "sample" && outcome.sample, {
    ...STAMP,
    currentsAmps: { L1: 16, L2: 0, L3: 0.5 },
  });
});

Deno.test("judgeImage() refuses a meter of powers that gives none", () => {
  const profile = testProfile({
    registers: [
      { quantity: "active_power_total", address: 0, type: "uint16", scale: 1, unit: "W" },
      { quantity: "frequency", address: 1, type: "uint16", scale: 0.1, unit: "Hz" },
    ],
  });
  const outcome = judgeImage(NOTHING_READ, imageOf([0xffff, 500]), rules(profile), STAMP);
  assertEquals(outcome.kind === "refused" && outcome.reason, NO_POWER);
});

const NO_POWER = "the meter gives no value for current or power";

/** A meter whose words come in the order that its profile does not say. */
function swapped(volts: number, amps: number) {
  const registers = (["voltage", "current"] as const).flatMap((kind, group) =>
    ([1, 2, 3] as const).map((terminal, index) => ({
      quantity: `${kind}_l${terminal}` as const,
      address: group * 6 + index * 2,
      type: "float32" as const,
      scale: 1,
      unit: kind === "voltage" ? "V" as const : "A" as const,
    }))
  );
  const profile = testProfile({ registers });
  const values = new Map<Quantity, number>(
    registers.map(({ quantity }) => [quantity, quantity.startsWith("voltage") ? volts : amps]),
  );
  return { profile, image: encodeImage({ ...profile, wordOrder: "low-first" }, values) };
}

Deno.test("judgeImage() recognises swapped words and says what would be right", () => {
  const { profile, image } = swapped(230.1, 7.3);
  const outcome = judgeImage(NOTHING_READ, image, rules(profile), STAMP);
  const reason = outcome.kind === "refused" ? outcome.reason : "";
  assertEquals(
    /^voltage L1 of \S+ is outside 80 to 300 \(it would be right with wordOrder: low-first\)$/
      .test(reason),
    true,
    reason,
  );
});

Deno.test("judgeImage() gives no such hint when the other order is as wrong", () => {
  const { profile, image } = swapped(900, 7.3);
  const outcome = judgeImage(NOTHING_READ, image, rules(profile), STAMP);
  assertEquals(outcome.kind === "refused" && outcome.reason.includes("wordOrder"), false);
});

Deno.test("judgeImage() gives no such hint for a current above the fuse", () => {
  const words = GOOD.with(3, 6_000);
  const outcome = judgeImage(NOTHING_READ, imageOf(words), rules(testProfile()), STAMP);
  assertEquals(
    outcome.kind === "refused" && outcome.reason,
    "current L1 of 600 A is more than 3 times the main fuse of 63 A",
  );
});
