import { assertEquals } from "@std/assert";
import { beginTransaction, type Books, listToken, openBooks } from "../../test/support/books.ts";
import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { Decision, Reservation } from "../site/mod.ts";
import { withRemoteStart } from "../transactions/mod.ts";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import { CHARGERS_TIMING } from "./options.ts";

const ASHA: IdToken = { idToken: "ASHA", type: "Central" };
const BEN: IdToken = { idToken: "BEN", type: "Central" };

interface Bench extends Books {
  readonly authorizer: Authorizer;
  readonly asked: string[];
  /** Transactions that the CSMS's late answer was about, with its status. */
  readonly refused: string[][];
  /** "Accepted by csms", and so on. */
  authorize(idToken: IdToken, chargerId?: string): Promise<string>;
  start(idToken: IdToken, slot?: number, chargerId?: string): Promise<string>;
  /** How the CSMS answers instead of with silence. */
  slow: () => Promise<IdTokenInfo | null>;
}

/** `csms`: null is offline; "silence" a link on which nothing is answered. */
async function createBench(
  csms: ((idToken: string) => IdTokenInfo | null) | "silence" | null,
  options: Parameters<typeof openBooks>[0] = {},
): Promise<Bench> {
  const books = await openBooks(options);
  const asked: string[] = [];
  const refused: string[][] = [];
  const authorizer = createAuthorizer(
    {
      ...books,
      upstream: {
        isOnline: () => csms !== null,
        authorize({ idToken }) {
          asked.push(idToken);
          return typeof csms === "function" ? Promise.resolve(csms(idToken)) : bench.slow();
        },
        dataTransfer: () => Promise.resolve(null),
        meterValues: () => {},
        news: () => {},
        ask: () => Promise.resolve(null),
      },
    },
    CHARGERS_TIMING,
    { refusedLate: (ids, status) => refused.push([...ids, status]) },
  );
  /** Lets a decision be made; none takes longer than a driver waits. */
  async function decided(decision: Promise<Decision>): Promise<string> {
    const startMs = books.clock.monoMs();
    let tookMs: number | null = null;
    const made = decision.then((each) => {
      tookMs = books.clock.monoMs() - startMs;
      return each;
    });
    await books.clock.advance(0);
    if (tookMs === null) await books.clock.advance(2_000);
    const { info, source } = await made;
    return `${info.status} by ${source} in ${tookMs} ms`;
  }
  const bench: Bench = {
    ...books,
    slow: () => new Promise<null>(() => {}),
    authorizer,
    asked,
    refused,
    authorize: (idToken, chargerId = "CP1") => decided(authorizer.authorize(chargerId, idToken)),
    start: (idToken, slot = 1, chargerId = "CP1") =>
      decided(
        authorizer.authorizeStart(chargerId, slot, idToken).then(({ decision, begun }) => {
          begun();
          return decision;
        }),
      ),
  };
  return bench;
}

const accepting = () => ({ status: "Accepted" } as const);
const blocking = () => ({ status: "Blocked" } as const);

// Who decides (ruling 1)

Deno.test("online, the CSMS is asked about a token", async () => {
  const bench = await createBench(accepting);
  assertEquals(await bench.authorize(ASHA), "Accepted by csms in 0 ms");
  const refusing = await createBench(blocking);
  assertEquals(await refusing.authorize(ASHA), "Blocked by csms in 0 ms");
  assertEquals(refusing.asked, ["ASHA"]);
});

Deno.test("offline, the local list decides", async () => {
  const bench = await createBench(null);
  listToken(bench, "ASHA");
  assertEquals(await bench.start(ASHA), "Accepted by list in 0 ms");
  assertEquals(await bench.start(BEN), "Invalid by offline-policy in 0 ms");
  assertEquals(bench.asked, []);
});

Deno.test("a CSMS that is connected and silent counts as away within two seconds", async () => {
  const bench = await createBench("silence");
  listToken(bench, "ASHA");
  assertEquals(await bench.start(ASHA), "Accepted by list in 1800 ms");
  assertEquals(await bench.start(BEN), "Invalid by offline-policy in 1800 ms");
});

