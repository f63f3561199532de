import { assert, assertEquals, assertGreater } from "@std/assert";
import { beginTransaction, endTransactionOn, placeOf } from "../../test/support/books.ts";
import type { Answer, FramePeer, Payload } from "../../test/support/frame_peer.ts";
import { variableOf } from "../ocpp/mod.ts";
import {
  BOOT,
  closeEdge,
  CONFIGURATION,
  configurationAnswer,
  createEdge,
  type Edge,
} from "./_edge_for_test.ts";

const LIST_KEYS = {
  SupportedFeatureProfiles: "Core,SmartCharging,LocalAuthListManagement",
  LocalAuthListEnabled: "true",
  LocalAuthListMaxLength: "4",
  SendLocalListMaxLength: "2",
  LocalAuthorizeOffline: "true",
  AllowOfflineTxForUnknownId: "false",
  TransactionMessageAttempts: "20",
};

/** A charger of a test that keeps a list as 1.6 wants it, over its connections. */
interface Lister {
  version: number;
  readonly tokens: Map<string, Payload>;
  /** Instead of doing what it is told. */
  refusal: Answer | null;
  peer: FramePeer;
}

function obey(lister: Omit<Lister, "peer">, update: Payload): Answer {
  if (lister.refusal !== null) return lister.refusal;
  const listVersion = Number(update["listVersion"]);
  const isFull = update["updateType"] === "Full";
  if (!isFull && listVersion <= lister.version) return { status: "VersionMismatch" };
  const entries = Object(update)["localAuthorizationList"] ?? [];
  if (entries.length > 2) return { status: "Failed" };
  if (isFull) lister.tokens.clear();
  for (const { idTag, idTagInfo } of entries) {
    if (idTagInfo === undefined) lister.tokens.delete(idTag);
    else lister.tokens.set(idTag, idTagInfo);
  }
  lister.version = lister.tokens.size === 0 ? 0 : listVersion;
  return { status: "Accepted" };
}

async function come(
  edge: Edge,
  chargerId = "CP1",
  keys: Readonly<Record<string, string>> = {},
  before: Lister | null = null,
): Promise<Lister> {
  const peer = await edge.connect(chargerId);
  const lister: Lister = before ?? { version: 0, tokens: new Map(), refusal: null, peer };
  lister.peer = peer;
  peer.answer("GetConfiguration", configurationAnswer({ ...CONFIGURATION, ...LIST_KEYS, ...keys }));
  peer.answer("GetLocalListVersion", () => ({ listVersion: lister.version }));
  peer.answer("SendLocalList", (update) => obey(lister, update));
  await peer.result("BootNotification", BOOT);
  await peer.result("StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: "Available",
  });
  await edge.clock.advance(1_000);
  return lister;
}

function list(edge: Edge, ...tokens: readonly string[]): void {
  for (const idToken of tokens) {
    edge.tokens.edit({ idToken, type: "Central" }, { status: "Accepted" });
  }
}

function unlist(edge: Edge, idToken: string): void {
  edge.tokens.edit({ idToken, type: "Central" }, null);
}

/** "Full 1: A,B", "Differential 2: -A". */
function updates({ peer }: Lister): readonly string[] {
  return peer.payloads("SendLocalList").map((update) => {
    const { updateType, listVersion, localAuthorizationList = [] } = Object(update);
    const names = localAuthorizationList.map((entry: Payload) =>
      `${entry["idTagInfo"] === undefined ? "-" : ""}${entry["idTag"]}`
    );
    return `${updateType} ${listVersion}: ${names.join()}`;
  });
}

const GATHER_MS = 31_000;

Deno.test("a charger that booted is given the list, whole and in messages as long as it takes", async () => {
  const edge = await createEdge();
  list(edge, "ASHA", "BEN", "CHAND");
  const charger = await come(edge);
  assertEquals(updates(charger), [], "it has better things to do first");
  assertEquals(edge.chargers.pushedList("CP1")?.state, "waiting");
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), ["Full 1: ASHA,BEN", "Differential 2: CHAND"]);
  assertEquals([...charger.tokens.keys()], ["ASHA", "BEN", "CHAND"]);
  assertEquals(edge.chargers.pushedList("CP1"), {
    state: "current",
    version: 2,
    entries: 3,
    capacity: 4,
    pushedAtMs: edge.clock.wallMs() - 1_000,
    trouble: null,
  });
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("changes go out together, as differences, after a while", async () => {
  const edge = await createEdge();
  list(edge, "ASHA", "BEN", "CHAND");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  unlist(edge, "ASHA");
  await edge.clock.advance(20_000);
  edge.tokens.edit({ idToken: "BEN", type: "Central" }, { status: "Blocked" });
  await edge.clock.advance(9_000);
  assertEquals(updates(charger).length, 2);
  await edge.clock.advance(2_000);
  assertEquals(updates(charger).slice(2), ["Full 3: CHAND"], "shorter than its differences");
  list(edge, "DEEP");
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger).slice(3), ["Differential 4: DEEP"]);
  assertEquals([...charger.tokens.keys()], ["CHAND", "DEEP"]);
});

