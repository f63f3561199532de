import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { csvLine } from "./csv.ts";
import { readCsv } from "./csv_reading.ts";

function rowsOf(text: string): readonly (readonly [number, readonly string[]])[] {
  const reading = readCsv(text);
  return reading.kind === "rows" ? reading.rows.map(({ line, cells }) => [line, cells]) : [];
}

Deno.test("readCsv() counts lines as an editor does, over quoted line ends and empty lines", () => {
  assertEquals(rowsOf('a,b\r\n\r\n"x\ny",2\r\n3,""""\n'), [
    [1, ["a", "b"]],
    [3, ["x\ny", "2"]],
    [5, ["3", '"']],
  ]);
});

Deno.test("readCsv() takes semicolons and the mark of an encoding as spreadsheets write them", () => {
  assertEquals(rowsOf("\ufefftoken;group\nA;x,y\n"), [[1, ["token", "group"]], [2, ["A", "x,y"]]]);
  assertEquals(rowsOf("a,b;c\n"), [[1, ["a", "b;c"]]]);
});

Deno.test("readCsv() says where a quoted cell begins that never ends", () => {
  assertEquals(readCsv('a,b\n1,"2\n3,4\n'), { kind: "open-quote", line: 2 });
});

Deno.test("what csvLine() wrote is read as it was", () => {
  const cells = fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 4 });
  fc.assert(fc.property(cells, (row) => {
    // An apostrophe of one's own before a formula cannot be told from ours, nor a lone end of line kept.
    fc.pre(row.some((cell) => cell !== "") && !row.some((cell) => /^'[=+\-@\t\r]/.test(cell)));
    fc.pre(!row.some((cell) => cell.includes("\ufeff")));
    assertEquals(rowsOf(csvLine(["a", "b"]) + csvLine(row))[1]?.[1], row);
  }));
});
