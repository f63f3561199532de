import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationEntry, AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import {
  editList,
  EMPTY_LIST,
  type ListedToken,
  type ListUpdate,
  type ListUpdateOutcome,
  type LocalList,
  updateList,
} from "./local_list.ts";

const MANY = 1_000;
const accepted: IdTokenInfo = { status: "Accepted" };
const blocked: IdTokenInfo = { status: "Blocked" };

function token(idToken: string): IdToken {
  return { idToken, type: "ISO14443" };
}

/** An entry that sets a token; without info one that removes it. */
function entry(tag: string, info?: IdTokenInfo): AuthorizationEntry {
  return info === undefined ? { idToken: token(tag) } : { idToken: token(tag), idTokenInfo: info };
}

function full(version: number, ...entries: readonly AuthorizationEntry[]): ListUpdate {
  return { version, type: "Full", entries };
}

function differential(version: number, ...entries: readonly AuthorizationEntry[]): ListUpdate {
  return { version, type: "Differential", entries };
}

/** The list after an update that must succeed. */
function after(list: LocalList, update: ListUpdate, tokensMax = MANY): LocalList {
  const outcome = updateList(list, update, tokensMax);
  if (outcome.kind !== "applied") throw new Error(JSON.stringify(outcome));
  return outcome.list;
}

function changedBy(list: LocalList, update: ListUpdate): readonly string[] {
  const outcome = updateList(list, update, MANY);
  return outcome.kind === "applied" ? outcome.changed.toSorted() : [];
}

/** Statuses by token, which is what most tests want to see. */
function statuses(list: LocalList): Record<string, AuthorizationStatus> {
  return Object.fromEntries([...list.tokens].map(([key, { info }]) => [key, info.status]));
}

const THREE = after(
  EMPTY_LIST,
  full(5, entry("a", accepted), entry("B", blocked), entry("c", accepted)),
);

// Full updates

Deno.test("a new list is empty and has version 0", () => {
  assertEquals([EMPTY_LIST.version, EMPTY_LIST.tokens.size], [0, 0]);
});

Deno.test("a full update makes the list what it says, with its version", () => {
  assertEquals(THREE.version, 5);
  assertEquals(THREE.tokens.get("A"), {
    idToken: token("a"),
    info: accepted,
    origin: "csms",
  });
  assertEquals(statuses(THREE), { A: "Accepted", B: "Blocked", C: "Accepted" });
});

for (const version of [6, 5, 4]) {
  Deno.test(`a full update to version ${version} replaces a list of version 5`, () => {
    const list = after(THREE, full(version, entry("d", accepted)));
    assertEquals([list.version, statuses(list)], [version, { D: "Accepted" }]);
  });
}

Deno.test("a full update without entries empties the list, whose version is then 0", () => {
  const list = after(THREE, full(6));
  assertEquals([list.version, list.tokens.size], [0, 0]);
});

Deno.test("a full update takes an entry without info for a token that is not in the list", () => {
  assertEquals(statuses(after(THREE, full(6, entry("a"), entry("d", accepted)))), {
    D: "Accepted",
  });
});

// Differential updates

Deno.test("a differential update adds, replaces and removes, and leaves the rest", () => {
  const list = after(
    THREE,
    differential(6, entry("d", accepted), entry("A", blocked), entry("b")),
  );
  assertEquals(statuses(list), { A: "Blocked", C: "Accepted", D: "Accepted" });
  assertEquals([list.version, list.tokens.get("A")?.idToken], [6, token("A")]);
});

for (const version of [5, 4, 1]) {
  Deno.test(`a differential update to version ${version} does not fit a list of version 5`, () => {
    const update = differential(version, entry("d", accepted));
    assertEquals(updateList(THREE, update, MANY), { kind: "version-mismatch" });
  });
}

Deno.test("a differential update may skip versions", () => {
  assertEquals(after(THREE, differential(90, entry("d", accepted))).version, 90);
});

Deno.test("a differential update without entries changes the version only", () => {
  assertEquals(after(THREE, differential(6)), { ...THREE, version: 6 });
});

Deno.test("a differential update may build up a list from nothing", () => {
  assertEquals(statuses(after(EMPTY_LIST, differential(1, entry("a", accepted)))), {
    A: "Accepted",
  });
});

Deno.test("a differential update that removes the last token leaves version 0", () => {
  const one = after(EMPTY_LIST, full(5, entry("a", accepted)));
  assertEquals(after(one, differential(6, entry("a"))).version, 0);
});

Deno.test("removing a token that is not in the list does no harm", () => {
  assertEquals(after(THREE, differential(6, entry("zz"))), { ...THREE, version: 6 });
});

