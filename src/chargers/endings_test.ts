import { assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, noteFeatures } from "../../test/support/books.ts";
import type { FramePeer } from "../../test/support/frame_peer.ts";
import type { IdToken } from "../ocpp/mod.ts";
import { intendStop } from "../transactions/mod.ts";
import { closeEdge, createEdge, type Edge } from "./_edge_for_test.ts";
import { createEndings } from "./endings.ts";

const MASTER: IdToken = { idToken: "POLICE-7", type: "Central" };

/** The endings of an edge that runs, on its books and its lines. */
function endingsOf(edge: Edge) {
  const upstream = {
    isOnline: () => false,
    authorize: () => Promise.resolve(null),
    dataTransfer: () => Promise.resolve(null),
    meterValues: () => {},
    news: () => {},
    ask: () => Promise.resolve(null),
  };
  return createEndings({ ...edge, upstream }, edge.chargers);
}

function setVariable(edge: Edge, name: string, value: string): void {
  const by = { origin: "csms", nowWallMs: 0, mayChange: ["authorization"] } as const;
  const { outcome } = edge.variables.set({ name: "TxCtrlr" }, { name }, value, by);
  assertEquals(outcome, "Accepted");
}

const stored = async ({ store }: Edge) => (await store.load(0)).transactions;
const told = (charger: FramePeer) => charger.payloads("RemoteStopTransaction");

Deno.test("a refused session ends: the intention is on disk before the charger is told", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const open = await beginTransaction(edge, 1);
  let atOrder: ReturnType<typeof stored> | undefined;
  charger.answer("RemoteStopTransaction", () => {
    atOrder = stored(edge);
    return { status: "Accepted" };
  });
  edge.spawn("refuse", () => endingsOf(edge).refuse(open.id, "Blocked"));
  await edge.clock.advance(0);
  assertEquals(told(charger), [{ transactionId: open.number }]);
  assertEquals((await atOrder)?.[0]?.intendedStop, "DeAuthorized");
  await endTransactionOn(edge, 1);
  await edge.clock.advance(600_000);
  assertEquals(told(charger).length, 1, "who obeyed is not told again");
  await closeEdge(edge);
});

Deno.test("with StopTransactionOnInvalidId false a refused session goes on, and its record says so", async () => {
  const edge = await createEdge();
  setVariable(edge, "StopTxOnInvalidId", "false");
  setVariable(edge, "MaxEnergyOnInvalidId", "500");
  const charger = await edge.arrive("CP1");
  const open = await beginTransaction(edge, 1);
  await endingsOf(edge).refuse(open.id, "Blocked");
  const [kept] = await stored(edge);
  assertEquals([kept?.intendedStop, kept?.refusal], [null, {
    status: "Blocked",
    atMs: edge.clock.wallMs(),
    fromWh: 1_000,
    allowedWh: 500,
  }]);
  assertEquals(told(charger), []);
  await closeEdge(edge);
});

Deno.test("a charger whose current cannot be limited ends a session that may draw no more", async () => {
  const edge = await createEdge();
  setVariable(edge, "StopTxOnInvalidId", "false");
  const charger = await edge.arrive("CP1");
  noteFeatures(edge, "CP1", { smartCharging: false });
  const open = await beginTransaction(edge, 1);
  edge.spawn("refuse", () => endingsOf(edge).refuse(open.id, "Blocked"));
  await edge.clock.advance(0);
  assertEquals(told(charger), [{ transactionId: open.number }]);
  await closeEdge(edge);
});

Deno.test("a session that has ended, and one that nobody knows, are left alone", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const open = await beginTransaction(edge, 1);
  await endTransactionOn(edge, 1);
  const endings = endingsOf(edge);
  for (const id of [open.id, "unknown"]) {
    await endings.refuse(id, "Blocked");
    await endings.enforce(id);
  }
  assertEquals([told(charger), (await stored(edge))[0]?.refusal], [[], undefined]);
  await closeEdge(edge);
});

for (const answer of [{ status: "Rejected" }, { callError: "InternalError" }] as const) {
  Deno.test(`a charger that answers ${JSON.stringify(answer)} to the end is told again, and not for ever`, async () => {
    const edge = await createEdge();
    const charger = await edge.arrive("CP1");
    charger.answer("RemoteStopTransaction", answer);
    const open = await beginTransaction(edge, 1);
    edge.spawn("refuse", () => endingsOf(edge).refuse(open.id, "Blocked"));
    await edge.clock.advance(0);
    assertEquals(told(charger).length, 1);
    await edge.clock.advance(30_000);
    assertEquals(told(charger).length, 2);
    await edge.clock.advance(3_600_000);
    assertEquals(told(charger).length, 4);
    await closeEdge(edge);
  });
}

Deno.test("a charger that is away is told when it is back", async () => {
  const edge = await createEdge();
  const open = await beginTransaction(edge, 1);
  await endingsOf(edge).refuse(open.id, "Blocked");
  const charger = await edge.arrive("CP1");
  await edge.clock.advance(1_000);
  assertEquals(told(charger), [{ transactionId: open.number }]);
  await closeEdge(edge);
});

Deno.test("a master pass ends all that runs at its charger, and nothing elsewhere (C16.FR.02)", async () => {
  const edge = await createEdge();
  const here = await edge.arrive("CP1");
  const there = await edge.arrive("CP2");
  const open = await beginTransaction(edge, 1);
  await beginTransaction(edge, 2, { idToken: "BEN" });
  edge.spawn("master pass", () => endingsOf(edge).masterPass("CP1", MASTER));
  await edge.clock.advance(0);
  assertEquals([told(here), told(there)], [[{ transactionId: open.number }], []]);
  const [first, second] = await stored(edge);
  assertEquals([first?.intendedStop, first?.intendedBy], ["MasterPass", MASTER]);
  assertEquals(second?.intendedStop, null);
  await closeEdge(edge);
});

Deno.test("a refusal after a master pass keeps the master pass as the reason", async () => {
  const edge = await createEdge();
  const open = await beginTransaction(edge, 1);
  const { transactions } = edge;
  transactions.apply(intendStop(transactions.state(), open.id, "MasterPass", MASTER));
  await endingsOf(edge).refuse(open.id, "Blocked");
  assertEquals((await stored(edge))[0]?.intendedStop, "MasterPass");
});
