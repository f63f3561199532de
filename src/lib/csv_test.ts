import { assertEquals } from "@std/assert";
import { csvLine } from "./csv.ts";

Deno.test("csvLine() quotes what needs it", () => {
  assertEquals(csvLine(["a", 7, null, "b c"]), "a,7,,b c\r\n");
  assertEquals(csvLine([`say "hi"`, "a,b", "two\nlines"]), `"say ""hi""","a,b","two\nlines"\r\n`);
});

Deno.test("csvLine() keeps a spreadsheet from computing what strangers wrote", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]) {
    assertEquals(csvLine([text]).replaceAll('"', "").startsWith("'"), true, text);
  }
  assertEquals(csvLine([-1]), "-1\r\n");
  assertEquals(csvLine([`=HYPERLINK("http://evil")`]), `"'=HYPERLINK(""http://evil"")"\r\n`);
});
