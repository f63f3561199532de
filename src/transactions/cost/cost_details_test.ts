import { assertEquals } from "@std/assert";
import { billOf } from "./bill.ts";
import { costDetailsOf } from "./cost_details.ts";
import { activity, prices, reading, stop, tariff, told } from "./_for_test.ts";

// The examples of OCPP 2.1 part 2, I 1.3.

const VAT = [{ type: "vat", percent: "10", stack: 0 }];

Deno.test("10 kWh under a tariff without conditions are one period (tariff 10)", () => {
  const under = tariff({
    id: "10",
    currency: "USD",
    parts: {
      energy: {
        taxRates: [
          { type: "federal", percent: "6", stack: 0 },
          { type: "state", percent: "4", stack: 0 },
        ],
        prices: [{ price: "0.25" }],
      },
    },
  });
  const state = told(
    under,
    "2023-04-05T14:01:02Z",
    reading("2023-04-05T14:31:02Z", 6_000),
    stop("2023-04-05T15:01:02Z", 11_000),
  );
  const bill = billOf(state, [under], true);
  const price = { exclTax: 2.5, inclTax: 2.75 };
  assertEquals(bill && costDetailsOf(state, bill, ["10"]), {
    chargingPeriods: [{
      tariffId: "10",
      startPeriod: "2023-04-05T14:01:02.000Z",
      dimensions: [
        { type: "Energy", volume: 10_000 },
        { type: "ChargingTime", volume: 3_600 },
        { type: "MinPower", volume: 10_000 },
        { type: "MaxPower", volume: 10_000 },
      ],
    }],
    totalCost: {
      currency: "USD",
      typeOfCost: "NormalCost",
      energy: {
        ...price,
        taxRates: [{ type: "federal", tax: 6, stack: 0 }, { type: "state", tax: 4, stack: 0 }],
      },
      total: price,
    },
    totalUsage: { energy: 10_000, chargingTime: 3_600, idleTime: 0 },
  });
});

Deno.test("a price that changes on the way begins another period (tariff 11)", () => {
  const under = tariff({
    id: "11",
    currency: "EUR",
    timezone: "UTC",
    parts: {
      energy: {
        taxRates: VAT,
        prices: [
          { price: "0.4", conditions: { startTimeOfDay: "08:00", endTimeOfDay: "18:00" } },
          { price: "0.25" },
        ],
      },
      idleTime: prices({ price: "1" }),
    },
  });
  const state = told(
    under,
    "2023-04-05T17:30:00Z",
    reading("2023-04-05T18:00:00Z", 5_000),
    reading("2023-04-05T19:00:00Z", 11_000),
    activity("2023-04-05T19:00:00Z", "idle"),
    stop("2023-04-05T19:10:00Z", 11_000),
  );
  const bill = billOf(state, [under], true);
  const details = bill && costDetailsOf(state, bill, ["11"]);
  assertEquals(
    details?.chargingPeriods?.map(({ startPeriod, dimensions = [] }) => [
      startPeriod.slice(11, 16),
      dimensions.map(({ type, volume }) => `${type} ${volume}`).slice(0, 3),
    ]),
    [
      ["17:30", ["Energy 4000", "ChargingTime 1800", "MinPower 8000"]],
      ["18:00", ["Energy 6000", "ChargingTime 3600", "IdleTIme 600"]],
    ],
  );
  assertEquals([details?.totalCost.energy?.exclTax, details?.totalCost.energy?.inclTax], [
    3.1,
    3.41,
  ]);
  assertEquals([details?.totalCost.idleTime, details?.totalUsage.idleTime], [
    { exclTax: 10, inclTax: 10 },
    600,
  ]);
});

Deno.test("while the session runs there are no periods (errata 2025-09, I12.FR.02)", () => {
  const under = tariff({ parts: { energy: prices({ price: "1" }) } });
  const state = told(under, "2023-04-05T17:30:00Z", reading("2023-04-05T18:00:00Z", 5_000));
  const bill = billOf(state, [under], false);
  assertEquals(bill && "chargingPeriods" in costDetailsOf(state, bill, ["T1"]), false);
});

Deno.test("a least cost stands alone as a fee, and usage stays (I12.FR.38)", () => {
  const under = tariff({
    parts: { energy: prices({ price: "1" }) },
    minCost: { exclTax: "5", inclTax: "6" },
  });
  const state = told(under, "2023-04-05T17:30:00Z", stop("2023-04-05T18:00:00Z", 2_000));
  const bill = billOf(state, [under], true);
  const details = bill && costDetailsOf(state, bill, ["T1"]);
  assertEquals(details?.totalCost, {
    currency: "INR",
    typeOfCost: "MinCost",
    fixed: { exclTax: 5, inclTax: 6 },
    total: { exclTax: 5, inclTax: 6 },
  });
  assertEquals(details?.totalUsage.energy, 1_000);
});
