import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import type { DecisionEvent, SiteEvents } from "../site/mod.ts";
import { createDecisions } from "./decisions.ts";

function decision(token: string): DecisionEvent {
  return {
    atWallMs: 0,
    chargerId: "CP1",
    slot: null,
    token,
    what: "authorize",
    status: "Accepted",
    source: "list",
    reason: "accepted by the local list",
    waitedMs: 0,
  };
}

function bench() {
  const events = createEvents<SiteEvents>(() => {});
  const decisions = createDecisions(events);
  return { events, tokens: (limit: number) => decisions.newest(limit).map(({ token }) => token) };
}

Deno.test("the newest decisions come first, as many as are wanted", () => {
  const { events, tokens } = bench();
  for (const token of ["A", "B", "C"]) events.emit("decision", decision(token));
  assertEquals(tokens(10), ["C", "B", "A"]);
  assertEquals(tokens(2), ["C", "B"]);
});

Deno.test("so many decisions are kept, then the oldest go", () => {
  const { events, tokens } = bench();
  for (let index = 0; index < 600; index++) events.emit("decision", decision(`T${index}`));
  assertEquals([tokens(10_000).length, tokens(1)[0], tokens(10_000).at(-1)], [500, "T599", "T100"]);
});
