import { assertEquals, assertMatch } from "@std/assert";
import { formatOf, written } from "./format.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 8, 35, 9);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const pune = formatOf("en", "Asia/Kolkata");
/** Reads thin spaces as plain ones. */
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0\u2009]/g, " ");

Deno.test("times are in the zone of the site", () => {
  assertEquals(pune.clock(NOW_MS), "14:05");
  assertEquals(pune.clockSeconds(NOW_MS), "14:05:09");
  assertEquals(pune.dateTime("2026-01-05T20:00:00.000Z"), "6 Jan 2026, 01:30");
  assertEquals(pune.zoneName(NOW_MS), "IST");
  assertEquals(formatOf("en", "Europe/Berlin").clock(NOW_MS), "09:35");
  assertEquals(formatOf("en", "Etc/UTC").clock(Date.UTC(2026, 0, 5, 0, 0)), "00:00");
});

Deno.test("near() is relative within the hour, then a time, then a date", () => {
  const near = (agoMs: number) => plain(pune.near(NOW_MS - agoMs, NOW_MS));
  for (
    const [agoMs, text] of [
      [0, "0 sec ago"],
      [59_000, "59 sec ago"],
      [2 * MINUTE_MS + 30_000, "2 min ago"],
      [HOUR_MS, "13:05"],
      [12 * HOUR_MS - 1, "02:05"],
      [12 * HOUR_MS, "5 Jan 2026, 02:05"],
      [-1, "5 Jan 2026, 14:05"],
    ] as const
  ) {
    assertEquals(
      near(agoMs).replace("secs", "sec").replace("sec.", "sec").replace("min.", "min"),
      text,
    );
  }
});

Deno.test("since() is a time of the last half day, else a date", () => {
  assertEquals(pune.since(NOW_MS - 23 * MINUTE_MS, NOW_MS), "13:42");
  assertEquals(pune.since(NOW_MS - 30 * HOUR_MS, NOW_MS), "4 Jan 2026, 08:05");
});

Deno.test("age() names the largest unit, and is never in the future", () => {
  const age = (ms: number) =>
    plain(pune.age(ms)).replace(/\bsecs?\b\.?/, "sec").replace("min.", "min");
  assertEquals(age(-5_000), "0 sec ago");
  assertEquals(age(5 * MINUTE_MS), "5 min ago");
  assertEquals(/3 (hr|h)\S* ago/.test(age(3 * HOUR_MS + 1)), true);
  assertEquals(/2 days ago/.test(age(50 * HOUR_MS)), true);
});

Deno.test("duration() is minutes, then hours and minutes", () => {
  assertEquals(plain(pune.duration(0)), "0 min");
  assertEquals(plain(pune.duration(-1)), "0 min");
  assertEquals(plain(pune.duration(59 * MINUTE_MS + 59_999)), "59 min");
  assertEquals(plain(pune.duration(84 * MINUTE_MS)), "1 h 24 min");
});

Deno.test("quantities round by size and carry their unit", () => {
  const power = (watts: number) => plain(written(pune.power(watts)));
  assertEquals(
    [11_020, 999, 100, 1_000, -9_140, 0, 0.2, 250_000].map(power),
    ["11.0 kW", "999 W", "100 W", "1.0 kW", "-9.1 kW", "0.0 kW", "0.0 kW", "250.0 kW"],
  );
  assertEquals([16.4, 0, -0.02, 1_000].map((amps) => plain(pune.current(amps))), [
    "16 A",
    "0 A",
    "0 A",
    "1,000 A",
  ]);
  assertEquals(plain(written(pune.energy(7_420))), "7.4 kWh");
});

Deno.test("dayStart() is midnight in the site's zone, also where the clocks change", () => {
  assertEquals(pune.dayStart("2026-01-05"), "2026-01-04T18:30:00.000Z");
  assertEquals(pune.dayStart("2026-01-31", 1), "2026-01-31T18:30:00.000Z");
  const berlin = formatOf("en", "Europe/Berlin");
  assertEquals(berlin.dayStart("2026-03-29"), "2026-03-28T23:00:00.000Z");
  assertEquals(berlin.dayStart("2026-03-29", 1), "2026-03-29T22:00:00.000Z");
  for (const text of ["", "yesterday", "2026-02-30", "2026-13-01", "20260105"]) {
    assertEquals(pune.dayStart(text), null, text);
  }
});

Deno.test("numbers stay in the digits of the meters in every language", () => {
  for (const language of ["en", "mr", "hi"]) {
    const format = formatOf(language, "Asia/Kolkata");
    assertEquals(format.power(11_020).value, "11.0");
    assertEquals(format.clock(NOW_MS), "14:05");
  }
  for (const language of ["mr", "hi"]) {
    assertMatch(formatOf(language, "Asia/Kolkata").age(51 * 60_000), /51/);
  }
});

Deno.test("money() has the sign and the decimals of its currency, and more where the amount has more", () => {
  assertEquals(plain(pune.money("174.05", "INR")), "₹174.05");
  assertEquals(plain(pune.money("1234567.5", "INR")), "₹12,34,567.50");
  assertEquals(plain(pune.money("104.9325", "INR")), "₹104.9325");
  assertEquals(plain(pune.money("-0.0025", "INR")), "-₹0.0025");
  assertEquals(plain(pune.moneyPaid("3.63564", "INR")), "₹3.64", "nobody pays parts of a paisa");
  assertEquals(plain(pune.money("105", "JPY")).replace("JP", ""), "¥105");
  assertEquals(plain(formatOf("mr", "Asia/Kolkata").money("8.50", "INR")), "₹8.50");
});