Deno.test("a charger without a list of its own, or that the CSMS emptied, is left alone", async () => {
  const edge = await createEdge();
  const none = await come(edge, "CP1", { SupportedFeatureProfiles: "Core,SmartCharging" });
  const empty = await come(edge, "CP2");
  await edge.clock.advance(GATHER_MS);
  assertEquals([updates(none), none.peer.payloads("GetLocalListVersion").length], [[], 0]);
  assertEquals([updates(empty), empty.peer.payloads("GetLocalListVersion").length], [[], 1]);
  assertEquals(edge.chargers.pushedList("CP1"), null);
  assertEquals(edge.chargers.pushedList("CP2")?.state, "current");
});

Deno.test("a list that somebody else gave a charger is replaced, even by an empty one", async () => {
  const edge = await createEdge();
  const stale: Lister = {
    version: 77,
    tokens: new Map([["THIEF", { status: "Accepted" }]]),
    refusal: null,
    peer: await edge.connect("CP2"),
  };
  const charger = await come(edge, "CP1", {}, stale);
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), ["Full 78: "]);
  assertEquals(charger.tokens.size, 0);
});

Deno.test("a charger that boots with what it was given is not given it again, also after a restart of the gateway", async () => {
  const edge = await createEdge();
  list(edge, "ASHA");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  charger.peer.socket.terminate();
  await edge.clock.advance(1_000);
  await come(edge, "CP1", {}, charger);
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), []);
  await edge.journal.commit(edge.tokens.edit({ idToken: "ASHA", type: "Central" }, {
    status: "Accepted",
  }));
  const next = await createEdge({ store: edge.store, clock: edge.clock });
  await come(next, "CP1", {}, charger);
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), []);
  assertEquals(next.chargers.pushedList("CP1")?.state, "current");
  list(next, "BEN");
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), ["Differential 2: BEN"]);
});

Deno.test("a charger that lost its list gets it again under a new version", async () => {
  const edge = await createEdge();
  list(edge, "ASHA");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  charger.peer.socket.terminate();
  await edge.clock.advance(1_000);
  charger.version = 0;
  charger.tokens.clear();
  await come(edge, "CP1", {}, charger);
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), ["Full 2: ASHA"]);
});

Deno.test("a version that does not fit is answered with the whole list (1.6 §5.15)", async () => {
  const edge = await createEdge();
  list(edge, "ASHA", "BEN", "CHAND");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  charger.version = 1_000;
  list(edge, "DEEP");
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger).slice(2), [
    "Differential 3: DEEP",
    "Full 4: ASHA,BEN",
    "Differential 5: CHAND,DEEP",
  ]);
  assertEquals([...charger.tokens.keys()], ["ASHA", "BEN", "CHAND", "DEEP"]);
});

const REFUSALS: readonly (readonly [answer: Answer, trouble: string])[] = [
  [{ status: "Failed" }, "it did not take the whole list"],
  [{ status: "NotSupported" }, "it did not take the whole list"],
  [{ callError: "NotImplemented" }, "it answered NotImplemented"],
];

for (const [answer, trouble] of REFUSALS) {
  Deno.test(`a charger that answers ${JSON.stringify(answer)} is left in peace until it boots again`, async () => {
    const edge = await createEdge();
    list(edge, "ASHA");
    const charger = await come(edge);
    charger.refusal = answer;
    await edge.clock.advance(GATHER_MS);
    list(edge, "BEN");
    await edge.clock.advance(10 * GATHER_MS);
    assertEquals(updates(charger), ["Full 1: ASHA"]);
    const state = edge.chargers.pushedList("CP1");
    assertEquals([state?.state, state?.trouble], ["refused", trouble]);
    charger.peer.socket.terminate();
    await edge.clock.advance(1_000);
    charger.refusal = null;
    await come(edge, "CP1", {}, charger);
    await edge.clock.advance(GATHER_MS);
    assertEquals(updates(charger), ["Full 2: ASHA,BEN"]);
    assertEquals(edge.chargers.pushedList("CP1")?.trouble, null);
  });
}

