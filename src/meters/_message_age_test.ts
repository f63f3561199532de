import { assertEquals } from "@std/assert";
import { type Freshness, freshnessOf } from "./_message_age.ts";

const MONO_MS = 50_000;
const WALL_MS = 1_767_592_800_000;

function fresh(atMonoMs: number): Freshness {
  return { kind: "fresh", atMonoMs };
}

const CASES: readonly [string, boolean, number | null, Freshness][] = [
  ["a live message is as old as its arrival", false, null, fresh(MONO_MS)],
  ["a retained message without time is ignored", true, null, { kind: "ignored" }],
  ["a retained message with a fresh time counts", true, WALL_MS - 4_000, fresh(MONO_MS - 4_000)],
  ["a retained message with an old time is ignored", true, WALL_MS - 10_001, { kind: "ignored" }],
  ["a live message is as old as its time says", false, WALL_MS - 10_000, fresh(MONO_MS - 10_000)],
  [
    "a live message with an old time is refused",
    false,
    WALL_MS - 45_000,
    { kind: "refused", reason: "a reading 45 s old by the device's clock" },
  ],
  ["a clock that is a little ahead is forgiven", false, WALL_MS + 10_000, fresh(MONO_MS)],
  [
    "a clock that is far ahead is refused",
    false,
    WALL_MS + 11_000,
    { kind: "refused", reason: "a reading 11 s in the future by the device's clock" },
  ],
  [
    "a clock that is far ahead is refused of a retained message too",
    true,
    WALL_MS + 3_600_000,
    { kind: "refused", reason: "a reading 3600 s in the future by the device's clock" },
  ],
];

for (const [name, retained, deviceWallMs, expected] of CASES) {
  Deno.test(`freshnessOf(): ${name}`, () => {
    const times = { retained, deviceWallMs, nowMonoMs: MONO_MS, nowWallMs: WALL_MS };
    assertEquals(freshnessOf(times, 10_000), expected);
  });
}
