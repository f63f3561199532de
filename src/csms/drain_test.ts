/** A long backlog on a slow disk and a slow line, on virtual time: the figures are exact. */
import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn, placeOf } from "../../test/support/books.ts";
import { createSlowStore } from "../../test/support/slow_store.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const ROUND_TRIP_MS = 50;
const COMMIT_MS = 20;
const SLOTS = [1, 2, 3, 4];
const ROUNDS = 6;
const TRANSACTION = new Set(["StartTransaction", "MeterValues", "StopTransaction"]);

const AWAY = { kind: "failed", reason: "no network", httpStatus: null } as const;

async function openAway(): Promise<Upstream> {
  const clock = createVirtualClock();
  const store = createSlowStore(clock);
  const upstream = await openUpstream({
    clock,
    store,
    latencyMs: ROUND_TRIP_MS / 2,
    places: SLOTS.map((slot) => placeOf(slot)),
  });
  upstream.dialer.policy = AWAY;
  for (const pair of upstream.dialer.pairs) pair.cut();
  await clock.advance(200_000);
  store.commitMs = COMMIT_MS;
  return upstream;
}

/** Sessions of so many minutes, one after the other on each slot, while the CSMS is away. */
async function charge(upstream: Upstream, minutes: (round: number) => number): Promise<void> {
  const { clock, events } = upstream;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = SLOTS.map((slot) => beginTransaction(upstream, slot, { idToken: `CARD${slot}` }));
    await clock.advance(1_000);
    await Promise.all(begun);
    for (let minute = 0; minute < minutes(round); minute++) {
      const written = SLOTS.map((slot) => meterOn(upstream, slot, 1_000 + minute));
      await clock.advance(60_000);
      await Promise.all(written);
      events.emit("transaction", { transactionId: "any" });
    }
    const ended = SLOTS.map((slot) => endTransactionOn(upstream, slot));
    await clock.advance(1_000);
    await Promise.all(ended);
    events.emit("transaction", { transactionId: "any" });
  }
  await clock.advance(60_000);
}

/** Lets the CSMS come back, and waits until all is told; when each call was heard. */
async function drain(upstream: Upstream): Promise<readonly { action: string; atMs: number }[]> {
  const { clock, dialer, outbox } = upstream;
  dialer.policy = { kind: "open" };
  for (let second = 0; second < 600 && outbox.summary(0).rows > 0; second++) {
    await clock.advance(1_000);
  }
  assertEquals(outbox.summary(0).rows, 0, "it does not drain");
  return upstream.peer().heard.filter(({ action }) => TRANSACTION.has(action));
}

for (
  const [name, minutes] of [
    ["an hour each", () => 60],
    ["of all lengths", (round: number) => [0, 20, 70, 130, 190, 400][round] ?? 60],
  ] as const
) {
  Deno.test(`a backlog of sessions, ${name}, drains at 0.8 of what the line allows, on a disk of 20 ms`, async () => {
    const upstream = await openAway();
    await charge(upstream, minutes);
    const calls = await drain(upstream);
    const sessions = ROUNDS * SLOTS.length;
    assert(calls.length <= 6 * sessions, `${calls.length} calls for ${sessions} sessions`);
    const [first, last] = [calls[0]?.atMs ?? 0, calls.at(-1)?.atMs ?? 0];
    const ratio = (calls.length - 1) * ROUND_TRIP_MS / (last - first);
    assert(ratio >= 0.8, `${ratio.toFixed(3)} of one call a round trip`);
    assertEquals(calls.filter(({ action }) => action === "StopTransaction").length, sessions);
    assertEquals((await upstream.store.load(0)).outbox, []);
    await stopUpstream(upstream);
  });
}

Deno.test("a driver who asks during the drain waits for one call of history at most", async () => {
  const upstream = await openAway();
  const { clock, csms } = upstream;
  await charge(upstream, () => 60);
  upstream.dialer.policy = { kind: "open" };
  while (!csms.isOnline()) await clock.advance(1_000);
  await clock.advance(2_000);
  const waits: number[] = [];
  for (let card = 0; card < 20; card++) {
    const askedMs = clock.monoMs();
    const asking = csms.authorize({ idToken: `CARD-${card}`, type: "ISO14443" })
      .then((info) => {
        assertEquals(info?.status, "Accepted");
        waits.push(clock.monoMs() - askedMs);
      });
    await clock.advance(137);
    await asking;
  }
  assert(Math.max(...waits) <= 2 * ROUND_TRIP_MS, `${Math.max(...waits)} ms`);
  assert(upstream.outbox.summary(0).rows > 0, "the drain was over before");
  await stopUpstream(upstream);
});
