import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { diffExcerpt, diffLines } from "./line_diff.ts";

const marks = { same: " ", gone: "-", new: "+" } as const;

function written(before: string, after: string): string {
  return diffLines(before, after).map(({ kind, text }) => marks[kind] + text).join("|");
}

Deno.test("diffLines() says what went and what came, and leaves the rest", () => {
  assertEquals(written("a\nb\nc", "a\nb\nc"), " a| b| c");
  assertEquals(written("a\nb\nc", "a\nx\nc"), " a|-b|+x| c");
  assertEquals(written("a\nc", "a\nb\nc"), " a|+b| c");
  assertEquals(written("a\nb\nc\nd", "b\nd\ne"), "-a| b|-c| d|+e");
  assertEquals(written("", "a"), "-|+a");
});

Deno.test("diffLines() leads from any text to any other, with the lines' own numbers", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
    .map((lines) => lines.join("\n"));
  fc.assert(fc.property(text, text, (before, after) => {
    const lines = diffLines(before, after);
    const of = (kind: "gone" | "new") =>
      lines.filter((each) => each.kind === kind || each.kind === "same");
    assertEquals(of("gone").map((each) => each.text).join("\n"), before);
    assertEquals(of("new").map((each) => each.text).join("\n"), after);
    for (const { kind, text: content, line } of lines) {
      assertEquals((kind === "gone" ? before : after).split("\n")[line - 1], content);
    }
  }));
});

Deno.test("diffExcerpt() shows what changed with what stands around it", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const after = before.with(9, "changed");
  const shown = diffExcerpt(diffLines(before.join("\n"), after.join("\n")), 1);
  assertEquals(shown.map((each) => each === null ? "…" : marks[each.kind] + each.text), [
    " line 9",
    "-line 10",
    "+changed",
    " line 11",
    "…",
  ]);
  assertEquals(diffExcerpt(diffLines("a", "a"), 2), []);
});
