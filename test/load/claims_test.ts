import { assertEquals } from "@std/assert";
import { onEachLine } from "../../src/site/mod.ts";
import { type CircuitMoment, createClaims } from "./claims.ts";

const CIRCUIT = { id: "grid", limitAmps: 60, worstAmps: 20 };
const moment = (flow: number, offered: number): CircuitMoment => ({
  ...CIRCUIT,
  flowAmps: { ...onEachLine(0), L2: flow },
  offeredAmps: { ...onEachLine(0), L2: offered },
});

/** Which claims break in the last of so many equal seconds. */
function lastOf(seconds: number, flow: number, offered: number, offFrom: number | null) {
  const { judge } = createClaims();
  let found: readonly string[] = [];
  for (let second = 1; second <= seconds; second++) {
    const offS = offFrom === null ? null : offFrom + second;
    found = judge(moment(flow, offered), offS);
  }
  return found.map((text) => text.slice(0, 3));
}

Deno.test("(b): 15 s over the limit are borne while the gateway is on, 16 are not", () => {
  assertEquals(lastOf(15, 70, 0, null), []);
  assertEquals(lastOf(16, 70, 0, null), ["(b)"]);
  assertEquals(lastOf(900, 60, 0, null), []);
});

Deno.test("(b): while it is off, a circuit is back when the short limits have run out, and stays so", () => {
  assertEquals(lastOf(140, 70, 40, 0), []);
  assertEquals(lastOf(151, 70, 40, 0), ["(b)"]);
  assertEquals(lastOf(1, 70, 40, 500), ["(b)"], "not for a second, later");
});

Deno.test("(c): what is offered beside the worst load is what a breaker holds, then within the limit", () => {
  assertEquals(lastOf(1, 0, 60, 100), [], "short limits last so long");
  assertEquals(lastOf(1, 0, 60, 200), ["(c)"]);
  assertEquals(lastOf(1, 0, 47, 200), [], "1.13 times 60 A less 20 A");
  assertEquals(lastOf(1, 0, 47, 931), ["(c)"]);
  assertEquals(lastOf(1, 0, 40, 931), []);
  assertEquals(lastOf(1, 0, 60, null), [], "the gateway sees to it while it is on");
});