Deno.test("a charger that does not answer is tried again later and later, with versions that only grow", async () => {
  const edge = await createEdge();
  list(edge, "ASHA");
  const charger = await come(edge);
  charger.refusal = "silence";
  await edge.clock.advance(75_000);
  assertEquals(updates(charger), ["Full 1: ASHA"]);
  assertEquals(edge.chargers.pushedList("CP1")?.trouble, "it did not answer");
  charger.refusal = null;
  await edge.clock.advance(90_000);
  assertEquals(updates(charger), ["Full 1: ASHA", "Full 2: ASHA"]);
  assertEquals(edge.chargers.pushedList("CP1")?.state, "current");
});

Deno.test("one charger is served at a time", async () => {
  const edge = await createEdge({ places: [placeOf(1), placeOf(2)] });
  list(edge, "ASHA");
  const slow = await come(edge, "CP1");
  const other = await come(edge, "CP2");
  slow.refusal = "silence";
  await edge.clock.advance(GATHER_MS);
  assertEquals([updates(slow).length, updates(other).length], [1, 0]);
  await edge.clock.advance(30_000);
  assertEquals(updates(other), ["Full 1: ASHA"]);
});

Deno.test("where there is room for few, a driver who comes takes the place of one who does not", async () => {
  const edge = await createEdge();
  list(edge, "ASHA", "BEN", "CHAND", "DEEP", "ESHA", "FARID");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  assertEquals([...charger.tokens.keys()], ["ASHA", "BEN", "CHAND", "DEEP"]);
  const before = updates(charger).length;
  const { id } = await beginTransaction(edge, 1, { idToken: "FARID" });
  edge.events.emit("transaction", { transactionId: id });
  await endTransactionOn(edge, 1);
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger).slice(before), ["Differential 3: -DEEP,FARID"]);
  const again = await beginTransaction(edge, 1, { idToken: "ASHA" });
  edge.events.emit("transaction", { transactionId: again.id });
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger).length, before + 1, "she is on it already");
});

Deno.test("a token that is too long goes under its alias", async () => {
  const edge = await createEdge();
  list(edge, "IN*TAT*E1234567890*CONTRACT*7");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  assertEquals([...charger.tokens.keys()].map((tag) => tag.slice(0, 5)), ["ALIAS"]);
});

Deno.test("a list that is switched off at the gateway is taken from the chargers too", async () => {
  const edge = await createEdge();
  list(edge, "ASHA");
  const charger = await come(edge);
  await edge.clock.advance(GATHER_MS);
  const { component, variable } = variableOf("LocalAuthListEnabled");
  const by = { origin: "operator", nowWallMs: 0, mayChange: ["authorization"] } as const;
  assertEquals(edge.variables.set(component, variable, "false", by).outcome, "Accepted");
  edge.events.emit("local-list", {});
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger).at(-1), "Full 2: ");
  assertEquals(charger.tokens.size, 0);
});

Deno.test("a version is on disk before it is sent", async () => {
  const edge = await createEdge();
  list(edge, "ASHA");
  const charger = await come(edge);
  charger.refusal = "silence";
  await edge.clock.advance(GATHER_MS);
  assertEquals(updates(charger), ["Full 1: ASHA"]);
  const stored = (await edge.store.load(0))["charger-lists"].get("CP1");
  assertEquals([stored?.version, stored?.digest], [1, null]);
});

Deno.test("the set-up has a charger decide alone as the gateway would, and keep its records long", async () => {
  const edge = await createEdge();
  const charger = await come(edge, "CP1", {
    LocalAuthListEnabled: "false",
    LocalAuthorizeOffline: "True",
    AllowOfflineTxForUnknownId: "true",
    TransactionMessageAttempts: "3",
  });
  assertEquals(
    charger.peer.payloads("ChangeConfiguration").map(({ key, value }) => `${key}=${value}`),
    [
      "LocalAuthListEnabled=true",
      "AllowOfflineTxForUnknownId=false",
      "TransactionMessageAttempts=20",
    ],
  );
  const features = edge.site.charger("CP1")?.features;
  assertEquals([features?.localListMax, features?.localListItemsMax], [4, 2]);
});

Deno.test("urgent calls do not wait for a list of many messages", async () => {
  const edge = await createEdge();
  list(edge, "ASHA", "BEN", "CHAND", "DEEP");
  const charger = await come(edge);
  let hasPassed = false;
  charger.peer.answer("SendLocalList", (update) => {
    if (Number(update["listVersion"]) === 1) {
      edge.spawn("stop", async () => {
        const message = { transactionId: "1" };
        await edge.chargers.call("CP1", { action: "RequestStopTransaction", message }, true);
        hasPassed = true;
      });
    } else assert(hasPassed, "the stop went between two messages");
    return obey(charger, update);
  });
  await edge.clock.advance(GATHER_MS);
  assertGreater(updates(charger).length, 1);
  assert(hasPassed);
});
