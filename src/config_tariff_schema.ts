import { z } from "zod";
import { decimal, decimalText, isDecimalText } from "./lib/decimal.ts";

// The part `tariff` of site.yaml. Prices are numbers or decimal texts, and exact either way.

const AMOUNT_MAX = 1e9;
const AMOUNT_TEXT = 'Expected an amount such as 8.5 or "8.50", not negative';

function amount(least: number, text: string) {
  const number = z.number(text).min(least, text).max(AMOUNT_MAX, text);
  const written = z.string().refine(
    (value) => isDecimalText(value) && decimal(value).gte(least) && decimal(value).lte(AMOUNT_MAX),
    text,
  );
  return z.union([number, written], text).transform((value) => decimalText(decimal(value)));
}

const money = amount(0, AMOUNT_TEXT);
const timeOfDay = z.string().regex(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  "Expected a time of day from 00:00 to 23:59",
);
const endOfDay = z.string().regex(
  /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
  "Expected a time of day from 00:00 to 24:00",
).transform((text) => text === "24:00" ? "00:00" : text);

const day = z.enum(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
const DATE_TEXT = "Expected a day of every year such as 03-31, or a date such as 2026-03-31";
const date = z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/, DATE_TEXT).refine(isDate, "No such day");

const when = {
  from: timeOfDay.default("00:00"),
  to: endOfDay.default("00:00"),
  days: z.array(day).min(1).max(7).optional(),
  season: z.string().optional(),
};

const energyPrice = z.strictObject({ ...when, price: money });
const timePrice = z.strictObject({
  ...when,
  price: money,
  per: z.enum(["minute", "hour"]).default("minute"),
});

const taxRate = z.strictObject({
  name: z.string().min(1).max(20).default("Tax"),
  percent: amount(0, "Expected a percentage such as 18, not negative"),
  stack: z.number().int().min(0).max(5).default(0),
});
const ROWS_MAX = 200;

function oneOrMore<Row extends z.ZodType>(row: Row) {
  return z.union([row, z.array(row).min(1).max(ROWS_MAX)], "Expected a price, or a list of prices");
}

/** The schema of `tariff`; a grace is a duration. */
export function tariffSchema(duration: z.ZodType<number, string>) {
  const idlePrice = z.strictObject({ ...timePrice.shape, grace: duration.default(0) });
  return z.strictObject({
    id: z.string().min(1).max(60).default("site"),
    currency: z.string().length(3, "Expected three letters of ISO 4217 such as INR"),
    energy: z.union(
      [money, z.array(energyPrice).min(1).max(ROWS_MAX)],
      "Expected a price, or a list of prices",
    ).optional(),
    time: oneOrMore(timePrice).optional(),
    idle: oneOrMore(idlePrice).optional(),
    start: money.optional(),
    minimum: money.optional(),
    maximum: money.optional(),
    tax: z.union(
      [taxRate.shape.percent, taxRate, z.array(taxRate).max(5)],
      "Expected a percentage, or a list of taxes",
    ).optional(),
    taxIncluded: z.boolean().default(false),
    rounding: amount(0.000001, "Expected a step such as 0.05, above 0").optional(),
    seasons: z.record(
      z.string().min(1).max(40),
      z.strictObject({ from: date, to: date }).refine(
        ({ from, to }) => from.length === to.length,
        { path: ["to"], message: "Give both days with the year, or both without" },
      ).refine(({ from, to }) => from.length !== to.length || from.length === 5 || from <= to, {
        path: ["to"],
        message: "The season ends before it begins",
      }),
    ).default({}),
  });
}

/** `tariff` as it is after defaults. */
export type TariffYaml = z.output<ReturnType<typeof tariffSchema>>;

function isDate(text: string): boolean {
  try {
    // A day without a year may be the 29th of February.
    Temporal.PlainDate.from(text.length === 5 ? `2024-${text}` : text);
    return true;
  } catch {
    return false;
  }
}
