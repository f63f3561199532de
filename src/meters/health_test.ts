import { assert, assertEquals } from "@std/assert";
import {
  healthDiffers,
  type HealthEvent,
  type HealthState,
  stepHealth,
  UNKNOWN_HEALTH,
} from "./health.ts";
import type { MeterHealth } from "../site/mod.ts";

const READING: HealthEvent = { kind: "reading" };

function failed(reason: string, certain = false): HealthEvent {
  return { kind: "failure", reason, certain };
}

/** The healths after each event, one a second. */
function healths(events: readonly HealthEvent[]): MeterHealth[] {
  let state: HealthState = UNKNOWN_HEALTH;
  return events.map((event, index) => {
    state = stepHealth(state, event, index * 1_000);
    return state.health;
  });
}

Deno.test("a meter is good from its first reading on", () => {
  assertEquals(healths([READING, READING]), [
    { kind: "good", sinceMonoMs: 0 },
    { kind: "good", sinceMonoMs: 0 },
  ]);
});

Deno.test("a meter that was never good fails at once, with each new reason", () => {
  assertEquals(healths([failed("no answer"), failed("illegal address")]), [
    { kind: "failing", sinceMonoMs: 0, reason: "no answer" },
    { kind: "failing", sinceMonoMs: 0, reason: "illegal address" },
  ]);
});

Deno.test("a good meter is forgiven two failures in a row, not three", () => {
  const events = [READING, failed("a"), failed("b"), failed("c"), failed("d")];
  assertEquals(healths(events).map(({ kind }) => kind), [
    "good",
    "good",
    "good",
    "failing",
    "failing",
  ]);
  assertEquals(healths(events).at(-1), { kind: "failing", sinceMonoMs: 3_000, reason: "d" });
});

Deno.test("a reading in between starts the count anew", () => {
  const events = [READING, failed("a"), failed("b"), READING, failed("c"), failed("d")];
  assertEquals(healths(events).at(-1), { kind: "good", sinceMonoMs: 0 });
});

Deno.test("a certain failure is not forgiven", () => {
  assertEquals(healths([READING, failed("silence", true)]).at(-1), {
    kind: "failing",
    sinceMonoMs: 1_000,
    reason: "silence",
  });
});

Deno.test("a failing meter is good again at its first reading", () => {
  assertEquals(healths([failed("a"), READING]).at(-1), { kind: "good", sinceMonoMs: 1_000 });
});

Deno.test("healthDiffers() sees kinds and reasons, not times", () => {
  const good: MeterHealth = { kind: "good", sinceMonoMs: 1 };
  const failing: MeterHealth = { kind: "failing", sinceMonoMs: 1, reason: "a" };
  assert(!healthDiffers(good, { kind: "good", sinceMonoMs: 2 }));
  assert(healthDiffers(good, failing));
  assert(!healthDiffers(failing, { ...failing, sinceMonoMs: 5 }));
  assert(healthDiffers(failing, { ...failing, reason: "b" }));
  assert(healthDiffers({ kind: "waiting" }, good));
});
