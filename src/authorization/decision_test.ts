import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { Decision } from "../site/mod.ts";
import { type AuthorizationCase, type AuthorizationPolicy, decide } from "./decision.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const TOKEN: IdToken = { idToken: "04A2B3C4", type: "ISO14443" };
const BOTH = [false, true] as const;

const POLICY: AuthorizationPolicy = {
  localPreAuthorize: false,
  localAuthorizeOffline: true,
  unknownOffline: false,
  listEnabled: true,
  cacheEnabled: true,
  cacheLifetimeMs: 1_000,
  authorizeRemoteStart: false,
  listExpires: true,
  masterPassGroup: "",
  freeVend: false,
};

const NOT_ACCEPTED: readonly AuthorizationStatus[] = [
  "Blocked",
  "ConcurrentTx",
  "Expired",
  "Invalid",
  "NoCredit",
  "NotAllowedTypeEVSE",
  "NotAtThisLocation",
  "NotAtThisTime",
  "Unknown",
];

const inOneHour = new Date(NOW_MS + 3_600_000).toISOString();
const oneHourAgo = new Date(NOW_MS - 3_600_000).toISOString();

// The specification, as a table

/** What the list or the cache holds of a token. */
type Knowledge = "nothing" | "valid" | "expired" | "refused";

/** What the text wants: a decision on the site, or the question to the CSMS. */
type Wish = "grant" | "refuse" | "ask";

interface Row {
  readonly link: "online" | "offline";
  readonly knows: Knowledge;
  /** The switch that decides, where one does, and what happens with it off and on. */
  readonly by?: "localPreAuthorize" | "localAuthorizeOffline" | "unknownOffline";
  readonly off: Wish;
  readonly on: Wish;
  /** The sentence of OCPP 1.6 that says so. */
  readonly text: string;
}

const SPECIFICATION: readonly Row[] = [
  {
    link: "online",
    knows: "nothing",
    off: "ask",
    on: "ask",
    text: "§4.1: not present in the list or the cache: SHALL send an Authorize",
  },
  {
    link: "online",
    knows: "valid",
    by: "localPreAuthorize",
    off: "ask",
    on: "grant",
    text: "§3.5: LocalPreAuthorize: start without waiting for the Central System",
  },
  {
    link: "online",
    knows: "expired",
    off: "ask",
    on: "ask",
    text: "§3.5.1: stored as NOT-valid and online: SHOULD ask for the current state",
  },
  {
    link: "online",
    knows: "refused",
    off: "ask",
    on: "ask",
    text: "§3.5.1: stored as NOT-valid and online: SHOULD ask for the current state",
  },
  {
    link: "offline",
    knows: "nothing",
    by: "unknownOffline",
    off: "refuse",
    on: "grant",
    text: "§3.5.4: MAY allow unknown identifiers, by AllowOfflineTxForUnknownId",
  },
  {
    link: "offline",
    knows: "valid",
    by: "localAuthorizeOffline",
    off: "refuse",
    on: "grant",
    text: "§3.5: LocalAuthorizeOffline: authorize by the list and the cache when offline",
  },
  {
    link: "offline",
    knows: "expired",
    off: "refuse",
    on: "refuse",
    text: "§3.5.4: valid but apparently expired due to passage of time: MUST be rejected",
  },
  {
    link: "offline",
    knows: "refused",
    off: "refuse",
    on: "refuse",
    text: "§3.5.4: a status other than Accepted: MUST be rejected",
  },
];

/** Each thing that can be known of a token, as the CSMS may have said it. */
const KNOWN: readonly (readonly [Knowledge, IdTokenInfo | undefined])[] = [
  ["nothing", undefined],
  ["valid", { status: "Accepted" }],
  ["valid", { status: "Accepted", cacheExpiryDateTime: inOneHour }],
  ["expired", { status: "Accepted", cacheExpiryDateTime: oneHourAgo }],
  ...NOT_ACCEPTED.flatMap((status): (readonly [Knowledge, IdTokenInfo])[] => [
    ["refused", { status }],
    ["refused", { status, cacheExpiryDateTime: inOneHour }],
    ["refused", { status, cacheExpiryDateTime: oneHourAgo }],
  ]),
];

function asked(
  listed: IdTokenInfo | undefined,
  cached: IdTokenInfo | undefined,
  online: boolean,
): AuthorizationCase {
  return {
    idToken: TOKEN,
    listed: listed && { idToken: TOKEN, info: listed, origin: "csms" },
    cached: cached && { digest: "d", info: cached, usedAtMs: NOW_MS },
    online,
    nowWallMs: NOW_MS,
  };
}

