import { assertEquals } from "@std/assert";
import { clipped, lengthOf, optional, unsaid, unsaidText, words } from "./translations.ts";

const colour = words<"red" | "crimson", "red" | "blue">(
  { red: "red", crimson: "red" },
  { red: "red", blue: "crimson" },
);

Deno.test("words() says each word of a side in a word of the other", () => {
  assertEquals(colour.read("crimson"), "red");
  assertEquals(colour.write("blue"), "crimson");
});

Deno.test("optional() leaves what is absent absent", () => {
  const maybe = optional(colour);
  assertEquals([maybe.read(undefined), maybe.write(undefined)], [undefined, undefined]);
  assertEquals([maybe.read("crimson"), maybe.write("blue")], ["red", "crimson"]);
  assertEquals(maybe.isSayable?.(undefined), true);
});

Deno.test("optional() asks the translation whether an original may be sent on", () => {
  const short = optional({
    read: (text: string) => text,
    write: (text: string) => text,
    isSayable: (text: string) => text.length < 3,
  });
  assertEquals([short.isSayable?.("ab"), short.isSayable?.("abc")], [true, false]);
  assertEquals(optional(colour).isSayable?.("red"), true);
});

Deno.test("unsaid() says nothing on either side", () => {
  const nothing = unsaid<string>();
  assertEquals([nothing.read("x"), nothing.write(undefined)], [undefined, undefined]);
  assertEquals(nothing.isSayable?.("x"), true);
});

Deno.test("unsaidText() remembers no text that is longer than the wire allows", () => {
  const text = unsaidText(2);
  assertEquals(["", "ab", "🔌🔌", "abc", "🔌🔌🔌"].map((each) => text.isSayable?.(each)), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("clipped() cuts between characters, counting them as JSON Schema does", () => {
  assertEquals(clipped("abc", 3), "abc");
  assertEquals(clipped("abcd", 3), "abc");
  assertEquals(clipped("🔌🔌", 2), "🔌🔌");
  assertEquals(clipped("🔌🔌🔌", 2), "🔌🔌");
  assertEquals(clipped(undefined, 2), undefined);
});

Deno.test("lengthOf() counts characters", () => {
  assertEquals(lengthOf("a🔌é"), 3);
});
