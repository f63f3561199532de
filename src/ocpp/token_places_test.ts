import { assertEquals, assertStrictEquals } from "@std/assert";
import type { IdToken, InsideCall } from "./mod.ts";
import { mapRequestTokens, mapResponseTokens } from "./token_places.ts";

const token = (idToken: string): IdToken => ({ idToken, type: "Central" });
const marked = ({ idToken, type }: IdToken): IdToken => ({ idToken: `<${idToken}>`, type });
const same = (idToken: IdToken) => idToken;

const REQUESTS: readonly InsideCall[] = [
  { action: "Authorize", message: { idToken: token("A") } },
  {
    action: "StartTransaction",
    message: { evseId: 1, idToken: token("A"), meterStartWh: 1, timestamp: "t" },
  },
  {
    action: "StopTransaction",
    message: { transactionNumber: 1, idToken: token("A"), meterStopWh: 1, timestamp: "t" },
  },
  {
    action: "RequestStartTransaction",
    message: { idToken: token("A"), groupIdToken: token("G") },
  },
  {
    action: "ReserveNow",
    message: { id: 1, expiryDateTime: "t", idToken: token("A"), groupIdToken: token("G") },
  },
  {
    action: "SendLocalList",
    message: {
      versionNumber: 1,
      updateType: "Full",
      localAuthorizationList: [
        { idToken: token("A"), idTokenInfo: { status: "Accepted", groupIdToken: token("G") } },
        { idToken: token("B") },
      ],
    },
  },
];

for (const call of REQUESTS) {
  Deno.test(`every token of ${call.action} is mapped, and nothing else`, () => {
    const text = JSON.stringify(call);
    const wanted = text.replaceAll(/"idToken":"(\w)"/g, '"idToken":"<$1>"');
    assertEquals(JSON.parse(JSON.stringify(mapRequestTokens(call, marked))), JSON.parse(wanted));
    assertEquals(JSON.stringify(call), text, "the message itself stays as it was");
    assertStrictEquals(mapRequestTokens(call, same), call);
  });
}

for (const action of ["Authorize", "StopTransaction"] as const) {
  Deno.test(`the group in an answer to ${action} is mapped`, () => {
    const answer = { idTokenInfo: { status: "Accepted", groupIdToken: token("G") } } as const;
    assertEquals(mapResponseTokens(action, answer, marked), {
      idTokenInfo: { status: "Accepted", groupIdToken: token("<G>") },
    });
    assertStrictEquals(mapResponseTokens(action, answer, same), answer);
  });
}

Deno.test("messages without tokens are left alone", () => {
  const call = { action: "Heartbeat", message: {} } as const;
  assertStrictEquals(mapRequestTokens(call, marked), call);
  const answer = { currentTime: "t" };
  assertStrictEquals(mapResponseTokens("Heartbeat", answer, marked), answer);
  const stopped = {};
  assertStrictEquals(mapResponseTokens("StopTransaction", stopped, marked), stopped);
});
