import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationEntry, AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { CachedToken } from "./cache.ts";
import type { AuthorizationPolicy } from "./decision.ts";
import type { ListedToken, ListUpdate } from "./local_list.ts";
import {
  createTokenBook,
  EMPTY_TOKENS,
  type TokenBook,
  type TokenBookOptions,
  type TokenSnapshot,
  type TokenWrite,
} from "./token_book.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const DAY_MS = 86_400_000;
const accepted: IdTokenInfo = { status: "Accepted" };
const blocked: IdTokenInfo = { status: "Blocked" };

const POLICY: AuthorizationPolicy = {
  localPreAuthorize: false,
  localAuthorizeOffline: true,
  unknownOffline: false,
  listEnabled: true,
  cacheEnabled: true,
  cacheLifetimeMs: 30 * DAY_MS,
  authorizeRemoteStart: false,
  listExpires: true,
  masterPassGroup: "",
  freeVend: false,
};

function token(idToken: string): IdToken {
  return { idToken, type: "ISO14443" };
}

/** Stands for the keyed digest: nobody reads the token in it, and it tells tokens apart. */
function digest(text: string): string {
  return `#${[...text].map((sign) => sign.charCodeAt(0).toString(36)).join("-")}`;
}

/** A disk that takes what the book writes and can be opened again. */
function createDisk() {
  const listed = new Map<string, ListedToken>();
  const cached = new Map<string, CachedToken>();
  let listVersion = 0;
  function apply(write: TokenWrite): void {
    if (write.kind === "drop") {
      if (write.collection === "local-list") listed.delete(write.key);
      if (write.collection === "authorization-cache") cached.delete(write.key);
    } else if (write.collection === "local-list") listed.set(write.key, write.value);
    else if (write.collection === "authorization-cache") cached.set(write.key, write.value);
    else if (write.collection === "local-list-version") listVersion = write.value;
  }
  return {
    commit: (writes: readonly TokenWrite[]) => writes.forEach(apply),
    snapshot: (): TokenSnapshot => structuredClone({ listed, listVersion, cached }),
  };
}

function setUp(changes: Partial<TokenBookOptions> = {}) {
  let policy = POLICY;
  const options: TokenBookOptions = {
    policy: () => policy,
    digest,
    cacheCapacity: 3,
    listCapacity: 4,
    ...changes,
  };
  const disk = createDisk();
  let book = createTokenBook(options, EMPTY_TOKENS);
  return {
    disk,
    book: () => book,
    setPolicy(next: Partial<AuthorizationPolicy>) {
      policy = { ...POLICY, ...next };
    },
    restart() {
      book = createTokenBook(options, disk.snapshot());
    },
    learn(tag: string, info: IdTokenInfo, nowMs = NOW_MS) {
      const lesson = book.learn(token(tag), info, nowMs);
      disk.commit(lesson.writes);
      return lesson;
    },
    update(update: ListUpdate) {
      const outcome = book.update(update);
      disk.commit(outcome.writes);
      return outcome;
    },
    edit(tag: string, info: IdTokenInfo | null) {
      disk.commit(book.edit(token(tag), info));
    },
  };
}

const entry = (tag: string, idTokenInfo: IdTokenInfo): AuthorizationEntry => ({
  idToken: token(tag),
  idTokenInfo,
});
const full = (version: number, ...entries: AuthorizationEntry[]): ListUpdate => ({
  version,
  type: "Full",
  entries,
});
const differential = (version: number, ...entries: AuthorizationEntry[]): ListUpdate => ({
  version,
  type: "Differential",
  entries,
});

/** What the book says of a token: a status with its source, or "ask-csms". */
function word(book: TokenBook, tag: string, online = false, nowMs = NOW_MS): string {
  const verdict = book.judge(token(tag), online, nowMs);
  if (verdict.kind === "ask-csms") return verdict.kind;
  return `${verdict.decision.info.status} by ${verdict.decision.source}`;
}

const kindsOf = (writes: readonly TokenWrite[]) =>
  writes.map(({ kind, collection, key }) => `${kind} ${collection} ${key}`);

// Judging

Deno.test("an empty book asks the CSMS, and refuses while it cannot", () => {
  const { book } = setUp();
  assertEquals(word(book(), "A", true), "ask-csms");
  assertEquals(word(book(), "A", false), "Invalid by offline-policy");
});

