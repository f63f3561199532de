import { assertEquals } from "@std/assert";
import { type Happening, sequenceCount, sequences } from "./happening.ts";
import { openStage } from "./stage.ts";

const LENGTH_MAX = 4;

Deno.test(`A9: all ${sequenceCount(LENGTH_MAX)} orders of up to ${LENGTH_MAX} happenings end well with the whole gateway`, async () => {
  let count = 0;
  for (const sequence of sequences(LENGTH_MAX)) {
    const findings = await play(sequence);
    assertEquals(findings, [], sequence.join(", "));
    count++;
  }
  assertEquals(count, sequenceCount(LENGTH_MAX));
});

async function play(sequence: readonly Happening[]): Promise<readonly string[]> {
  const stage = await openStage();
  for (const happening of sequence) await stage.happen(happening);
  return await stage.judge();
}
