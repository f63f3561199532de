/**
 * The power of a writer is cut at 50 moments in each run of the tests. For more, and for the seed of a
 * cut that failed: `deno task faults --cuts 1000 --seed 7`.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { remark } from "../support/remark.ts";
import { countFoundLosses, runCuts } from "./wal_cuts.ts";

const SEED = 20_260_107;
const CUTS = 50;
const DAMAGED = 20;

Deno.test("a ledger whose log is cut anywhere behind what was acknowledged has all of that, and nothing half", async () => {
  const figures = await runCuts({ cuts: CUTS, seed: SEED });
  remark(JSON.stringify(figures));
  assertGreater(figures.beyondAcked, 0, "no cut left a whole commit of the tail");
  assertGreater(figures.atNewLog, 0, "no cut met a log begun anew");
});

Deno.test("a log that is damaged before the acknowledged end is found to have lost something", async () => {
  assertEquals(await countFoundLosses(DAMAGED, SEED), DAMAGED);
});
