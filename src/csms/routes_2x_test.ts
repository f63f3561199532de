import { assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { ask, assertValid, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { stopUpstream } from "./_link_for_test.ts";

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: GetTransactionStatus knows what goes on and what waits (E14)`, async () => {
    const upstream = await readyFor(version);
    const status = (payload: Payload) =>
      upstream.peer().result("GetTransactionStatus", payload, 10);
    assertEquals(await status({}), { messagesInQueue: false });
    assertEquals(await status({ transactionId: "who" }), {
      ongoingIndicator: false,
      messagesInQueue: false,
    });
    upstream.answer("TransactionEvent", "silence");
    const { id: transactionId } = await beginTransaction(upstream, 1);
    assertEquals(await status({}), { messagesInQueue: true });
    assertEquals(await status({ transactionId }), {
      ongoingIndicator: true,
      messagesInQueue: true,
    });
    upstream.answer("TransactionEvent", {});
    await endTransactionOn(upstream, 1);
    upstream.events.emit("transaction", { transactionId });
    await upstream.clock.advance(120_000);
    assertEquals(await status({ transactionId }), {
      ongoingIndicator: false,
      messagesInQueue: false,
    });
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: what the CSMS says of cost and importance stays with the session`, async () => {
    const upstream = await readyFor(version);
    upstream.answer("TransactionEvent", { totalCost: 12.5, chargingPriority: 3 });
    const { id: transactionId } = await beginTransaction(upstream, 1);
    upstream.events.emit("transaction", { transactionId });
    await upstream.clock.advance(1_000);
    const now = () => upstream.transactions.state().transactions.get(transactionId);
    assertEquals([now()?.csmsCost?.amount, now()?.csmsPriority], [12.5, 3]);
    assertEquals(await ask(upstream, "CostUpdated", { transactionId, totalCost: 20 }), {});
    assertEquals(now()?.csmsCost?.amount, 20);
    const onDisk = await upstream.store.load(0);
    assertEquals(onDisk.transactions.find(({ id }) => id === transactionId)?.csmsCost?.amount, 20);
    await ask(upstream, "CostUpdated", { transactionId: "who", totalCost: 1 });
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: no lower security profile is taken from the CSMS (B09.FR.04)`, async () => {
    const upstream = await readyFor(version);
    const order = (securityProfile: number) =>
      ask(upstream, "SetNetworkProfile", {
        configurationSlot: 1,
        connectionData: {
          ...(version === "ocpp2.0.1" ? { ocppVersion: "OCPP20" } : { ocppVersion: "OCPP21" }),
          ocppTransport: "JSON",
          ocppCsmsUrl: "wss://other.example.com",
          messageTimeout: 30,
          securityProfile,
          ocppInterface: "Wired0",
        },
      });
    const reason = async (securityProfile: number) => {
      const { status, statusInfo } = await order(securityProfile);
      return [status, Object(statusInfo).reasonCode];
    };
    assertEquals(await reason(1), ["Rejected", "NoSecurityDowngrade"]);
    assertEquals(await reason(2), ["Rejected", "NotEnabled"]);
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: profiles are reported by EVSE and source after the answer (K09)`, async () => {
    const upstream = await readyFor(version);
    const profile = (id: number) => ({
      id,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile" as const,
      chargingProfileKind: "Relative" as const,
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: "A" as const,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
      }],
    });
    upstream.profiles.reports = [
      { slot: 0, source: "CSO", profiles: Array.from({ length: 12 }, (_, id) => profile(id)) },
      { slot: 2, source: "EMS", profiles: [profile(40)] },
    ];
    const criteria = { chargingProfilePurpose: "TxDefaultProfile" };
    const answer = await ask(upstream, "GetChargingProfiles", {
      requestId: 5,
      chargingProfile: criteria,
    });
    assertEquals(answer, { status: "Accepted" });
    const reports = upstream.peer().payloads("ReportChargingProfiles");
    assertEquals(
      reports.map(({ evseId, tbc, chargingProfile }) => [
        evseId,
        tbc,
        (chargingProfile as unknown[]).length,
      ]),
      [[0, true, 10], [0, true, 2], [2, false, 1]],
    );
    assertEquals(upstream.profiles.asked, [{ purpose: "TxDefaultProfile" }]);
    upstream.profiles.reports = [];
    assertEquals(
      await ask(upstream, "GetChargingProfiles", { requestId: 6, chargingProfile: criteria }),
      { status: "NoProfiles" },
    );
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });
}

Deno.test("a 2.x CSMS may unlock where no session runs, and is told where one does (F05.FR.02)", async () => {
  const upstream = await readyFor("ocpp2.1");
  upstream.chargers.outcome = () => ({ kind: "answered", message: { status: "Unlocked" } });
  const unlock = (evseId: number) => ask(upstream, "UnlockConnector", { evseId, connectorId: 1 });
  await beginTransaction(upstream, 1);
  assertEquals(await unlock(1), { status: "OngoingAuthorizedTransaction" });
  assertEquals(await unlock(2), { status: "Unlocked" });
  assertEquals(await unlock(9), { status: "UnknownConnector" });
  assertEquals(upstream.chargers.calls.map(({ chargerId }) => chargerId), ["CP2"]);
  await stopUpstream(upstream);
});

Deno.test("Reset of one EVSE is its charger's, and never the gateway's", async () => {
  const upstream = await readyFor("ocpp2.0.1");
  upstream.chargers.outcome = () => ({ kind: "answered", message: { status: "Accepted" } });
  const reset = (evseId: number, type = "Immediate") => ask(upstream, "Reset", { type, evseId });
  assertEquals(await reset(2), { status: "Accepted" });
  assertEquals(await reset(9), { status: "Rejected" });
  await beginTransaction(upstream, 1);
  // A 1.6 charger cannot wait until its session is over.
  assertEquals(await reset(1, "OnIdle"), { status: "Rejected" });
  assertEquals(upstream.chargers.calls, [{ chargerId: "CP2", action: "Reset" }]);
  assertEquals(upstream.restarts, []);
  await stopUpstream(upstream);
});
