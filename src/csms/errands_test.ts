import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { InsideCall } from "../ocpp/mod.ts";
import { createErrands } from "./errands.ts";

function bench() {
  const clock = createVirtualClock();
  let wakes = 0;
  const errands = createErrands(clock, () => wakes++);
  const open: Promise<unknown>[] = [];
  /** Asks, and leaves it at that. */
  const leaveAsked = (idToken: string) => open.push(errands.ask(authorize(idToken)));
  return { clock, errands, leaveAsked, wakes: () => wakes };
}

function authorize(idToken: string): InsideCall<"Authorize"> {
  return { action: "Authorize", message: { idToken: { idToken, type: "Central" } } };
}

function reading(evseId: number): InsideCall<"MeterValues"> {
  return { action: "MeterValues", message: { evseId, meterValue: [] } };
}

const HEARTBEAT: InsideCall<"Heartbeat"> = { action: "Heartbeat", message: {} };
const tokenOf = (call: InsideCall | undefined) =>
  call?.action === "Authorize" ? call.message.idToken.idToken : null;
const evseOf = (call: InsideCall | undefined) =>
  call?.action === "MeterValues" ? call.message.evseId : null;

// Questions

Deno.test("questions are asked in their order, and whoever asked hears the answer", async () => {
  const { errands, wakes } = bench();
  const answers = [errands.ask(authorize("A")), errands.ask(authorize("B"))];
  assertEquals([errands.waiting(), wakes()], [2, 2]);
  const first = errands.nextAsk();
  assertEquals(tokenOf(first?.call), "A");
  first?.settle({ kind: "answered", message: { idTokenInfo: { status: "Accepted" } } });
  errands.nextAsk()?.settle({ kind: "answered", message: { idTokenInfo: { status: "Blocked" } } });
  assertEquals((await Promise.all(answers)).map((each) => each?.message.idTokenInfo.status), [
    "Accepted",
    "Blocked",
  ]);
  assertEquals([errands.nextAsk(), errands.waiting()], [null, 0]);
});

for (const kind of ["silent", "gone"] as const) {
  Deno.test(`who asked hears nothing where the CSMS is ${kind}`, async () => {
    const { errands } = bench();
    const answer = errands.ask(authorize("A"));
    errands.nextAsk()?.settle({ kind });
    assertEquals(await answer, null);
  });
}

Deno.test("a question that waited five seconds is not asked any more: the driver was told something", async () => {
  const { clock, errands, leaveAsked } = bench();
  const late = errands.ask(authorize("A"));
  await clock.advance(5_000);
  leaveAsked("B");
  await clock.advance(1);
  assertEquals(tokenOf(errands.nextAsk()?.call), "B");
  assertEquals(await late, null);
});

Deno.test("a question is still asked after exactly five seconds", async () => {
  const { clock, errands, leaveAsked } = bench();
  leaveAsked("A");
  await clock.advance(5_000);
  assertEquals(tokenOf(errands.nextAsk()?.call), "A");
});

Deno.test("a question that nobody waits for any more is not said", async () => {
  const { errands, leaveAsked } = bench();
  const waiting = new AbortController();
  const givenUp = errands.ask(authorize("A"), waiting.signal);
  leaveAsked("B");
  waiting.abort();
  assertEquals(await givenUp, null);
  assertEquals([tokenOf(errands.nextAsk()?.call), errands.nextAsk()], ["B", null]);
  assertEquals(await errands.ask(authorize("C"), waiting.signal), null, "given up before it began");
  assertEquals(errands.waiting(), 0);
});

Deno.test("the answer to a question that was said comes to who gave up as well, late", async () => {
  const { errands } = bench();
  const waiting = new AbortController();
  const answer = errands.ask(authorize("A"), waiting.signal);
  const said = errands.nextAsk();
  waiting.abort();
  said?.settle({ kind: "answered", message: { idTokenInfo: { status: "Blocked" } } });
  assertEquals((await answer)?.message.idTokenInfo.status, "Blocked");
});

Deno.test("more than 64 questions are answered with nothing at once", async () => {
  const { errands, leaveAsked } = bench();
  for (let count = 0; count < 64; count++) leaveAsked(`T${count}`);
  assertEquals(await errands.ask(authorize("ONE MORE")), null);
  assertEquals(errands.waiting(), 64);
});

Deno.test("when the connection is gone everybody hears so, and values wait for the next one", async () => {
  const { errands } = bench();
  const answers = [errands.ask(authorize("A")), errands.ask(authorize("B"))];
  errands.offer("meter 1", reading(1));
  errands.abandon();
  assertEquals(await Promise.all(answers), [null, null]);
  assertEquals([errands.nextAsk(), evseOf(errands.nextOffer()?.call)], [null, 1]);
});

// Values

Deno.test("of several values under one key the newest goes up, in its place", () => {
  const { errands, wakes } = bench();
  errands.offer("meter 1", reading(1));
  errands.offer("meter 2", reading(2));
  errands.offer("meter 1", reading(11));
  assertEquals([errands.waiting(), wakes()], [2, 3]);
  assertEquals(
    [errands.nextOffer(), errands.nextOffer(), errands.nextOffer()].map((each) =>
      evseOf(each?.call)
    ),
    [
      2,
      11,
      null,
    ],
  );
});

Deno.test("values are bounded, and a known key still gets its newest", () => {
  const { errands } = bench();
  for (let key = 0; key < 2_048; key++) errands.offer(`meter ${key}`, reading(key));
  errands.offer("meter 9999", reading(9_999));
  assertEquals(errands.waiting(), 2_048);
  errands.offer("meter 0", reading(5_000));
  assertEquals(errands.waiting(), 2_048);
});

Deno.test("what the CSMS asked for can be told from what only informs", () => {
  const { errands } = bench();
  errands.offer("meter 1", reading(1));
  errands.offer("heartbeat", HEARTBEAT, "asked");
  assertEquals(errands.nextAsked()?.call.action, "Heartbeat");
  assertEquals(errands.nextAsked(), null);
  assertEquals(errands.nextOffer()?.call.action, "MeterValues");
});

Deno.test("a value whose connection broke waits for the next one, unless there is a newer one", () => {
  const { errands } = bench();
  errands.offer("meter 1", reading(1));
  errands.nextOffer()?.settle({ kind: "gone" });
  const again = errands.nextOffer();
  assertEquals(evseOf(again?.call), 1);
  errands.offer("meter 1", reading(2));
  again?.settle({ kind: "gone" });
  assertEquals(evseOf(errands.nextOffer()?.call), 2);
  assertEquals(errands.nextOffer(), null);
});

Deno.test("a value that was heard without an answer is not said again", () => {
  const { errands } = bench();
  errands.offer("meter 1", reading(1));
  errands.nextOffer()?.settle({ kind: "silent" });
  assertEquals(errands.nextOffer(), null);
});