// Updates that fail

const VERSION = "is not a positive whole number";
const TWICE = "The update names one token twice";
const FAILURES: readonly [what: string, reason: string, update: ListUpdate, tokensMax?: number][] =
  [
    ["has version 0", `Version 0 ${VERSION}`, full(0, entry("d", accepted))],
    ["has version -1", `Version -1 ${VERSION}`, full(-1, entry("d", accepted))],
    ["has half a version", `Version 1.5 ${VERSION}`, full(1.5, entry("d", accepted))],
    ["has no version", `Version NaN ${VERSION}`, full(NaN, entry("d", accepted))],
    ["names a token twice", TWICE, full(6, entry("d", accepted), entry("d", blocked))],
    ["names a token in two cases", TWICE, full(6, entry("d", accepted), entry("D", blocked))],
    ["sets and removes a token", TWICE, differential(6, entry("d", accepted), entry("d"))],
    [
      "has more tokens than fit",
      "The list would hold more than 1 tokens",
      full(6, entry("d", accepted), entry("e", accepted)),
      1,
    ],
    [
      "adds a token that does not fit",
      "The list would hold more than 3 tokens",
      differential(6, entry("d", accepted)),
      3,
    ],
  ];

for (const [what, reason, update, tokensMax = MANY] of FAILURES) {
  Deno.test(`an update that ${what} fails and changes nothing`, () => {
    const before = structuredClone(THREE);
    assertEquals(updateList(THREE, update, tokensMax), { kind: "failed", reason });
    assertEquals(THREE, before);
  });
}

Deno.test("a list may be filled to its capacity, by either kind of update", () => {
  assertEquals(after(THREE, full(6, entry("d", accepted)), 1).tokens.size, 1);
  assertEquals(after(THREE, differential(6, entry("d", accepted)), 4).tokens.size, 4);
  // One goes, one comes: never more than three.
  assertEquals(after(THREE, differential(6, entry("a"), entry("d", accepted)), 3).tokens.size, 3);
});

// What changed

Deno.test("changed names what was set, replaced or removed, and nothing that stayed", () => {
  const update = differential(
    6,
    entry("a", blocked),
    entry("b"),
    entry("c", accepted),
    entry("d", accepted),
  );
  assertEquals(changedBy(THREE, update), ["A", "B", "D"]);
  assertEquals(changedBy(THREE, full(6, entry("c", accepted))), ["A", "B"]);
  assertEquals(changedBy(THREE, full(6)), ["A", "B", "C"]);
  assertEquals(changedBy(THREE, differential(6)), []);
});

Deno.test("changed names a token whose group or expiry is another now", () => {
  const group: IdTokenInfo = { ...accepted, groupIdToken: token("FAMILY") };
  const until: IdTokenInfo = { ...accepted, cacheExpiryDateTime: "2027-01-01T00:00:00Z" };
  assertEquals(changedBy(THREE, differential(6, entry("a", group), entry("c", until))), ["A", "C"]);
});

// The operator's own entries

const OWN = editList(editList(THREE, token("own"), accepted), token("a"), blocked);

Deno.test("editList() sets one token as the operator's own; the CSMS's version stays", () => {
  const own: ListedToken = { idToken: token("own"), info: accepted, origin: "operator" };
  assertEquals([OWN.version, OWN.tokens.get("OWN")], [5, own]);
  assertEquals(OWN.tokens.get("A")?.origin, "operator");
  assertEquals(statuses(THREE), { A: "Accepted", B: "Blocked", C: "Accepted" });
});

Deno.test("editList() removes one token, and none where there is none", () => {
  assertEquals(statuses(editList(THREE, token("b"), null)), { A: "Accepted", C: "Accepted" });
  assertEquals(editList(THREE, token("zz"), null), THREE);
});

const CSMS_UPDATES: readonly [what: string, update: ListUpdate][] = [
  ["a full update without entries", full(6)],
  ["a full update with the token", full(6, entry("OWN", blocked))],
  ["a full update with the token and no info", full(6, entry("own"))],
  ["a differential update of the token", differential(6, entry("own", blocked))],
  ["a differential update that removes the token", differential(6, entry("own"))],
];

for (const [what, update] of CSMS_UPDATES) {
  Deno.test(`${what} leaves the operator's own entry alone`, () => {
    const list = after(OWN, update);
    assertEquals(list.tokens.get("OWN"), OWN.tokens.get("OWN"));
    assertEquals(changedBy(OWN, update).includes("OWN"), false);
  });
}

Deno.test("the operator's own entries are no list of the CSMS: without others its version is 0", () => {
  const list = after(OWN, full(6));
  assertEquals([list.version, statuses(list)], [0, { A: "Blocked", OWN: "Accepted" }]);
});

