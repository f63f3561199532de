import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createPorch, PORCH } from "./porch.ts";

const RULES = { slowMax: 2, patienceMs: 1_000, guestsMax: 4, wornPerSecond: 2 };

Deno.test("of many who take their time the one that has stood there longest goes, of the address with most", () => {
  const porch = createPorch<string>(RULES);
  assertEquals(porch.enter("good", "10.0.0.1", false, 0), null);
  assertEquals(porch.enter("bad1", "10.0.0.9", false, 1), null);
  assertEquals(porch.enter("bad2", "10.0.0.9", false, 2), null);
  assertEquals(porch.enter("bad3", "10.0.0.9", false, 1_500), "bad1");
  assertEquals(porch.size(), 3);
});

Deno.test("a whole site that comes at once is let up, as far as there is room at all", () => {
  const porch = createPorch<string>(RULES);
  for (let n = 1; n <= 4; n++) assertEquals(porch.enter(`CP${n}`, `10.0.0.${n}`, false, n), null);
  assertEquals(porch.enter("CP5", "10.0.0.5", false, 5), "CP1");
});

Deno.test("who is let in or gone makes room, once", () => {
  const porch = createPorch<string>(RULES);
  porch.enter("CP1", "10.0.0.1", false, 0);
  assertEquals([porch.leave("CP1"), porch.leave("CP1"), porch.size()], [true, false, 0]);
});

Deno.test("a worn address is let up so often a second, and the others as ever", () => {
  const porch = createPorch<string>({ ...RULES, guestsMax: 100 });
  const enter = (guest: string, address: string, isWorn: boolean, atMs: number) =>
    porch.enter(guest, address, isWorn, atMs) === guest ? "turned away" : "let up";
  const bad = [0, 1, 2, 3].map((n) => enter(`bad${n}`, "10.0.0.9", true, n));
  assertEquals(bad, ["let up", "let up", "turned away", "turned away"]);
  assertEquals(enter("good", "10.0.0.1", false, 4), "let up");
  assertEquals(enter("bad9", "10.0.0.9", true, 1_000), "let up");
});

Deno.test("whatever comes, there is room for one more, and somebody alone at his address stays", () => {
  const happening = fc.record({
    address: fc.constantFrom("a", "b", "c"),
    afterMs: fc.integer({ min: 0, max: 400 }),
    leaves: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
    const porch = createPorch<string>({ ...RULES, slowMax: 5, guestsMax: 20 });
    let nowMs = 0;
    porch.enter("alone", "good", false, nowMs);
    happenings.forEach(({ address, afterMs, leaves }, n) => {
      nowMs += afterMs;
      const gone = porch.enter(`${n}`, address, false, nowMs);
      if (gone === "alone") throw new Error("somebody alone had to go for a crowd");
      if (leaves) porch.leave(`${n}`);
      if (porch.size() > 20) throw new Error(`${porch.size()} stand there`);
    });
  }));
});

Deno.test("the porch of a real listener holds what the security page says", () => {
  assertEquals(PORCH, { slowMax: 32, patienceMs: 1_000, guestsMax: 256, wornPerSecond: 10 });
});
