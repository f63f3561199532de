import { assert, assertEquals } from "@std/assert";
import { type Books, openBooks } from "../../test/support/books.ts";
import type { Admission, Knock, ListenerRules } from "./admission.ts";
import { createDoor, type Door } from "./door.ts";
import { CHARGERS_TIMING, type ChargersOptions } from "./options.ts";

const LISTENER: ListenerRules = { path: "/ocpp", securityProfile: 1 };

const OPTIONS: ChargersOptions = {
  known: [
    { id: "CP1", password: "secret", addresses: [] },
    { id: "CP2", password: null, addresses: ["192.168.7.20"] },
  ],
  adopt: "ask",
  places: [],
  versions: ["ocpp1.6"],
  nominalVoltageV: 230,
  dataTransferVendors: [],
  timing: CHARGERS_TIMING,
};

const NOBODY_UP: Parameters<typeof createDoor>[1]["upstream"] = {
  isOnline: () => false,
  authorize: () => Promise.resolve(null),
  dataTransfer: () => Promise.resolve(null),
  meterValues: () => {},
  news: () => {},
  ask: () => Promise.resolve(null),
};

function doorOf(
  books: Books,
  options: Partial<ChargersOptions> = {},
  quirks: Parameters<typeof createDoor>[2] = () => ({}),
): Door {
  return createDoor({ ...OPTIONS, ...options }, { ...books, upstream: NOBODY_UP }, quirks);
}

function knock(chargerId: string, password: string | null, facts: Partial<Knock> = {}): Knock {
  return {
    url: `/ocpp/${chargerId}`,
    authorization: password === null ? undefined : `Basic ${btoa(`${chargerId}:${password}`)}`,
    protocols: ["ocpp1.6"],
    remoteAddress: "10.0.0.9",
    ...facts,
  };
}

/** "admit", or the status and the reason of the refusal. */
function outcome(admission: Admission): string {
  return admission.kind === "refuse" ? `${admission.status} ${admission.reason}` : admission.kind;
}

async function enter(door: Door, given: Knock): Promise<string> {
  const admission = door.knock(given, LISTENER);
  if (admission.kind === "admit") await door.remember(admission);
  return outcome(admission);
}

// Who is known

Deno.test("the door knows the chargers of site.yaml by password or address", async () => {
  const door = doorOf(await openBooks());
  assertEquals(outcome(door.knock(knock("CP1", "secret"), LISTENER)), "admit");
  assertEquals(outcome(door.knock(knock("CP1", "guess"), LISTENER)), "401 wrong password");
  const open = { ...LISTENER, securityProfile: 0 } as const;
  const atHome = knock("CP2", null, { remoteAddress: "192.168.7.20" });
  assertEquals(outcome(door.knock(atHome, open)), "admit");
});

Deno.test("the door lets an unknown charger wait, and tells who watches", async () => {
  const books = await openBooks();
  const knocks: string[] = [];
  books.events.on("knock", ({ chargerId }) => knocks.push(chargerId));
  const door = doorOf(books);
  assertEquals(outcome(door.knock(knock("CP9", "mine"), LISTENER)), "404 unknown identity");
  assertEquals(door.waiting().map(({ chargerId, knocks }) => [chargerId, knocks]), [["CP9", 1]]);
  assertEquals(knocks, ["CP9"]);
});

Deno.test("an adopted charger comes in with its next knock, and its first password counts from then on", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  await enter(door, knock("CP9", "mine"));
  await door.adopt("CP9");
  assertEquals(door.waiting(), []);
  assertEquals(await enter(door, knock("CP9", "mine")), "admit");
  assertEquals(await enter(door, knock("CP9", "theirs")), "401 wrong password");
  assertEquals(await enter(door, knock("CP9", "mine")), "admit");
  const stored = JSON.stringify(books.site.charger("CP9"));
  assert(!stored.includes("mine"), "a password is stored hashed (ruling 12)");
});

Deno.test("what an adopted charger showed is on disk: another door knows it", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  await door.adopt("CP9");
  await enter(door, knock("CP9", "mine"));
  const later = doorOf(await openBooks({ store: books.store }));
  assertEquals(outcome(later.knock(knock("CP9", "theirs"), LISTENER)), "401 wrong password");
  assertEquals(outcome(later.knock(knock("CP9", "mine"), LISTENER)), "admit");
});

