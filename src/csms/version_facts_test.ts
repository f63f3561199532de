import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { isoTime } from "../lib/clock.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { ask, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const states = ({ peer }: Upstream) => peer().payloads("StatusNotification").length;

async function away(upstream: Upstream, forMs: number): Promise<void> {
  upstream.dialer.policy = { kind: "failed", reason: "away", httpStatus: null };
  upstream.peer().socket.close(1001, "away");
  await upstream.clock.advance(forMs);
  upstream.dialer.policy = { kind: "open", protocol: "ocpp2.1" };
  await upstream.clock.advance(60_000);
}

Deno.test("after a short absence a 2.x CSMS hears what changed, after a long one every EVSE (B04)", async () => {
  const upstream = await readyFor("ocpp2.1");
  assertEquals(states(upstream), 2);
  upstream.peer().socket.close(1001, "a moment");
  upstream.site.setConnected("CP2", true);
  upstream.site.report(2, {
    message: { evseId: 1, connectorId: 1, connectorStatus: "Available" },
  }, upstream.clock.wallMs());
  upstream.events.emit("evse", { slot: 2 });
  await upstream.clock.advance(20_000);
  assertEquals(
    upstream.peer().payloads("StatusNotification").map(({ evseId, connectorStatus }) => [
      evseId,
      connectorStatus,
    ]),
    [[2, "Available"]],
  );
  await away(upstream, 120_000);
  assertEquals(states(upstream), 2);
  await stopUpstream(upstream);
});

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: the gateway says why it boots, and of whom a state is asked`, async () => {
    const upstream = await openUpstream({ protocols: [version] });
    upstream.answer("BootNotification", {
      status: "Pending",
      currentTime: "2026-01-01T00:00:00Z",
      interval: 600,
    });
    await upstream.settle();
    const trigger = (payload: Payload) => ask(upstream, "TriggerMessage", payload);
    assertEquals(await trigger({ requestedMessage: "BootNotification" }), { status: "Accepted" });
    const reasons = upstream.peer().payloads("BootNotification").map(({ reason }) => reason);
    assertEquals(reasons, ["PowerUp", "Triggered"]);
    const ofStation = { requestedMessage: "StatusNotification", evse: { id: 0 } };
    assertEquals(await trigger(ofStation), { status: "Rejected" });
    const ofEvse = { requestedMessage: "StatusNotification", evse: { id: 2, connectorId: 1 } };
    assertEquals(await trigger(ofEvse), { status: "Accepted" });
    assertEquals(upstream.peer().payloads("StatusNotification").map(({ evseId }) => evseId), [2]);
    await stopUpstream(upstream);
  });
}

Deno.test("what is open or waits has its version offered first, and goes up in whatever the CSMS takes", async () => {
  const upstream = await openUpstream({ protocols: ["ocpp1.6", "ocpp2.0.1"] });
  upstream.answer("TransactionEvent", {});
  await upstream.settle();
  const { id } = await beginTransaction(upstream, 1);
  upstream.events.emit("transaction", { transactionId: id });
  await upstream.clock.advance(5_000);
  assert(upstream.heard().includes("StartTransaction"));
  upstream.dialer.policy = { kind: "open", protocol: "ocpp2.0.1" };
  upstream.peer().socket.close(1001, "now in 2.0.1");
  await upstream.clock.advance(20_000);
  await meterOn(upstream, 1, 1_200);
  await endTransactionOn(upstream, 1);
  upstream.events.emit("transaction", { transactionId: id });
  await upstream.clock.advance(60_000);
  const events = upstream.peer().payloads("TransactionEvent");
  assertEquals(events.map(({ eventType, seqNo }) => [eventType, seqNo]), [
    ["Updated", 0],
    ["Ended", 1],
  ]);
  assertEquals(events[0]?.["idToken"], { idToken: "ASHA", type: "Central" }, "whose it is");
  for (const { transactionInfo } of events) {
    const { transactionId } = transactionInfo as Payload;
    assertEquals(transactionId, "4711", "all that the CSMS ever heard of it");
  }
  const known = await ask(upstream, "GetTransactionStatus", { transactionId: "4711" });
  assertEquals(known, { ongoingIndicator: false, messagesInQueue: false });
  assertEquals(upstream.outbox.state().lanes.size, 0);
  assertEquals(upstream.faults, []);
  await stopUpstream(upstream);
});

Deno.test("a session that a 2.x CSMS began to hear is set aside in 1.6, and goes on in 2.x without a gap", async () => {
  const upstream = await openUpstream({ protocols: ["ocpp2.0.1", "ocpp1.6"] });
  upstream.answer("TransactionEvent", {});
  await upstream.settle();
  const comeBack = async (protocol: OcppVersion) => {
    upstream.dialer.policy = { kind: "open", protocol };
    upstream.peer().socket.close(1001, `now in ${protocol}`);
    await upstream.clock.advance(20_000);
  };
  const tell = async (transactionId: string) => {
    upstream.events.emit("transaction", { transactionId });
    await upstream.clock.advance(60_000);
  };
  const { id } = await beginTransaction(upstream, 1);
  await tell(id);
  await comeBack("ocpp1.6");
  await meterOn(upstream, 1, 1_400);
  await endTransactionOn(upstream, 1);
  await tell(id);
  // 1.6 goes by a number, which only the answer to a StartTransaction gives.
  assertEquals(upstream.heard().filter((each) => /Transaction|MeterValues/.test(each)), []);
  assertEquals(upstream.faults.map(({ kind, state }) => [kind, state]).at(-1), [
    "dead-letter",
    "raised",
  ]);
  const other = await beginTransaction(upstream, 2);
  await tell(other.id);
  assertEquals(upstream.heard().filter((each) => each === "StartTransaction").length, 1);
  await comeBack("ocpp2.0.1");
  await endTransactionOn(upstream, 2);
  await tell(other.id);
  const told = upstream.peers.flatMap((peer) => peer.payloads("TransactionEvent"))
    .map(({ transactionInfo, eventType, seqNo }) => [
      (transactionInfo as Payload)["transactionId"],
      eventType,
      seqNo,
    ]);
  assertEquals(told.filter(([each]) => each === id), [
    [id, "Started", 0],
    [id, "Updated", 1],
    [id, "Ended", 2],
  ]);
  assertEquals(told.filter(([each]) => each === "4711"), [["4711", "Ended", 0]]);
  assertEquals(upstream.outbox.state().lanes.size, 0);
  assertEquals(upstream.faults.at(-1)?.state, "over");
  await stopUpstream(upstream);
});

const LONG = "IN-ABC-C-0123456789-0123456789-0123456789";

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: a token of more than 36 characters is said as the version can, and understood`, async () => {
    const upstream = await readyFor(version);
    const is201 = version === "ocpp2.0.1";
    const { id } = await beginTransaction(upstream, 1, { idToken: LONG });
    upstream.events.emit("transaction", { transactionId: id });
    await upstream.clock.advance(5_000);
    const [started] = upstream.peer().payloads("TransactionEvent");
    const said = (started?.["idToken"] as Payload)["idToken"] as string;
    assertEquals(said === LONG, !is201);
    assert(said.length <= (is201 ? 36 : 255));
    upstream.site.setConnected("CP2", true);
    upstream.site.report(2, {
      message: { evseId: 1, connectorId: 1, connectorStatus: "Available" },
    }, upstream.clock.wallMs());
    const answer = await ask(upstream, "ReserveNow", {
      id: 6,
      expiryDateTime: isoTime(upstream.clock.wallMs() + 3_600_000),
      idToken: { idToken: said, type: "Central" },
    });
    assertEquals(answer, { status: "Accepted" }, "any EVSE will do");
    assertEquals(upstream.site.reservations().get(6)?.idToken.idToken, LONG);
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: the local list is kept by version, and an older update is refused (D01.FR.19)`, async () => {
    const upstream = await readyFor(version);
    const send = (versionNumber: number, updateType: string, ...tokens: readonly string[]) =>
      ask(upstream, "SendLocalList", {
        versionNumber,
        updateType,
        localAuthorizationList: tokens.map((idToken) => ({
          idToken: { idToken, type: "Central" },
          idTokenInfo: { status: "Accepted", chargingPriority: 4 },
        })),
      });
    assertEquals(await ask(upstream, "GetLocalListVersion", {}), { versionNumber: 0 });
    assertEquals(await send(3, "Full", "ASHA"), { status: "Accepted" });
    assertEquals(await send(3, "Differential", "RAVI"), { status: "VersionMismatch" });
    assertEquals(await ask(upstream, "GetLocalListVersion", {}), { versionNumber: 3 });
    const listed = [...upstream.tokens.list().tokens.values()];
    assertEquals(listed.map(({ info }) => info.chargingPriority), [4]);
    assertEquals(await ask(upstream, "ClearCache", {}), { status: "Accepted" });
    await stopUpstream(upstream);
  });
}

Deno.test("a start that the CSMS wanted says so to it, and only that one", async () => {
  const upstream = await readyFor("ocpp2.1");
  assertEquals(await ask(upstream, "Reset", { type: "Immediate" }), { status: "Accepted" });
  assertEquals(upstream.restarts.length, 1);
  await stopUpstream(upstream);
  const { store } = upstream;
  const wantedBoot = (await store.load(0))["boot-reason"].get("next");
  if (wantedBoot === undefined) throw new Error("The reason is not on disk");
  const again = await readyFor("ocpp2.1", { store, wantedBoot });
  assertEquals(again.peer().payloads("BootNotification")[0]?.["reason"], "RemoteReset");
  assertEquals((await store.load(0))["boot-reason"].size, 0);
  await stopUpstream(again);
});
