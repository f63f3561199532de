import { assert, assertEquals } from "@std/assert";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { createStory } from "./story.ts";

/** The digest of a story of which each line comes so many seconds after the one before. */
async function digestOf(lines: readonly (readonly [number, string])[]): Promise<number> {
  const clock = createVirtualClock();
  const story = createStory(clock);
  for (const [seconds, text] of lines) {
    await clock.advance(seconds * 1_000);
    story.tell(text);
  }
  return story.digest();
}

Deno.test("a line has its time, and only the last lines are kept", async () => {
  const clock = createVirtualClock();
  const story = createStory(clock);
  await clock.advance(1_500);
  story.tell("CP1 starts");
  assertEquals(story.lines(), ["1.5 s CP1 starts"]);
  if (Deno.env.get("TRACE")) return;
  for (let count = 1; count <= 2_000; count++) story.tell(`${count}`);
  assertEquals(story.lines().length, 2_000);
  assertEquals(story.lines()[0], "1.5 s 1");
});

Deno.test("stories that are alike have one digest, others have not", async () => {
  const told = [[1, "CP1 starts"], [2, "CP1 stops"]] as const;
  const digest = await digestOf(told);
  assertEquals(await digestOf(told), digest);
  const others = [
    await digestOf([[1, "CP1 starts"], [2.1, "CP1 stops"]]),
    await digestOf([[1, "CP1 stops"], [2, "CP1 starts"]]),
    await digestOf([[1, "CP2 starts"], [2, "CP1 stops"]]),
    await digestOf(told.slice(0, 1)),
  ];
  assert(!others.includes(digest));
  assertEquals(new Set(others).size, others.length);
});
