import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { Decision } from "../site/mod.ts";
import { createRecentDecisions } from "./recent_decisions.ts";

const YES: Decision = { info: { status: "Accepted" }, source: "csms", reason: "Accepted" };

Deno.test("a decision lasts for its time, at its charger, for its token", async () => {
  const clock = createVirtualClock();
  const recent = createRecentDecisions(clock, 60_000);
  const asha = { idToken: "ASHA", type: "Central" };
  recent.note("CP1", asha, YES);
  await clock.advance(60_000);
  assertEquals(recent.find("CP1", { ...asha, idToken: " asha" }), YES);
  assertEquals(recent.find("CP2", asha), undefined);
  await clock.advance(1);
  assertEquals(recent.find("CP1", asha), undefined);
});

Deno.test("that a card was accepted says nothing of a code with the same text", () => {
  const recent = createRecentDecisions(createVirtualClock(), 60_000);
  recent.note("CP1", { idToken: "04A1B2C3", type: "ISO14443" }, YES);
  assertEquals(recent.find("CP1", { idToken: "04A1B2C3", type: "KeyCode" }), undefined);
});
