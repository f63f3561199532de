import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import { priceLists, type PriceRow, rankOf, rowPath, type ShortDay } from "./config_tariff.ts";
import type { TariffYaml } from "./config_tariff_schema.ts";
import { isCurrency, isInDay, isInSeason, minutesOf } from "./transactions/mod.ts";

/** What is wrong with the tariff although each of its values is right by itself. */
export function tariffProblems({ tariff }: SiteYaml): PlacedProblem[] {
  if (tariff === undefined) return [];
  const { currency, minimum, maximum } = tariff;
  const problems: PlacedProblem[] = isCurrency(currency) ? [] : [{
    path: ["tariff", "currency"],
    message: `"${currency}" is no currency of ISO 4217`,
  }];
  if (priceLists(tariff).length === 0 && tariff.start === undefined) {
    const message = "A tariff needs a price: energy, time, idle or start";
    problems.push({ path: ["tariff"], message });
  }
  if (minimum !== undefined && maximum !== undefined && Number(minimum) > Number(maximum)) {
    problems.push({ path: ["tariff", "maximum"], message: "maximum is below minimum" });
  }
  const named = [...problems, ...seasonProblems(tariff), ...rowProblems(tariff)];
  // What overlaps can only be said of rows that are right.
  return named.length > 0 ? named : [...overlaps(tariff), ...gaps(tariff)];
}

function seasonProblems({ seasons }: TariffYaml): PlacedProblem[] {
  const all = Object.entries(seasons);
  return all.flatMap(([name, season], index) =>
    all.slice(0, index).filter(([, before]) => shareADay(before, season)).map(([before]) => ({
      path: ["tariff", "seasons", name],
      message: `Season "${name}" overlaps season "${before}"`,
    }))
  );
}

type Season = TariffYaml["seasons"][string];

/** A season with dates may lie in one of every year: it goes before it. */
function shareADay(left: Season, right: Season): boolean {
  if (left.from.length !== right.from.length) return false;
  return left.from.length === 5
    ? DAYS_OF_YEAR.some((day) => isInSeason(day, left) && isInSeason(day, right))
    : left.from <= right.to && right.from <= left.to;
}

const DAYS_OF_YEAR = Array.from(
  { length: 366 },
  (_each, index) => Temporal.PlainDate.from("2024-01-01").add({ days: index }).toString().slice(5),
);

function rowProblems(tariff: TariffYaml): PlacedProblem[] {
  return priceLists(tariff).flatMap(({ part, rows }) =>
    rows.flatMap((row, index): PlacedProblem[] => {
      const path = rowPath(tariff, part, index);
      const unknown = row.season !== undefined && tariff.seasons[row.season] === undefined;
      return [
        ...(unknown
          ? [{ path: [...path, "season"], message: `There is no season "${row.season}"` }]
          : []),
        ...(row.from === row.to && row.from !== "00:00"
          ? [{ path: [...path, "to"], message: `The price ends when it begins, at ${row.to}` }]
          : []),
        ...(new Set(row.days).size < (row.days?.length ?? 0)
          ? [{ path: [...path, "days"], message: "A day is named twice" }]
          : []),
      ];
    })
  );
}

/** Two rows of one list that say when equally narrowly, and both mean the same minute. */
function overlaps(tariff: TariffYaml): PlacedProblem[] {
  return priceLists(tariff).flatMap(({ part, rows }) =>
    rows.flatMap((row, index): PlacedProblem[] => {
      const before = rows.slice(0, index).findIndex((other) =>
        rankOf(other, tariff) === rankOf(row, tariff) && haveAMinuteInCommon(other, row)
      );
      if (before < 0) return [];
      const message = `This price and number ${before + 1} of the list apply at the same time`;
      return [{ path: rowPath(tariff, part, index), message }];
    })
  );
}

function haveAMinuteInCommon(left: PriceRow, right: PriceRow): boolean {
  if (left.season !== right.season) return false;
  const onOneDay = left.days === undefined || right.days === undefined ||
    left.days.some((day) => right.days?.includes(day));
  return onOneDay &&
    [left.from, right.from].some((time) =>
      [left, right].every(({ from, to }) => isInDay(minutesOf(time), from, to))
    );
}

const DAYS: readonly ShortDay[] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Energy needs a price at any time; time and idling may be free at some. */
function gaps(tariff: TariffYaml): PlacedProblem[] {
  const energy = priceLists(tariff).find(({ part }) => part === "energy");
  if (energy === undefined) return [];
  return seasonsOf(tariff).flatMap((season) => {
    const daysOf = new Map<string, ShortDay[]>();
    for (const day of DAYS) {
      const text = freeTimes(energy.rows.filter((row) => isOn(row, day, season)));
      if (text !== "") daysOf.set(text, [...daysOf.get(text) ?? [], day]);
    }
    return [...daysOf].map(([times, days]): PlacedProblem => ({
      path: ["tariff", "energy"],
      message: `Energy has no price ${times}` +
        (days.length === 7 ? "" : ` on ${days.join(", ")}`) +
        (season === undefined ? "" : ` in season "${season}"`),
    }));
  });
}

/** Every season, and the time outside of them where they leave some of the year. */
function seasonsOf({ seasons }: TariffYaml): readonly (string | undefined)[] {
  const yearly = Object.values(seasons).filter(({ from }) => from.length === 5);
  const isWhole = DAYS_OF_YEAR.every((day) => yearly.some((season) => isInSeason(day, season)));
  return [...(isWhole ? [] : [undefined]), ...Object.keys(seasons)];
}

function isOn(row: PriceRow, day: ShortDay, season: string | undefined): boolean {
  return (row.days === undefined || row.days.includes(day)) &&
    (row.season === undefined || row.season === season);
}

/** "from 10:00 to 12:00 and from …"; "" where every minute has a price. */
function freeTimes(rows: readonly PriceRow[]): string {
  const times = [...new Set(["00:00", ...rows.flatMap(({ from, to }) => [from, to])])].sort();
  const free = times.map((from, index) => ({ from, to: times[index + 1] ?? "24:00" }))
    .filter(({ from }) => !rows.some((row) => isInDay(minutesOf(from), row.from, row.to)));
  return free.reduce<{ from: string; to: string }[]>((joined, each) => {
    const last = joined.at(-1);
    return last?.to === each.from
      ? [...joined.slice(0, -1), { from: last.from, to: each.to }]
      : [...joined, each];
  }, []).map(({ from, to }) => `from ${from} to ${to}`).join(" and ");
}
