import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

/** Connected to a CSMS of this version, registered, everything told. */
async function ready(version: "ocpp2.0.1" | "ocpp2.1" = "ocpp2.0.1"): Promise<Upstream> {
  const upstream = await openUpstream({ protocols: [version] });
  upstream.answer("TransactionEvent", {});
  upstream.answer("Authorize", { idTokenInfo: { status: "Accepted" } });
  await upstream.settle();
  return upstream;
}

async function deliver({ events, clock }: Upstream, waitMs = 1_000): Promise<void> {
  events.emit("transaction", { transactionId: "any" });
  await clock.advance(waitMs);
}

const told = ({ peers }: Upstream): readonly Payload[] =>
  peers.flatMap((peer) => peer.payloads("TransactionEvent"));

for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
  Deno.test(`${version}: a session goes up as events of one transaction, counted without a gap`, async () => {
    const upstream = await ready(version);
    const { id } = await beginTransaction(upstream, 2);
    for (const energyWh of [1_100, 1_200, 1_300]) await meterOn(upstream, 2, energyWh);
    await endTransactionOn(upstream, 2);
    await deliver(upstream, 10_000);
    const events = told(upstream);
    assertEquals(events[0]?.["eventType"], "Started");
    assertEquals(events.at(-1)?.["eventType"], "Ended");
    assertEquals(events.map(({ seqNo }) => seqNo), events.map((_, index) => index));
    assertEquals(new Set(events.map((each) => JSON.stringify(each["evse"]))).size, 1);
    assertEquals(events[0]?.["evse"], { id: 2, connectorId: 1 }, "the slot is the EVSE (ruling 9)");
    for (const { transactionInfo } of events) {
      assertEquals((transactionInfo as Payload)["transactionId"], id);
    }
    assertEquals(upstream.outbox.state().lanes.size, 0, "nothing is left behind");
    await stopUpstream(upstream);
  });
}

Deno.test("a token that a 2.x CSMS does not accept is learnt, and the session to be stopped", async () => {
  const upstream = await ready();
  upstream.answer("TransactionEvent", { idTokenInfo: { status: "Blocked" } });
  const { id } = await beginTransaction(upstream, 2);
  await deliver(upstream);
  assertEquals(upstream.transactions.state().transactions.get(id)?.refusal?.status, "Blocked");
  assertEquals(upstream.chargers.enforced, [id]);
  await stopUpstream(upstream);
});

Deno.test("what happened while the CSMS was away says so, and a retry repeats its bytes", async () => {
  const upstream = await ready();
  upstream.answer("TransactionEvent", "silence");
  await beginTransaction(upstream, 2);
  await deliver(upstream);
  const [first] = upstream.peer().heard.filter(({ action }) => action === "TransactionEvent");
  upstream.peer().socket.close(1001, "away");
  upstream.answer("TransactionEvent", {});
  await upstream.clock.advance(60_000);
  const again = upstream.peer().heard.find(({ action }) => action === "TransactionEvent");
  assert(first !== undefined);
  assertEquals(again?.text, first?.text);
  await endTransactionOn(upstream, 2);
  await deliver(upstream, 5_000);
  assertEquals(told(upstream).at(-1)?.["seqNo"], 1);
  await stopUpstream(upstream);
});

Deno.test("a 2.x CSMS hears of each EVSE, and of no station that is an EVSE", async () => {
  const upstream = await ready();
  const evses = upstream.peer().payloads("StatusNotification").map(({ evseId }) => evseId);
  assert(evses.length > 0);
  assertEquals(evses.includes(0), false);
  await stopUpstream(upstream);
});