Deno.test("the operator's own entries take up room", () => {
  assertEquals(updateList(OWN, full(6, entry("x", accepted)), 2).kind, "failed");
  assertEquals(updateList(OWN, full(6, entry("x", accepted)), 3).kind, "applied");
});

// Whole histories

const INFOS = fc.constantFrom<IdTokenInfo>(
  accepted,
  blocked,
  { status: "Expired" },
  { status: "Accepted", groupIdToken: token("FAMILY") },
);
const TAGS = ["a", "B", "c1", "D2", "e"];
const ENTRIES = fc.uniqueArray(
  fc.record({ tag: fc.constantFrom(...TAGS), info: fc.option(INFOS, { nil: undefined }) }),
  { selector: ({ tag }) => tag, maxLength: TAGS.length },
).map((given) => given.map(({ tag, info }) => entry(tag, info)));
const FULL_ENTRIES = fc.uniqueArray(
  fc.record({ tag: fc.constantFrom(...TAGS), info: INFOS }),
  { selector: ({ tag }) => tag },
).map((given) => given.map(({ tag, info }) => entry(tag, info)));

Deno.test("a full update and then differential ones give what one full update would give", () => {
  fc.assert(fc.property(FULL_ENTRIES, fc.array(ENTRIES, { maxLength: 5 }), (first, updates) => {
    let list = after(EMPTY_LIST, full(1, ...first));
    const direct = new Map(first.map((each) => [each.idToken.idToken, each]));
    updates.forEach((entries, index) => {
      list = after(list, differential(index + 2, ...entries));
      for (const each of entries) {
        if (each.idTokenInfo === undefined) direct.delete(each.idToken.idToken);
        else direct.set(each.idToken.idToken, each);
      }
    });
    const version = updates.length + 1;
    assertEquals(list, after(EMPTY_LIST, full(version, ...direct.values())));
  }));
});

const UPDATES: fc.Arbitrary<ListUpdate> = fc.record({
  version: fc.integer({ min: -1, max: 9 }),
  type: fc.constantFrom("Full", "Differential"),
  entries: fc.array(
    fc.record({ tag: fc.constantFrom(...TAGS), info: fc.option(INFOS, { nil: undefined }) })
      .map(({ tag, info }) => entry(tag, info)),
    { maxLength: 5 },
  ),
});

Deno.test("an update is applied whole or not at all, and never touches the list it was given", () => {
  const limits = fc.integer({ min: 0, max: 4 });
  fc.assert(fc.property(fc.array(UPDATES), limits, (updates, tokensMax) => {
    let list = EMPTY_LIST;
    for (const update of updates) {
      const before = structuredClone(list);
      const outcome: ListUpdateOutcome = updateList(list, update, tokensMax);
      assertEquals(list, before);
      if (outcome.kind !== "applied") continue;
      assert(outcome.list.tokens.size <= tokensMax);
      for (const { idToken, idTokenInfo } of update.entries) {
        const held = outcome.list.tokens.get(idToken.idToken.toUpperCase());
        assertEquals(held?.info, idTokenInfo);
      }
      list = outcome.list;
    }
  }));
});

Deno.test("changed is the difference of the two lists, so that a disk can follow", () => {
  fc.assert(fc.property(fc.array(UPDATES), (updates) => {
    let list = editList(EMPTY_LIST, token("e"), blocked);
    const disk = new Map(list.tokens);
    for (const update of updates) {
      const outcome = updateList(list, update, MANY);
      if (outcome.kind !== "applied") continue;
      for (const key of outcome.changed) {
        assertNotEquals(outcome.list.tokens.get(key), list.tokens.get(key));
        const token = outcome.list.tokens.get(key);
        if (token === undefined) disk.delete(key);
        else disk.set(key, token);
      }
      list = outcome.list;
      assertEquals(disk, new Map(list.tokens));
    }
  }));
});

Deno.test("the version is that of the last update while the CSMS has a token in the list", () => {
  fc.assert(fc.property(fc.array(UPDATES), (updates) => {
    let list = EMPTY_LIST;
    for (const update of updates) {
      const outcome = updateList(list, update, MANY);
      if (outcome.kind !== "applied") continue;
      list = outcome.list;
      assertEquals(list.version, list.tokens.size === 0 ? 0 : update.version);
    }
  }));
});

Deno.test("a list as long as a frame can carry is taken in one go", () => {
  const entries = Array.from({ length: 20_000 }, (_, index) => entry(`T${index}`, accepted));
  assertEquals(after(EMPTY_LIST, full(1, ...entries), 20_000).tokens.size, 20_000);
});