Deno.test("an answer of the CSMS that nobody can use counts as none", async () => {
  const bench = await createBench(() => null, { unknownOffline: true });
  assertEquals(await bench.start(ASHA), "Accepted by offline-policy in 0 ms");
});

Deno.test("an Authorize counts for the start that follows within a minute, on that charger only", async () => {
  let answer: IdTokenInfo = { status: "Accepted" };
  const bench = await createBench(() => answer);
  await bench.authorize(ASHA);
  answer = { status: "Blocked" };
  await bench.clock.advance(60_000);
  assertEquals(await bench.start(ASHA), "Accepted by csms in 0 ms");
  assertEquals(bench.asked.length, 1);
  assertEquals(await bench.start(ASHA, 2, "CP2"), "Blocked by csms in 0 ms");
  await bench.clock.advance(1);
  assertEquals(await bench.start(ASHA), "Blocked by csms in 0 ms");
});

Deno.test("a refused Authorize counts as well: the CSMS is not asked until it says yes", async () => {
  const bench = await createBench(blocking);
  await bench.authorize(ASHA);
  assertEquals(await bench.start({ idToken: " asha", type: "Central" }), "Blocked by csms in 0 ms");
  assertEquals(bench.asked, ["ASHA"]);
});

Deno.test("remembered Authorizes are bounded", async () => {
  const bench = await createBench(accepting);
  await bench.authorize(ASHA);
  for (let index = 0; index < 1_000; index++) {
    await bench.authorizer.authorize("CP1", { idToken: `T${index}`, type: "Central" });
  }
  await bench.start(ASHA);
  assertEquals(bench.asked.filter((idToken) => idToken === "ASHA").length, 2);
});

// What the CSMS says is learnt

Deno.test("what the CSMS says is kept for the time when it is away", async () => {
  const online = await createBench(accepting);
  await online.authorize(ASHA);
  await online.clock.advance(0);
  const offline = await createBench(null, { store: online.store });
  assertEquals(await offline.start(ASHA), "Accepted by cache in 0 ms");
});

Deno.test("a token that was accepted as unknown is not kept (ruling 8)", async () => {
  const first = await createBench(null, { unknownOffline: true });
  assertEquals(await first.start(ASHA), "Accepted by offline-policy in 0 ms");
  await first.clock.advance(0);
  const second = await createBench(null, { store: first.store });
  assertEquals(await second.start(ASHA), "Invalid by offline-policy in 0 ms");
});

Deno.test("a CSMS that contradicts its own local list is reported (1.6 §3.5.2)", async () => {
  const bench = await createBench(blocking);
  const entries = [{ idToken: ASHA, idTokenInfo: { status: "Accepted" } }] as const;
  bench.tokens.update({ version: 1, type: "Full", entries });
  assertEquals(await bench.authorize(ASHA), "Blocked by csms in 0 ms");
  assertEquals(bench.faults.map(({ kind, severity }) => [kind, severity]), [
    ["local-list-conflict", "warning"],
  ]);
  bench.tokens.update({ version: 2, type: "Differential", entries });
  assertEquals(bench.faults.at(-1)?.state, "over");
});

Deno.test("an operator's own entry is no list of the CSMS that it could contradict", async () => {
  const bench = await createBench(blocking);
  listToken(bench, "ASHA");
  assertEquals(await bench.authorize(ASHA), "Blocked by csms in 0 ms");
  assertEquals(bench.faults, []);
});

// Orders

Deno.test("a start that was ordered is accepted without asking, until the order expires", async () => {
  const bench = await createBench(blocking);
  const order = {
    remoteStartId: 1,
    slot: 1,
    idToken: ASHA,
    origin: "csms",
    expiresAtMs: bench.clock.wallMs() + 60_000,
  } as const;
  bench.transactions.apply({ state: withRemoteStart(bench.transactions.state(), order) });
  assertEquals(await bench.start(BEN), "Blocked by csms in 0 ms", "it is for one token");
  assertEquals(await bench.start(ASHA, 2), "Blocked by csms in 0 ms", "it is for one EVSE");
  assertEquals(await bench.start(ASHA), "Accepted by remote in 0 ms");
  await bench.clock.advance(60_000);
  assertEquals(await bench.start(ASHA), "Blocked by csms in 0 ms");
});

