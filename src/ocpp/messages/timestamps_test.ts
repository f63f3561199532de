import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { timestamps } from "../_schema_arbitrary.ts";
import { isTimestamp, normaliseTimestamp } from "./timestamps.ts";

const STRICT: readonly (readonly [text: string, valid: boolean])[] = [
  ["2026-01-05T06:00:00Z", true],
  ["2026-01-05T06:00:00.1Z", true],
  ["2026-01-05T06:00:00.123456789Z", true],
  ["2026-01-05T06:00:00+05:30", true],
  ["2026-01-05T06:00:00-00:00", true],
  ["2024-02-29T00:00:00Z", true],
  ["2000-02-29T00:00:00Z", true],
  ["2023-02-29T00:00:00Z", false],
  ["1900-02-29T00:00:00Z", false],
  ["2026-04-31T00:00:00Z", false],
  ["2026-13-01T00:00:00Z", false],
  ["2026-00-01T00:00:00Z", false],
  ["2026-01-00T00:00:00Z", false],
  ["2026-01-05T24:00:00Z", false],
  ["2026-01-05T06:60:00Z", false],
  ["2026-01-05T06:00:60Z", false],
  ["2026-01-05T06:00:00+24:00", false],
  ["2026-01-05T06:00:00+01:60", false],
  ["2026-01-05t06:00:00Z", false],
  ["2026-01-05T06:00:00z", false],
  ["2026-01-05 06:00:00Z", false],
  ["2026-01-05T06:00:00", false],
  ["2026-01-05T06:00Z", false],
  ["2026-01-05T06:00:00+05", false],
  ["2026-01-05T06:00:00+0530", false],
  ["2026-01-05T06:00:00,5Z", false],
  ["2026-01-05", false],
  ["", false],
  [" 2026-01-05T06:00:00Z", false],
  ["2026-01-05T06:00:00Z\n", false],
];

for (const [text, valid] of STRICT) {
  Deno.test(`isTimestamp() ${valid ? "accepts" : "refuses"} "${text.trim()}" (${text.length})`, () => {
    assertEquals(isTimestamp(text), valid);
  });
}

const LOOSE: readonly (readonly [what: string, value: string | number, expected: string | null])[] =
  [
    ["no zone (Growatt THOR): local time", "2023-10-19T15:28:07", "2023-10-19T09:58:07.000Z"],
    ["a space instead of T", "2023-10-19 15:28:07", "2023-10-19T09:58:07.000Z"],
    ["slashes", "2023/10/19 15:28:07", "2023-10-19T09:58:07.000Z"],
    ["basic ISO 8601", "20231019T152807Z", "2023-10-19T15:28:07.000Z"],
    ["a zone without minutes", "2023-10-19T15:28:07+02", "2023-10-19T13:28:07.000Z"],
    ["a zone without colon", "2023-10-19T15:28:07-0330", "2023-10-19T18:58:07.000Z"],
    ["a zone after a space", "2023-10-19 15:28:07 +02:00", "2023-10-19T13:28:07.000Z"],
    ["UTC in letters", "2023-10-19 15:28:07 UTC", "2023-10-19T15:28:07.000Z"],
    ["small letters", "2023-10-19t15:28:07z", "2023-10-19T15:28:07.000Z"],
    ["no seconds", "2023-10-19T15:28Z", "2023-10-19T15:28:00.000Z"],
    ["a comma before the fraction", "2023-10-19T15:28:07,5Z", "2023-10-19T15:28:07.500Z"],
    ["a leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
    ["spaces around", "  2023-10-19T15:28:07Z ", "2023-10-19T15:28:07.000Z"],
    ["epoch seconds", 1_697_729_287, "2023-10-19T15:28:07.000Z"],
    ["epoch milliseconds", 1_697_729_287_250, "2023-10-19T15:28:07.250Z"],
    ["epoch seconds with a fraction", 1_697_729_287.5, "2023-10-19T15:28:07.500Z"],
    ["epoch seconds as text", "1697729287", "2023-10-19T15:28:07.000Z"],
    ["a clock before its first synchronisation", 12, "1970-01-01T00:00:12.000Z"],
    ["no date at all", "yesterday", null],
    ["an empty text", "", null],
    ["a date only", "2023-10-19", null],
    ["a date that is none", "2023-02-30T15:28:07Z", null],
    ["an hour that is none", "2023-02-20T25:28:07Z", null],
    ["a second that is none", "2023-02-20T23:28:61Z", null],
    ["a zone that is none", "2023-02-20T23:28:07+99:00", null],
    ["a negative count", -1, null],
    ["a count beyond year 9999", 1e15, null],
    ["infinity", Number.POSITIVE_INFINITY, null],
    ["an endless text", "2".repeat(100_000), null],
  ];

for (const [what, value, expected] of LOOSE) {
  Deno.test(`normaliseTimestamp() reads ${what}`, () => {
    assertEquals(normaliseTimestamp(value, 330), expected);
  });
}

Deno.test("normaliseTimestamp() uses the zone of the charger only where the text has none", () => {
  assertEquals(normaliseTimestamp("2023-10-19T15:28:07", 0), "2023-10-19T15:28:07.000Z");
  assertEquals(normaliseTimestamp("2023-10-19T15:28:07", -90), "2023-10-19T16:58:07.000Z");
  assertEquals(normaliseTimestamp("2023-10-19T15:28:07Z", -90), "2023-10-19T15:28:07.000Z");
});

Deno.test("normaliseTimestamp() gives the same moment for every strict timestamp", () => {
  fc.assert(fc.property(timestamps, fc.integer({ min: -720, max: 840 }), (text, zone) => {
    assert(isTimestamp(text));
    const expected = new Date(text).getTime();
    const normal = normaliseTimestamp(text, zone);
    assertEquals(normal, expected < 0 ? null : new Date(expected).toISOString());
  }));
});

Deno.test("what normaliseTimestamp() gives is a strict timestamp, whatever it is given", () => {
  const values = fc.oneof(fc.string(), fc.double(), fc.nat().map(String), timestamps);
  fc.assert(fc.property(values, (value) => {
    const normal = normaliseTimestamp(value, 0);
    assert(normal === null || isTimestamp(normal));
  }));
});
