import { assertEquals } from "@std/assert";
import type { Bill } from "./bill.ts";
import { activity, at, billed, prices, reading, stop, tariff, told, withGst } from "./_for_test.ts";
import { billOf } from "./bill.ts";
import { costStep } from "./cost_step.ts";

// Bills worked out by hand, so that somebody at the till can check them with a calculator.

/** A bill as a till prints it. */
function slip(bill: Bill): string[] {
  return [
    ...bill.lines.map(({ kind, quantity, unit, unitPrice, exclTax, tax }) =>
      `${kind}: ${quantity} ${unit} × ${unitPrice} = ${exclTax} + ${tax} tax`
    ),
    `${bill.exclTax} + ${bill.tax} tax, rounding ${bill.rounding}`,
    `${bill.currency} ${bill.total}`,
  ];
}

/** 8.50 a kWh until 09:00, 11.00 after; 2 a minute once idle for 10 min; 20 to start; 18 % on all. */
const DEPOT = tariff({
  id: "depot",
  parts: {
    energy: withGst(
      { price: "8.5", conditions: { startTimeOfDay: "00:00", endTimeOfDay: "09:00" } },
      { price: "11", conditions: { startTimeOfDay: "09:00", endTimeOfDay: "00:00" } },
    ),
    idleTime: withGst({ price: "2", conditions: { minIdleTime: 600 } }),
    fixedFee: withGst({ price: "20" }),
  },
});

Deno.test("a night at the depot: two prices of energy, an idle fee after its grace, a start fee", () => {
  const bill = billed(
    DEPOT,
    "2026-03-02T08:00:00+05:30",
    // 10 kWh in two hours: half before nine, half after.
    reading("2026-03-02T10:00:00+05:30", 11_000),
    activity("2026-03-02T10:00:00+05:30", "idle"),
    stop("2026-03-02T10:25:00+05:30", 11_000),
  );
  assertEquals(slip(bill), [
    "fixedFee: 1 session × 20 = 20.00 + 3.60 tax",
    "energy: 5 kWh × 8.5 = 42.50 + 7.65 tax",
    "energy: 5 kWh × 11 = 55.00 + 9.90 tax",
    "idleTime: 15 min × 2 = 30.00 + 5.40 tax",
    "147.50 + 26.55 tax, rounding 0.00",
    "INR 174.05",
  ]);
});

Deno.test("readings at any other times come to the same bill", () => {
  const bill = billed(
    DEPOT,
    "2026-03-02T08:00:00+05:30",
    reading("2026-03-02T08:24:00+05:30", 3_000),
    reading("2026-03-02T09:36:00+05:30", 9_000),
    reading("2026-03-02T10:00:00+05:30", 11_000),
    activity("2026-03-02T10:00:00+05:30", "idle"),
    reading("2026-03-02T10:05:00+05:30", 11_000),
    reading("2026-03-02T10:15:00+05:30", 11_000),
    stop("2026-03-02T10:25:00+05:30", 11_000),
  );
  assertEquals(bill.total, "174.05");
  assertEquals(bill.lines.length, 4);
});

Deno.test("energy flows only while the car takes it, whatever the time between two readings", () => {
  // Charged from 08:00 to 08:30, idle until the reading at ten: nothing of it came after nine.
  const bill = billed(
    DEPOT,
    "2026-03-02T08:00:00+05:30",
    activity("2026-03-02T08:30:00+05:30", "idle"),
    stop("2026-03-02T10:00:00+05:30", 6_000),
  );
  assertEquals(slip(bill).slice(1, 3), [
    "energy: 5 kWh × 8.5 = 42.50 + 7.65 tax",
    "idleTime: 80 min × 2 = 160.00 + 28.80 tax",
  ]);
});

Deno.test("who is held back by the site pays no idle fee, unless the tariff says that it is idle time", () => {
  const story = [
    reading("2026-03-02T07:00:00+05:30", 2_000),
    activity("2026-03-02T07:00:00+05:30", "paused"),
    stop("2026-03-02T08:00:00+05:30", 2_000),
  ] as const;
  const free = billed(DEPOT, "2026-03-02T06:00:00+05:30", ...story);
  assertEquals(free.lines.map(({ kind }) => kind), ["fixedFee", "energy"]);
  const strict = billed(
    { ...DEPOT, pausedBySite: "idle" },
    "2026-03-02T06:00:00+05:30",
    ...story,
  );
  assertEquals(strict.lines.find(({ kind }) => kind === "idleTime")?.quantity, "50");
});

