import { assertEquals } from "@std/assert";
import { coercionsOf, quirkViews } from "./gateway_quirks.ts";

const COUNTS = new Map(
  [
    ["rateUnit", { count: 7, lastMs: Date.UTC(2026, 0, 5, 6) }],
    ["spelling", { count: 3, lastMs: Date.UTC(2026, 0, 5, 7) }],
  ] as const,
);

const CHARGERS = {
  quirks: () =>
    [
      { quirk: "rateUnit", value: "W", from: "model" },
      { quirk: "triggers", value: false, from: "asked" },
    ] as const,
  quirkCounts: { of: () => COUNTS },
};

Deno.test("what is known of a charger comes first, then what else has shown, each with its count", () => {
  assertEquals(quirkViews(CHARGERS, "CP1"), [
    { quirk: "rateUnit", value: "W", from: "model", count: 7, lastAt: "2026-01-05T06:00:00.000Z" },
    { quirk: "triggers", value: false, from: "asked", count: 0, lastAt: null },
    {
      quirk: "spelling",
      value: null,
      from: "always",
      count: 3,
      lastAt: "2026-01-05T07:00:00.000Z",
    },
  ]);
});

Deno.test("what was put right is counted by kind, as before", () => {
  assertEquals(coercionsOf(CHARGERS, "CP1"), { spelling: 3 });
});
