import { assertEquals } from "@std/assert";
import { limitNotices, type NoticedSlot, type ToldLimits } from "./limit_notices.ts";
import type { LimitReason } from "./limit_reason.ts";

const NOBODY: ToldLimits = new Map();
const operator = (amps: number, untilWallMs: number | null = null): LimitReason => ({
  kind: "capped",
  source: "operator",
  amps,
  untilWallMs,
});
const WIRING: LimitReason = { kind: "shared", bottleneck: null };
const FREE: LimitReason = { kind: "unlimited", maxAmps: 32 };

const slot = (reason: LimitReason, limitAmps: number, csmsAmps: number | null): NoticedSlot => ({
  limit: { slot: 1, limitAmps, reason },
  csmsAmps,
  maxAmps: 32,
});

/** What is told of one slot as it changes, a line a moment: "60: limited Other 10". */
function story(...moments: readonly (readonly [seconds: number, ...NoticedSlot[]])[]) {
  let told = NOBODY;
  return moments.flatMap(([seconds, ...slots]) => {
    const step = limitNotices(told, slots, 10, seconds * 1000);
    told = step.told;
    return step.notices.map((notice) =>
      `${seconds}: ${notice.kind} ${notice.source}` +
      (notice.kind === "limited" ? ` ${notice.amps}` : "")
    );
  });
}

Deno.test("a cap of an operator is told at once, and its end", () => {
  assertEquals(
    story(
      [0, slot(operator(10), 10, 16)],
      [1, slot(operator(10), 10, 16)],
      [5, slot({ ...FREE }, 16, 16)],
      [70, slot(FREE, 16, 16)],
    ),
    ["0: limited Other 10", "70: cleared Other"],
  );
});

Deno.test("what changes less than the significance is not told, what changes more is", () => {
  assertEquals(
    story(
      [0, slot(operator(15), 15, 16)],
      [1, slot(operator(14), 14, 16)],
      [2, slot(operator(13), 13, 16)],
      [3, slot(operator(12), 12, 16)],
    ),
    ["1: limited Other 14", "3: limited Other 12"],
    "10 % of 16 A are 1.6 A",
  );
});

Deno.test("another source ends the one and begins the other", () => {
  const grid: LimitReason = { kind: "capped", source: "signal", amps: 6, untilWallMs: 99 };
  assertEquals(
    story([0, slot(operator(10), 10, null)], [1, slot(grid, 6, null)]),
    ["0: limited Other 10", "1: cleared Other", "1: limited SO 6"],
  );
});

Deno.test("shares of a full circuit are told where a profile asks for more, once a minute at most", () => {
  assertEquals(story([0, slot(WIRING, 10, null)]), [], "the CSMS has asked for nothing there");
  assertEquals(
    story(
      [0, slot(WIRING, 10, 16)],
      [10, slot(WIRING, 6, 16)],
      [59, slot(FREE, 16, 16)],
      [60, slot(WIRING, 6, 16)],
      [130, slot(FREE, 16, 16)],
    ),
    ["0: limited EMS 10", "60: limited EMS 6", "130: cleared EMS"],
  );
});

Deno.test("a session that ends takes its limit with it, and the next one is told anew", () => {
  assertEquals(
    story([0, slot(operator(10), 10, null)], [1], [2, slot(operator(10), 10, null)]),
    ["0: limited Other 10", "1: cleared Other", "2: limited Other 10"],
  );
});

Deno.test("the CSMS's own caps, a refused token and an EV that takes no more are nobody else's limit", () => {
  const own = (source: "csms" | "authorization"): LimitReason => ({
    kind: "capped",
    source,
    amps: 6,
    untilWallMs: null,
  });
  for (
    const reason of [
      own("csms"),
      own("authorization"),
      { kind: "satisfied", takesAmps: 6 },
      { kind: "rising", towardsAmps: 16 },
    ] as const
  ) assertEquals(story([0, slot(reason, 6, 16)]), [], reason.kind);
});