/** Every setting of the five switches. */
function policies(): AuthorizationPolicy[] {
  return Array.from({ length: 32 }, (_, bits) => ({
    ...POLICY,
    localPreAuthorize: (bits & 1) > 0,
    localAuthorizeOffline: (bits & 2) > 0,
    unknownOffline: (bits & 4) > 0,
    listEnabled: (bits & 8) > 0,
    cacheEnabled: (bits & 16) > 0,
    cacheLifetimeMs: 1_000,
  }));
}

/** What was decided, in the words of the table. */
function wishOf(asked: AuthorizationCase, policy: AuthorizationPolicy): Wish {
  const verdict = decide(asked, policy);
  if (verdict.kind === "ask-csms") return "ask";
  return verdict.decision.info.status === "Accepted" ? "grant" : "refuse";
}

function wanted(link: Row["link"], knows: Knowledge, policy: AuthorizationPolicy): Wish {
  const row = SPECIFICATION.find((each) => each.link === link && each.knows === knows);
  if (row === undefined) throw new Error(`No row for ${link}, ${knows}`);
  return row.by !== undefined && policy[row.by] ? row.on : row.off;
}

for (const row of SPECIFICATION) {
  const by = row.by === undefined ? "" : `, by ${row.by}`;
  const wish = row.by === undefined ? row.off : `${row.off} or ${row.on}${by}`;
  Deno.test(`decide() ${row.link}, knowing ${row.knows}: ${wish} (1.6 ${row.text})`, () => {
    for (const policy of policies()) {
      const places = [policy.listEnabled ? "list" : "", policy.cacheEnabled ? "cache" : ""];
      for (const [knows, info] of KNOWN) {
        if (knows !== row.knows) continue;
        for (const place of places) {
          if (place === "") continue;
          const online = row.link === "online";
          const question = place === "list"
            ? asked(info, undefined, online)
            : asked(undefined, info, online);
          const wish = row.by !== undefined && policy[row.by] ? row.on : row.off;
          assertEquals(wishOf(question, policy), wish, JSON.stringify({ info, place, policy }));
        }
      }
    }
  });
}

Deno.test("decide() obeys the table for every list entry, cache entry, link and policy", () => {
  let cases = 0;
  for (const policy of policies()) {
    for (const [inList, listed] of KNOWN) {
      for (const [inCache, cached] of KNOWN) {
        for (const online of BOTH) {
          // §3.5.3: entries of the list have priority; what is switched off does not speak.
          const fromList = policy.listEnabled ? inList : "nothing";
          const fromCache = policy.cacheEnabled ? inCache : "nothing";
          const knows = fromList === "nothing" ? fromCache : fromList;
          const expected = wanted(online ? "online" : "offline", knows, policy);
          const question = asked(listed, cached, online);
          // A message is built only where it is needed: there are sixty thousand cases.
          if (wishOf(question, policy) !== expected) {
            assertEquals(wishOf(question, policy), expected, JSON.stringify({ question, policy }));
          }
          cases++;
        }
      }
    }
  }
  assertEquals(cases, 32 * KNOWN.length ** 2 * 2);
});

// What a decision says

const decided =
  (listed: IdTokenInfo | undefined, cached: IdTokenInfo | undefined, online = false) =>
  (policy: Partial<AuthorizationPolicy> = {}) => {
    const verdict = decide(asked(listed, cached, online), { ...POLICY, ...policy });
    return verdict.kind === "decided" ? verdict.decision : null;
  };

Deno.test("decide() hands on all that is known of an accepted token, and says from where", () => {
  const info: IdTokenInfo = {
    status: "Accepted",
    groupIdToken: { idToken: "FAMILY", type: "Central" },
    evseId: [2],
    chargingPriority: 3,
  };
  assertEquals(decided(info, { status: "Blocked" })(), {
    info,
    source: "list",
    reason: "accepted by the local list",
  });
  assertEquals(decided(undefined, info)(), {
    info,
    source: "cache",
    reason: "accepted by the cache",
  });
  assertEquals(decided(undefined, info, true)({ localPreAuthorize: true })?.info, info);
});

Deno.test("decide() refuses with the very status that is known", () => {
  for (const status of NOT_ACCEPTED) {
    assertEquals(decided({ status }, { status: "Accepted" })(), {
      info: { status },
      source: "list",
      reason: `${status} in the local list`,
    });
    assertEquals(decided(undefined, { status })(), {
      info: { status },
      source: "cache",
      reason: `${status} in the cache`,
    });
  }
});

