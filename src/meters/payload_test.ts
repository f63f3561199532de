import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "../lib/assert.ts";
import { readPayload, type ValuePlace, valueReader } from "./payload.ts";

const encoder = new TextEncoder();

function read(payload: string, ...topics: Partial<ValuePlace>[]) {
  const readers = topics.map((topic) => valueReader({ quantity: "active_power_total", ...topic }));
  return readPayload(encoder.encode(payload), readers);
}

/** The one value; the reason when there is none. */
function value(payload: string, topic: Partial<ValuePlace> = {}): number | string {
  const result = read(payload, topic);
  if (!result.ok) return result.error;
  return result.value.values.get(topic.quantity ?? "active_power_total") ?? "absent";
}

const NUMBERS: readonly [string, Partial<ValuePlace>, number][] = [
  ["12.5", {}, 12.5],
  [" -3e2\n", {}, -300],
  ["+.5", {}, 0.5],
  ["0", {}, 0],
  ["1.2", { unit: "kW" }, 1_200],
  ["1.2", { unit: "kW", scale: -1 }, -1_200],
  ["5", { quantity: "energy_import_total", unit: "kWh" }, 5_000],
  ['{"ENERGY":{"Power":[1,2]}}', { path: "ENERGY.Power[1]" }, 2],
  ['{"em:0":{"a_current":"7.25"}}', { quantity: "current_l1", path: '["em:0"].a_current' }, 7.25],
  ["[10, 20]", { path: "[0]" }, 10],
];

for (const [payload, topic, expected] of NUMBERS) {
  Deno.test(`readPayload() reads ${expected} out of ${JSON.stringify(payload)}`, () => {
    assertEquals(value(payload, topic), expected);
  });
}

const NO_NUMBERS: readonly [string, Partial<ValuePlace>, string][] = [
  ["", {}, 'no number for active_power_total in ""'],
  ["12 W", {}, 'no number for active_power_total in "12 W"'],
  ["NaN", {}, 'no number for active_power_total in "NaN"'],
  ["Infinity", {}, 'no number for active_power_total in "Infinity"'],
  ["0x10", {}, 'no number for active_power_total in "0x10"'],
  ["1e999", {}, 'no number for active_power_total in "1e999"'],
  ["1e308", { unit: "MW" }, 'no number for active_power_total in "1e308"'],
  ["unavailable", {}, 'no number for active_power_total in "unavailable"'],
  ["{", { path: "a" }, 'no JSON but "{"'],
  ["12.5", { path: "a" }, 'no number for active_power_total in "12.5"'],
  ['{"a":null}', { path: "a" }, 'no number for active_power_total in "{\\"a\\":null}"'],
  ['{"a":true}', { path: "a" }, 'no number for active_power_total in "{\\"a\\":true}"'],
  ['{"b":1}', { path: "a" }, 'no number for active_power_total in "{\\"b\\":1}"'],
];

for (const [payload, topic, reason] of NO_NUMBERS) {
  Deno.test(`readPayload() takes no number from ${JSON.stringify(payload)}`, () => {
    assertEquals(value(payload, topic), reason);
  });
}

Deno.test("readPayload() shows no more than the start of a long message", () => {
  const reason = value("x".repeat(5_000));
  assert(typeof reason === "string" && reason.length < 150 && reason.includes("…"), String(reason));
});

Deno.test("readPayload() looks at no more than 64 KiB", () => {
  assertEquals(value(`{"a":1}${" ".repeat(65_529)}`, { path: "a" }), 1);
  assertEquals(value("1" + " ".repeat(65_536)), "a message of 65537 bytes, more than 65536");
});

Deno.test("readPayload() takes a message whole or not at all", () => {
  const first = { quantity: "current_l1", path: "a" } as const;
  const second = { quantity: "current_l2", path: "b" } as const;
  assert(!read('{"a":1}', first, second).ok);
  const both = read('{"a":1,"b":2}', first, second);
  assume(both.ok, "both are there");
  assertEquals([...both.value.values], [["current_l1", 1], ["current_l2", 2]]);
});

const TIMES: readonly [string, number][] = [
  ["1767592800", 1_767_592_800_000],
  ["1767592800.5", 1_767_592_800_500],
  ["1767592800000", 1_767_592_800_000],
  ['"1767592800"', 1_767_592_800_000],
  ['"2026-01-05T06:00:00Z"', 1_767_592_800_000],
  ['"2026-01-05T11:30:00+05:30"', 1_767_592_800_000],
];

for (const [time, expected] of TIMES) {
  Deno.test(`readPayload() reads the time ${time}`, () => {
    const result = read(`{"v":1,"ts":${time}}`, { path: "v", timestampPath: "ts" });
    assertEquals(result.ok && result.value.deviceWallMs, expected);
  });
}

for (const time of ["null", '"soon"', "{}", '""']) {
  Deno.test(`readPayload() refuses a message whose time is ${time}`, () => {
    const result = read(`{"v":1,"ts":${time}}`, { path: "v", timestampPath: "ts" });
    assertEquals(result.ok ? "" : result.error.slice(0, 10), "no time in");
  });
}

Deno.test("readPayload() takes the oldest of several times", () => {
  const result = read(
    '{"a":1,"at":10,"b":2,"bt":20}',
    { quantity: "current_l1", path: "a", timestampPath: "at" },
    { quantity: "current_l2", path: "b", timestampPath: "bt" },
  );
  assertEquals(result.ok && result.value.deviceWallMs, 10_000);
});

Deno.test("readPayload() reads every number that JSON can write, and throws at nothing", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (number) => {
      const result = value(JSON.stringify(number));
      assume(typeof result === "number", "JSON writes numbers that can be read");
      assert(Math.abs(result - number) <= Math.abs(number) * 1e-14);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, json) => {
      const topic = valueReader({
        quantity: "active_power_total",
        path: json ? "a" : undefined,
      });
      const result = readPayload(bytes, [topic]);
      if (result.ok) assert(Number.isFinite(result.value.values.get("active_power_total")));
    }),
  );
});