Deno.test("a charger whose place is in site.yaml waits until somebody adopts it, then shows its first password", async () => {
  const books = await openBooks();
  const known = [{ id: "CP9", password: null, addresses: [], isByAdoption: true }] as const;
  const door = doorOf(books, { known });
  assertEquals(await enter(door, knock("CP9", "mine")), "404 unknown identity");
  assertEquals(door.waiting().map(({ chargerId }) => chargerId), ["CP9"]);
  await door.adopt("CP9");
  assertEquals(await enter(door, knock("CP9", "mine")), "admit");
  assertEquals(await enter(door, knock("CP9", "theirs")), "401 wrong password");
});

Deno.test("a charger that is adopted for the next start is let in by the door of that, not by this one", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  await enter(door, knock("CP9", "mine"));
  await door.adopt("CP9", "next-start");
  assertEquals(await enter(door, knock("CP9", "mine")), "404 unknown identity");
  const known = [{ id: "CP9", password: null, addresses: [], isByAdoption: true }] as const;
  const later = doorOf(await openBooks({ store: books.store }), { known });
  assertEquals(await enter(later, knock("CP9", "mine")), "admit");
});

Deno.test("an adopted charger that never had a password goes on without one on an open listener", async () => {
  const door = doorOf(await openBooks());
  await door.adopt("CP9");
  const open = { ...LISTENER, securityProfile: 0 } as const;
  for (const password of ["", null, ""]) {
    const admission = door.knock(knock("CP9", password), open);
    assertEquals(admission.kind, "admit");
    if (admission.kind === "admit") await door.remember(admission);
  }
});

Deno.test("adopt: accept lets everybody in, and keeps the password from the first time on", async () => {
  const door = doorOf(await openBooks(), { adopt: "accept" });
  assertEquals(await enter(door, knock("CP9", "mine")), "admit");
  assertEquals(await enter(door, knock("CP9", "theirs")), "401 wrong password");
  assertEquals(door.waiting(), []);
});

Deno.test("adopt: refuse lets nobody wait", async () => {
  const door = doorOf(await openBooks(), { adopt: "refuse" });
  assertEquals(outcome(door.knock(knock("CP9", "mine"), LISTENER)), "404 unknown identity");
  assertEquals(door.waiting(), []);
});

// Brakes

Deno.test("five wrong passwords for one charger from one place, and the right one is refused there too", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  for (let count = 0; count < 5; count++) door.knock(knock("CP1", "guess"), LISTENER);
  assertEquals(outcome(door.knock(knock("CP1", "secret"), LISTENER)), "401 too many failures");
  await books.clock.advance(15 * 60_000);
  assertEquals(outcome(door.knock(knock("CP1", "secret"), LISTENER)), "admit");
});

Deno.test("who guesses elsewhere does not lock the charger itself out", async () => {
  const door = doorOf(await openBooks());
  for (let count = 0; count < 30; count++) door.knock(knock("CP1", "guess"), LISTENER);
  const atHome = knock("CP1", "secret", { remoteAddress: "192.168.7.20" });
  assertEquals(outcome(door.knock(atHome, LISTENER)), "admit");
});

Deno.test("twenty failures from one place, and its guesses at other chargers are not looked at", async () => {
  const known = Array.from({ length: 10 }, (_, index) => ({
    id: `CP${index}`,
    password: "secret",
    addresses: [],
  }));
  const door = doorOf(await openBooks(), { known });
  for (let count = 0; count < 20; count++) {
    door.knock(knock(`CP${Math.floor(count / 4)}`, "guess"), LISTENER);
  }
  assertEquals(outcome(door.knock(knock("CP9", "guess"), LISTENER)), "401 too many failures");
  assertEquals(
    outcome(door.knock(knock("CP9", "secret"), LISTENER)),
    "admit",
    "chargers behind the same router are not locked out",
  );
});