Deno.test("a token is known offline once the CSMS has answered about it, good or bad", () => {
  const { book, learn } = setUp();
  learn("A", accepted);
  learn("B", blocked);
  assertEquals(word(book(), "A"), "Accepted by cache");
  assertEquals(word(book(), "B"), "Blocked by cache");
});

Deno.test("a token is known however it is written", () => {
  const { book, learn, update } = setUp();
  learn("abcd", accepted);
  update(full(1, entry("efgh", accepted)));
  assertEquals(word(book(), " ABcd "), "Accepted by cache");
  assertEquals(word(book(), "EFGH "), "Accepted by list");
});

Deno.test("the list has the word before the cache", () => {
  const { book, learn, update } = setUp();
  learn("A", accepted);
  update(full(1, entry("A", blocked)));
  assertEquals(word(book(), "A"), "Blocked by list");
});

Deno.test("the policy of the moment decides, not that of the start", () => {
  const { book, learn, setPolicy } = setUp();
  learn("A", accepted);
  setPolicy({ localAuthorizeOffline: false });
  assertEquals(word(book(), "A"), "Invalid by offline-policy");
  setPolicy({ cacheEnabled: false, unknownOffline: true });
  assertEquals(word(book(), "A"), "Accepted by offline-policy");
  setPolicy({ localPreAuthorize: true });
  assertEquals(word(book(), "A", true), "Accepted by cache");
});

Deno.test("a cached token is forgotten when it lay unused longer than its lifetime", () => {
  const { book, learn } = setUp();
  learn("A", accepted);
  const lastMs = NOW_MS + 30 * DAY_MS;
  const { book: other, learn: learnThere } = setUp();
  learnThere("A", accepted);
  assertEquals(word(book(), "A", false, lastMs), "Accepted by cache");
  assertEquals(word(other(), "A", false, lastMs + 1), "Invalid by offline-policy");
});

Deno.test("each use of a cached token begins its lifetime anew", () => {
  const { book, learn } = setUp();
  learn("A", accepted);
  for (const days of [20, 40, 60]) {
    assertEquals(word(book(), "A", false, NOW_MS + days * DAY_MS), "Accepted by cache");
  }
  assertEquals(word(book(), "A", false, NOW_MS + 91 * DAY_MS), "Invalid by offline-policy");
});

Deno.test("a use keeps a token from being the one that goes when the cache is full", () => {
  const { book, learn } = setUp();
  ["A", "B", "C"].forEach((tag, index) => learn(tag, accepted, NOW_MS + index));
  word(book(), "A", false, NOW_MS + 10);
  learn("D", accepted, NOW_MS + 20);
  assertEquals(word(book(), "A"), "Accepted by cache");
  assertEquals(word(book(), "B"), "Invalid by offline-policy");
});

Deno.test("a token that was accepted as unknown offline is not known afterwards", () => {
  const { book, setPolicy } = setUp();
  setPolicy({ unknownOffline: true });
  assertEquals(word(book(), "A"), "Accepted by offline-policy");
  assertEquals(book().cacheSize(), 0);
});

// Learning

Deno.test("learn() writes the answer under the digest, never the token itself", () => {
  const { writes } = setUp().learn("04A2B3C4", accepted);
  const key = digest("04A2B3C4");
  const value = { digest: key, info: accepted, usedAtMs: NOW_MS };
  assertEquals(writes, [{ kind: "put", collection: "authorization-cache", key, value }]);
  assert(!JSON.stringify(writes).includes("04A2B3C4"));
});

Deno.test("learn() writes who had to go for the new answer", () => {
  const { book, learn } = setUp();
  ["A", "B", "C"].forEach((tag, index) => learn(tag, accepted, NOW_MS + index));
  const { writes } = learn("D", accepted, NOW_MS + 3);
  assertEquals(kindsOf(writes), [
    `put authorization-cache ${digest("D")}`,
    `drop authorization-cache ${digest("A")}`,
  ]);
  assertEquals(book().cacheSize(), 3);
});

Deno.test("learn() caches no token of the list", () => {
  const { book, learn, update } = setUp();
  update(full(1, entry("A", accepted)));
  assertEquals(learn("a ", blocked).writes, []);
  assertEquals([book().cacheSize(), word(book(), "A")], [0, "Accepted by list"]);
});