Deno.test("decide() refuses an expired token as Expired and keeps what else is known", () => {
  const info: IdTokenInfo = {
    status: "Accepted",
    cacheExpiryDateTime: oneHourAgo,
    groupIdToken: { idToken: "FAMILY", type: "Central" },
  };
  assertEquals(decided(info, undefined)(), {
    info: { ...info, status: "Expired" },
    source: "list",
    reason: "expired in the local list",
  });
  assertEquals(decided(undefined, info)()?.reason, "expired in the cache");
});

Deno.test("decide() accepts an unknown token offline with no more than the status", () => {
  assertEquals(decided(undefined, undefined)({ unknownOffline: true }), {
    info: { status: "Accepted" },
    source: "offline-policy",
    reason: "unknown, accepted while the CSMS cannot be asked",
  });
});

Deno.test("decide() blames the offline policy where it is what refuses", () => {
  const unknown = decided(undefined, undefined)();
  assertEquals(unknown, {
    info: { status: "Invalid" },
    source: "offline-policy",
    reason: "unknown, and the CSMS cannot be asked",
  });
  const known = decided({ status: "Accepted" }, undefined)({ localAuthorizeOffline: false });
  assertEquals(known, {
    info: { status: "Invalid" },
    source: "offline-policy",
    reason: "known tokens are not accepted offline",
  });
});

Deno.test("a token expires at its very moment", () => {
  const at = (ms: number): IdTokenInfo => ({
    status: "Accepted",
    cacheExpiryDateTime: new Date(ms).toISOString(),
  });
  assertEquals(decided(at(NOW_MS), undefined)()?.info.status, "Expired");
  assertEquals(decided(at(NOW_MS + 1), undefined)()?.info.status, "Accepted");
});

for (const idToken of ["", " ", "\t\n"]) {
  Deno.test(`decide() refuses the empty token ${JSON.stringify(idToken)} whatever is allowed`, () => {
    for (const policy of policies()) {
      for (const online of BOTH) {
        const known = asked({ status: "Accepted" }, { status: "Accepted" }, online);
        assertEquals(decide({ ...known, idToken: { ...TOKEN, idToken } }, policy), {
          kind: "decided",
          decision: {
            info: { status: "Invalid" },
            source: "site-rule",
            reason: "the token is empty",
          },
          uses: null,
        });
      }
    }
  });
}

// Kinds, orders, free vend, master passes

const FAMILY: IdToken = { idToken: "FAMILY", type: "Central" };
const MASTER: IdToken = { idToken: "POLICE", type: "Central" };
const ofGroup = (groupIdToken: IdToken): IdTokenInfo => ({ status: "Accepted", groupIdToken });

/** The decision where one has to be made. */
function decisionOf(facts: AuthorizationCase, policy: AuthorizationPolicy): Decision {
  const verdict = decide(facts, policy);
  if (verdict.kind === "ask-csms") throw new Error("Somebody wants to ask the CSMS");
  return verdict.decision;
}

function verdictOf(
  facts: Partial<AuthorizationCase>,
  policy: Partial<AuthorizationPolicy> = {},
): string {
  const verdict = decide({ ...asked(undefined, undefined, false), ...facts }, {
    ...POLICY,
    ...policy,
  });
  if (verdict.kind === "ask-csms") return verdict.kind;
  return `${verdict.decision.info.status} by ${verdict.decision.source}`;
}

const KINDS: readonly (readonly [type: string, online: string, offline: string])[] = [
  ["ISO14443", "ask-csms", "Invalid by offline-policy"],
  ["ISO15693", "ask-csms", "Invalid by offline-policy"],
  ["eMAID", "ask-csms", "Invalid by offline-policy"],
  ["EVCCID", "ask-csms", "Invalid by offline-policy"],
  ["MacAddress", "ask-csms", "Invalid by offline-policy"],
  ["VIN", "ask-csms", "Invalid by offline-policy"],
  ["KeyCode", "ask-csms", "Invalid by offline-policy"],
  // What 1.6 says is read as Central where it does not look like a card.
  ["Central", "ask-csms", "Invalid by offline-policy"],
  ["SomethingNew", "ask-csms", "Invalid by offline-policy"],
  ["toString", "ask-csms", "Invalid by offline-policy"],
  ["NoAuthorization", "Accepted by kind", "Accepted by kind"],
  ["DirectPayment", "Accepted by kind", "Accepted by kind"],
  ["Local", "Accepted by kind", "Accepted by kind"],
];