// What the site knows against it

Deno.test("an EVSE out of service refuses every token, in the words of 1.6", async () => {
  const bench = await createBench(accepting);
  bench.site.orderAvailability({ slot: 1, operative: false, orderedBy: "csms", orderedAtMs: 0 });
  assertEquals(await bench.start(ASHA), "Invalid by site-rule in 0 ms");
  assertEquals(await bench.start(ASHA, 2), "Accepted by csms in 0 ms");
});

Deno.test("offline, a token charges in one place at a time; the CSMS may let it charge twice", async () => {
  const offline = await createBench(null);
  listToken(offline, "ASHA");
  await beginTransaction(offline, 2, { idToken: "ASHA" });
  assertEquals(await offline.start(ASHA), "ConcurrentTx by site-rule in 0 ms");
  const online = await createBench(accepting);
  await beginTransaction(online, 2, { idToken: "ASHA" });
  assertEquals(await online.start(ASHA), "Accepted by csms in 0 ms");
});

Deno.test("without room for the records of a session none begins; who charges may still end his", async () => {
  const bench = await createBench(null);
  listToken(bench, "ASHA", "BEN");
  await beginTransaction(bench, 1, { idToken: "ASHA" });
  Object.assign(bench.outbox, { noRoom: () => "No room for new sessions: 9 wait" });
  assertEquals(await bench.authorize(BEN), "NotAtThisTime by site-rule in 0 ms");
  assertEquals(await bench.start(BEN, 2, "CP2"), "NotAtThisTime by site-rule in 0 ms");
  assertEquals(await bench.authorize(ASHA, "CP2"), "NotAtThisTime by site-rule in 0 ms");
  assertEquals(await bench.authorize(ASHA), "Accepted by list in 0 ms");
  Object.assign(bench.outbox, { noRoom: () => null });
  assertEquals(await bench.authorize(BEN, "CP2"), "Accepted by list in 0 ms");
});

function reservation(bench: Bench, facts: Partial<Reservation> = {}): Reservation {
  const reserved: Reservation = {
    id: 7,
    slot: 1,
    idToken: ASHA,
    groupIdToken: null,
    expiresAtMs: bench.clock.wallMs() + 600_000,
    ...facts,
  };
  bench.site.reserve(reserved);
  return reserved;
}

Deno.test("a reserved EVSE is for its driver, who uses the reservation up", async () => {
  const bench = await createBench(accepting);
  const reserved = reservation(bench);
  assertEquals(await bench.start(BEN), "Invalid by site-rule in 0 ms");
  const { decision, uses } = await bench.authorizer.authorizeStart("CP1", 1, ASHA);
  assertEquals([decision.info.status, uses], ["Accepted", reserved]);
});

Deno.test("who is of the reservation's group may use it", async () => {
  const group: IdToken = { idToken: "FAMILY", type: "Central" };
  const bench = await createBench(() => ({ status: "Accepted", groupIdToken: group }));
  reservation(bench, { groupIdToken: group });
  assertEquals(await bench.start(BEN), "Accepted by csms in 0 ms");
});

Deno.test("a reservation of any EVSE keeps the last free one for its driver", async () => {
  const bench = await createBench(accepting);
  for (const chargerId of ["CP1", "CP2"]) bench.site.setConnected(chargerId, true);
  for (const slot of [1, 2]) {
    const message = { evseId: 1, connectorId: 1, connectorStatus: "Available" } as const;
    bench.site.report(slot, { message }, 0);
  }
  reservation(bench, { slot: null });
  assertEquals(await bench.start(BEN), "Accepted by csms in 0 ms", "slot 2 is still free");
  await beginTransaction(bench, 2, { idToken: "CLEO" });
  bench.site.report(2, { message: { evseId: 1, connectorId: 1, connectorStatus: "Occupied" } }, 0);
  assertEquals(await bench.start(BEN), "Invalid by site-rule in 0 ms");
  assertEquals(await bench.start(ASHA), "Accepted by csms in 0 ms");
});

