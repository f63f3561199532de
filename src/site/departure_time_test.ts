import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nextTimeOfDay } from "./departure_time.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

Deno.test("nextTimeOfDay() is today while that is to come, else tomorrow, by the site's clock", () => {
  const day = "2026-01-05T";
  for (
    const [after, time, expected] of [
      [`${day}08:00:00+05:30`, "17:30", `${day}12:00:00.000Z`],
      [`${day}17:29:59+05:30`, "17:30", `${day}12:00:00.000Z`],
      [`${day}17:30:00+05:30`, "17:30", "2026-01-06T12:00:00.000Z"],
      [`${day}23:00:00+05:30`, "00:15", "2026-01-05T18:45:00.000Z"],
    ] as const
  ) assertEquals(iso(nextTimeOfDay(at(after), time, "Asia/Kolkata")), expected, after);
});

Deno.test("nextTimeOfDay() on a day on which clocks change is what clocks show", () => {
  const next = (after: string, time: string) =>
    iso(nextTimeOfDay(at(after), time, "Europe/Berlin"));
  assertEquals(next("2026-03-28T20:00:00Z", "07:00"), "2026-03-29T05:00:00.000Z");
  assertEquals(
    next("2026-03-28T20:00:00Z", "02:30"),
    "2026-03-29T01:30:00.000Z",
    "left out: 03:30",
  );
  assertEquals(next("2026-10-24T20:00:00Z", "07:00"), "2026-10-25T06:00:00.000Z");
});

Deno.test("nextTimeOfDay() is always to come, and never more than two days and an hour away", () => {
  fc.assert(fc.property(
    fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom("Asia/Kolkata", "Europe/Berlin", "America/New_York", "Pacific/Apia", "UTC"),
    (afterMs, hour, minute, zone) => {
      const time = `${hour}`.padStart(2, "0") + ":" + `${minute}`.padStart(2, "0");
      const waitMs = nextTimeOfDay(afterMs, time, zone) - afterMs;
      assert(waitMs > 0 && waitMs <= 25 * 3_600_000, `${waitMs}`);
    },
  ));
});

Deno.test("nextTimeOfDay() where a zone skips a whole day goes on to the day after", () => {
  const after = at("2011-12-29T18:00:00-10:00");
  const next = nextTimeOfDay(after, "17:00", "Pacific/Apia");
  assert(next > after && next - after < 3 * 86_400_000, iso(next));
});
