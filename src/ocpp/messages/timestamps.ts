const MINUTE_MS = 60_000;

/** RFC 3339 as OCPP wants it: capital T and Z, a zone always, seconds always. */
const STRICT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/;

/** What chargers send instead: any separator, no seconds, "+02", no zone. */
const LOOSE =
  /^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?:t| +)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)? ?(z|utc|gmt|[+-]\d\d(?::?\d\d)?)?$/i;

const EPOCH = /^\d{9,13}$/;

/** Longer texts are no timestamps, and need no regular expression to tell. */
const LENGTH_MAX = 64;

/** From here on a count since 1970 is in milliseconds: as seconds it would be after the year 5000. */
const EPOCH_MS_MIN = 100_000_000_000;

/** The last moment with a year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** True for an RFC 3339 date-time with a real date, as everything that is sent must be. */
export function isTimestamp(text: string): boolean {
  if (text.length > LENGTH_MAX) return false;
  const match = STRICT.exec(text);
  if (match === null) return false;
  const [year, month, day, hour, minute, second, zoneHour = 0, zoneMinute = 0] = match.slice(1)
    .map((part) => part === undefined ? undefined : Number(part));
  return isDate(year, month, day) && isClock(hour, minute, second) &&
    isClock(zoneHour, zoneMinute, 0);
}

/**
 * Reads a timestamp the way chargers write them, and gives it as RFC 3339 in UTC with milliseconds;
 * null where it is none. A text without zone counts as local time, `zoneOffsetMinutes` ahead of UTC.
 * A number, or a text of 9 to 13 digits, counts seconds or milliseconds since 1970.
 */
export function normaliseTimestamp(
  value: string | number,
  zoneOffsetMinutes: number,
): string | null {
  if (typeof value === "number") return isoOrNull(epochMs(value));
  const text = value.trim();
  if (text.length > LENGTH_MAX) return null;
  if (EPOCH.test(text)) return isoOrNull(epochMs(Number(text)));
  const match = LOOSE.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second = 0] = match.slice(1, 7).map(toNumber);
  if (!isDate(year, month, day) || !isClock(hour, minute, Math.min(second, 59)) || second > 60) {
    return null;
  }
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offset = zoneMinutes(match[8], zoneOffsetMinutes);
  if (offset === null) return null;
  const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, milliseconds);
  return isoOrNull(local - offset * MINUTE_MS);
}

function toNumber(part: string | undefined): number | undefined {
  return part === undefined ? undefined : Number(part);
}

function epochMs(value: number): number {
  return value < EPOCH_MS_MIN ? value * 1000 : value;
}

function isoOrNull(ms: number): string | null {
  return ms >= 0 && ms <= LATEST_MS ? new Date(ms).toISOString() : null;
}

/** Minutes ahead of UTC; null for an offset that no clock shows. */
function zoneMinutes(zone: string | undefined, fallback: number): number | null {
  if (zone === undefined) return fallback;
  if (!/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (!isClock(hours, minutes, 0)) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function isClock(hour = 0, minute = 0, second = 0): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

function isDate(year = 0, month = 0, day = 0): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}
