import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DrainReport } from "./drain.ts";
import { drainTable } from "./drain_table.ts";

const REPORT: DrainReport = {
  startedInMs: 1_234,
  ledgerMb: 15,
  residentMb: 90,
  peakMb: 110,
  rowsBefore: 5_000,
  bareCallsPerS: 20,
  parts: [
    { what: "nobody comes", callsPerS: 18, aboutSessionsPerS: 17, authorizeMs: [] },
    { what: "cards are asked", callsPerS: 16, aboutSessionsPerS: 15, authorizeMs: [1, 2, 90.25] },
  ],
  wholeSessions: 40,
  callsPerSession: { mean: 4.5, most: 6 },
  findings: ["something came twice"],
};

Deno.test("rates stand beside those of a bare client, each figure under its name", () => {
  const lines = drainTable(50, REPORT);
  const [, facts = "", names = "", bare = "", quiet = "", cards = "", calls = ""] = lines;
  assertEquals(
    facts,
    "RTT 50 ms: ledger 15.0 MB with 5000 records; started in 1234 ms; resident 90 MB, at most 110 MB",
  );
  assertStringIncludes(bare, "20.0");
  const under = (name: string, line: string) => {
    const end = names.indexOf(name) + name.length;
    return line.slice(0, end).trim().split(/\s+/).at(-1);
  };
  assertEquals(["calls/s", "of bare", "p50"].map((name) => under(name, quiet)), [
    "18.0",
    "0.90",
    "–",
  ]);
  assertEquals(["p50", "p99", "max", "count"].map((name) => under(name, cards)), [
    "2.0",
    "90.3",
    "90.3",
    "3",
  ]);
  assertEquals(under("calls of bare", cards), "0.75");
  assertEquals(calls, "  40 sessions told to their end in 4.50 calls, at most 6");
  assertEquals(lines.at(-1), "  something came twice");
});
