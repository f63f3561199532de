import { assertEquals } from "@std/assert";
import { type Books, openBooks, startOrdersOf } from "../../test/support/books.ts";
import type { IdToken, SpokenOutcome } from "../ocpp/mod.ts";
import type { StartWish } from "./start_orders.ts";

const ASHA: IdToken = { idToken: "ASHA", type: "Central" };
const BEN: IdToken = { idToken: "BEN", type: "Central" };
const FAMILY: IdToken = { idToken: "FAMILY", type: "Central" };

type Outcome = SpokenOutcome<"RequestStartTransaction">;

const accepted: Outcome = { kind: "answered", message: { status: "Accepted" } };
const rejected: Outcome = { kind: "answered", message: { status: "Rejected" } };

function wish(facts: Partial<StartWish> = {}): StartWish {
  return {
    slot: 1,
    idToken: ASHA,
    groupIdToken: null,
    origin: "csms",
    remoteStartId: null,
    lastsMs: 60_000,
    ...facts,
  };
}

async function bench(options: Parameters<typeof openBooks>[0] = {}) {
  const books = await openBooks(options);
  const told: unknown[] = [];
  const decided: string[] = [];
  let outcome = accepted;
  books.events.on("decision", ({ what, chargerId, slot, token, status, source }) => {
    decided.push([what, chargerId, slot, token, status, source].join(" "));
  });
  const orderStart = startOrdersOf(books, (chargerId, { message }, urgent) => {
    told.push([chargerId, message, urgent]);
    return Promise.resolve(outcome);
  });
  return { books, told, decided, orderStart, charger: (next: Outcome) => void (outcome = next) };
}

const stored = async ({ store }: Books) =>
  [...(await store.load(0))["remote-starts"].values()].map(({ idToken }) => idToken.idToken);

Deno.test("an order is told under the charger's own number, urgently, and kept with its group", async () => {
  const { books, told, decided, orderStart } = await bench();
  assertEquals(
    await orderStart(wish({ slot: 2, groupIdToken: FAMILY, remoteStartId: 42 })),
    accepted,
  );
  assertEquals(told, [["CP2", { evseId: 1, idToken: ASHA, remoteStartId: 42 }, true]]);
  const order = (await books.store.load(0))["remote-starts"].get("2");
  assertEquals([order?.groupIdToken, order?.remoteStartId, order?.expiresAtMs], [
    FAMILY,
    42,
    books.clock.wallMs() + 60_000,
  ]);
  assertEquals(decided, ["remote-start CP2 2 ASHA Accepted remote"]);
});

for (
  const [what, outcome] of [
    ["rejects", rejected],
    ["is away", { kind: "gone" }],
    ["has no such command", { kind: "unsayable", problems: [] }],
  ] as const
) {
  Deno.test(`an order to a charger that ${what} leaves nothing behind but the record of it`, async () => {
    const { books, decided, orderStart, charger } = await bench();
    charger(outcome as Outcome);
    assertEquals(await orderStart(wish()), outcome as Outcome);
    assertEquals(await stored(books), []);
    assertEquals(books.transactions.state().remoteStarts.size, 0);
    assertEquals(decided, ["remote-start CP1 1 ASHA Invalid remote"]);
  });
}

Deno.test("a silent charger may start all the same: its order stays", async () => {
  const { books, orderStart, charger } = await bench();
  charger({ kind: "silent" });
  await orderStart(wish());
  assertEquals(await stored(books), ["ASHA"]);
});

Deno.test("of two orders for one slot the second counts, unless the charger refuses it", async () => {
  const { books, orderStart, charger } = await bench();
  await orderStart(wish());
  charger(rejected);
  await orderStart(wish({ idToken: BEN }));
  assertEquals(await stored(books), ["ASHA"]);
  charger(accepted);
  await orderStart(wish({ idToken: BEN }));
  assertEquals(await stored(books), ["BEN"]);
});

Deno.test("each order of ours has a number of its own", async () => {
  const { told, orderStart } = await bench();
  for (const slot of [1, 2, 1]) await orderStart(wish({ slot }));
  const ids = told.map((each) => Object(Object(each)[1])["remoteStartId"]);
  assertEquals(ids, [1, 2, 3]);
});

Deno.test("a master pass is not ordered, by its group or by what is known of it", async () => {
  const { books, told, decided, orderStart } = await bench({ masterPassGroup: "POLICE" });
  const police = { idToken: "police", type: "Central" };
  books.tokens.edit(BEN, { status: "Accepted", groupIdToken: police });
  assertEquals(await orderStart(wish({ groupIdToken: police })), { kind: "master-pass" });
  assertEquals(await orderStart(wish({ idToken: BEN })), { kind: "master-pass" });
  assertEquals([told, await stored(books)], [[], []]);
  assertEquals(decided.at(-1), "remote-start CP1 1 BEN Invalid site-rule");
});