Deno.test("learn() caches no empty token", () => {
  const { book, learn } = setUp();
  assertEquals(learn("  ", accepted), { writes: [], conflictsWithList: false });
  assertEquals(book().cacheSize(), 0);
});

Deno.test("learn() caches nothing new while the cache is switched off", () => {
  const { book, learn, setPolicy } = setUp();
  setPolicy({ cacheEnabled: false });
  assertEquals(learn("A", accepted).writes, []);
  setPolicy({});
  assertEquals(word(book(), "A"), "Invalid by offline-policy");
});

Deno.test("an answer that comes while the cache is off replaces the one it holds", () => {
  const { book, learn, setPolicy } = setUp();
  learn("A", accepted);
  setPolicy({ cacheEnabled: false });
  learn("A", blocked);
  setPolicy({});
  assertEquals(word(book(), "A"), "Blocked by cache");
});

const soon = new Date(NOW_MS + 1).toISOString();
const past = new Date(NOW_MS).toISOString();
const CONFLICTS: readonly [listed: IdTokenInfo, answered: IdTokenInfo, conflicts: boolean][] = [
  [accepted, accepted, false],
  [accepted, blocked, true],
  [blocked, accepted, true],
  [blocked, { status: "Invalid" }, true],
  [{ status: "Expired" }, { status: "Expired" }, false],
  // 1.6 §3.5.2: both mark a token as valid.
  [accepted, { status: "ConcurrentTx" }, false],
  [{ status: "ConcurrentTx" }, accepted, false],
  [{ status: "ConcurrentTx" }, blocked, true],
  // What has expired by itself is not contradicted by an answer that says so.
  [{ ...accepted, cacheExpiryDateTime: past }, { status: "Expired" }, false],
  [{ ...accepted, cacheExpiryDateTime: past }, accepted, true],
  [{ ...accepted, cacheExpiryDateTime: soon }, { status: "Expired" }, true],
  [{ ...accepted, cacheExpiryDateTime: soon }, accepted, false],
];

for (const [listed, answered, conflicts] of CONFLICTS) {
  const name = ({ status, cacheExpiryDateTime: until }: IdTokenInfo) =>
    until === undefined ? status : `${status} until ${until === past ? "now" : "soon"}`;
  const verb = conflicts ? "contradicts" : "agrees with";
  Deno.test(`the answer "${name(answered)}" ${verb} "${name(listed)}" in the list`, () => {
    const { learn, update } = setUp();
    update(full(1, entry("A", listed)));
    assertEquals(learn("A", answered).conflictsWithList, conflicts);
  });
}

Deno.test("an answer about a token that is not in the list contradicts nothing", () => {
  const { learn, update } = setUp();
  update(full(1, entry("A", accepted)));
  assertEquals(learn("B", blocked).conflictsWithList, false);
});

// Updates of the list

Deno.test("update() writes what changed and the version, and says Accepted", () => {
  const { book, update } = setUp();
  update(full(1, entry("A", accepted), entry("B", accepted)));
  const { status, writes } = update(differential(2, entry("A", blocked), { idToken: token("b") }));
  assertEquals([status, kindsOf(writes)], ["Accepted", [
    "put local-list A",
    "drop local-list B",
    "put local-list-version csms",
  ]]);
  assertEquals([book().list().version, book().list().tokens.size], [2, 1]);
});

const FAILING: readonly [status: "Failed" | "VersionMismatch", what: string, update: ListUpdate][] =
  [
    ["VersionMismatch", "an outdated differential update", differential(5, entry("Z", accepted))],
    ["Failed", "a version below 1", full(0)],
    ["Failed", "a token twice", full(6, entry("Z", accepted), entry("z", accepted))],
    [
      "Failed",
      "more tokens than fit",
      full(6, ...["P", "Q", "R", "S", "T"].map((tag) => entry(tag, accepted))),
    ],
  ];

for (const [status, what, wrong] of FAILING) {
  Deno.test(`update() with ${what} says ${status}, writes nothing and changes nothing`, () => {
    const { book, learn, update } = setUp();
    update(full(5, entry("A", accepted)));
    learn("Z", accepted);
    const before = book().list();
    assertEquals(update(wrong), { status, writes: [] });
    assertEquals([book().list(), word(book(), "Z")], [before, "Accepted by cache"]);
  });
}

