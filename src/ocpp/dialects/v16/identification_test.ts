import { assertEquals } from "@std/assert";
import type { AuthorizationStatus } from "../../inside.ts";
import { codecs16, fitsToken16, TOKEN_LENGTH_MAX_16 } from "./mod.ts";

const { request, response } = codecs16.Authorize.Authorize;

const TOKENS: readonly (readonly [idTag: string, type: string])[] = [
  ["04A2B3C4", "ISO14443"],
  ["04a2b3c4d5e6f7", "ISO14443"],
  ["04A2B3C4D5E6F7010203", "ISO14443"],
  ["04A2B3C", "Central"],
  ["04A2B3C4D5", "Central"],
  ["04A2B3CG", "Central"],
  [" 4A2B3C4", "Central"],
  ["REMOTE-42", "Central"],
  ["", "Central"],
];

for (const [idTag, type] of TOKENS) {
  Deno.test(`the idTag "${idTag}" is a token of type ${type}, letter by letter`, () => {
    assertEquals(request.read({ idTag }), { message: { idToken: { idToken: idTag, type } } });
    assertEquals(request.write({ message: { idToken: { idToken: idTag, type: "eMAID" } } }), {
      idTag,
    });
  });
}

Deno.test("fitsToken16() draws the line at 20 characters", () => {
  assertEquals(TOKEN_LENGTH_MAX_16, 20);
  assertEquals(fitsToken16({ idToken: "x".repeat(20) }), true);
  assertEquals(fitsToken16({ idToken: "x".repeat(21) }), false);
  assertEquals(fitsToken16({ idToken: "🔌".repeat(20) }), true);
});

Deno.test("a token that is too long is not shortened to somebody else's", () => {
  const idToken = { idToken: "x".repeat(36), type: "Central" };
  assertEquals(request.write({ message: { idToken } }), { idTag: "x".repeat(36) });
});

const STATUSES: Readonly<Record<AuthorizationStatus, string>> = {
  Accepted: "Accepted",
  Blocked: "Blocked",
  ConcurrentTx: "ConcurrentTx",
  Expired: "Expired",
  Invalid: "Invalid",
  NoCredit: "Blocked",
  NotAllowedTypeEVSE: "Invalid",
  NotAtThisLocation: "Invalid",
  NotAtThisTime: "Invalid",
  Unknown: "Invalid",
};

for (const status of Object.keys(STATUSES).filter((name) => name in STATUSES)) {
  Deno.test(`2.1's ${status} is ${STATUSES[status as AuthorizationStatus]} in 1.6`, () => {
    const idTokenInfo = { status: status as AuthorizationStatus };
    assertEquals(response.write({ message: { idTokenInfo } }), {
      idTagInfo: { status: STATUSES[idTokenInfo.status] },
    });
  });
}

Deno.test("expiry and parent of an idTag are cache expiry and group of a token", () => {
  const idTagInfo = {
    status: "Accepted" as const,
    expiryDate: "2026-12-31T00:00:00Z",
    parentIdTag: "FLEET",
  };
  assertEquals(response.read({ idTagInfo }), {
    message: {
      idTokenInfo: {
        status: "Accepted",
        cacheExpiryDateTime: "2026-12-31T00:00:00Z",
        groupIdToken: { idToken: "FLEET", type: "Central" },
      },
    },
  });
});

Deno.test("what 1.6 has no field for stays behind", () => {
  const idTokenInfo = {
    status: "Accepted" as const,
    chargingPriority: 3,
    language1: "mr",
    evseId: [1],
    personalMessage: { format: "UTF8" as const, content: "Welcome" },
  };
  assertEquals(response.write({ message: { idTokenInfo } }), { idTagInfo: { status: "Accepted" } });
});
