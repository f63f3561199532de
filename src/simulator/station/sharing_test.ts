import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { shareAmps } from "./sharing.ts";

const CASES: readonly (readonly [number, readonly number[], readonly number[]])[] = [
  [100, [32, 16], [32, 16]],
  [32, [32, 32], [16, 16]],
  [32, [8, 32], [8, 24]],
  [32, [32, 0, 32], [16, 0, 16]],
  [13, [32, 32, 32], [6.5, 6.5, 0]],
  [6, [32, 32], [6, 0]],
  [5.9, [32, 32], [0, 0]],
  [20, [0, 0], [0, 0]],
  [20, [5, 16], [0, 16]],
  [20, [], []],
];

for (const [limit, wishes, shares] of CASES) {
  Deno.test(`shareAmps() of ${limit} A to wishes of ${wishes.join(", ") || "nobody"}`, () => {
    assertEquals(shareAmps(limit, wishes), shares);
  });
}

Deno.test("shareAmps() never gives more than there is, or than is wished, or between 0 and 6", () => {
  const wish = fc.double({ min: 0, max: 63, noNaN: true });
  fc.assert(fc.property(wish, fc.array(wish, { maxLength: 6 }), (limit, wishes) => {
    const shares = shareAmps(limit, wishes);
    const total = shares.reduce((sum, share) => sum + share, 0);
    assert(total <= limit + 1e-9);
    for (const [index, share] of shares.entries()) {
      assert(share <= (wishes[index] ?? 0));
      assert(share === 0 || share >= 6 - 1e-9);
    }
  }));
});
