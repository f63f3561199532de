import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ChargingWish } from "../site/mod.ts";
import {
  type DemandWords,
  type DriverDemand,
  driverDemand,
  isShortOfTime,
  type UsualDemand,
} from "./driver_demand.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 8);
const HOUR_MS = 3_600_000;

function words(more: Partial<DemandWords> = {}): DemandWords {
  return { operator: null, vehicle: null, usual: [], deliveredWh: 0, nowWallMs: NOW_MS, ...more };
}

function wish(source: ChargingWish["source"], more: Partial<ChargingWish> = {}): ChargingWish {
  return {
    slot: 1,
    transactionId: "t-1",
    source,
    departsAtMs: null,
    energyWh: null,
    fromWh: 0,
    isUrgent: false,
    by: "asha",
    ...more,
  };
}

function usual(by: UsualDemand["by"], hours: number | null, energyWh: number | null): UsualDemand {
  return { by, departsAtMs: hours === null ? null : NOW_MS + hours * HOUR_MS, energyWh };
}

Deno.test("demand: where nobody says anything there is none", () => {
  assertEquals(driverDemand(words()), null);
  assertEquals(driverDemand(words({ operator: wish("operator") })), null);
});

Deno.test("demand: operator, vehicle, token, group, guess: the first that speaks counts, time and energy each", () => {
  const all = {
    operator: wish("operator", { departsAtMs: NOW_MS + HOUR_MS, energyWh: 1_000 }),
    vehicle: wish("vehicle", { departsAtMs: NOW_MS + 2 * HOUR_MS, energyWh: 2_000 }),
    token: usual("token", 3, 3_000),
    group: usual("group", 4, 4_000),
    habit: usual("habit", 5, 5_000),
  };
  const names = ["operator", "vehicle", "token", "group", "habit"] as const;
  // Everybody is silent, or says both, or only one of the two.
  fc.assert(fc.property(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), (speech) => {
    const says = (index: number, part: 1 | 2) => ((speech[index] ?? 0) & part) !== 0;
    const cut = <Words extends { departsAtMs: number | null; energyWh: number | null }>(
      of: Words,
      index: number,
    ): Words => ({
      ...of,
      departsAtMs: says(index, 1) ? of.departsAtMs : null,
      energyWh: says(index, 2) ? of.energyWh : null,
    });
    const demand = driverDemand(words({
      operator: cut(all.operator, 0),
      vehicle: cut(all.vehicle, 1),
      usual: [cut(all.token, 2), cut(all.group, 3), cut(all.habit, 4)],
    }));
    const first = (part: 1 | 2) => names.findIndex((_, index) => says(index, part));
    const [timeBy, energyBy] = [first(1), first(2)];
    if (timeBy < 0 && energyBy < 0) return assertEquals(demand, null);
    assertEquals(demand, {
      departsAtMs: timeBy < 0 ? null : NOW_MS + (timeBy + 1) * HOUR_MS,
      departureBy: names[timeBy] ?? null,
      remainingWh: energyBy < 0 ? null : (energyBy + 1) * 1_000,
      energyBy: names[energyBy] ?? null,
      isUrgent: false,
    });
  }));
});

Deno.test("demand: what is left is what was wanted less what was delivered since, and never negative", () => {
  const left = (operator: ChargingWish, deliveredWh: number) =>
    driverDemand(words({ operator, deliveredWh }))?.remainingWh;
  assertEquals(left(wish("operator", { energyWh: 12_000 }), 5_000), 7_000);
  assertEquals(left(wish("operator", { energyWh: 12_000 }), 20_000), 0);
  assertEquals(left(wish("operator", { energyWh: 12_000, fromWh: 5_000 }), 6_000), 11_000);
  assertEquals(left(wish("operator", { energyWh: 12_000, fromWh: 5_000 }), 3_000), 12_000);
});

Deno.test("demand: a departure that was said and has passed makes the rest urgent, and no more than the rest", () => {
  const late = (more: Partial<ChargingWish>, deliveredWh = 0) =>
    driverDemand(words({
      operator: wish("operator", { departsAtMs: NOW_MS - 1, ...more }),
      deliveredWh,
    }))?.isUrgent;
  assertEquals([late({}), late({ energyWh: 5_000 })], [true, true]);
  assertEquals(late({ energyWh: 5_000 }, 5_000), false, "it has what it wanted");
});

Deno.test("demand: who was said to be urgent is, until the energy is there", () => {
  const urgent = (energyWh: number | null, deliveredWh: number) =>
    driverDemand(words({ operator: wish("operator", { isUrgent: true, energyWh }), deliveredWh }))
      ?.isUrgent;
  assertEquals([urgent(null, 9_000), urgent(5_000, 4_999), urgent(5_000, 5_000)], [
    true,
    true,
    false,
  ]);
});

Deno.test("demand: a guess that was overtaken is none: neither urgent nor satisfied", () => {
  const stayed = words({ usual: [usual("habit", -1, 8_000)], deliveredWh: 2_000 });
  assertEquals(driverDemand(stayed), {
    remainingWh: 6_000,
    energyBy: "habit",
    departsAtMs: null,
    departureBy: null,
    isUrgent: false,
  });
  const thirsty = words({ usual: [usual("habit", 2, 8_000)], deliveredWh: 8_000 });
  assertEquals(driverDemand(thirsty)?.remainingWh, null);
  assertEquals(
    driverDemand(words({ usual: [usual("habit", -1, 8_000)], deliveredWh: 9_000 })),
    null,
  );
});

Deno.test("short of time is who needs all of it, with a quarter of an hour to spare", () => {
  const demand: DriverDemand = {
    remainingWh: 7_400,
    energyBy: "operator",
    departsAtMs: NOW_MS + 75 * 60_000,
    departureBy: "token",
    isUrgent: false,
  };
  const short = (more: Partial<DriverDemand>, nowMs = NOW_MS) =>
    isShortOfTime({ ...demand, ...more }, nowMs, 7_400);
  assertEquals([short({}, NOW_MS - 1), short({})], [false, true]);
  assertEquals(short({ remainingWh: 0 }), false);
  assertEquals(short({ remainingWh: null }), false);
  assertEquals(short({ departsAtMs: null }), false);
  assertEquals([short({ energyBy: "habit" }), short({ departureBy: "habit" })], [false, false]);
});

Deno.test("demand: less time and more energy never make anybody less short of time", () => {
  const energy = fc.integer({ min: 1, max: 100_000 });
  const minutes = fc.integer({ min: -600, max: 3_000 });
  fc.assert(fc.property(energy, energy, minutes, minutes, (wh, moreWh, at, later) => {
    const short = (remainingWh: number, departs: number) =>
      isShortOfTime(
        {
          remainingWh,
          energyBy: "operator",
          departsAtMs: NOW_MS + departs * 60_000,
          departureBy: "operator",
          isUrgent: false,
        },
        NOW_MS,
        3_680,
      );
    const isEasy = short(Math.min(wh, moreWh), Math.max(at, later));
    const isHard = short(Math.max(wh, moreWh), Math.min(at, later));
    assert(!isEasy || isHard);
  }));
});