for (const [type, online, offline] of KINDS) {
  Deno.test(`an unknown token of kind ${type}: ${online} online, ${offline} offline`, () => {
    const idToken = { idToken: "04A2B3C4", type };
    assertEquals(verdictOf({ idToken, online: true }), online);
    assertEquals(verdictOf({ idToken, online: false }), offline);
  });
}

Deno.test("a start button has an empty token and is accepted (C02.FR.01, C02.FR.02)", () => {
  const idToken = { idToken: "", type: "NoAuthorization" };
  for (const online of BOTH) assertEquals(verdictOf({ idToken, online }), "Accepted by kind");
});

Deno.test("what was ordered is not asked about again; its group becomes the session's", () => {
  for (const origin of ["csms", "operator"] as const) {
    const verdict = decide(
      {
        ...asked({ status: "Blocked" }, undefined, true),
        more: { order: { origin, groupIdToken: FAMILY } },
      },
      POLICY,
    );
    assertEquals(verdict.kind === "decided" && verdict.decision, {
      info: { status: "Accepted", groupIdToken: FAMILY },
      source: "remote",
      reason: origin === "csms" ? "ordered by the CSMS" : "ordered by an operator",
    });
  }
});

Deno.test("with AuthorizeRemoteStart the CSMS's order is a driver's wish, an operator's is not (1.6 §5.11)", () => {
  const order = (origin: "csms" | "operator") => ({
    more: { order: { origin, groupIdToken: null } },
  });
  const policy = { authorizeRemoteStart: true };
  assertEquals(verdictOf({ online: true, ...order("csms") }, policy), "ask-csms");
  assertEquals(verdictOf({ online: false, ...order("csms") }, policy), "Invalid by offline-policy");
  assertEquals(verdictOf({ online: false, ...order("operator") }, policy), "Accepted by remote");
});

Deno.test("what was decided a moment ago counts, before the list and the CSMS are looked at", () => {
  const recent: Decision = { info: { status: "Blocked" }, source: "csms", reason: "Blocked" };
  for (const online of BOTH) {
    assertEquals(
      verdictOf({ ...asked({ status: "Accepted" }, undefined, online), more: { recent } }),
      "Blocked by csms",
    );
  }
});

Deno.test("the answer of the CSMS counts more than what list and cache hold", () => {
  const answer: IdTokenInfo = { status: "Blocked", groupIdToken: FAMILY };
  const known = asked({ status: "Accepted" }, { status: "Accepted" }, true);
  const verdict = decide({ ...known, more: { answer } }, { ...POLICY, localPreAuthorize: true });
  assertEquals(verdict, {
    kind: "decided",
    decision: { info: answer, source: "csms", reason: "Blocked by the CSMS" },
    uses: null,
  });
});

Deno.test("a list that knows no expiry is not checked for it, a cache is (C13.FR.02, C14.FR.02)", () => {
  const expired: IdTokenInfo = { status: "Accepted", cacheExpiryDateTime: oneHourAgo };
  const policy = { listExpires: false };
  assertEquals(verdictOf(asked(expired, undefined, false), policy), "Accepted by list");
  assertEquals(verdictOf(asked(undefined, expired, false), policy), "Expired by cache");
});

Deno.test("free vend accepts every token, known or not, and the empty one; it tells the group", () => {
  const policy = { freeVend: true };
  for (const online of BOTH) {
    for (const [, info] of KNOWN) {
      assertEquals(verdictOf(asked(info, undefined, online), policy), "Accepted by free-vend");
    }
    assertEquals(
      verdictOf({ idToken: { idToken: "", type: "Central" }, online }, policy),
      "Accepted by free-vend",
    );
  }
  assertEquals(decided(ofGroup(FAMILY), undefined)(policy)?.info.groupIdToken, FAMILY);
});

Deno.test("a master pass is refused by whatever would accept it, and marked as one", () => {
  const policy = { masterPassGroup: " police ", localPreAuthorize: true };
  const cases: Partial<AuthorizationCase>[] = [
    asked(ofGroup(MASTER), undefined, false),
    asked(undefined, ofGroup(MASTER), false),
    asked(ofGroup(MASTER), undefined, true),
    { online: true, more: { answer: ofGroup(MASTER) } },
  ];
  for (const facts of cases) {
    for (const freeVend of BOTH) {
      const decision = decisionOf({ ...asked(undefined, undefined, false), ...facts }, {
        ...POLICY,
        ...policy,
        freeVend: freeVend && facts.more === undefined,
      });
      const { info, source, masterPass } = decision;
      assertEquals([info.status, info.groupIdToken, source, masterPass], [
        "Invalid",
        MASTER,
        "site-rule",
        true,
      ]);
    }
  }
});