Deno.test("update() takes tokens out of the cache that are now in the list", () => {
  const { book, learn, update } = setUp();
  learn("A", accepted);
  learn("B", accepted);
  const { writes } = update(full(1, entry("a", blocked)));
  assertEquals(kindsOf(writes).at(-1), `drop authorization-cache ${digest("A")}`);
  assertEquals([book().cacheSize(), word(book(), "B")], [1, "Accepted by cache"]);
});

Deno.test("update() leaves the cache alone where it removes a token from the list", () => {
  const { book, learn, update } = setUp();
  update(full(1, entry("A", accepted)));
  learn("B", accepted);
  assertEquals(kindsOf(update(full(2)).writes), [
    "drop local-list A",
    "put local-list-version csms",
  ]);
  assertEquals(book().cacheSize(), 1);
});

// The operator's hand

Deno.test("edit() sets a token of the list, and takes it out of the cache", () => {
  const { book, learn } = setUp();
  learn("A", blocked);
  const writes = book().edit(token("a"), accepted);
  assertEquals(kindsOf(writes), ["put local-list A", `drop authorization-cache ${digest("A")}`]);
  assertEquals([word(book(), "A"), book().cacheSize()], ["Accepted by list", 0]);
});

Deno.test("edit() removes a token of the list", () => {
  const { book } = setUp();
  book().edit(token("A"), accepted);
  assertEquals(kindsOf(book().edit(token("a"), null)), ["drop local-list A"]);
  assertEquals(word(book(), "A"), "Invalid by offline-policy");
});

Deno.test("clearCache() forgets every answer, and no token of the list", () => {
  const { book, learn, update } = setUp();
  update(full(1, entry("L", accepted)));
  learn("A", accepted);
  learn("B", blocked);
  assertEquals(kindsOf(book().clearCache()), [
    `drop authorization-cache ${digest("A")}`,
    `drop authorization-cache ${digest("B")}`,
  ]);
  assertEquals([book().cacheSize(), book().clearCache()], [0, []]);
  assertEquals(word(book(), "L"), "Accepted by list");
});

// Restarts

Deno.test("list, version and answers are there again after a restart", () => {
  const { book, learn, update, restart } = setUp();
  update(full(3, entry("A", accepted)));
  learn("B", blocked);
  restart();
  assertEquals([word(book(), "A"), word(book(), "B")], ["Accepted by list", "Blocked by cache"]);
  assertEquals(book().list().version, 3);
  assertEquals(update(differential(3)).status, "VersionMismatch");
});

interface Act {
  readonly what: string;
  readonly run: (world: ReturnType<typeof setUp>, nowMs: number) => void;
}

const TAGS = fc.constantFrom("A", "b", "C", "d", "E");
const STATUSES = fc.constantFrom<AuthorizationStatus>("Accepted", "Blocked", "Expired");
const INFOS = STATUSES.map((status): IdTokenInfo => ({ status }));
const UPDATES: fc.Arbitrary<ListUpdate> = fc.record({
  version: fc.integer({ min: 0, max: 6 }),
  type: fc.constantFrom("Full", "Differential"),
  entries: fc.array(
    fc.tuple(TAGS, fc.option(INFOS)).map(([tag, info]): AuthorizationEntry =>
      info === null ? { idToken: token(tag) } : entry(tag, info)
    ),
  ),
});
const ACTS: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(TAGS, INFOS).map(([tag, info]): Act => ({
    what: `learn ${tag} ${info.status}`,
    run: (world, nowMs) => void world.learn(tag, info, nowMs),
  })),
  UPDATES.map((update): Act => ({
    what: `update ${JSON.stringify(update)}`,
    run: (world) => void world.update(update),
  })),
  fc.tuple(TAGS, fc.option(INFOS)).map(([tag, info]): Act => ({
    what: `edit ${tag} ${info?.status}`,
    run: (world) => world.edit(tag, info),
  })),
  fc.boolean().map((cacheEnabled): Act => ({
    what: `cache ${cacheEnabled}`,
    run: (world) => world.setPolicy({ cacheEnabled }),
  })),
  fc.constant<Act>({
    what: "clear cache",
    run: ({ book, disk }) => disk.commit(book().clearCache()),
  }),
);

