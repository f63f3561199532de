import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { isoTime } from "../lib/clock.ts";
import { createPulse } from "./pulse.ts";

/** A connection to a CSMS whose clock is an hour ahead, and which answers as `answers` says. */
async function setUp() {
  const books = await openBooks();
  const { clock } = books;
  const state = { isOpen: true, isSilent: false, answers: true, offsetMs: 0, beats: 0 };
  const pulse = createPulse(books, {
    speaker: {
      call() {
        state.beats++;
        const currentTime = isoTime(clock.wallMs() + 3_600_000);
        const outcome = state.answers
          ? { kind: "answered", message: { currentTime } }
          : { kind: "silent" };
        return Promise.resolve(outcome as never);
      },
    },
    isOpen: () => state.isOpen,
    isSilent: () => state.isSilent,
    setSilent: (silent) => void (state.isSilent = silent),
    setClockOffset: (offsetMs) => void (state.offsetMs = offsetMs),
  });
  return { ...books, state, pulse };
}

Deno.test("whoever refuses is there, whoever says nothing is silent until it speaks again", async () => {
  const { state, pulse } = await setUp();
  assertEquals([pulse.heard({ kind: "refused" }), state.isSilent], [true, false]);
  assertEquals([pulse.heard({ kind: "silent" }), state.isSilent], [false, true]);
  assertEquals([pulse.heard({ kind: "answered" }), state.isSilent], [true, false]);
});

Deno.test("that a connection broke makes nobody silent", async () => {
  const { state, pulse } = await setUp();
  state.isOpen = false;
  assertEquals([pulse.heard({ kind: "gone" }), state.isSilent], [false, false]);
});

Deno.test("a heartbeat is due so long after the last call; a silent CSMS is asked again soon", async () => {
  const { clock, state, pulse } = await setUp();
  const dueInMs = () => pulse.heartbeatDueInMs(clock.monoMs());
  const everyMs = dueInMs();
  await clock.advance(5_000);
  assertEquals(dueInMs(), everyMs - 5_000);
  state.answers = false;
  await pulse.heartbeat();
  assertEquals([state.isSilent, dueInMs()], [true, 10_000]);
  state.answers = true;
  await pulse.heartbeat();
  assertEquals([state.isSilent, dueInMs(), state.beats], [false, everyMs, 2]);
});

Deno.test("the answer to a heartbeat says what time it is there; one that is no time says nothing", async () => {
  const { clock, state, pulse } = await setUp();
  await pulse.heartbeat();
  assertEquals(state.offsetMs, 3_600_000);
  pulse.noteTime("half past six", clock.monoMs());
  assertEquals(state.offsetMs, 3_600_000);
});
