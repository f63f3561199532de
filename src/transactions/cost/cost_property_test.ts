import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decimal, decimalText, sumOf } from "../../lib/decimal.ts";
import { type Bill, billOf } from "./bill.ts";
import type { CostState } from "./cost_state.ts";
import { type CostEvent, costStep, startCost } from "./cost_step.ts";
import { prices, tariff, withGst } from "./_for_test.ts";
import type { Tariff, TariffConditions, TariffPrice } from "./tariff.ts";

const START_MS = Date.parse("2026-10-24T12:00:00Z");
const DAY_MS = 86_400_000;

const clockTime = fc.integer({ min: 0, max: 95 }).map((quarter) =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String(quarter % 4 * 15).padStart(2, "0")}`
);
const money = fc.integer({ min: 0, max: 5_000 }).map((paise) =>
  decimalText(decimal(paise).div(100))
);

const conditions: fc.Arbitrary<TariffConditions> = fc.oneof(
  fc.record({ startTimeOfDay: clockTime, endTimeOfDay: clockTime }),
  fc.record({ minEnergy: fc.integer({ min: 0, max: 30_000 }) }),
  fc.record({ maxTime: fc.integer({ min: 0, max: 90_000 }) }),
  fc.record({ minChargingTime: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ minIdleTime: fc.integer({ min: 0, max: 7_200 }) }),
  fc.record({ dayOfWeek: fc.constant(["Sunday"] as const) }),
);

const price = (when: fc.Arbitrary<TariffConditions>): fc.Arbitrary<TariffPrice> =>
  fc.record({ price: money, conditions: when });

const part = fc.tuple(fc.array(price(conditions), { maxLength: 3 }), money)
  .map(([listed, last]) => withGst(...listed, { price: last }));

const anyTariff: fc.Arbitrary<Tariff> = fc.record({
  energy: part,
  chargingTime: part,
  idleTime: part,
  zone: fc.constantFrom(
    "Europe/Berlin",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
  ),
}).map(({ zone, ...parts }) =>
  tariff({ timezone: zone, parts: { ...parts, fixedFee: prices({ price: "20" }) } })
);

/** Two days of readings and pauses around a night in which the clock changes; registers only rise. */
const anyStory: fc.Arbitrary<readonly CostEvent[]> = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 4 * 3_600_000 }),
    gainedWh: fc.integer({ min: 0, max: 20_000_000 }).map((thousandths) => thousandths / 1_000),
    kind: fc.constantFrom("reading", "reading", "charging", "idle", "paused"),
  }),
  { minLength: 1, maxLength: 12 },
).map((steps) => {
  let atMs = START_MS;
  let registerWh = 1_000;
  return steps.map(({ afterMs, gainedWh, kind }, index): CostEvent => {
    atMs += afterMs;
    if (index === steps.length - 1) return { kind: "stop", atMs, registerWh };
    if (kind === "charging" || kind === "idle" || kind === "paused") {
      return { kind: "activity", atMs, activity: kind };
    }
    registerWh += gainedWh;
    return { kind: "reading", atMs, registerWh };
  });
});

function stateOf(under: Tariff, story: readonly CostEvent[]): CostState {
  const begun = startCost({ atMs: START_MS, meterStartWh: 1_000, hasReservation: false }, under);
  return story.reduce((state, event) => costStep(state, event, [under]), begun);
}

function bill(under: Tariff, story: readonly CostEvent[]): Bill {
  const made = billOf(stateOf(under, story), [under], true);
  if (made === null) throw new Error("the tariff is not known");
  return made;
}

Deno.test("lines add up to the total, exactly, and nothing is ever negative", () => {
  fc.assert(fc.property(anyTariff, anyStory, (under, story) => {
    const { lines, exclTax, tax, rounding, total } = bill(under, story);
    assert(sumOf(lines.map((line) => decimal(line.exclTax))).eq(exclTax));
    assert(sumOf(lines.map((line) => decimal(line.tax))).eq(tax));
    assert(decimal(exclTax).plus(tax).plus(rounding).eq(total));
    assert(lines.every((line) => decimal(line.exclTax).gte(0) && decimal(line.tax).gte(0)));
    assert(decimal(rounding).abs().lte("0.005"));
  }));
});

Deno.test("every watt-hour and every millisecond is counted once", () => {
  fc.assert(fc.property(anyTariff, anyStory, (under, story) => {
    const state = stateOf(under, story);
    const all = [...state.periods, ...state.older];
    const registers = story.flatMap((event) => "registerWh" in event ? [event.registerWh] : []);
    const energy = sumOf(all.map(({ energy }) => decimal(energy?.volume ?? 0)));
    assertEquals(decimalText(energy), state.energyWh);
    assert(energy.eq(decimal(Math.max(...registers)).minus(1_000).toDecimalPlaces(6)));
    const timeMs = sumOf(
      all.map((each) => decimal(each.chargingTime?.volume ?? 0).plus(each.idleTime?.volume ?? 0)),
    );
    assert(timeMs.lte(state.countedToMs - START_MS));
    const isWhole = !story.some((event) =>
      event.kind === "activity" && event.activity === "paused"
    );
    if (isWhole) assert(timeMs.eq(state.countedToMs - START_MS));
  }));
});

Deno.test("a reading more on the way, anywhere, comes to the same bill", () => {
  const place = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 999 }));
  fc.assert(fc.property(anyTariff, anyStory, place, (under, story, [which, share]) => {
    const split = withReading(under, story, which % story.length, share / 1_000);
    const [whole, cut] = [bill(under, story), bill(under, split)];
    // Counted in millionths of a Wh, at prices up to 50 a kWh, in at most a few dozen pieces.
    const difference = decimal(whole.exclTax).minus(cut.exclTax).abs();
    assert(difference.lte("0.0001"), `${whole.exclTax} and ${cut.exclTax}`);
  }));
});

/** The story with a reading between two that has what evenly flowing energy would show there. */
function withReading(
  under: Tariff,
  story: readonly CostEvent[],
  which: number,
  share: number,
): readonly CostEvent[] {
  const next = story.findIndex((event, index) => index >= which && "registerWh" in event);
  const event = story[next];
  const before = stateOf(under, story.slice(0, next));
  if (event === undefined || !("registerWh" in event)) return story;
  const atMs = Math.round(before.heardToMs + (event.atMs - before.heardToMs) * share);
  const flowed = (toMs: number) => {
    const spans = before.spans.map(({ sinceMs, activity }, index) => ({
      activity,
      tookMs: Math.max(0, Math.min(before.spans[index + 1]?.sinceMs ?? toMs, toMs) - sinceMs),
    }));
    const charging = spans.filter(({ activity }) => activity === "charging");
    const all = charging.reduce((sum, { tookMs }) => sum + tookMs, 0);
    return { charging: all, any: spans.reduce((sum, { tookMs }) => sum + tookMs, 0) };
  };
  const [then, end] = [flowed(atMs), flowed(event.atMs)];
  // Nothing flowed in a time before the car had begun: such a reading would not be an even one.
  const part = end.charging > 0
    ? then.charging / end.charging
    : end.any > 0
    ? then.any / end.any
    : 0;
  const gained = event.registerWh - before.meterStartWh - Number(before.energyWh);
  const registerWh = before.meterStartWh + Number(before.energyWh) + gained * part;
  const reading: CostEvent = { kind: "reading", atMs, registerWh };
  return [...story.slice(0, next), reading, ...story.slice(next)];
}

Deno.test("a boundary at which nothing changes changes nothing", () => {
  fc.assert(fc.property(anyStory, clockTime, clockTime, money, (story, from, to, amount) => {
    const plain = tariff({ parts: { energy: prices({ price: amount }) } });
    const cut = tariff({
      parts: {
        energy: prices({
          price: amount,
          conditions: { startTimeOfDay: from, endTimeOfDay: to },
        }, { price: amount }),
      },
    });
    assertEquals(bill(cut, story).total, bill(plain, story).total);
  }));
});

Deno.test("a state that was on disk goes on as it was", () => {
  fc.assert(fc.property(anyTariff, anyStory, fc.nat(), (under, story, which) => {
    const cut = which % story.length;
    const stored: CostState = JSON.parse(JSON.stringify(stateOf(under, story.slice(0, cut))));
    const later = story.slice(cut).reduce(
      (state, event) => costStep(state, event, [under]),
      stored,
    );
    assertEquals(later, stateOf(under, story));
  }));
});

Deno.test("readings that never came to disk cost no energy: the last register says it all", () => {
  fc.assert(fc.property(anyTariff, anyStory, fc.nat(), (under, story, which) => {
    const lost = story.filter((event, index) => event.kind !== "reading" || index < which % 12);
    assertEquals(stateOf(under, lost).energyWh, stateOf(under, story).energyWh);
  }));
});

Deno.test("a week of readings keeps no more than three kilobytes", () => {
  const under = tariff({
    parts: {
      energy: withGst(
        { price: "8.5", conditions: { startTimeOfDay: "00:00", endTimeOfDay: "09:00" } },
        { price: "11" },
      ),
    },
  });
  const story = Array.from({ length: 7 * 24 * 60 }, (_each, minute): CostEvent => ({
    kind: "reading",
    atMs: START_MS + minute * 60_000,
    registerWh: 1_000 + minute * 10,
  }));
  const state = stateOf(under, story);
  assertEquals(state.periods.length, 15);
  assert(JSON.stringify(state).length < 3_000);
  assert(state.countedToMs - START_MS < 7 * DAY_MS);
});