Deno.test("a book that is opened on what was written is the same book", () => {
  fc.assert(fc.property(fc.array(ACTS, { maxLength: 25 }), (acts) => {
    const world = setUp();
    acts.forEach(({ run }, index) => run(world, NOW_MS + index));
    world.setPolicy({});
    const before = world.book();
    world.restart();
    const after = world.book();
    assertEquals(after.list(), before.list());
    assertEquals(after.cacheSize(), before.cacheSize());
    for (const tag of ["a", "B", "c", "D", "e"]) {
      assertEquals(word(after, tag), word(before, tag));
    }
  }));
});

Deno.test("no token is ever in the list and in the cache, and neither grows past its bounds", () => {
  fc.assert(fc.property(fc.array(ACTS, { maxLength: 25 }), (acts) => {
    const world = setUp({ listCapacity: 5 });
    acts.forEach(({ run }, index) => {
      run(world, NOW_MS + index);
      const { listed, cached } = world.disk.snapshot();
      for (const key of listed.keys()) assert(!cached.has(digest(key)), key);
      assert(listed.size <= 5 && cached.size <= 3);
    });
  }));
});

Deno.test("uses of cached tokens are written with the next lesson, or when asked, at most hourly", () => {
  const { book, learn } = setUp();
  learn("A", accepted);
  learn("B", accepted);
  const laterMs = NOW_MS + 3_600_000;
  assertEquals(word(book(), "A", false, laterMs), "Accepted by cache");
  assertEquals(kindsOf(learn("C", accepted, laterMs).writes), [
    `put authorization-cache ${digest("C")}`,
    `put authorization-cache ${digest("A")}`,
  ]);
  assertEquals(word(book(), "B", false, laterMs + 1), "Accepted by cache");
  assertEquals(kindsOf(book().uses()), [`put authorization-cache ${digest("B")}`]);
  assertEquals(book().uses(), []);
});

Deno.test("with a clock that starts in 1970 what had expired before stays expired", () => {
  const { book, learn, restart } = setUp();
  learn("A", { status: "Accepted", cacheExpiryDateTime: new Date(NOW_MS - 1).toISOString() });
  learn("B", accepted);
  restart();
  assertEquals(word(book(), "A", false, 60_000), "Expired by cache");
  assertEquals(word(book(), "B", false, 60_000), "Accepted by cache");
});

Deno.test("only what the CSMS listed can be in conflict, until an update or an agreeing answer settles it", () => {
  const told: string[] = [];
  const heard = { listChanged: () => {}, conflict: (state: string) => void told.push(state) };
  const { book, learn, update, edit } = setUp({ heard });
  update(full(1, entry("A", accepted), entry("B", accepted)));
  edit("C", accepted);
  learn("C", blocked);
  assertEquals(book().hasListConflict(), false);
  for (const tag of ["A", "B"]) assert(learn(tag, blocked).conflictsWithList);
  update(differential(2, entry("A", blocked)));
  assertEquals([book().hasListConflict(), told], [true, ["raised"]]);
  learn("B", accepted);
  assertEquals([book().hasListConflict(), told], [false, ["raised", "over"]]);
  learn("B", blocked);
  edit("B", accepted);
  learn("A", accepted);
  update(full(3));
  assertEquals(told, ["raised", "over", "raised", "over", "raised", "over"]);
});

Deno.test("knows() knows tokens of list and cache, whatever is said of them", () => {
  const { book, learn, edit } = setUp();
  learn("A", blocked);
  edit("B", blocked);
  assertEquals(["a", "b", "c"].map((tag) => book().knows(token(tag))), [true, true, false]);
});

Deno.test("a long update takes its tokens out of the cache bit by bit, and the list has the word at once", () => {
  const { book, disk, learn, update } = setUp({ cacheCapacity: 2_000, listCapacity: 2_000 });
  const tags = Array.from({ length: 1_200 }, (_, n) => `T${n}`);
  for (const tag of [...tags, "OTHER"]) learn(tag, accepted);
  update(full(1, ...tags.map((tag) => entry(tag, blocked))));
  assertEquals([book().cacheSize(), word(book(), "T1199")], [701, "Blocked by list"]);
  let sweeps = 0;
  for (let more = book().sweep(); more !== null; more = book().sweep()) {
    disk.commit(more);
    sweeps++;
  }
  assertEquals([sweeps, book().cacheSize(), disk.snapshot().cached.size], [2, 1, 1]);
  assertEquals(word(book(), "OTHER"), "Accepted by cache");
});

