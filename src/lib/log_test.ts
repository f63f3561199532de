import { assertEquals } from "@std/assert";
import { errorText, type Log, type LogFields, logWith } from "./log.ts";

function recorder(): { readonly log: Log; readonly lines: unknown[] } {
  const lines: unknown[] = [];
  const log: Log = (level, event, fields?: LogFields) => void lines.push([level, event, fields]);
  return { log, lines };
}

Deno.test("logWith() adds its fields to every event", () => {
  const { log, lines } = recorder();
  const chargerLog = logWith(log, { charger: "CP1" });
  chargerLog("info", "charger_connected", { version: "ocpp1.6" });
  chargerLog("warning", "charger_slow");
  assertEquals(lines, [
    ["info", "charger_connected", { charger: "CP1", version: "ocpp1.6" }],
    ["warning", "charger_slow", { charger: "CP1" }],
  ]);
});

Deno.test("logWith() lets the event's own field win over the added one", () => {
  const { log, lines } = recorder();
  logWith(log, { slot: 1 })("debug", "slot_moved", { slot: 2 });
  assertEquals(lines, [["debug", "slot_moved", { slot: 2 }]]);
});

Deno.test("logWith() can be laid over itself", () => {
  const { log, lines } = recorder();
  logWith(logWith(log, { charger: "CP1" }), { slot: 4 })("error", "meter_jumped");
  assertEquals(lines, [["error", "meter_jumped", { charger: "CP1", slot: 4 }]]);
});

class DiskFull extends Error {
  override readonly name = "DiskFull";
}

const ERRORS: readonly [thrown: unknown, text: string][] = [
  [new RangeError("Cannot create ring: capacity 0"), "RangeError: Cannot create ring: capacity 0"],
  [new DiskFull("no space left"), "DiskFull: no space left"],
  [new Error("outer", { cause: new Error("inner") }), "Error: outer"],
  ["just a text", "just a text"],
  [undefined, "undefined"],
  [null, "null"],
  [404, "404"],
];

for (const [thrown, text] of ERRORS) {
  Deno.test(`errorText() says "${text}"`, () => assertEquals(errorText(thrown), text));
}