Deno.test("a right password makes the door forget the wrong ones before", async () => {
  const door = doorOf(await openBooks());
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 4; count++) door.knock(knock("CP1", "guess"), LISTENER);
    assertEquals(outcome(door.knock(knock("CP1", "secret"), LISTENER)), "admit");
  }
});

// The installer who wonders

Deno.test("the door remembers whom it turned away and why, the newest first", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  door.knock(knock("CP1", "guess"), LISTENER);
  await books.clock.advance(1_000);
  door.knock(knock("", null), LISTENER);
  assertEquals(door.refusals(), [
    {
      atMs: books.clock.wallMs(),
      address: "10.0.0.9",
      chargerId: null,
      reason: "no identity in the path",
    },
    {
      atMs: books.clock.wallMs() - 1_000,
      address: "10.0.0.9",
      chargerId: "CP1",
      reason: "wrong password",
    },
  ]);
});

Deno.test("the door remembers a bounded number of refusals", async () => {
  const door = doorOf(await openBooks());
  for (let count = 0; count < 100; count++) door.knock(knock(`X${count}`, null), LISTENER);
  assertEquals(door.refusals().length, 32);
  assertEquals(door.refusals()[0]?.chargerId, "X99");
  assertEquals(door.waiting().length, 64);
});

Deno.test("the door writes no password into the log", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  door.knock(knock("CP1", "hunter2"), LISTENER);
  await door.adopt("CP9");
  await enter(door, knock("CP9", "hunter3"));
  const logged = JSON.stringify(books.logged);
  assert(logged.includes("wrong password") && logged.includes("charger_adopted"));
  assert(!logged.includes("hunter") && !logged.includes(btoa("CP1:hunter2")));
});

// Versions

const ALL = { versions: ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"] } as const;
const BOTH = { protocols: ["ocpp2.0.1", "ocpp1.6"] };

function versionOf(door: Door, facts: Partial<Knock>): string {
  const admission = door.knock(knock("CP1", "secret", facts), LISTENER);
  return admission.kind === "admit" ? `${admission.version}, answered ${admission.protocol}` : "";
}

Deno.test("a charger that is better spoken to in one version gets that where it offers it (quirk 32)", async () => {
  const door = doorOf(await openBooks(), ALL, () => ({ versions: ["ocpp1.6"] }));
  assertEquals(versionOf(door, BOTH), "ocpp1.6, answered ocpp1.6");
  assertEquals(versionOf(door, { protocols: ["ocpp2.1"] }), "ocpp2.1, answered ocpp2.1");
  const other = doorOf(await openBooks(), ALL);
  assertEquals(versionOf(other, BOTH), "ocpp2.0.1, answered ocpp2.0.1");
});

Deno.test("a charger that was heard to speak a version is spoken to in it, whatever it names (quirks 1 and 3)", async () => {
  const door = doorOf(await openBooks(), ALL);
  assert(door.heard("CP1", "ocpp1.6"));
  assertEquals(versionOf(door, { protocols: ["ocpp2.0.1"] }), "ocpp1.6, answered ocpp2.0.1");
  assert(door.heard("CP1", "ocpp2.0.1"));
  assertEquals(versionOf(door, { protocols: [] }), "ocpp2.0.1, answered null");
  const only16 = doorOf(await openBooks());
  assert(!only16.heard("CP1", "ocpp2.0.1"), "nobody here speaks that");
});

Deno.test("an address of which one connection after the other comes to nothing is not written about, for a minute", async () => {
  const books = await openBooks();
  const door = doorOf(books);
  const written = () => books.logged.filter(({ event }) => event === "charger_refused").length;
  for (let n = 0; n < 60; n++) door.fruitless("10.0.0.9");
  assert(door.isWorn("10.0.0.9") && !door.isWorn("10.0.0.8"));
  await enter(door, knock("CP9", null));
  assertEquals([written(), door.waiting().length, door.refusals().length], [0, 0, 0]);
  assertEquals(
    await enter(door, knock("CP1", "secret")),
    "admit",
    "who knows his password comes in",
  );
  await books.clock.advance(60_000);
  await enter(door, knock("CP9", null));
  assertEquals([written(), door.waiting().length], [1, 1]);
});