Deno.test("a full list has room for those who are on it, and for nobody else", () => {
  const { book, edit } = setUp({ listCapacity: 2 });
  for (const tag of ["A", "B"]) edit(tag, accepted);
  assertEquals(["a", "C"].map((tag) => book().hasRoomFor(token(tag))), [true, false]);
});

Deno.test("edit() of a text as another kind leaves one entry", () => {
  const { book, disk } = setUp();
  const typed = (type: string): IdToken => ({ idToken: "abcd", type });
  for (const type of ["Central", "KeyCode", "Central"]) {
    disk.commit(book().edit(typed(type), accepted));
    assertEquals([...book().list().tokens.values()].map((each) => each.idToken.type), [type]);
  }
  disk.commit(book().edit(typed("KeyCode"), accepted));
  disk.commit(book().edit(typed("Central"), null));
  assertEquals([book().list().tokens.size, disk.snapshot().listed.size], [0, 0]);
});

// Kinds

/** What the book says offline of a token as it is presented. */
function wordOf(book: TokenBook, idToken: IdToken): string {
  const verdict = book.judge(idToken, false, NOW_MS);
  return verdict.kind === "decided" ? verdict.decision.source : verdict.kind;
}

Deno.test("a private code stands in the list and is compared as it was typed", () => {
  const { book } = setUp();
  book().edit({ idToken: "47aB", type: "KeyCode" }, accepted);
  assertEquals(wordOf(book(), { idToken: "47aB", type: "KeyCode" }), "list");
  assertEquals(wordOf(book(), { idToken: "47aB", type: "Central" }), "list", "1.6 knows no kinds");
  assertEquals(wordOf(book(), { idToken: "47AB", type: "KeyCode" }), "offline-policy");
  assertEquals(wordOf(book(), { idToken: "47AB", type: "Central" }), "offline-policy");
});

Deno.test("who types the number of a listed or remembered card is not its owner", () => {
  const { book, learn } = setUp();
  book().edit(token("04A1B2C3"), accepted);
  learn("04A1B2C4", accepted);
  for (const idToken of ["04A1B2C3", "04A1B2C4"]) {
    assertEquals(wordOf(book(), { idToken, type: "KeyCode" }), "offline-policy");
  }
  assertEquals(wordOf(book(), token("04A1B2C3")), "list");
  assertEquals(wordOf(book(), token("04A1B2C4")), "cache");
});

Deno.test("a contract id is found with hyphens and without, whoever knew it which way", () => {
  const { book } = setUp();
  book().edit({ idToken: "DE-8AA-1A2B3C4D5-9", type: "eMAID" }, accepted);
  for (const idToken of ["DE8AA1A2B3C4D59", "de-8aa-1a2b3c4d5-9"]) {
    for (const type of ["eMAID", "Central"]) {
      assertEquals(wordOf(book(), { idToken, type }), "list", `${idToken} ${type}`);
    }
  }
});

Deno.test("what the CSMS says of a start button or a payment is not remembered (C02.FR.03)", () => {
  const { book } = setUp();
  for (const type of ["NoAuthorization", "DirectPayment", "Local"]) {
    assertEquals(book().learn({ idToken: "X", type }, accepted, NOW_MS).writes, []);
  }
});

Deno.test("a token is of the master passes by its group, or by what is known of it", () => {
  const { book, learn, setPolicy } = setUp();
  const police: IdToken = { idToken: "POLICE", type: "Central" };
  learn("A", { ...accepted, groupIdToken: police });
  book().edit(token("B"), { ...accepted, groupIdToken: police });
  const masters = () => ["A", "B", "C"].map((tag) => book().isMasterPass(token(tag), null));
  assertEquals(masters(), [false, false, false]);
  setPolicy({ masterPassGroup: "police" });
  assertEquals(masters(), [true, true, false]);
  assertEquals(book().isMasterPass(token("C"), police), true);
});
