import { assertAlmostEquals } from "@std/assert";
import { type Circuit, usableAmps } from "./circuit.ts";

const CASES: readonly [limitAmps: number, continuousFactor: number, usable: number][] = [
  [63, 1, 63],
  [100, 0.8, 80],
  [90, 0.7, 63],
  [0, 1, 0],
];

for (const [limitAmps, continuousFactor, usable] of CASES) {
  Deno.test(`usableAmps() of ${limitAmps} A at ${continuousFactor} is ${usable} A`, () => {
    const circuit: Circuit = {
      id: "grid",
      parentId: null,
      limitAmps,
      continuousFactor,
      meterId: null,
      otherLoad: { worstAmps: 10, substituteAmps: 5 },
    };
    assertAlmostEquals(usableAmps(circuit), usable, 1e-9);
  });
}
