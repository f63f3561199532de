import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath } from "./config_text.ts";
import type { TariffYaml } from "./config_tariff_schema.ts";
import {
  isCurrency,
  minorUnit,
  type Tariff,
  type TariffConditions,
  type TariffPrice,
  type TaxRate,
  WEEKDAYS,
} from "./transactions/mod.ts";

/** One line of a price list, of whichever part. */
export interface PriceRow {
  readonly from: string;
  readonly to: string;
  readonly days?: readonly ShortDay[] | undefined;
  readonly season?: string | undefined;
  readonly price: string;
  readonly per?: "minute" | "hour";
  readonly grace?: number;
}

/** "Mon" */
export type ShortDay = NonNullable<TariffYaml["energy"]> extends infer List
  ? List extends readonly { days?: readonly (infer Day)[] | undefined }[] ? Day : never
  : never;

/** The price lists of a tariff, each with the way to it; a single price is a list of one. */
export function priceLists(
  tariff: TariffYaml,
): readonly { readonly part: "energy" | "time" | "idle"; readonly rows: readonly PriceRow[] }[] {
  const { energy, time, idle } = tariff;
  const lists = [
    { part: "energy", rows: typeof energy === "string" ? [allDay(energy)] : energy ?? [] },
    { part: "time", rows: Array.isArray(time) ? time : time === undefined ? [] : [time] },
    { part: "idle", rows: Array.isArray(idle) ? idle : idle === undefined ? [] : [idle] },
  ] as const;
  return lists.filter(({ rows }) => rows.length > 0);
}

function allDay(price: string): PriceRow {
  return { from: "00:00", to: "00:00", price };
}

/** The way to a row in site.yaml. */
export function rowPath(tariff: TariffYaml, part: "energy" | "time" | "idle", index: number) {
  const path: ConfigPath = ["tariff", part];
  return Array.isArray(tariff[part]) ? [...path, index] : path;
}

/** How narrowly a row says when it applies: narrower ones go before wider ones. */
export function rankOf(row: PriceRow, { seasons }: TariffYaml): number {
  const season = row.season === undefined ? undefined : seasons[row.season];
  const bySeason = season === undefined ? 0 : season.from.length === 5 ? 2 : 4;
  return bySeason + (row.days === undefined ? 0 : 1);
}

/** The tariff of site.yaml as sessions are reckoned with it; null where there is none. */
export function siteTariff({ tariff, site }: SiteYaml): Tariff | null {
  if (tariff === undefined || !isCurrency(tariff.currency)) return null;
  const taxRates = taxRatesOf(tariff);
  const { start, minimum, maximum } = tariff;
  const lists = new Map(
    priceLists(tariff).map((
      { part, rows },
    ) => [part, { taxRates, prices: pricesOf(rows, tariff) }]),
  );
  const [energy, chargingTime, idleTime] = [
    lists.get("energy"),
    lists.get("time"),
    lists.get("idle"),
  ];
  return {
    id: tariff.id,
    origin: "site",
    currency: tariff.currency,
    timezone: site.timezone,
    nominalVoltageV: site.voltage,
    parts: {
      ...(energy === undefined ? {} : { energy }),
      ...(chargingTime === undefined ? {} : { chargingTime }),
      ...(idleTime === undefined ? {} : { idleTime }),
      ...(start === undefined ? {} : { fixedFee: { taxRates, prices: [{ price: start }] } }),
    },
    taxIncluded: tariff.taxIncluded,
    pausedBySite: "free",
    // What a driver pays: with the tax.
    ...(minimum === undefined ? {} : { minCost: { inclTax: minimum } }),
    ...(maximum === undefined ? {} : { maxCost: { inclTax: maximum } }),
    roundingStep: tariff.rounding ?? minorUnit(tariff.currency),
  };
}

function taxRatesOf({ tax }: TariffYaml): TaxRate[] {
  if (tax === undefined) return [];
  if (typeof tax === "string") return [{ type: "Tax", percent: tax, stack: 0 }];
  const rates = Array.isArray(tax) ? tax : [tax];
  return rates.map(({ name, percent, stack }) => ({ type: name, percent, stack }));
}

/** The first that applies counts, so the narrower ones come first. */
function pricesOf(rows: readonly PriceRow[], tariff: TariffYaml): TariffPrice[] {
  return rows.toSorted((a, b) => rankOf(b, tariff) - rankOf(a, tariff)).map((row) => {
    const conditions = conditionsOf(row, tariff);
    return {
      price: row.price,
      ...(row.per === "hour" ? { per: "hour" as const } : {}),
      ...(Object.keys(conditions).length === 0 ? {} : { conditions }),
    };
  });
}

function conditionsOf(row: PriceRow, { seasons }: TariffYaml): TariffConditions {
  const season = row.season === undefined ? undefined : seasons[row.season];
  return {
    ...(row.from === row.to ? {} : { startTimeOfDay: row.from, endTimeOfDay: row.to }),
    ...(row.days === undefined ? {} : { dayOfWeek: row.days.map(longDay) }),
    ...(season === undefined
      ? {}
      : season.from.length === 5
      ? { season }
      : { validFromDate: season.from, validToDate: dayAfter(season.to) }),
    ...((row.grace ?? 0) === 0 ? {} : { minIdleTime: (row.grace ?? 0) / 1000 }),
  };
}

function longDay(short: ShortDay) {
  return WEEKDAYS.find((day) => day.startsWith(short)) ?? "Monday";
}

function dayAfter(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}
