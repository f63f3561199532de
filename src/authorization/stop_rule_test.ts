import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationStatus, IdToken } from "../ocpp/mod.ts";
import type { Decision } from "../site/mod.ts";
import { mayStop } from "./stop_rule.ts";

const ASHA: IdToken = { idToken: "ASHA", type: "Central" };
const BEN: IdToken = { idToken: "BEN", type: "Central" };
const FAMILY: IdToken = { idToken: "FAMILY", type: "Central" };
const FIRM: IdToken = { idToken: "FIRM", type: "Central" };

function known(status: AuthorizationStatus, group: IdToken | null, more = {}): Decision {
  const info = group === null ? { status } : { status, groupIdToken: group };
  return { info, source: "list", reason: `${status} in the local list`, ...more };
}

const RULES: readonly (readonly [
  what: string,
  stopper: IdToken,
  decision: Decision | null,
  group: IdToken | null,
  allowed: boolean,
])[] = [
  ["the token that began it (C09.FR.07)", ASHA, known("Accepted", null), null, true],
  ["the token that began it, though blocked since", ASHA, known("Blocked", null), null, true],
  ["the token that began it, of which nobody knows", ASHA, null, FAMILY, true],
  ["a token of the same group (C09.FR.03)", BEN, known("Accepted", FAMILY), FAMILY, true],
  ["a blocked token of the group (C09.FR.11)", BEN, known("Blocked", FAMILY), FAMILY, false],
  ["an expired token of the group (C09.FR.11)", BEN, known("Expired", FAMILY), FAMILY, false],
  ["a token of another group", BEN, known("Accepted", FIRM), FAMILY, false],
  ["a token of no group", BEN, known("Accepted", null), FAMILY, false],
  ["a token without group, of a session without one", BEN, known("Accepted", null), null, false],
  [
    "an empty group, which is none",
    BEN,
    known("Accepted", { idToken: " ", type: "Central" }),
    { idToken: "", type: "Central" },
    false,
  ],
  ["a stranger", BEN, null, FAMILY, false],
  ["a master pass (C16)", BEN, known("Invalid", FIRM, { masterPass: true }), null, true],
];

for (const [what, idToken, decision, groupIdToken, allowed] of RULES) {
  Deno.test(`mayStop() is ${allowed} for ${what}`, () => {
    const verdict = mayStop({ idToken: ASHA, groupIdToken }, { idToken, decision });
    assertEquals(verdict.allowed, allowed);
    assert(verdict.reason !== "");
  });
}

Deno.test("who is not who began it needs a master pass, or the group and his own acceptance", () => {
  const groups = fc.constantFrom(null, FAMILY, FIRM, { idToken: "", type: "Central" });
  const statuses = fc.constantFrom<AuthorizationStatus>(
    "Accepted",
    "Blocked",
    "Expired",
    "Invalid",
  );
  fc.assert(fc.property(groups, groups, statuses, (starterGroup, group, status) => {
    const starter = { idToken: ASHA, groupIdToken: starterGroup };
    const verdict = mayStop(starter, { idToken: BEN, decision: known(status, group) });
    const isOne = starterGroup !== null && starterGroup.idToken !== "" && starterGroup === group;
    assertEquals(verdict.allowed, isOne && status === "Accepted");
  }));
});
