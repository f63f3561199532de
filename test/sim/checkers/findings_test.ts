import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../../src/lib/virtual_clock.ts";
import { createFindings, findingLine } from "./findings.ts";

Deno.test("a finding has its rule, its time to a tenth of a second, and a line", async () => {
  const clock = createVirtualClock();
  const findings = createFindings(clock);
  await clock.advance(61_260);
  findings.add("I2", "a record is gone");
  assertEquals(findings.all(), [{ rule: "I2", text: "a record is gone", atS: 61.3 }]);
  assertEquals(findings.all().map(findingLine), ["I2, 61.3 s: a record is gone"]);
});

Deno.test("five of one kind are enough, and hide no other kind", () => {
  const findings = createFindings(createVirtualClock());
  for (let count = 0; count < 20; count++) findings.add("load", `${count}`);
  findings.add("breaker", "it trips");
  assertEquals(findings.all().map(({ rule }) => rule), [...Array(5).fill("load"), "breaker"]);
});
