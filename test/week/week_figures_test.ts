import { assertEquals } from "@std/assert";
import { figures, quantile } from "./week_figures.ts";

Deno.test("a quantile is a value that was measured", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assertEquals([0.01, 0.5, 0.99, 1].map((part) => quantile(values, part)), [1, 50, 99, 100]);
  assertEquals(quantile([7], 0.99), 7);
  assertEquals(quantile([], 0.99), 0);
});

Deno.test("figures say what a person wants to know", () => {
  const report = {
    findings: [],
    sessions: 100,
    daysMs: 12_340,
    drainMs: 2_000,
    calls: 300,
    callsMax: 6,
    authorizeMs: [1, 2, 3],
    backlog: { rows: 700, deadLetters: 0 },
  };
  assertEquals(figures(report), [
    "100 sessions in 12.3 s; 700 records waited; told in 2.0 s, 300 calls, 3.00 a session, at most 6",
    "3 cards without the CSMS: p50 2.0 ms, p99 3.0 ms, at most 3.0 ms",
  ]);
});