Deno.test("each pause of the car has its own minutes of grace", () => {
  const bill = billed(
    DEPOT,
    "2026-03-02T06:00:00+05:30",
    activity("2026-03-02T06:10:00+05:30", "idle"),
    activity("2026-03-02T06:19:00+05:30", "charging"),
    activity("2026-03-02T06:30:00+05:30", "idle"),
    stop("2026-03-02T06:41:00+05:30", 2_000),
  );
  assertEquals(bill.lines.find(({ kind }) => kind === "idleTime")?.quantity, "1");
});

Deno.test("charging time by the hour is paid to the second", () => {
  const hourly = tariff({ parts: { chargingTime: prices({ price: "60", per: "hour" }) } });
  const bill = billed(hourly, "2026-03-02T06:00:00Z", stop("2026-03-02T06:20:30Z", 9_000));
  assertEquals(slip(bill), [
    "chargingTime: 0.341666667 h × 60 = 20.50 + 0.00 tax",
    "20.50 + 0.00 tax, rounding 0.00",
    "INR 20.50",
  ]);
});

Deno.test("taxes of one stack add up, the next stack is on top of them", () => {
  const stacked = tariff({
    currency: "EUR",
    parts: {
      energy: {
        taxRates: [
          { type: "energy tax", percent: "10", stack: 0 },
          { type: "city tax", percent: "5", stack: 0 },
          { type: "VAT", percent: "20", stack: 1 },
        ],
        prices: [{ price: "0.40" }],
      },
    },
  });
  // 10 kWh are 4.00; 15 % make 4.60; 20 % on that make 5.52.
  const bill = billed(stacked, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:00Z", 11_000));
  assertEquals([bill.exclTax, bill.tax, bill.total], ["4.00", "1.52", "5.52"]);
});

Deno.test("prices that include the tax come to themselves", () => {
  const gross = tariff({ taxIncluded: true, parts: { energy: withGst({ price: "11.80" }) } });
  const bill = billed(gross, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:00Z", 11_000));
  assertEquals([bill.exclTax, bill.tax, bill.total], ["100.00", "18.00", "118.00"]);
});

Deno.test("totals are rounded once: to the paisa, the whole rupee, or the five centimes of the cash", () => {
  const cases = [
    ["INR", "0.01", "104.9325", "-0.0025", "104.93"],
    ["INR", "1", "104.9325", "0.0675", "105.00"],
    ["CHF", "0.05", "104.9325", "0.0175", "104.95"],
    ["JPY", "1", "104.9325", "0.0675", "105"],
    ["KWD", "0.001", "104.9325", "0.0005", "104.933"],
  ] as const;
  for (const [currency, roundingStep, exclTax, rounding, total] of cases) {
    const under = tariff({
      currency,
      roundingStep,
      parts: { energy: prices({ price: "8.50" }) },
    });
    const bill = billed(under, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:00Z", 13_345));
    assertEquals([bill.exclTax, bill.rounding, bill.total], [exclTax, rounding, total]);
  }
});

Deno.test("a least cost takes the place of less, at the end only; with nothing used as well", () => {
  const least = tariff({
    minCost: { exclTax: "50" },
    parts: { energy: withGst({ price: "10" }) },
  });
  const stopped = stop("2026-03-02T07:00:00Z", 2_000);
  const running = told(least, "2026-03-02T06:00:00Z", stopped);
  assertEquals(billOf(running, [least], false)?.total, "11.80");
  const bill = billed(least, "2026-03-02T06:00:00Z", stopped);
  assertEquals(slip(bill), [
    "energy: 1 kWh × 10 = 10.00 + 1.80 tax",
    "adjustment: 1 session × 40.00 = 40.00 + 7.20 tax",
    "50.00 + 9.00 tax, rounding 0.00",
    "INR 59.00",
  ]);
  assertEquals(bill.typeOfCost, "MinCost");
  const nothing = billed(least, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:00Z", 1_000));
  assertEquals([nothing.total, nothing.typeOfCost], ["59.00", "MinCost"]);
});

Deno.test("a greatest cost is never passed, and usage goes on being counted", () => {
  const most = tariff({ maxCost: { inclTax: "59" }, parts: { energy: withGst({ price: "10" }) } });
  const bill = billed(most, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:00Z", 11_000));
  assertEquals([bill.exclTax, bill.tax, bill.total, bill.typeOfCost], [
    "50.00",
    "9.00",
    "59.00",
    "MaxCost",
  ]);
  assertEquals(bill.lines[0]?.quantity, "10");
});

Deno.test("a block of energy at one price and the rest at another are cut at the very watt-hour", () => {
  const blocks = tariff({
    parts: {
      energy: prices({ price: "5", conditions: { maxEnergy: 7_000 } }, { price: "9" }),
    },
  });
  const bill = billed(blocks, "2026-03-02T06:00:00Z", stop("2026-03-02T07:00:01Z", 11_000));
  assertEquals(bill.lines.map(({ quantity }) => quantity), ["7", "3"]);
  // The same where no time passed between the readings.
  const atOnce = billed(blocks, "2026-03-02T06:00:00Z", stop("2026-03-02T06:00:00Z", 11_000));
  assertEquals(atOnce.lines.map(({ quantity }) => quantity), ["7", "3"]);
});

Deno.test("slow charging costs less a minute than fast: the power is what flowed between two readings", () => {
  const byPower = tariff({
    parts: {
      chargingTime: prices({ price: "1", conditions: { maxPower: 11_000 } }, { price: "2" }),
    },
  });
  const bill = billed(
    byPower,
    "2026-03-02T06:00:00Z",
    reading("2026-03-02T07:00:00Z", 11_500),
    stop("2026-03-02T07:30:00Z", 22_500),
  );
  assertEquals(bill.lines.map(({ quantity, unitPrice }) => [quantity, unitPrice]), [
    ["60", "1"],
    ["30", "2"],
  ]);
});

Deno.test("the current counts as it was measured, else as the power makes it", () => {
  const byCurrent = tariff({
    parts: {
      energy: prices({ price: "1", conditions: { minCurrent: 20 } }, { price: "2" }),
    },
  });
  const start = "2026-03-02T06:00:00Z";
  const measured = told(byCurrent, start, {
    kind: "reading",
    atMs: at("2026-03-02T07:00:00Z"),
    registerWh: 2_000,
    currentAmps: 30,
  });
  assertEquals(billOf(measured, [byCurrent], true)?.total, "1.00");
  // 2.3 kW are 10 A.
  assertEquals(billed(byCurrent, start, stop("2026-03-02T07:00:00Z", 3_300)).total, "4.60");
});

Deno.test("weekend, season and date each have their price, and the first that applies counts", () => {
  const calendar = tariff({
    parts: {
      energy: prices(
        { price: "1", conditions: { validFromDate: "2026-03-04", validToDate: "2026-03-05" } },
        { price: "2", conditions: { dayOfWeek: ["Saturday", "Sunday"] } },
        { price: "3", conditions: { season: { from: "11-15", to: "02-10" } } },
        { price: "4" },
      ),
    },
  });
  const priceOn = (day: string) =>
    billed(calendar, `${day}T12:00:00+05:30`, stop(`${day}T13:00:00+05:30`, 2_000))
      .lines[0]?.unitPrice;
  assertEquals(
    ["2026-03-04", "2026-03-05", "2026-03-07", "2026-02-10", "2026-02-11", "2026-12-31"].map(
      priceOn,
    ),
    ["1", "4", "2", "3", "4", "3"],
  );
});

Deno.test("a tariff that is changed on the way counts from then on, and not for what was before", () => {
  const first = tariff({ id: "first", parts: { energy: prices({ price: "10" }) } });
  const second = tariff({ id: "second", parts: { energy: prices({ price: "20" }) } });
  const begun = told(first, "2026-03-02T06:00:00Z", reading("2026-03-02T06:10:00Z", 2_000));
  const changed = costStep(begun, {
    kind: "tariff",
    atMs: at("2026-03-02T06:15:00Z"),
    tariff: second,
  }, [first]);
  // Between the readings at 06:10 and 06:20 flowed 2 kWh: one before the change, one after.
  const ended = costStep(changed, stop("2026-03-02T06:20:00Z", 4_000), [first, second]);
  const bill = billOf(ended, [first, second], true);
  assertEquals(bill?.lines.map(({ tariffId, quantity }) => [tariffId, quantity]), [
    ["first", "2"],
    ["second", "1"],
  ]);
  assertEquals(bill?.total, "40.00");
  assertEquals(billOf(ended, [first], true), null);
});

Deno.test("fees for the way of paying are judged once, at the start", () => {
  const fees = tariff({
    parts: {
      fixedFee: prices({ price: "3", conditions: { paymentRecognition: "CC" } }, { price: "2.5" }),
      reservationFixed: prices({ price: "5" }),
    },
  });
  const plain = billed(fees, "2026-03-02T06:00:00Z", stop("2026-03-02T06:20:00Z", 4_000));
  assertEquals(plain.total, "2.50");
});

// Nights in which the clock is put forward or back

const NIGHT = tariff({
  currency: "EUR",
  timezone: "Europe/Berlin",
  parts: {
    energy: prices(
      { price: "1", conditions: { startTimeOfDay: "02:00", endTimeOfDay: "02:30" } },
      { price: "2" },
    ),
  },
});

Deno.test("an hour that comes twice is priced twice: after 02:30 the clock shows 02:00 again", () => {
  // 24 to 25 October 2026: from 23:00 to 05:00 are seven hours. 1 kW flows.
  const bill = billed(
    NIGHT,
    "2026-10-24T23:00:00+02:00",
    stop("2026-10-25T05:00:00+01:00", 8_000),
  );
  assertEquals(bill.lines.map(({ quantity, unitPrice }) => [quantity, unitPrice]), [
    ["1", "1"],
    ["6", "2"],
  ]);
});

Deno.test("an hour that the clock leaves out costs nothing", () => {
  // 28 to 29 March 2026: from 23:00 to 05:00 are five hours, and 02:00 to 03:00 never is.
  const bill = billed(
    NIGHT,
    "2026-03-28T23:00:00+01:00",
    stop("2026-03-29T05:00:00+02:00", 6_000),
  );
  assertEquals(bill.lines.map(({ quantity, unitPrice }) => [quantity, unitPrice]), [["5", "2"]]);
});

// Registers that are not as they should be

Deno.test("a register below the one at the start has sold nothing", () => {
  const bill = billed(DEPOT, "2026-03-02T08:00:00+05:30", stop("2026-03-02T08:30:00+05:30", 400));
  assertEquals(bill.lines.map(({ kind }) => kind), ["fixedFee"]);
});

Deno.test("what a wild reading added is taken back by the next", () => {
  const bill = billed(
    DEPOT,
    "2026-03-02T08:00:00+05:30",
    reading("2026-03-02T08:30:00+05:30", 2_000),
    reading("2026-03-02T09:30:00+05:30", 900_000),
    reading("2026-03-02T09:40:00+05:30", 3_000),
    stop("2026-03-02T10:00:00+05:30", 4_000),
  );
  // 3 kWh in all; of the wild reading the kWh from 08:30 on stays, as far as it is true.
  const energy = bill.lines.filter(({ kind }) => kind === "energy");
  assertEquals(energy.reduce((sum, { quantity }) => sum + Number(quantity), 0), 3);
});

Deno.test("a reading that was held up on its way changes nothing", () => {
  const story = [
    reading("2026-03-02T08:30:00+05:30", 2_000),
    reading("2026-03-02T08:10:00+05:30", 1_500),
    stop("2026-03-02T08:40:00+05:30", 3_000),
  ] as const;
  const without = [story[0], story[2]];
  const start = "2026-03-02T08:00:00+05:30";
  assertEquals(billed(DEPOT, start, ...story), billed(DEPOT, start, ...without));
});

Deno.test("a charger that flutters takes no more memory than one that does not", () => {
  const flutter = Array.from({ length: 1_000 }, (_each, index) => ({
    kind: "activity",
    atMs: at("2026-03-02T08:00:00+05:30") + index * 1_000,
    activity: index % 2 === 0 ? "idle" : "charging",
  } as const));
  const state = told(DEPOT, "2026-03-02T08:00:00+05:30", ...flutter);
  assertEquals(state.spans.length, 64);
  const bill = billed(
    DEPOT,
    "2026-03-02T08:00:00+05:30",
    ...flutter,
    stop("2026-03-02T08:30:00+05:30", 2_000),
  );
  assertEquals(bill.lines[1]?.quantity, "1");
});

Deno.test("a month under a tariff by the hour keeps a bounded number of periods, and all it costs", () => {
  const hourly = tariff({
    parts: {
      energy: prices(
        ...Array.from({ length: 12 }, (_each, index) => ({
          price: String(index + 1),
          conditions: {
            startTimeOfDay: `${String(index * 2).padStart(2, "0")}:00`,
            endTimeOfDay: `${String((index * 2 + 2) % 24).padStart(2, "0")}:00`,
          },
        })),
      ),
    },
  });
  // 1 kW for 30 days: 720 kWh, 60 at each price.
  const state = told(
    hourly,
    "2026-04-01T00:00:00+05:30",
    stop("2026-05-01T00:00:00+05:30", 721_000),
  );
  assertEquals([state.periods.length, state.older.length], [64, 12]);
  const bill = billOf(state, [hourly], true);
  assertEquals(new Set(bill?.lines.map(({ quantity }) => quantity)), new Set(["60"]));
  assertEquals(bill?.total, "4680.00");
});
