import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { assume, BrokenAssumption, unreachable } from "./assert.ts";

for (const holds of [true, 1, "text", {}, []]) {
  Deno.test(`assume() lets ${JSON.stringify(holds)} pass`, () => {
    assume(holds, "it holds");
  });
}

for (const holds of [false, 0, "", null, undefined, NaN]) {
  Deno.test(`assume() stops on ${String(holds) || '""'} and says what was assumed`, () => {
    const error = assertThrows(() => assume(holds, "the list is sorted"), BrokenAssumption);
    assertEquals(error.message, "the list is sorted");
  });
}

Deno.test("assume() narrows the type of what it checked", () => {
  const found: string | undefined = ["a"].find((each) => each === "a");
  assume(found, "a is there");
  assertEquals(found.length, 1);
});

Deno.test("a broken assumption is an error that a log can tell from others by its name", () => {
  const error = new BrokenAssumption("x");
  assertInstanceOf(error, Error);
  assertEquals(error.name, "BrokenAssumption");
});

function colourOf(health: "ok" | "bad"): string {
  switch (health) {
    case "ok":
      return "green";
    case "bad":
      return "red";
    default:
      return unreachable(health);
  }
}

Deno.test("unreachable() names the value that should not exist", () => {
  // JSON.parse gives what no type promised, as a corrupt record would.
  assertEquals(colourOf(JSON.parse('"ok"')), "green");
  const error = assertThrows(() => colourOf(JSON.parse('"molten"')), BrokenAssumption);
  assertEquals(error.message, 'Unexpected value: "molten"');
});
