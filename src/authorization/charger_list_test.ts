import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { isoTime } from "../lib/clock.ts";
import type { AuthorizationStatus, IdTokenInfo } from "../ocpp/mod.ts";
import { tokenKey } from "../site/mod.ts";
import {
  acceptableAt,
  type ChargerList,
  chosenFor,
  inMessages,
  listChanges,
  listDigest,
} from "./charger_list.ts";
import { editList, EMPTY_LIST, type LocalList } from "./local_list.ts";

const NOW = Date.UTC(2026, 0, 5);
const AT = { slots: [1, 2], masterPassGroup: "", nowWallMs: NOW };

function listOf(tokens: Readonly<Record<string, IdTokenInfo>>): LocalList {
  return Object.entries(tokens).reduce(
    (list, [idToken, info]) => editList(list, { idToken, type: "Central" }, info),
    EMPTY_LIST,
  );
}

function acceptable(info: Partial<IdTokenInfo>, at: Partial<typeof AT> = {}): boolean {
  const list = listOf({ ASHA: { status: "Accepted", ...info } });
  return acceptableAt(list, { ...AT, ...at }).length === 1;
}

const group = (idToken: string) => ({ groupIdToken: { idToken, type: "Central" } });

const CASES: readonly (readonly [what: string, is: boolean, wanted: boolean])[] = [
  ["accepted", acceptable({}), true],
  ["blocked", acceptable({ status: "Blocked" }), false],
  ["charging elsewhere", acceptable({ status: "ConcurrentTx" }), false],
  ["good until tomorrow", acceptable({ cacheExpiryDateTime: isoTime(NOW + 1) }), true],
  ["expired", acceptable({ cacheExpiryDateTime: isoTime(NOW) }), false],
  ["good at all its EVSEs and others", acceptable({ evseId: [2, 1, 7] }), true],
  ["good at one of its EVSEs only", acceptable({ evseId: [1] }), false],
  ["of a group", acceptable(group("FLEET"), { masterPassGroup: "GUARDS" }), true],
  ["of the master pass group", acceptable(group("guards"), { masterPassGroup: "GUARDS" }), false],
  ["of no group where there is no master pass", acceptable(group(" ")), true],
];

for (const [what, is, wanted] of CASES) {
  Deno.test(`a token that is ${what} is ${wanted ? "" : "not "}given to a charger`, () => {
    assertEquals(is, wanted);
  });
}

Deno.test("an empty text is nobody's token", () => {
  assertEquals(acceptableAt(listOf({ " ": { status: "Accepted" } }), AT), []);
});

Deno.test("expiry and group go along, what only the gateway understands does not", () => {
  const info: IdTokenInfo = {
    status: "Accepted",
    cacheExpiryDateTime: "2030-01-01T00:00:00Z",
    evseId: [1, 2],
    chargingPriority: 3,
    ...group("FLEET"),
  };
  const chosen = chosenFor(acceptableAt(listOf({ ASHA: info }), AT), 5, []);
  assertEquals([...chosen.values()], [{
    idToken: { idToken: "ASHA", type: "Central" },
    idTokenInfo: {
      status: "Accepted",
      cacheExpiryDateTime: "2030-01-01T00:00:00Z",
      ...group("FLEET"),
    },
  }]);
});

Deno.test("where there is room for few, those come who charged last", () => {
  const list = listOf(Object.fromEntries(
    ["A", "B", "C", "D", "E"].map((name) => [name, { status: "Accepted" }]),
  ));
  const tokens = acceptableAt(list, AT);
  assertEquals([...chosenFor(tokens, 3, ["D", "STRANGER", "B", "D"]).keys()], ["D", "B", "A"]);
  assertEquals([...chosenFor(tokens, 0, ["D"]).keys()], []);
});

Deno.test("one token is one entry object, however many chargers have it", () => {
  const tokens = acceptableAt(listOf({ ASHA: { status: "Accepted" } }), AT);
  assertStrictEquals(chosenFor(tokens, 1, []).get("ASHA"), chosenFor(tokens, 9, []).get("ASHA"));
});

Deno.test("inMessages() keeps to the length of a message, and says nothing in one", () => {
  const entries = ["A", "B", "C"].map((idToken) => ({ idToken: { idToken, type: "Central" } }));
  assertEquals(inMessages(entries, 2).map((items) => items.length), [2, 1]);
  assertEquals(inMessages(entries, 3).map((items) => items.length), [3]);
  assertEquals(inMessages([], 2), [[]]);
});

const STATUSES = ["Accepted", "Blocked"] as const satisfies readonly AuthorizationStatus[];
const Tokens = fc.dictionary(
  fc.constantFrom("A", "B", "C", "D", "E", "F"),
  fc.record({
    status: fc.constantFrom(...STATUSES),
    cacheExpiryDateTime: fc.constantFrom("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
  }, { requiredKeys: ["status"] }),
);

/** What a charger makes of a differential update (1.6 §5.15). */
function after(list: ChargerList, changes: ReturnType<typeof listChanges>): ChargerList {
  const next = new Map(list);
  for (const entry of changes) {
    if (entry.idTokenInfo === undefined) next.delete(tokenKey(entry.idToken));
    else next.set(tokenKey(entry.idToken), entry);
  }
  return next;
}

Deno.test("property: the changes turn one list into the other, name nobody twice, and are none between equals", () => {
  fc.assert(fc.property(Tokens, Tokens, fc.nat(7), (left, right, capacity) => {
    const [before, wanted] = [left, right].map((tokens) =>
      chosenFor(acceptableAt(listOf(tokens), AT), capacity, ["C", "F"])
    );
    if (before === undefined || wanted === undefined) return;
    const changes = listChanges(before, wanted);
    assertEquals(listDigest(after(before, changes)), listDigest(wanted));
    assertEquals(new Set(changes.map(({ idToken }) => tokenKey(idToken))).size, changes.length);
    assertEquals(listChanges(wanted, wanted), []);
    assertEquals(wanted.size <= capacity, true);
  }));
});

Deno.test("the digest tells what is in a list, not in which order", () => {
  const tokens = acceptableAt(
    listOf({ A: { status: "Accepted" }, B: { status: "Accepted" } }),
    AT,
  );
  assertEquals(
    listDigest(chosenFor(tokens, 2, ["A"])),
    listDigest(chosenFor(tokens, 2, ["B"])),
  );
  assertNotEquals(listDigest(chosenFor(tokens, 2, [])), listDigest(chosenFor(tokens, 1, [])));
});
