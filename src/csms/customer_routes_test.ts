import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { isoTime } from "../lib/clock.ts";
import { ask, assertValid, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { stopUpstream, type Upstream } from "./_link_for_test.ts";

const ASHA = { idToken: "ASHA", type: "Central" } as const;

const order = (facts: Payload) => ({ requestId: 7, report: true, clear: false, ...facts });

/** What the CSMS was told after the answer, put together. */
function told({ peer }: Upstream): string {
  return peer().payloads("NotifyCustomerInformation").map(({ data }) => data).join("");
}

async function session(upstream: Upstream, slot: number): Promise<string> {
  const { id } = await beginTransaction(upstream, slot);
  await meterOn(upstream, slot, 1_400);
  await endTransactionOn(upstream, slot);
  upstream.events.emit("transaction", { transactionId: id });
  await upstream.clock.advance(10_000);
  return id;
}

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: a driver's data is told after the answer, and his sessions lose him where that is wanted (N10)`, async () => {
    const upstream = await readyFor(version);
    const id = await session(upstream, 1);
    const learnt = upstream.tokens.learn(ASHA, { status: "Accepted" }, upstream.clock.wallMs());
    await upstream.journal.commit(learnt.writes);
    const running = await beginTransaction(upstream, 2);
    const before = upstream.transactions.state().transactions.get(id);
    assertEquals(
      await ask(upstream, "CustomerInformation", order({ clear: true, idToken: ASHA })),
      {
        status: "Accepted",
      },
    );
    assert(told(upstream).startsWith("Authorization cache: Accepted"));
    assertEquals(told(upstream).match(/^Session /gm)?.length, 2);
    assertEquals(upstream.tokens.knows(ASHA), false);
    const { transactions } = upstream.transactions.state();
    assertEquals(transactions.get(running.id)?.idToken, ASHA, "it is not over, nor told");
    for (const found of await upstream.store.transactions({ id, limit: 1 })) {
      assertEquals(found.idToken, { idToken: "", type: "NoAuthorization" });
      assertEquals(found.stop?.meterStopWh, before?.stop?.meterStopWh);
      assertEquals(transactions.get(id)?.idToken, found.idToken);
    }
    const ofNobody = await upstream.store.transactions({ token: "ASHA", limit: 9 });
    assertEquals(ofNobody.map((each) => each.id), [running.id]);
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: long data goes in pieces, counted, of which only the last is the last`, async () => {
    const upstream = await readyFor(version);
    for (let count = 0; count < 8; count++) await session(upstream, 1);
    await ask(upstream, "CustomerInformation", order({ customerIdentifier: "asha" }));
    const parts = upstream.peer().payloads("NotifyCustomerInformation");
    assert(parts.length > 1);
    assertEquals(
      parts.map(({ seqNo, tbc, requestId }) => [seqNo, tbc, requestId]),
      parts.map((_, index) => [index, index < parts.length - 1, 7]),
    );
    assertEquals(told(upstream).match(/^Session /gm)?.length, 8, "a token has no case");
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });
}

const ANSWERS: readonly (readonly [facts: Payload, status: string, text: string])[] = [
  [{}, "Invalid", ""],
  [{ idToken: ASHA, customerIdentifier: "ASHA" }, "Invalid", ""],
  [{ idToken: ASHA, report: false }, "Rejected", ""],
  [{ idToken: ASHA }, "Accepted", "No data found."],
  [{ idToken: ASHA, clear: true, report: false }, "Accepted", "No data found."],
  [
    {
      customerCertificate: {
        hashAlgorithm: "SHA256",
        issuerNameHash: "a",
        issuerKeyHash: "b",
        serialNumber: "c",
      },
    },
    "Accepted",
    "No data found.",
  ],
];

for (const [facts, status, text] of ANSWERS) {
  Deno.test(`CustomerInformation with ${JSON.stringify(facts).slice(0, 60)} is ${status}`, async () => {
    const upstream = await readyFor("ocpp2.0.1");
    assertEquals(await ask(upstream, "CustomerInformation", order(facts)), { status });
    assertEquals(told(upstream), text);
    await stopUpstream(upstream);
  });
}

Deno.test("what is only to be cleared is not told, and the list stays the CSMS's (N10.FR.03, 06)", async () => {
  const upstream = await readyFor("ocpp2.1");
  await ask(upstream, "SendLocalList", {
    versionNumber: 1,
    updateType: "Full",
    localAuthorizationList: [{ idToken: ASHA, idTokenInfo: { status: "Accepted" } }],
  });
  await ask(upstream, "ReserveNow", {
    id: 6,
    expiryDateTime: isoTime(upstream.clock.wallMs() + 3_600_000),
    idToken: ASHA,
  });
  await ask(upstream, "CustomerInformation", order({ idToken: ASHA, report: false, clear: true }));
  assertEquals(told(upstream), "The data was cleared.");
  assertEquals(upstream.tokens.list().tokens.size, 1);
  await stopUpstream(upstream);
});
