import type { Ids } from "../../src/lib/ids.ts";

/** The part `tariff` of a simulated site's site.yaml; null for a site that sells nothing. */
export function tariffYaml(ids: Ids): Record<string, unknown> | null {
  const pick = <T>(...all: readonly T[]) => all[Math.floor(ids.random() * all.length)];
  const amount = (most: number) => (ids.random() * most).toFixed(2);
  if (ids.random() < 0.2) return null;
  const rows = (most: number, row: () => Record<string, unknown>) => {
    const every = pick(1, 2, 6, 24) ?? 1;
    return Array.from({ length: every }, (_, index) => ({
      from: timeOfDay(index * 24 / every),
      to: timeOfDay((index + 1) * 24 / every),
      price: amount(most),
      ...row(),
    }));
  };
  return {
    currency: pick("INR", "EUR", "JPY"),
    energy: rows(30, () => ({})),
    ...(ids.random() < 0.3 ? { time: rows(1, () => ({ per: "minute" })) } : {}),
    ...(ids.random() < 0.6
      ? { idle: rows(90, () => ({ per: "hour", grace: pick("0s", "2min", "10min") })) }
      : {}),
    ...(ids.random() < 0.5 ? { start: amount(50) } : {}),
    ...(ids.random() < 0.2 ? { minimum: amount(40) } : {}),
    ...(ids.random() < 0.2 ? { maximum: (100 + ids.random() * 400).toFixed(2) } : {}),
    ...(ids.random() < 0.7
      ? {
        tax: pick<unknown>("18", [{ name: "State", percent: "9" }, {
          name: "Union",
          percent: "9.25",
        }]),
      }
      : {}),
    taxIncluded: ids.random() < 0.5,
    rounding: pick("0.01", "0.05", "1"),
  };
}

/** "09:00"; the day ends at "24:00". */
function timeOfDay(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
