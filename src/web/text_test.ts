import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { textOf } from "./text.ts";

function* leaves(value: unknown, path = ""): Generator<readonly [string, unknown]> {
  if (!isRecord(value)) return yield [path, value];
  for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`);
}

Deno.test("a language that is not translated yet speaks English", () => {
  assertEquals(textOf("mr").navSite.length > 0, true);
  assertEquals(textOf("hi").signIn, textOf("en").signIn);
});

Deno.test("no text is empty, and none holds markup", () => {
  for (const [path, text] of leaves(textOf("en"))) {
    if (text === null || path === ".meterStates.good") continue;
    const words = typeof text === "function" ? text("1", "2", "3") : text;
    assertEquals(typeof words === "string" && words.trim() !== "", true, path);
    assertEquals(/[<>]/.test(String(words)), false, path);
    assertEquals(/undefined|NaN|\[object/.test(String(words)), false, path);
  }
});

Deno.test("counted texts are right for one and for many", () => {
  const text = textOf("en");
  assertEquals([text.alarms(1), text.alarms(2)], ["1 alarm", "2 alarms"]);
  assertEquals(text.recordsWaitingLong(1), "1 record is waiting");
  assertEquals(text.restartExplained(0).startsWith("Nobody"), true);
  assertEquals(text.restartExplained(1).startsWith("One session is"), true);
  assertEquals(text.restartExplained(3).startsWith("3 sessions are"), true);
});
