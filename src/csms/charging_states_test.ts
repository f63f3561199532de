import { assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import type { ChargingState } from "../ocpp/mod.ts";
import { ask, assertValid, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

/** The charger of slot 1 tells another state. */
async function becomes(upstream: Upstream, chargingState: ChargingState): Promise<void> {
  const { site, clock, events } = upstream;
  const message = {
    evseId: 1,
    connectorId: 1,
    connectorStatus: "Occupied",
    chargingState,
  } as const;
  site.setConnected("CP1", true);
  site.report(1, { message }, clock.wallMs());
  events.emit("evse", { slot: 1 });
  await clock.advance(1_000);
}

const told = ({ peers }: Upstream): readonly Payload[] =>
  peers.flatMap((peer) => peer.payloads("TransactionEvent"));
const stateOf = ({ transactionInfo }: Payload) => (transactionInfo as Payload)["chargingState"];

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: how a session goes on is told as it changes, in its place, counted without a gap`, async () => {
    const upstream = await readyFor(version);
    await beginTransaction(upstream, 1);
    await becomes(upstream, "Charging");
    await meterOn(upstream, 1, 1_100);
    await becomes(upstream, "Charging");
    await becomes(upstream, "SuspendedEV");
    await endTransactionOn(upstream, 1);
    await becomes(upstream, "EVConnected");
    await upstream.clock.advance(20_000);
    const events = told(upstream);
    assertEquals(events.map((each) => [each["eventType"], each["triggerReason"], stateOf(each)]), [
      ["Started", "Authorized", undefined],
      ["Updated", "ChargingStateChanged", "Charging"],
      ["Updated", "Trigger", undefined],
      ["Updated", "ChargingStateChanged", "SuspendedEV"],
      ["Ended", "StopAuthorized", undefined],
    ]);
    assertEquals(events.map(({ seqNo }) => seqNo), [0, 1, 2, 3, 4]);
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });
}

Deno.test("while a 2.x CSMS is away its site keeps what changes, to a bound, and says that it was offline", async () => {
  const upstream = await readyFor("ocpp2.1");
  await beginTransaction(upstream, 1);
  await becomes(upstream, "Charging");
  upstream.dialer.policy = { kind: "failed", reason: "away", httpStatus: null };
  upstream.peer().socket.close(1001, "away");
  await upstream.clock.advance(1_000);
  for (let turn = 0; turn < 150; turn++) {
    await becomes(upstream, turn % 2 === 0 ? "SuspendedEV" : "Charging");
  }
  await meterOn(upstream, 1, 1_500);
  upstream.dialer.policy = { kind: "open", protocol: "ocpp2.1" };
  await upstream.clock.advance(600_000);
  const late = told(upstream).slice(2);
  assertEquals(late.filter((each) => stateOf(each) !== undefined).length, 100);
  assertEquals(late[0]?.["offline"], true);
  assertEquals(told(upstream).map(({ seqNo }) => seqNo), told(upstream).map((_, index) => index));
  await stopUpstream(upstream);
});

Deno.test("a site whose CSMS speaks 1.6 writes nothing for it", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  await beginTransaction(upstream, 1);
  await upstream.clock.advance(5_000);
  const lastRow = upstream.outbox.lastRowId();
  await becomes(upstream, "Charging");
  await becomes(upstream, "SuspendedEV");
  assertEquals(upstream.outbox.lastRowId(), lastRow);
  await stopUpstream(upstream);
});

Deno.test("a 2.x CSMS has transactions told when it wants, after the answer (F06.FR.07)", async () => {
  const upstream = await readyFor("ocpp2.0.1");
  const trigger = (payload: Payload) =>
    ask(upstream, "TriggerMessage", { requestedMessage: "TransactionEvent", ...payload });
  assertEquals(await trigger({}), { status: "Rejected" }, "there is none");
  await beginTransaction(upstream, 1);
  await becomes(upstream, "Charging");
  assertEquals(await trigger({ evse: { id: 1 } }), { status: "Accepted" });
  assertEquals(await trigger({ evse: { id: 2 } }), { status: "Rejected" });
  const events = told(upstream);
  assertEquals([events.at(-1)?.["triggerReason"], stateOf(events.at(-1) ?? {})], [
    "Trigger",
    "Charging",
  ]);
  assertEquals(events.length, 3);
  await stopUpstream(upstream);
});
