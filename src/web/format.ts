/** Numbers and times as people of a site read them. Pure: the present moment is a parameter. */
export interface Format {
  /** "14:05" */
  clock(moment: string | number): string;
  /** "14:05:09" */
  clockSeconds(moment: string | number): string;
  /** "22 Nov 2026, 14:05" */
  dateTime(moment: string | number): string;
  /** "22 Nov 2026" */
  date(moment: string | number): string;
  /** "Sun, 22 Nov" */
  weekday(moment: string | number): string;
  /** "November 2026" */
  month(moment: string | number): string;
  /** "22 Nov 2026, 14:05:09 GMT+5:30", to hover over a shorter one. */
  full(moment: string | number): string;
  /** "2 min ago", "14:05", or the whole date, by distance. */
  near(moment: string | number, nowMs: number): string;
  /** "13:42", or the whole date: for a sentence with "since". */
  since(moment: string | number, nowMs: number): string;
  /** "3 min ago" */
  age(ageMs: number): string;
  /** "42 min", "1 h 24 min" */
  duration(ms: number): string;
  /** "11.0 kW", "640 W" */
  power(watts: number): Quantity;
  /** "16 A" */
  current(amps: number): string;
  /** "7.4 kWh" */
  energy(wattHours: number): Quantity;
  /** "₹174.05": an amount in decimal text; no decimal of it is lost. */
  money(amount: string, currency: string): string;
  /** The same to the smallest coin: for what is part of a total that is rounded as well. */
  moneyPaid(amount: string, currency: string): string;
  /** The moment a day of the site's zone begins, `dayOffset` days later; null for no date. */
  dayStart(date: string, dayOffset?: number): string | null;
  /** The name of the zone now: "IST", "GMT+5:30". */
  zoneName(moment: string | number): string;
}

/** A number and its unit, for setting them in different sizes. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** A thin space that does not break: between number and unit. */
export const THIN = "\u202f";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Format>();

/** The format of a language and a time zone; made once, for making formatters is slow. */
export function formatOf(language: string, zone: string): Format {
  const key = `${language} ${zone}`;
  const format = formats.get(key) ?? createFormat(localeOf(language), zone);
  formats.set(key, format);
  return format;
}

/** The language of a site as browsers know it. */
export function localeOf(language: string): string {
  return LOCALES[language] ?? language;
}

/** Where a language alone would say the wrong order of day and month. */
const LOCALES: Readonly<Record<string, string>> = { en: "en-IN", mr: "mr-IN", hi: "hi-IN" };

function createFormat(locale: string, timeZone: string): Format {
  const times = createTimes(locale, timeZone);
  // The same digits as in all other figures of a page.
  const relative = new Intl.RelativeTimeFormat(`${locale}-u-nu-latn`, {
    style: "short",
    numeric: "always",
  });
  const oneDigit = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    numberingSystem: "latn",
  });
  const whole = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 0,
    numberingSystem: "latn",
  });

  function age(ageMs: number): string {
    const ms = Math.max(0, ageMs);
    if (ms < MINUTE_MS) return relative.format(-Math.floor(ms / SECOND_MS), "second");
    if (ms < HOUR_MS) return relative.format(-Math.floor(ms / MINUTE_MS), "minute");
    if (ms < DAY_MS) return relative.format(-Math.floor(ms / HOUR_MS), "hour");
    return relative.format(-Math.floor(ms / DAY_MS), "day");
  }

  function since(moment: string | number, nowMs: number): string {
    const ageMs = nowMs - millisecondsOf(moment);
    return ageMs >= 0 && ageMs < 12 * HOUR_MS ? times.clock(moment) : times.dateTime(moment);
  }

  return {
    ...times,
    age,
    since,
    near(moment, nowMs) {
      const ageMs = nowMs - millisecondsOf(moment);
      return ageMs >= 0 && ageMs < HOUR_MS ? age(ageMs) : since(moment, nowMs);
    },
    duration(ms) {
      const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
      const hours = Math.floor(minutes / 60);
      const rest = `${minutes % 60}${THIN}min`;
      return hours === 0 ? rest : `${whole.format(hours)}${THIN}h ${rest}`;
    },
    power: (watts) =>
      Math.abs(watts) < 1_000 && Math.round(watts) !== 0
        ? { value: whole.format(watts), unit: "W" }
        : { value: oneDigit.format(positiveZero(watts / 1_000)), unit: "kW" },
    current: (amps) => `${whole.format(positiveZero(amps))}${THIN}A`,
    ...createMoney(locale),
    energy: (wattHours) => ({ value: oneDigit.format(wattHours / 1_000), unit: "kWh" }),
  };
}

/** Amounts with the decimals of their currency, and with more where they have more. */
function createMoney(locale: string): Pick<Format, "money" | "moneyPaid"> {
  const known = new Map<string, Intl.NumberFormat>();
  const formatter = (currency: string, digits?: number) => {
    const key = `${currency} ${digits}`;
    const found = known.get(key) ?? new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      numberingSystem: "latn",
      ...(digits === undefined ? {} : { minimumFractionDigits: digits }),
    });
    known.set(key, found);
    return found;
  };
  return {
    money(amount, currency) {
      const digits = amount.split(".")[1]?.length ?? 0;
      const usual = formatter(currency);
      const isUsual = digits <= (usual.resolvedOptions().maximumFractionDigits ?? 0);
      return (isUsual ? usual : formatter(currency, digits)).format(
        amount as Intl.StringNumericLiteral,
      );
    },
    moneyPaid: (amount, currency) =>
      formatter(currency).format(amount as Intl.StringNumericLiteral),
  };
}

function createTimes(locale: string, timeZone: string) {
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const intl = new Intl.DateTimeFormat(locale, {
      timeZone,
      hourCycle: "h23",
      numberingSystem: "latn",
      ...options,
    });
    return (moment: string | number) => intl.format(millisecondsOf(moment));
  };
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  const minute = { hour: "2-digit", minute: "2-digit" } as const;
  const zoneName = new Intl.DateTimeFormat("en-IN", { timeZone, timeZoneName: "short" });
  return {
    clock: formatter(minute),
    clockSeconds: formatter({ ...minute, second: "2-digit" }),
    dateTime: formatter({ ...day, ...minute }),
    date: formatter({ ...day }),
    weekday: formatter({ weekday: "short", day: "numeric", month: "short" }),
    month: formatter({ month: "long", year: "numeric" }),
    full: formatter({ ...day, ...minute, second: "2-digit", timeZoneName: "short" }),
    zoneName: (moment: string | number) =>
      zoneName.formatToParts(millisecondsOf(moment))
        .find(({ type }) => type === "timeZoneName")?.value ?? timeZone,
    dayStart(date: string, dayOffset = 0) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
      try {
        const moment = Temporal.PlainDate.from(date).add({ days: dayOffset }).toZonedDateTime(
          timeZone,
        );
        return new Date(moment.epochMilliseconds).toISOString();
      } catch (error) {
        if (error instanceof RangeError) return null;
        throw error;
      }
    },
  };
}

/** Text where there is a quantity: number, thin space, unit. */
export function written({ value, unit }: Quantity): string {
  return value + THIN + unit;
}

/** Rounding -0.02 to a whole number would show "-0". */
function positiveZero(value: number): number {
  return Math.abs(value) < 0.05 ? 0 : value;
}

function millisecondsOf(moment: string | number): number {
  return typeof moment === "number" ? moment : Date.parse(moment);
}
