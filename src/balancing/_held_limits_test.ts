import { assertEquals } from "@std/assert";
import { onEachLine } from "../site/mod.ts";
import {
  type ChargerReading,
  type HeldLimit,
  highestAmps,
  isPending,
  longestHeld,
  lowestAmps,
  possibleLimits,
} from "./_held_limits.ts";

const CONFIRM_MS = 10_000;

function accepted(limitAmps: number, acceptedAtMs: number, validForMs = 900_000): HeldLimit {
  return {
    limitAmps,
    sentAtMs: acceptedAtMs - 1_000,
    acceptedAtMs,
    followedSinceMs: acceptedAtMs,
    unanswered: false,
    validForMs,
  };
}

function pending(limitAmps: number, sentAtMs: number, validForMs = 900_000): HeldLimit {
  return {
    limitAmps,
    sentAtMs,
    acceptedAtMs: null,
    followedSinceMs: null,
    unanswered: false,
    validForMs,
  };
}

function reading(amps: number, atMs: number): ChargerReading {
  return { currentsAmps: onEachLine(amps), atMs, intervalMs: 10_000 };
}

interface ObedienceCase {
  readonly name: string;
  readonly held: readonly HeldLimit[];
  readonly reading: ChargerReading | null;
  readonly nowMs: number;
  /** Limits that still count, in amperes. */
  readonly count: readonly number[];
}

const OBEDIENCE: readonly ObedienceCase[] = [
  {
    name: "both limits until the lower one is accepted",
    held: [accepted(32, 0), pending(10, 50_000)],
    reading: null,
    nowMs: 70_000,
    count: [32, 10],
  },
  {
    name: "both limits until the time to obey has passed",
    held: [accepted(32, 0), accepted(10, 50_000)],
    reading: null,
    nowMs: 59_999,
    count: [32, 10],
  },
  {
    name: "the lower limit once the time to obey has passed",
    held: [accepted(32, 0), accepted(10, 50_000)],
    reading: null,
    nowMs: 60_000,
    count: [10],
  },
  {
    name: "the lower limit as soon as the EV that took more is seen near it",
    held: [accepted(32, 0), { ...accepted(10, 50_000), drawnBeforeAmps: 20 }],
    reading: reading(12, 53_000),
    nowMs: 54_000,
    count: [10],
  },
  {
    name: "both limits while the EV is seen above the lower one",
    held: [accepted(32, 0), { ...accepted(10, 50_000), drawnBeforeAmps: 20 }],
    reading: reading(12.1, 53_000),
    nowMs: 54_000,
    count: [32, 10],
  },
  {
    name: "both limits where the low reading is older than the lower limit",
    held: [accepted(32, 0), { ...accepted(10, 50_000), drawnBeforeAmps: 20 }],
    reading: reading(3, 49_000),
    nowMs: 54_000,
    count: [32, 10],
  },
  {
    name: "both limits where the EV took no more before: it may rest, and take the old one again",
    held: [accepted(32, 0), { ...accepted(10, 50_000), drawnBeforeAmps: 12 }],
    reading: reading(0, 53_000),
    nowMs: 54_000,
    count: [32, 10],
  },
  {
    name: "both limits where nobody knows what the EV took before",
    held: [accepted(32, 0), accepted(10, 50_000)],
    reading: reading(0, 53_000),
    nowMs: 54_000,
    count: [32, 10],
  },
  {
    name: "what was asked after the obeyed limit",
    held: [accepted(32, 0), accepted(10, 20_000), pending(16, 40_000)],
    reading: null,
    nowMs: 41_000,
    count: [10, 16],
  },
];

for (const { name, held, reading, nowMs, count } of OBEDIENCE) {
  Deno.test(`possibleLimits() counts ${name}`, () => {
    const possible = possibleLimits(held, reading, nowMs, CONFIRM_MS);
    assertEquals(possible.map((limit) => limit.limitAmps), count);
  });
}

const TRUSTED = { failSafeAmps: 6, expiryTrusted: true };
const NOT_TRUSTED = { failSafeAmps: 6, expiryTrusted: false };

interface ExpiryCase {
  readonly name: string;
  readonly held: readonly HeldLimit[];
  readonly fallBack: typeof TRUSTED;
  readonly nowMs: number;
  readonly amps: number;
}

