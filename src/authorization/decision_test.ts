import { assertEquals } from "@std/assert";
import type { AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { Decision } from "../site/mod.ts";
import {
  type AuthorizationCase,
  type AuthorizationPolicy,
  decide,
  type SiteCircumstances,
  withSiteRules,
} from "./decision.ts";

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
        });
      }
    }
  });
}

// The site's own rules

const FREE: SiteCircumstances = {
  operative: true,
  reservedForAnother: false,
  concurrent: false,
  slot: 2,
};

function granted(evseId?: number[]): Decision {
  const info: IdTokenInfo = {
    status: "Accepted",
    groupIdToken: { idToken: "FAMILY", type: "Central" },
    ...(evseId && { evseId }),
  };
  return { info, source: "csms", reason: "Accepted by the CSMS" };
}

Deno.test("withSiteRules() lets an accepted token pass where nothing speaks against it", () => {
  for (const decision of [granted(), granted([]), granted([1, 2])]) {
    assertEquals(withSiteRules(decision, FREE), decision);
  }
});

/** Every reason against a start, the strongest first: out of service weighs more than all others. */
const REASONS = [
  { status: "Invalid", reason: "the EVSE is out of service" },
  { status: "Invalid", reason: "the EVSE is reserved for another driver" },
  { status: "NotAtThisLocation", reason: "the token is valid at other EVSEs only" },
  { status: "ConcurrentTx", reason: "the token is charging elsewhere on this site" },
] as const;

for (let bits = 1; bits < 16; bits++) {
  const [outOfService, reserved, elsewhere, concurrent] = [1, 2, 4, 8].map((bit) =>
    (bits & bit) > 0
  );
  const named = REASONS.filter((_, index) => (bits & (1 << index)) > 0);
  const [strongest] = named;
  const what = named.map(({ reason }) => reason).join(", and ");
  Deno.test(`withSiteRules() refuses an accepted token while ${what}`, () => {
    const decision = granted(elsewhere ? [9] : [2]);
    const judged = withSiteRules(decision, {
      operative: !outOfService,
      reservedForAnother: reserved === true,
      concurrent: concurrent === true,
      slot: 2,
    });
    assertEquals(judged, {
      info: { ...decision.info, status: strongest?.status ?? "Accepted" },
      source: "site-rule",
      reason: strongest?.reason ?? "",
    });
  });
}

for (const status of NOT_ACCEPTED) {
  Deno.test(`withSiteRules() leaves a refusal as it was (${status})`, () => {
    const refusal: Decision = { info: { status, evseId: [9] }, source: "list", reason: "known" };
    const worst = { operative: false, reservedForAnother: true, concurrent: true, slot: 2 };
    assertEquals(withSiteRules(refusal, worst), refusal);
  });
}
