import { assert, assertEquals } from "@std/assert";
import { type ConfigPorts, readConfig, siteJsonSchema } from "./config.ts";
import { assume } from "./lib/assert.ts";
import type { Tariff } from "./transactions/mod.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "There is no such profile" }),
};

function read(...lines: readonly string[]): Tariff {
  const reading = readConfig(text(lines), PORTS);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  if (reading.config.tariff === null) throw new Error("There is no tariff");
  return reading.config.tariff;
}

/** Problems as "line: path: message"; the lines of the tariff begin at 2. */
function problems(...lines: readonly string[]): string[] {
  const reading = readConfig(text(lines), PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

function text(lines: readonly string[]): string {
  return `tariff:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

Deno.test("a price list by the time of day becomes a tariff, with the numbers as they are written", () => {
  const tariff = read(
    "currency: INR",
    "energy:",
    '  - { from: "00:00", to: "09:00", price: 8.5 }',
    '  - { from: 09:00, to: "24:00", price: "11.00" }',
  );
  assertEquals(tariff, {
    id: "site",
    origin: "site",
    currency: "INR",
    timezone: "UTC",
    nominalVoltageV: 230,
    parts: {
      energy: {
        taxRates: [],
        prices: [
          { price: "8.5", conditions: { startTimeOfDay: "00:00", endTimeOfDay: "09:00" } },
          { price: "11", conditions: { startTimeOfDay: "09:00", endTimeOfDay: "00:00" } },
        ],
      },
    },
    taxIncluded: false,
    pausedBySite: "free",
    roundingStep: "0.01",
  });
});

Deno.test("everything that a tariff can say is understood", () => {
  const tariff = read(
    "id: depot-2026",
    "currency: CHF",
    "energy: 0.42",
    "time: { price: 1.2, per: hour }",
    "idle: { price: 0.10, grace: 10min, from: 08:00, to: 20:00 }",
    "start: 2",
    "minimum: 1",
    "maximum: 90",
    "tax: [{ name: energy, percent: 5 }, { name: VAT, percent: 8.1, stack: 1 }]",
    "taxIncluded: true",
    "rounding: 0.05",
  );
  const taxRates = [{ type: "energy", percent: "5", stack: 0 }, {
    type: "VAT",
    percent: "8.1",
    stack: 1,
  }];
  assertEquals(tariff.parts, {
    energy: { taxRates, prices: [{ price: "0.42" }] },
    chargingTime: { taxRates, prices: [{ price: "1.2", per: "hour" }] },
    idleTime: {
      taxRates,
      prices: [{
        price: "0.1",
        conditions: { startTimeOfDay: "08:00", endTimeOfDay: "20:00", minIdleTime: 600 },
      }],
    },
    fixedFee: { taxRates, prices: [{ price: "2" }] },
  });
  assertEquals([tariff.minCost, tariff.maxCost], [{ inclTax: "1" }, { inclTax: "90" }]);
  assertEquals([tariff.taxIncluded, tariff.roundingStep, tariff.id], [true, "0.05", "depot-2026"]);
});

Deno.test("a season goes before the rest of the year, days of the week before the others, a date before all", () => {
  const tariff = read(
    "currency: EUR",
    "seasons:",
    "  winter: { from: 11-01, to: 02-29 }",
    "  diwali: { from: 2026-11-08, to: 2026-11-10 }",
    "energy:",
    "  - { price: 1 }",
    "  - { price: 2, days: [Sat, Sun] }",
    "  - { price: 3, season: winter }",
    "  - { price: 4, season: diwali }",
    "  - { price: 5, season: winter, days: [Sun] }",
  );
  assertEquals(tariff.parts.energy?.prices, [
    { price: "4", conditions: { validFromDate: "2026-11-08", validToDate: "2026-11-11" } },
    { price: "5", conditions: { dayOfWeek: ["Sunday"], season: { from: "11-01", to: "02-29" } } },
    { price: "3", conditions: { season: { from: "11-01", to: "02-29" } } },
    { price: "2", conditions: { dayOfWeek: ["Saturday", "Sunday"] } },
    { price: "1" },
  ]);
});

Deno.test("the smallest coin of the currency is the step of rounding, unless another is given", () => {
  assertEquals(read("currency: JPY", "energy: 40").roundingStep, "1");
  assertEquals(read("currency: KWD", "energy: 0.04").roundingStep, "0.001");
  assertEquals(read("currency: INR", "energy: 8", "rounding: 1").roundingStep, "1");
});

Deno.test("without a tariff nothing is reckoned", () => {
  const reading = readConfig("site: { name: A }\n", PORTS);
  assume(reading.ok, "expected a configuration");
  assertEquals(reading.config.tariff, null);
});

Deno.test("each mistake is named, with its place and line", () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [["currency: XXQ", "energy: 8"], [
      '2: tariff.currency: "XXQ" is no currency of ISO 4217',
    ]],
    [["currency: RS", "energy: 8"], [
      "2: tariff.currency: Expected three letters of ISO 4217 such as INR",
    ]],
    [["currency: INR"], ["1: tariff: A tariff needs a price: energy, time, idle or start"]],
    [["currency: INR", "energy: -8"], [
      '3: tariff.energy: Expected an amount such as 8.5 or "8.50", not negative',
    ]],
    [["currency: INR", "energy:", "  - { price: 8 }", "  - { price: 1e5x, days: [Sun] }"], [
      '5: tariff.energy[1].price: Expected an amount such as 8.5 or "8.50", not negative',
    ]],
    [["currency: INR", "energy:", "  - { from: 9:00, price: 8 }"], [
      "4: tariff.energy[0].from: Expected a time of day from 00:00 to 23:59",
    ]],
    [["currency: INR", "energy:", "  - { to: 24:01, price: 8 }"], [
      "4: tariff.energy[0].to: Expected a time of day from 00:00 to 24:00",
    ]],
    [["currency: INR", "energy:", "  - { from: 09:00, to: 09:00, price: 8 }"], [
      "4: tariff.energy[0].to: The price ends when it begins, at 09:00",
    ]],
    [["currency: INR", "energy:", "  - { prize: 8 }"], [
      '4: tariff.energy[0].price: Expected an amount such as 8.5 or "8.50", not negative',
      "4: tariff.energy[0].prize: Unknown key",
    ]],
    [["currency: INR", "energy: [{ price: 8, season: monsoon }]"], [
      '3: tariff.energy[0].season: There is no season "monsoon"',
    ]],
    [["currency: INR", "energy: [{ price: 8 }, { price: 9, days: [Sun, Sun] }]"], [
      "3: tariff.energy[1].days: A day is named twice",
    ]],
    [["currency: INR", "energy: 8", "minimum: 50", "maximum: 40"], [
      "5: tariff.maximum: maximum is below minimum",
    ]],
    [["currency: INR", "energy: 8", "rounding: 0"], [
      "4: tariff.rounding: Expected a step such as 0.05, above 0",
    ]],
    [["currency: INR", "energy: 8", "idle: { price: 2, grace: 10 minutes }"], [
      "4: tariff.idle.grace: Expected a time such as 500ms, 10s, 15min, 12h, 30d or 5y",
    ]],
    [["currency: INR", "energy: true", "tax: yes"], [
      "3: tariff.energy: Expected a price, or a list of prices",
      "4: tariff.tax: Expected a percentage such as 18, not negative",
    ]],
    [["currency: INR", "energy: 8", "surge: 2"], ["4: tariff.surge: Unknown key"]],
    [["currency: INR", "energy: 8", "tax: { percent: -1 }"], [
      "4: tariff.tax.percent: Expected a percentage such as 18, not negative",
    ]],
  ];
  for (const [lines, wanted] of cases) assertEquals(problems(...lines), [...wanted]);
});

Deno.test("seasons that are no seasons are named", () => {
  const season = (text: string) =>
    problems("currency: INR", "energy: 8", "seasons:", `  summer: ${text}`);
  assertEquals(season("{ from: 03-01, to: 02-30 }"), [
    "5: tariff.seasons.summer.to: No such day",
  ]);
  assertEquals(season("{ from: 03-01, to: 2026-05-31 }"), [
    "5: tariff.seasons.summer.to: Give both days with the year, or both without",
  ]);
  assertEquals(season("{ from: 2026-06-01, to: 2026-05-31 }"), [
    "5: tariff.seasons.summer.to: The season ends before it begins",
  ]);
  assertEquals(
    problems(
      "currency: INR",
      "energy: 8",
      "seasons:",
      "  winter: { from: 11-01, to: 03-01 }",
      "  summer: { from: 03-01, to: 06-30 }",
    ),
    ['6: tariff.seasons.summer: Season "summer" overlaps season "winter"'],
  );
});

Deno.test("an hour without a price of energy, or with two, is a mistake", () => {
  assertEquals(
    problems(
      "currency: INR",
      "energy:",
      "  - { from: 00:00, to: 09:00, price: 8 }",
      "  - { from: 10:00, to: 22:00, price: 11 }",
    ),
    ["3: tariff.energy: Energy has no price from 09:00 to 10:00 and from 22:00 to 24:00"],
  );
  assertEquals(
    problems(
      "currency: INR",
      "energy:",
      "  - { from: 22:00, to: 09:00, price: 8 }",
      "  - { from: 08:00, to: 22:00, price: 11 }",
    ),
    ["5: tariff.energy[1]: This price and number 1 of the list apply at the same time"],
  );
  assertEquals(
    problems(
      "currency: INR",
      "energy: [{ price: 8, days: [Mon, Tue, Wed, Thu, Fri] }]",
    ),
    ["3: tariff.energy: Energy has no price from 00:00 to 24:00 on Sat, Sun"],
  );
  assertEquals(
    problems(
      "currency: INR",
      "seasons: { summer: { from: 03-01, to: 06-30 } }",
      "energy: [{ price: 8, season: summer, from: 08:00 }, { price: 7, to: 06:00 }]",
    ),
    [
      "4: tariff.energy: Energy has no price from 06:00 to 24:00",
      '4: tariff.energy: Energy has no price from 06:00 to 08:00 in season "summer"',
    ],
  );
});

Deno.test("seasons that make up the whole year need no price besides", () => {
  const tariff = read(
    "currency: INR",
    "seasons: { dry: { from: 10-01, to: 05-31 }, wet: { from: 06-01, to: 09-30 } }",
    "energy: [{ price: 8, season: dry }, { price: 7, season: wet }]",
  );
  assertEquals(tariff.parts.energy?.prices.length, 2);
});

Deno.test("an idle fee of some hours leaves the others free", () => {
  assertEquals(
    problems("currency: INR", "idle: [{ price: 2, from: 08:00, to: 20:00, grace: 5min }]"),
    [],
  );
});

Deno.test("the schema for editors knows the tariff", () => {
  const schema = JSON.stringify(siteJsonSchema());
  for (const key of ["taxIncluded", "seasons", "grace", "rounding", "maximum"]) {
    assert(schema.includes(`"${key}"`), key);
  }
});

Deno.test("the tariff of the README is one", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const example = /^tariff:\n[^`]*/m.exec(readme)?.[0] ?? "";
  const reading = readConfig(example, PORTS);
  assume(reading.ok, JSON.stringify(reading));
  const { energy, idleTime } = reading.config.tariff?.parts ?? {};
  assertEquals(energy?.prices.map(({ price }) => price), ["9", "7", "8.5", "11"]);
  assertEquals(idleTime?.prices.length, 1);
});
