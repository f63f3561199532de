import { assertEquals } from "@std/assert";
import { createProgressLine } from "./progress_line.ts";

function show(isTerminal: boolean) {
  let nowMs = 0;
  let written = "";
  const write = (text: string) => void (written += text);
  const line = createProgressLine({ isTerminal, columns: 12, write }, () => nowMs);
  const pass = (ms: number) => void (nowMs += ms);
  return { line, pass, written: () => written };
}

Deno.test("on a terminal one line is renewed, and stays below what is printed", () => {
  const { line, pass, written } = show(true);
  pass(200);
  line.renew("1 seed, and much more");
  line.renew("too soon");
  line.print("seed 2 FAILED");
  line.end();
  assertEquals(
    written(),
    "\r\x1b[K1 seed, and\r\x1b[Kseed 2 FAILED\n1 seed, and\r\x1b[K",
  );
});

Deno.test("elsewhere a line follows another after some seconds", () => {
  const { line, pass, written } = show(false);
  line.renew("too soon");
  pass(5_000);
  line.renew("1 seed");
  pass(4_999);
  line.renew("too soon");
  line.print("seed 2 FAILED");
  line.end();
  assertEquals(written(), "1 seed\nseed 2 FAILED\n");
});
