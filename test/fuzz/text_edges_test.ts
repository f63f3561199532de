/** Texts and files of others: taken, or refused with words, and never a slip of the program. */
import { assertGreater, assertMatch } from "@std/assert";
import { drawnSeed } from "../draws.ts";
import { remark } from "../support/remark.ts";
import { readCorpus } from "./corpus.ts";
import type { FuzzEdge } from "./edge.ts";
import { createChance } from "./odd.ts";
import { openHardwareEdge, openLedgerEdge, openSiteYamlEdge } from "./text_edges.ts";

async function feedMany(edge: FuzzEdge, times: number): Promise<ReadonlySet<string>> {
  const seed = drawnSeed();
  remark(`${edge.name}: seed ${seed}`);
  const chance = createChance(seed);
  const outcomes = new Set<string>();
  try {
    for (const kept of readCorpus()) {
      if (kept.edge === edge.name) outcomes.add(await edge.feed(kept.input));
    }
    for (let time = 0; time < times; time++) outcomes.add(await edge.feed(edge.draw(chance)));
  } finally {
    await edge.close();
  }
  return outcomes;
}

Deno.test("whatever stands in site.yaml, it is taken or each problem has words", async () => {
  const outcomes = await feedMany(openSiteYamlEdge(), 250);
  assertGreater(outcomes.size, 20);
});

Deno.test("whatever stands in a file about a device, it is taken or each problem has words", async () => {
  const outcomes = await feedMany(await openHardwareEdge(), 300);
  assertGreater(outcomes.size, 20);
});

Deno.test("a backup with spoilt bytes is refused, or what is damaged in it is set aside", async () => {
  const outcomes = await feedMany(await openLedgerEdge(), 60);
  assertMatch([...outcomes].join("\n"), /LedgerDamaged/);
});