// Sent at 0 s, accepted at 1 s, for 120 s; clocks may differ by 30 s.
const EXPIRY: readonly ExpiryCase[] = [
  { name: "the fail-safe without any limit", held: [], fallBack: TRUSTED, nowMs: 0, amps: 6 },
  {
    name: "a limit while it lasts",
    held: [accepted(16, 1_000, 120_000)],
    fallBack: TRUSTED,
    nowMs: 89_999,
    amps: 16,
  },
  {
    name: "a pause while it surely lasts",
    held: [accepted(0, 1_000, 120_000)],
    fallBack: TRUSTED,
    nowMs: 89_999,
    amps: 0,
  },
  {
    name: "the fail-safe from when a pause may be over by a fast clock",
    held: [accepted(0, 1_000, 120_000)],
    fallBack: TRUSTED,
    nowMs: 90_000,
    amps: 6,
  },
  {
    name: "a limit until it is over by a slow clock",
    held: [accepted(16, 1_000, 120_000)],
    fallBack: TRUSTED,
    nowMs: 150_999,
    amps: 16,
  },
  {
    name: "the fail-safe after that",
    held: [accepted(16, 1_000, 120_000)],
    fallBack: TRUSTED,
    nowMs: 151_000,
    amps: 6,
  },
  {
    name: "a limit for ever where expiry is not trusted",
    held: [accepted(16, 1_000, 120_000)],
    fallBack: NOT_TRUSTED,
    nowMs: 86_400_000,
    amps: 16,
  },
  {
    name: "a limit that nobody answered, as if it had arrived a minute late",
    held: [{ ...pending(16, 0, 120_000), unanswered: true }],
    fallBack: TRUSTED,
    nowMs: 209_999,
    amps: 16,
  },
  {
    name: "the fail-safe when also that is over",
    held: [{ ...pending(16, 0, 120_000), unanswered: true }],
    fallBack: TRUSTED,
    nowMs: 210_000,
    amps: 6,
  },
  {
    name: "the highest of several",
    held: [accepted(10, 1_000), pending(20, 2_000)],
    fallBack: TRUSTED,
    nowMs: 3_000,
    amps: 20,
  },
  {
    name: "for ever what nothing ends",
    held: [{ ...accepted(32, 0), validForMs: null }],
    fallBack: TRUSTED,
    nowMs: 86_400_000,
    amps: 32,
  },
];

for (const { name, held, fallBack, nowMs, amps } of EXPIRY) {
  Deno.test(`highestAmps() counts ${name}`, () => {
    assertEquals(highestAmps(held, fallBack, nowMs), amps);
  });
}

Deno.test("lowestAmps() is the least that a charger may be under", () => {
  const at = (held: readonly HeldLimit[], nowMs: number) => lowestAmps(held, TRUSTED, nowMs);
  assertEquals(at([], 0), 6);
  assertEquals(at([accepted(10, 1_000), pending(20, 2_000)], 3_000), 10);
  assertEquals(at([{ ...accepted(32, 0), isGuess: true }], 3_000), 0);
  assertEquals(at([accepted(16, 1_000, 120_000)], 89_999), 16);
  assertEquals(at([accepted(16, 1_000, 120_000)], 90_000), 6, "it may be over");
});

Deno.test("isPending() waits for answers that can still come", () => {
  assertEquals(isPending([]), false);
  assertEquals(isPending([accepted(16, 0)]), false);
  assertEquals(isPending([accepted(16, 0), pending(10, 5_000)]), true);
  assertEquals(isPending([accepted(16, 0), { ...pending(10, 5_000), unanswered: true }]), false);
});

Deno.test("longestHeld() passes over a standing limit that is no more than the fail-safe current", () => {
  const standing = { ...accepted(6, 0), validForMs: null };
  const both = [standing, accepted(20, 1_000, 120_000)];
  assertEquals(longestHeld(both, 6, 12_000), { limitAmps: 20, remainingMs: 139_000 });
  assertEquals(longestHeld(both, 5, 12_000), { limitAmps: 20, remainingMs: null });
  assertEquals(longestHeld([standing], 6, 12_000), { limitAmps: 6, remainingMs: null });
});

Deno.test("longestHeld() keeps the highest limit for as long as any may last", () => {
  assertEquals(longestHeld([], 6, 0), null);
  // 20 A may last 60 + 120 + 30 s from when they were sent; 10 A, accepted at 1 s, 151 s.
  const both = [accepted(10, 1_000, 120_000), pending(20, 2_000, 120_000)];
  assertEquals(longestHeld(both, 6, 12_000), { limitAmps: 20, remainingMs: 200_000 });
  const endless = [{ ...accepted(32, 0), validForMs: null }, accepted(6, 1_000, 120_000)];
  assertEquals(longestHeld(endless, 6, 12_000), { limitAmps: 32, remainingMs: null });
});
