import { assertEquals } from "@std/assert";
import type { Bottleneck, LimitReason } from "./balancing/mod.ts";
import { isWorthTelling, reasonView } from "./gateway_reasons.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import { THIN } from "./web/format.ts";

const clock = createVirtualClock(Date.parse("2026-11-22T08:30:00Z"));
const manner = { clock, language: "en", timezone: "Asia/Kolkata" } as const;
const said = (reason: LimitReason, language: "en" | "mr" | "hi" = "en") =>
  reasonView(reason, { ...manner, language }).text.replaceAll(THIN, " ");

const ROW_A: Bottleneck = {
  kind: "line",
  circuitId: "row-a",
  line: "L2",
  limitAmps: 63,
  marginAmps: 0,
  otherLoadAmps: 40.8,
  othersAmps: 16,
};
const WAITING = { kind: "waiting", minAmps: 6, nextAtMs: null } as const;
const atMs = (text: string) => Date.parse(text);

const CASES: readonly (readonly [LimitReason, string])[] = [
  [{ kind: "idle" }, "no car"],
  [{ kind: "unlimited", maxAmps: 32 }, "as much as the socket carries: 32 A"],
  [
    { kind: "shared", bottleneck: ROW_A },
    "row-a, phase L2 full: 63 A − other load 41 A − others 16 A",
  ],
  [
    { kind: "shared", bottleneck: { ...ROW_A, marginAmps: 2, otherLoadAmps: 0.3 } },
    "row-a, phase L2 full: 63 A − others 16 A − margin 2 A",
  ],
  [{ kind: "shared", bottleneck: null }, "the site is full"],
  [
    {
      kind: "shared",
      bottleneck: {
        kind: "power",
        circuitId: "grid",
        unit: "VA",
        limit: 40_000,
        otherLoad: 12_000,
        others: 800,
      },
    },
    "grid full: 40.0 kVA − other load 12.0 kVA − others 800 VA",
  ],
  [
    {
      kind: "shared",
      bottleneck: {
        kind: "unbalance",
        circuitId: "grid",
        line: "L1",
        against: "L3",
        limitAmps: 20,
      },
    },
    "grid: L1 may carry no more than 20 A above L3",
  ],
  [
    {
      kind: "shared",
      bottleneck: { kind: "neutral", circuitId: "grid", limitAmps: 32, loadAmps: 32 },
    },
    "grid: the neutral carries 32 A of 32 A",
  ],
  [
    {
      kind: "shared",
      bottleneck: {
        kind: "cap",
        source: "csms",
        line: "L1",
        limitAmps: 40,
        untilWallMs: atMs("2026-11-22T12:30:00Z"),
        othersAmps: 24,
      },
    },
    "all chargers together capped by the cloud at 40 A until 18:00 − others 24 A",
  ],
  [
    { ...WAITING, bottleneck: ROW_A, nextAtMs: clock.monoMs() + 20 * 60_000 },
    "waits its turn: next about 14:20; row-a, phase L2 full: 63 A − other load 41 A − others 16 A",
  ],
  [{ ...WAITING, bottleneck: null }, "waits its turn; the site is full"],
  [{ kind: "rising", towardsAmps: 16 }, "rises step by step to 16 A"],
  [
    {
      kind: "capped",
      source: "csms",
      amps: 10,
      untilWallMs: atMs("2026-11-22T12:30:00Z"),
    },
    "capped by the cloud at 10 A until 18:00",
  ],
  [
    { kind: "capped", source: "operator", amps: 9, untilWallMs: null },
    "capped by an operator at 9 A",
  ],
  [
    { kind: "capped", source: "authorization", amps: 0, untilWallMs: null },
    "paused by the refusal of its token",
  ],
  [
    { kind: "capped", source: "surplus", amps: 0, untilWallMs: null },
    "waits for the sun",
  ],
  [
    { kind: "capped", source: "signal", amps: 0, untilWallMs: atMs("2026-11-22T12:30:00Z") },
    "paused by the grid until 18:00",
  ],
  [{ kind: "satisfied", takesAmps: 8 }, "the car takes no more than 8 A"],
  [{ kind: "satisfied", takesAmps: null }, "the car takes nothing"],
  [
    { kind: "fail-safe", circuitId: "grid", failSafeAmps: 6 },
    "the meter of grid is silent: safe current 6 A",
  ],
  [
    { kind: "disobeys", countedAmps: 32 },
    "the charger does not obey its limit: counted at 32 A",
  ],
  [
    { kind: "unanswered", countedAmps: 16 },
    "limits do not get through to the charger: counted at 16 A",
  ],
  [{ kind: "away", countedAmps: 6 }, "the charger is not connected: counted at 6 A"],
  [
    { kind: "unlimited", maxAmps: 32, first: "operator" },
    "first: operator; as much as the socket carries: 32 A",
  ],
];

for (const [reason, text] of CASES) {
  Deno.test(`reasonView() says "${text}"`, () => assertEquals(said(reason), text));
}

Deno.test("reasonView() says every reason in every language, with its numbers", () => {
  for (const [reason, english] of CASES) {
    for (const language of ["mr", "hi"] as const) {
      const text = said(reason, language);
      assertEquals(/[\u0900-\u097f]/.test(text), true, text);
      const numbers = (of: string) => (of.match(/\d+(?:[:.]\d+)?/g) ?? []).toSorted();
      assertEquals(numbers(text), numbers(english), text);
    }
  }
});

Deno.test("isWorthTelling() keeps quiet about what nobody asks, unless somebody goes first", () => {
  assertEquals(isWorthTelling({ kind: "idle" }), false);
  assertEquals(isWorthTelling({ kind: "unlimited", maxAmps: 32 }), false);
  assertEquals(isWorthTelling({ kind: "unlimited", maxAmps: 32, first: "driver" }), true);
  assertEquals(isWorthTelling({ kind: "satisfied", takesAmps: 8 }), true);
});

Deno.test("reasonView() says from where a limit comes", () => {
  const from = (reason: LimitReason) => reasonView(reason, manner).from;
  const cap = {
    kind: "cap",
    source: "signal",
    line: "L1",
    limitAmps: 9,
    untilWallMs: null,
  } as const;
  assertEquals(from({ kind: "shared", bottleneck: ROW_A }), "site");
  assertEquals(from({ kind: "shared", bottleneck: { ...cap, othersAmps: 0 } }), "signal");
  assertEquals(from({ kind: "capped", source: "csms", amps: 9, untilWallMs: null }), "csms");
  assertEquals(from({ kind: "satisfied", takesAmps: 9 }), "vehicle");
  assertEquals(from({ kind: "disobeys", countedAmps: 9 }), "charger");
  assertEquals(from({ kind: "idle" }), "nobody");
});