Deno.test("an expired reservation is nobody's", async () => {
  const bench = await createBench(accepting);
  reservation(bench);
  await bench.clock.advance(600_000);
  assertEquals(await bench.start(BEN), "Accepted by csms in 0 ms");
});

// At the same moment

Deno.test("of two starts of one token at the same moment one wins, though the CSMS accepts both", async () => {
  const bench = await createBench(accepting);
  const both = Promise.all([
    bench.authorizer.authorizeStart("CP1", 1, ASHA),
    bench.authorizer.authorizeStart("CP2", 2, ASHA),
  ]);
  await bench.clock.advance(0);
  const statuses = (await both).map(({ decision }) => decision.info.status);
  assertEquals(statuses.toSorted(), ["Accepted", "ConcurrentTx"]);
});

// A late answer

/** A CSMS that answers so long after it was asked. */
async function slow(info: IdTokenInfo, afterMs: number) {
  const bench = await createBench("silence", { unknownOffline: true });
  bench.slow = () => new Promise((resolve) => void bench.clock.after(afterMs, () => resolve(info)));
  return bench;
}

Deno.test("an answer that comes late is learnt, and counts for the start that follows", async () => {
  const bench = await slow({ status: "Blocked" }, 5_000);
  assertEquals(await bench.authorize(ASHA), "Accepted by offline-policy in 1800 ms");
  await bench.clock.advance(5_000);
  assertEquals(await bench.start(ASHA), "Blocked by csms in 0 ms");
  const known = bench.tokens.judge(ASHA, false, bench.clock.wallMs());
  assertEquals(known.kind === "decided" && known.decision.source, "cache");
});

for (
  const [status, refused] of [["Blocked", true], ["ConcurrentTx", false], [
    "Accepted",
    false,
  ]] as const
) {
  Deno.test(`a late "${status}" ${refused ? "is a refusal of" : "changes nothing for"} the session that began meanwhile`, async () => {
    const bench = await slow({ status }, 5_000);
    const before = await beginTransaction(bench, 2, { idToken: "ASHA", newId: "before" });
    const elsewhere = bench.site.slots().get(2)?.chargerId;
    await bench.authorize(ASHA);
    const open = await beginTransaction(bench, 1, { newId: "begun" });
    await bench.clock.advance(5_000);
    assertEquals([before.chargerId, open.chargerId], [elsewhere, "CP1"]);
    assertEquals(bench.refused, refused ? [["begun", status]] : []);
  });
}

// Stops

Deno.test("a stop is judged by what is known here: the card that was just read, the list, the cache", async () => {
  const group: IdToken = { idToken: "FAMILY", type: "Central" };
  const bench = await createBench(() => ({ status: "Accepted", groupIdToken: group }));
  const open = { ...await beginTransaction(bench, 1), groupIdToken: group };
  assertEquals(bench.authorizer.mayStop(open, ASHA), true);
  assertEquals(bench.authorizer.mayStop(open, BEN), false, "nobody knows Ben");
  await bench.authorize(BEN);
  assertEquals(bench.authorizer.mayStop(open, BEN), true);
});

// The record

Deno.test("every decision is told with its source and how long the driver waited", async () => {
  const bench = await createBench("silence");
  listToken(bench, "ASHA");
  const told: unknown[] = [];
  bench.events.on("decision", ({ atWallMs: _, reason: __, ...rest }) => told.push(rest));
  await bench.authorize(ASHA);
  await bench.start(ASHA);
  bench.authorizer.noteStop(await beginTransaction(bench, 1), BEN);
  const common = { chargerId: "CP1", token: "ASHA", status: "Accepted", source: "list" };
  assertEquals(told, [
    { ...common, what: "authorize", slot: null, waitedMs: 1_800 },
    { ...common, what: "start", slot: 1, waitedMs: 0 },
    {
      ...common,
      what: "stop",
      slot: 1,
      token: "BEN",
      status: "Invalid",
      source: "site-rule",
      waitedMs: 0,
    },
  ]);
});
