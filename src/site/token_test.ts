import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import { exactKey, groupOf, isExpired, sameGroup, sameToken, tokenKey } from "./token.ts";

const NOW_MS = Date.UTC(2026, 4, 1, 12);

function token(idToken: string, type = "ISO14443"): IdToken {
  return { idToken, type };
}

const KEYS: readonly [written: string, key: string][] = [
  ["04A2B3C4", "04A2B3C4"],
  ["04a2b3c4", "04A2B3C4"],
  ["  04a2B3c4\t", "04A2B3C4"],
  ["two words", "TWO WORDS"],
  ["", ""],
  ["   ", ""],
];

for (const [written, key] of KEYS) {
  Deno.test(`tokenKey() makes "${key}" of "${written}"`, () => {
    assertEquals(tokenKey(token(written)), key);
  });
}

Deno.test("tokenKey() of a key is the key", () => {
  fc.assert(fc.property(fc.string(), (written) => {
    const key = tokenKey(token(written));
    assertEquals(tokenKey(token(key)), key);
  }));
});

Deno.test("sameToken() does not mind case, blanks around, or the kind of reader", () => {
  assert(sameToken(token("abCD", "ISO14443"), token(" ABcd ", "Central")));
  assert(!sameToken(token("ABCD"), token("ABCE")));
  assert(!sameToken(token("AB CD"), token("ABCD")));
});

Deno.test("sameToken() never takes two empty tokens for one person", () => {
  assert(!sameToken(token(""), token("")));
  assert(!sameToken(token(" "), token("")));
});

const GROUPS: readonly [left: IdToken | null, right: IdToken | null, same: boolean][] = [
  [token("FAMILY"), token("family"), true],
  [token("FAMILY"), token("FIRM"), false],
  [token("FAMILY"), null, false],
  [null, token("FAMILY"), false],
  [null, null, false],
  [token(""), token(""), false],
];

for (const [left, right, same] of GROUPS) {
  const name = (group: IdToken | null) => group === null ? "none" : `"${group.idToken}"`;
  Deno.test(`sameGroup() is ${same} for ${name(left)} and ${name(right)}`, () => {
    assertEquals(sameGroup(left, right), same);
  });
}

Deno.test("groupOf() finds the group, and none where it is absent or empty", () => {
  const group = token("FAMILY", "Central");
  assertEquals(groupOf({ status: "Accepted", groupIdToken: group }), group);
  assertEquals(groupOf({ status: "Accepted", groupIdToken: token(" ") }), null);
  assertEquals(groupOf({ status: "Accepted" }), null);
});

const EXPIRIES: readonly [expiry: string | null, expired: boolean, what: string][] = [
  [null, false, "no expiry"],
  ["2026-05-01T12:00:00.001Z", false, "an expiry a moment away"],
  ["2026-05-01T12:00:00Z", true, "an expiry that is now"],
  ["2026-05-01T11:59:59Z", true, "an expiry in the past"],
  ["2026-05-01T17:30:00+05:30", true, "the same moment in Indian time"],
  ["2026-05-01T17:31:00+05:30", false, "a later moment in Indian time"],
  ["some day", false, "an expiry that is no date"],
];

for (const [expiry, expired, what] of EXPIRIES) {
  Deno.test(`isExpired() is ${expired} with ${what}`, () => {
    const info: IdTokenInfo = expiry === null
      ? { status: "Accepted" }
      : { status: "Accepted", cacheExpiryDateTime: expiry };
    assertEquals(isExpired(info, NOW_MS), expired);
  });
}

// Kinds of tokens

const CONTRACT = "DE8AA1A2B3C4D59";

for (const written of ["DE-8AA-1A2B3C4D5-9", "de-8aa-1a2b3c4d5-9", "DE8AA1A2B3C4D5-9"]) {
  Deno.test(`tokenKey() does not mind the hyphens of the contract id ${written}`, () => {
    assertEquals(tokenKey(token(written, "eMAID")), CONTRACT);
    assertEquals(tokenKey(token(written, "Central")), CONTRACT, "1.6 does not say what it is");
    assert(sameToken(token(written, "Central"), token(CONTRACT, "eMAID")));
  });
}

Deno.test("tokenKey() keeps the hyphens of what is no contract id", () => {
  assertEquals(tokenKey(token("visitor-07", "Central")), "VISITOR-07");
  assert(!sameToken(token("VISITOR-07", "Central"), token("VISITOR07", "Central")));
});

Deno.test("a private code is compared as it was typed", () => {
  assertEquals(tokenKey(token(" aB-1 ", "KeyCode")), "aB-1");
  assert(sameToken(token("4711", "KeyCode"), token("4711", "KeyCode")));
  assert(!sameToken(token("abcd", "KeyCode"), token("ABCD", "KeyCode")));
  assert(sameToken(token("4711", "KeyCode"), token("4711", "Central")), "1.6 knows no kinds");
  assert(!sameToken(token("abcd", "KeyCode"), token("ABCD", "Central")));
  assert(!sameToken(token("", "KeyCode"), token("", "KeyCode")));
});

Deno.test("the number of a card that somebody types is not the card", () => {
  assert(!sameToken(token("04A2B3C4", "KeyCode"), token("04A2B3C4", "ISO14443")));
  assert(exactKey(token("04A2B3C4", "KeyCode")) !== exactKey(token("04A2B3C4", "ISO14443")));
  assertEquals(exactKey(token(" ", "KeyCode")), "");
});

Deno.test("kinds count where both are known, and only there", () => {
  const number = "00B052AABBCC";
  assert(!sameToken(token(number, "MacAddress"), token(number, "ISO15693")));
  for (const guessed of ["Central", "ISO14443"]) {
    assert(sameToken(token(number, "MacAddress"), token(number, guessed)), guessed);
  }
});

Deno.test("sameToken() is the same from both sides, and a token is itself unless it is empty", () => {
  const kinds = ["Central", "ISO14443", "ISO15693", "KeyCode", "eMAID", "MacAddress", "Local"];
  const tokens = fc.record({
    idToken: fc.constantFrom("AB12", "ab12", " AB12", "AB-12", "DE-8AA-1A2B3C4D5", "", " "),
    type: fc.constantFrom(...kinds),
  });
  fc.assert(fc.property(tokens, tokens, (left, right) => {
    assertEquals(sameToken(left, right), sameToken(right, left));
    assertEquals(sameToken(left, left), left.idToken.trim() !== "");
    if (sameToken(left, right) && left.type === right.type) {
      assertEquals(exactKey(left), exactKey(right));
    }
  }));
});
