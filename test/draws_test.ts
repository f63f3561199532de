import { assertEquals, assertNotEquals } from "@std/assert";
import { type DrawnFile, seedOf } from "./draws.ts";

const file = (path: string, text: string): DrawnFile => ({
  path,
  bytes: new TextEncoder().encode(text),
});
const tree = [file("src/a.ts", "one"), file("test/b.ts", "two")];

Deno.test("The same tree draws from the same seed, in whatever order its files are named", async () => {
  assertEquals(await seedOf(tree), await seedOf([...tree].reverse()));
});

Deno.test("A changed, renamed, new or lost file draws anew", async () => {
  const seed = await seedOf(tree);
  const [first, second] = tree;
  for (
    const other of [
      [first, file("test/b.ts", "two!")],
      [first, file("test/c.ts", "two")],
      [first, second, file("src/c.ts", "")],
      [first],
      [file("src/a.ts", "two"), file("test/b.ts", "one")],
    ]
  ) {
    assertNotEquals(await seedOf(other.filter((each) => each !== undefined)), seed);
  }
});

Deno.test("A seed is a number that fast-check takes whole", async () => {
  const seed = await seedOf(tree);
  assertEquals(seed, seed >>> 0);
});
