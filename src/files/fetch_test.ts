import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FETCH_BEGIN, type FetchEvent, type FetchState, stepFetch } from "./fetch.ts";

const RULES = { bytesMax: 1_000, triesMax: 3, firstWaitMs: 100, longestWaitMs: 300 };
const broken = (bytes = 0): FetchEvent => ({
  kind: "outcome",
  outcome: { kind: "broken", reason: "cut off" },
  bytes,
});
const ended: FetchEvent = { kind: "outcome", outcome: { kind: "ended" }, bytes: 9 };

Deno.test("a download that breaks is tried again, each time after twice the wait, and given up at last", () => {
  const first = stepFetch(FETCH_BEGIN, broken(), 1_000, RULES);
  assertEquals(first, { kind: "waiting", tries: 1, untilMs: 1_100, reason: "cut off" });
  assertEquals(stepFetch(first, { kind: "due", bytes: 0 }, 1_099, RULES), first, "not yet due");
  const again = stepFetch(first, { kind: "due", bytes: 0 }, 1_100, RULES);
  const second = stepFetch(again, broken(), 1_200, RULES);
  assertEquals(second, { kind: "waiting", tries: 2, untilMs: 1_400, reason: "cut off" });
  const last = stepFetch(second, { kind: "due", bytes: 0 }, 1_400, RULES);
  assertEquals(stepFetch(last, broken(), 1_500, RULES), { kind: "failed", reason: "cut off" });
});

Deno.test("a try that brought something on does not count against a slow connection", () => {
  let state: FetchState = FETCH_BEGIN;
  for (let minute = 1; minute < 50; minute++) {
    state = stepFetch(state, broken(minute), minute * 1_000, RULES);
    assertEquals(state.kind, "waiting", `after ${minute} breaks`);
    state = stepFetch(state, { kind: "due", bytes: minute }, minute * 1_000 + 100, RULES);
  }
  assertEquals(stepFetch(state, ended, 60_000, RULES), { kind: "ended" });
});

Deno.test("what is refused is not tried again, and what is over stays over", () => {
  const outcome = { kind: "refused", reason: "HTTP 404" } as const;
  const refused = stepFetch(FETCH_BEGIN, { kind: "outcome", outcome, bytes: 0 }, 0, RULES);
  assertEquals(refused, { kind: "failed", reason: "HTTP 404" });
  assertEquals(stepFetch(refused, ended, 1, RULES), refused);
  const off = stepFetch(FETCH_BEGIN, { kind: "cancelled" }, 0, RULES);
  assertEquals(off, { kind: "failed", reason: "It was called off" });
});

Deno.test("whatever happens in whatever order, a download that stands still ends after its tries", () => {
  const event = fc.constantFrom<FetchEvent>(broken(), { kind: "due", bytes: 0 });
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat({ max: 400 })), { maxLength: 60 }), (events) => {
      let state: FetchState = FETCH_BEGIN;
      let nowMs = 0;
      let tries = 1;
      for (const [each, laterMs] of events) {
        nowMs += laterMs;
        const before = state;
        state = stepFetch(state, each, nowMs, RULES);
        if (before.kind === "waiting" && state.kind === "trying") {
          tries++;
          assert(nowMs >= before.untilMs, "no try before its time");
        }
        if (state.kind === "waiting") assert(state.untilMs - nowMs <= RULES.longestWaitMs);
      }
      assert(tries <= RULES.triesMax);
      // Pushed on, it ends.
      for (let turn = 0; turn < 10; turn++) {
        nowMs += RULES.longestWaitMs;
        state = stepFetch(state, { kind: "due", bytes: 0 }, nowMs, RULES);
        state = stepFetch(state, broken(), nowMs, RULES);
      }
      assertEquals(state.kind, "failed");
    }),
  );
});
