import { assert, assertEquals } from "@std/assert";
import { settled } from "./_bench.ts";
import type { Bottleneck, LimitReason } from "./limit_reason.ts";
import { chargingAt } from "./_site_drawing.ts";

const ROW = {
  circuits: [{ id: "grid", amps: 63, meter: "main" }],
  evses: [1, 2, 3, 4, 5].map((slot) => ({ slot, on: "grid", failSafe: 0 })),
} as const;

function lineOf(bottleneck: Bottleneck | null | undefined) {
  if (bottleneck?.kind !== "line") throw new Error("no line is full");
  return bottleneck;
}

/** The reason, which has to be of that kind. */
function reasonOf<Kind extends LimitReason["kind"]>(reason: LimitReason, kind: Kind) {
  if (reason.kind !== kind) throw new Error(`${reason.kind} is not ${kind}`);
  return reason as Extract<LimitReason, { readonly kind: Kind }>;
}

const left = (bottleneck: Bottleneck) => {
  const { limitAmps, marginAmps, otherLoadAmps, othersAmps } = lineOf(bottleneck);
  return limitAmps - marginAmps - otherLoadAmps - othersAmps;
};

Deno.test("the numbers of a reason add up to what an EVSE has", () => {
  const desk = settled(ROW, [1, 2, 3], true);
  desk.meter("main", 20);
  desk.wait(200);
  for (const slot of [1, 2, 3]) {
    const { limitAmps } = desk.limit(slot);
    const reason = reasonOf(desk.reason(slot), "shared");
    const leftAmps = left(lineOf(reason.bottleneck));
    assert(leftAmps >= (limitAmps ?? 0) - 0.01 && leftAmps < (limitAmps ?? 0) + 1, `${leftAmps}`);
  }
});

Deno.test("right after a step of the building the reason already says what the step was", () => {
  const desk = settled(ROW, [1, 2, 3], true);
  desk.wait(100);
  desk.meter("main", 30);
  desk.wait(3);
  const { limitAmps } = desk.limit(1);
  const reason = reasonOf(desk.reason(1), "shared");
  const bottleneck = lineOf(reason.bottleneck);
  assert(bottleneck.otherLoadAmps >= 29, `${bottleneck.otherLoadAmps}`);
  assert(Math.abs(left(bottleneck) - (limitAmps ?? 0)) < 1.01, `${left(bottleneck)} ${limitAmps}`);
});

Deno.test("of lines that are about equally full the same one goes on being told", () => {
  const desk = settled(ROW, [1, 2, 3], true);
  const keys = new Set<string>();
  for (let round = 0; round < 20; round++) {
    desk.meter("main", [20 + (round % 3) / 5, 20 + ((round + 1) % 3) / 5, 20]);
    desk.wait(5);
    if (round > 3) keys.add(desk.reasonKey(1));
  }
  assertEquals(keys.size, 1, [...keys].join());
});

Deno.test("who waits is told about when, the longest waiting first, and it comes true", () => {
  const desk = settled(ROW, [1, 2, 3, 4], true);
  desk.meter("main", 35);
  desk.wait(120);
  desk.facts(chargingAt(5));
  desk.wait(60);
  const waiting = [1, 2, 3, 4, 5].filter((slot) => desk.reason(slot).kind === "waiting");
  assertEquals(waiting, [5]);
  const inMs = (reasonOf(desk.reason(5), "waiting").nextAtMs ?? NaN) - desk.nowMs();
  assert(inMs > 5 * 60_000 && inMs <= 15 * 60_000, `${inMs}`);
  desk.wait(Math.ceil(inMs / 1000) + 60);
  assert((desk.limit(5).limitAmps ?? 0) >= 6, "it has its turn");
});

Deno.test("the turns of several who wait are one after the other", () => {
  const desk = settled(ROW, [1, 2], true);
  desk.meter("main", 46);
  desk.wait(120);
  for (const slot of [3, 4, 5]) {
    desk.facts(chargingAt(slot));
    desk.wait(10);
  }
  desk.wait(60);
  const turns = [3, 4, 5].map((slot) => reasonOf(desk.reason(slot), "waiting").nextAtMs ?? NaN);
  assert(turns.every(Number.isFinite), `${turns}`);
  assertEquals(turns.toSorted((a, b) => a - b), turns);
  assert((turns[2] ?? 0) - (turns[0] ?? 0) >= 10 * 60_000, `${turns}`);
});

Deno.test("nobody can say when where nobody could give way", () => {
  const desk = settled(ROW, [1], true);
  desk.meter("main", 60);
  desk.wait(60);
  assertEquals(reasonOf(desk.reason(1), "waiting").nextAtMs, null);
});

Deno.test("a charger that is away, and one that ignores its limit, say at what they are counted", () => {
  const desk = settled(ROW, [1, 2], true);
  desk.facts(chargingAt(1, { connected: false }));
  desk.draws(2, 32);
  desk.meter("main", 30);
  desk.wait(120);
  assertEquals(desk.reason(1).kind, "away");
  assertEquals(reasonOf(desk.reason(2), "disobeys").countedAmps, 32);
});

Deno.test("who goes first is told where priorities count, and only there", () => {
  for (const strategy of ["fair", "priority"] as const) {
    const desk = settled({ ...ROW, strategy }, [1, 2], true);
    desk.facts(chargingAt(1, { priority: 5, priorityBy: "operator" }));
    desk.wait(10);
    assertEquals(desk.reason(1).first, strategy === "fair" ? undefined : "operator");
    assertEquals(desk.reason(2).first, undefined);
  }
});
