import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { writeCall, writeResult } from "./frame.ts";
import { closeLink, type LinkState, newLink, stepLink } from "./link.ts";
import type { LinkEffect, LinkEvent, LinkOptions } from "./link_events.ts";

const OPTIONS: LinkOptions = {
  version: "ocpp2.1",
  frames: { lengthMax: 1_000, depthMax: 8, valuesMax: 50 },
  answerTimeoutMs: 10,
  queueMax: 3,
  backlogMax: 2,
  unansweredMax: 4,
};

/** What may happen to a link; numbers choose among what is possible at that moment. */
type Move =
  | { readonly kind: "submit"; readonly urgent: boolean }
  | { readonly kind: "peer-answers"; readonly late: boolean; readonly error: boolean }
  | { readonly kind: "peer-calls"; readonly repeatOf: number | null }
  | { readonly kind: "we-answer"; readonly wrongId: boolean }
  | { readonly kind: "garbage"; readonly text: string }
  | { readonly kind: "wait"; readonly ms: number };

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant("submit" as const), urgent: fc.boolean() }),
  fc.record({
    kind: fc.constant("peer-answers" as const),
    late: fc.boolean(),
    error: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("peer-calls" as const),
    repeatOf: fc.option(fc.nat({ max: 5 })),
  }),
  fc.record({ kind: fc.constant("we-answer" as const), wrongId: fc.boolean() }),
  fc.record({
    kind: fc.constant("garbage" as const),
    text: fc.oneof(fc.string(), fc.constantFrom(`[3,17,{}]`, `[9,"a"]`, `[6,"s","X",{}]`, `[2,`)),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat({ max: 15 }) }),
);

/** The rules of OCPP-J, checked from the effects alone. */
function createReferee() {
  const submitted = new Set<string>();
  const settledIds = new Set<string>();
  const received = new Map<string, number>();
  const replies = new Map<string, number>();
  let inFlight: string | null = null;
  let delivered: string | null = null;

  function seeSent(text: string): void {
    const [type, id] = JSON.parse(text);
    if (type === 2) {
      assertEquals(inFlight, null, "two calls in flight");
      inFlight = id;
      return;
    }
    const count = (replies.get(id) ?? 0) + 1;
    replies.set(id, count);
    if (received.has(id)) assert(count <= (received.get(id) ?? 0), `${id} answered too often`);
    if (delivered === id) delivered = null;
  }

  return {
    submitted: (id: string) => submitted.add(id),
    received: (id: string) => received.set(id, (received.get(id) ?? 0) + 1),
    delivered: () => delivered,
    see(effects: readonly LinkEffect[]) {
      for (const effect of effects) {
        if (effect.kind === "send") seeSent(effect.text);
        if (effect.kind === "deliver") {
          assertEquals(delivered, null, "two calls worked on at once");
          delivered = effect.call.id;
        }
        if (effect.kind === "settle") {
          assert(submitted.has(effect.id), `${effect.id} was never submitted`);
          assert(!settledIds.has(effect.id), `${effect.id} settled twice`);
          settledIds.add(effect.id);
          if (inFlight === effect.id) inFlight = null;
        }
      }
    },
    everythingSettled: () => assertEquals(settledIds, submitted),
  };
}

/** Turns a move into the event it means now, telling the referee. */
function eventOf(
  move: Move,
  state: LinkState,
  turn: number,
  referee: ReturnType<typeof createReferee>,
): LinkEvent {
  switch (move.kind) {
    case "submit": {
      const id = `ours ${turn}`;
      referee.submitted(id);
      return { kind: "submit", id, action: "Reset", payload: {}, urgent: move.urgent };
    }
    case "peer-answers": {
      const id = move.late ? `ours ${turn - 3}` : state.inFlight?.id ?? "nobody";
      const text = move.error ? `[4,"${id}","GenericError","",{}]` : writeResult(id, {});
      return { kind: "received", text };
    }
    case "peer-calls": {
      const id = `theirs ${move.repeatOf ?? turn + 100}`;
      referee.received(id);
      return { kind: "received", text: writeCall(id, "BootNotification", {}) };
    }
    case "we-answer": {
      const id = move.wrongId ? "nobody" : referee.delivered() ?? "nobody";
      return { kind: "answered", id, answer: { ok: true, payload: {} } };
    }
    case "garbage":
      return { kind: "received", text: move.text };
    case "wait":
      return { kind: "tick" };
  }
}

Deno.test("a link keeps the rules of OCPP-J in any order of events", () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60, size: "max" }), (sequence) => {
      const referee = createReferee();
      let state = newLink();
      let nowMs = 0;
      for (const [turn, move] of sequence.entries()) {
        if (move.kind === "wait") nowMs += move.ms;
        const event = eventOf(move, state, turn, referee);
        const step = stepLink(state, event, nowMs, OPTIONS);
        state = step.state;
        referee.see(step.effects);
        assert(state.queue.length <= OPTIONS.queueMax, "queue grows past its bound");
        assert(state.backlog.length <= OPTIONS.backlogMax, "backlog grows past its bound");
      }
      referee.see(closeLink(state).effects);
      referee.everythingSettled();
    }),
    { numRuns: 1000 },
  );
});
