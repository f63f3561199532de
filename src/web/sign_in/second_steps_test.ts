import { assertEquals } from "@std/assert";
import { createSeededIds } from "../../lib/ids.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { createSecondSteps, SECOND_STEP_MS } from "./second_steps.ts";

function setUp() {
  const clock = createVirtualClock();
  return { clock, steps: createSecondSteps(clock, createSeededIds(1)) };
}

Deno.test("a ticket is good for five tries, from the address that showed the password", () => {
  const { steps } = setUp();
  const ticket = steps.begin("asha", "10.0.0.1");
  assertEquals(steps.use(ticket, "10.0.0.2"), null);
  assertEquals(steps.use(ticket + "x", "10.0.0.1"), null);
  const tries = Array.from({ length: 6 }, () => steps.use(ticket, "10.0.0.1"));
  assertEquals(tries, ["asha", "asha", "asha", "asha", "asha", null]);
});

Deno.test("a ticket ends after five minutes, and when it is ended", async () => {
  const { clock, steps } = setUp();
  const [old, used] = [steps.begin("asha", "::1"), steps.begin("ravi", "::1")];
  steps.end(used);
  assertEquals(steps.use(used, "::1"), null);
  await clock.advance(SECOND_STEP_MS - 1);
  assertEquals(steps.use(old, "::1"), "asha");
  await clock.advance(1);
  assertEquals(steps.use(old, "::1"), null);
});

Deno.test("of very many tickets the oldest go", () => {
  const { steps } = setUp();
  const tickets = Array.from({ length: 201 }, (_, index) => steps.begin(`user ${index}`, "::1"));
  assertEquals(steps.use(tickets[0] ?? "", "::1"), null);
  assertEquals(steps.use(tickets[1] ?? "", "::1"), "user 1");
});