Deno.test("a master pass that is blocked or expired is none", () => {
  const policy = { masterPassGroup: "POLICE" };
  for (const status of NOT_ACCEPTED) {
    const decision = decided({ status, groupIdToken: MASTER }, undefined)(policy);
    assertEquals([decision?.info.status, decision?.masterPass], [status, undefined]);
  }
  const expired = { ...ofGroup(MASTER), cacheExpiryDateTime: oneHourAgo };
  assertEquals(decided(expired, undefined)(policy)?.masterPass, undefined);
});

Deno.test("a group that only an order names proves no master pass, but starts nothing either", () => {
  const order = { origin: "csms", groupIdToken: MASTER } as const;
  const { info, masterPass } = decisionOf(
    { ...asked(undefined, undefined, true), more: { order } },
    { ...POLICY, masterPassGroup: "POLICE" },
  );
  assertEquals([info.status, masterPass], ["Invalid", undefined]);
});

Deno.test("an empty MasterPassGroupId makes nobody a master", () => {
  const empty = { idToken: "", type: "Central" };
  for (const masterPassGroup of ["", "  "]) {
    assertEquals(
      verdictOf(asked(ofGroup(empty), undefined, false), { masterPassGroup }),
      "Accepted by list",
    );
  }
});

// Whatever comes

const infos = fc.record({
  status: fc.constantFrom<AuthorizationStatus>("Accepted", ...NOT_ACCEPTED),
  cacheExpiryDateTime: fc.constantFrom(inOneHour, oneHourAgo),
  groupIdToken: fc.constantFrom(FAMILY, MASTER),
}, { requiredKeys: ["status"] });

const cases = fc.record({
  listed: fc.option(infos, { nil: undefined }),
  cached: fc.option(infos, { nil: undefined }),
  answer: fc.option(infos, { nil: undefined }),
  online: fc.boolean(),
  policy: fc.record({
    localPreAuthorize: fc.boolean(),
    localAuthorizeOffline: fc.boolean(),
    unknownOffline: fc.boolean(),
    authorizeRemoteStart: fc.boolean(),
    listEnabled: fc.boolean(),
    listExpires: fc.boolean(),
    cacheEnabled: fc.boolean(),
    cacheLifetimeMs: fc.constant(1_000),
    masterPassGroup: fc.constantFrom("", "POLICE"),
    freeVend: fc.boolean(),
  }),
});

Deno.test("offline no token is accepted that list, cache and policy do not accept", () => {
  fc.assert(fc.property(cases, ({ listed, cached, policy }) => {
    const { info } = decisionOf(asked(listed, cached, false), { ...policy, freeVend: false });
    if (info.status !== "Accepted") return;
    const inList = policy.listEnabled ? listed : undefined;
    const inCache = policy.cacheEnabled ? cached : undefined;
    const spoken = inList ?? inCache;
    if (spoken === undefined) return assert(policy.unknownOffline);
    assertEquals(spoken.status, "Accepted");
    assert(policy.localAuthorizeOffline);
    const isPast = spoken.cacheExpiryDateTime === oneHourAgo;
    assert(!isPast || (inList !== undefined && !policy.listExpires));
  }));
});

Deno.test("a token that is known to be of the master group never starts, by any way", () => {
  fc.assert(fc.property(cases, ({ listed, cached, answer, online, policy }) => {
    const verdict = decide({
      ...asked(listed, cached, online),
      ...(answer === undefined ? {} : { more: { answer } }),
    }, policy);
    if (verdict.kind !== "decided") return;
    const { info, masterPass } = verdict.decision;
    assertEquals(masterPass === true && info.status === "Accepted", false);
    const isMaster = policy.masterPassGroup !== "" && info.groupIdToken === MASTER;
    assertEquals(isMaster && info.status === "Accepted", false);
  }));
});

Deno.test("who was asked and answered is never asked again", () => {
  fc.assert(fc.property(cases, infos, ({ listed, cached, policy }, answer) => {
    const verdict = decide({ ...asked(listed, cached, true), more: { answer } }, policy);
    assertEquals(verdict.kind, "decided");
  }));
});
