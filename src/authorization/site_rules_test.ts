import { assert, assertEquals } from "@std/assert";
import type { AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import type { AuthorizationSource, Decision, Reservation } from "../site/mod.ts";
import { type SiteCircumstances, withSiteRules } from "./site_rules.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const ASHA: IdToken = { idToken: "04A2B3C4", type: "ISO14443" };
const BEN: IdToken = { idToken: "04B2B3C4", type: "ISO14443" };
const FAMILY: IdToken = { idToken: "FAMILY", type: "Central" };
const BOTH = [false, true] as const;

const FREE: SiteCircumstances = {
  slot: 2,
  operative: true,
  held: false,
  closed: null,
  reservations: new Map(),
  freeElsewhere: 0,
  chargesElsewhere: false,
  isBeaten: false,
};

function granted(evseId?: number[], source: AuthorizationSource = "list"): Decision {
  const info: IdTokenInfo = {
    status: "Accepted",
    groupIdToken: FAMILY,
    ...(evseId && { evseId }),
  };
  return { info, source, reason: "accepted" };
}

function asked(online = false, idToken = ASHA) {
  return { idToken, online, nowWallMs: NOW_MS };
}

function reserved(facts: Partial<Reservation> = {}): ReadonlyMap<number, Reservation> {
  const expiresAtMs = NOW_MS + 1;
  return new Map([[7, {
    id: 7,
    slot: 2,
    idToken: BEN,
    groupIdToken: null,
    expiresAtMs,
    ...facts,
  }]]);
}

Deno.test("an accepted token passes where nothing speaks against it", () => {
  for (const decision of [granted(), granted([]), granted([1, 2])]) {
    assertEquals(withSiteRules(decision, asked(), FREE), { decision, uses: null });
  }
});

Deno.test("where the site begins nothing new everybody is refused, in its words, but who is sold to", () => {
  const closed = { ...FREE, closed: "the disk is full", operative: false };
  const { decision, uses } = withSiteRules(granted(), asked(), closed);
  assertEquals([decision.info.status, decision.source, decision.reason, uses], [
    ...["Invalid", "site-rule", "the disk is full"],
    null,
  ]);
  const sold = granted([], "free-vend");
  assertEquals(withSiteRules(sold, asked(), { ...FREE, closed: "full" }).decision, sold);
});

/** Every reason against a start, the strongest first: out of service weighs more than all others. */
const REASONS = [
  { status: "Invalid", reason: "the EVSE is out of service" },
  { status: "Invalid", reason: "the EVSE is reserved for another driver" },
  { status: "NotAtThisLocation", reason: "the token is valid at other EVSEs only" },
  { status: "ConcurrentTx", reason: "the token is charging elsewhere on this site" },
] as const;

for (let bits = 1; bits < 16; bits++) {
  const [outOfService, isReserved, elsewhere, concurrent] = [1, 2, 4, 8].map((bit) =>
    (bits & bit) > 0
  );
  const named = REASONS.filter((_, index) => (bits & (1 << index)) > 0);
  const [strongest] = named;
  const what = named.map(({ reason }) => reason).join(", and ");
  Deno.test(`an accepted token is refused while ${what}`, () => {
    const decision = granted(elsewhere ? [9] : [2]);
    const judged = withSiteRules(decision, asked(), {
      ...FREE,
      operative: !outOfService,
      reservations: isReserved ? reserved() : new Map(),
      chargesElsewhere: concurrent === true,
    });
    assertEquals(judged, {
      decision: {
        info: { ...decision.info, status: strongest?.status ?? "Accepted" },
        source: "site-rule",
        reason: strongest?.reason ?? "",
      },
      uses: null,
    });
  });
}

const REFUSALS: readonly AuthorizationStatus[] = ["Blocked", "ConcurrentTx", "Expired", "Invalid"];

for (const status of REFUSALS) {
  Deno.test(`a refusal stays what it was (${status}), and uses no reservation up`, () => {
    const decision: Decision = { info: { status, evseId: [9] }, source: "list", reason: "known" };
    const worst = { ...FREE, operative: false, chargesElsewhere: true, isBeaten: true };
    for (const idToken of [ASHA, BEN]) {
      const judged = withSiteRules(decision, asked(false, idToken), {
        ...worst,
        reservations: reserved(),
      });
      assertEquals(judged, { decision, uses: null });
    }
  });
}

// Reservations

Deno.test("a reservation is used up by its driver, and by who is of its group", () => {
  const own = withSiteRules(granted(), asked(false, BEN), { ...FREE, reservations: reserved() });
  assertEquals([own.decision.info.status, own.uses?.id], ["Accepted", 7]);
  const reservations = reserved({ groupIdToken: FAMILY });
  const family = withSiteRules(granted(), asked(false, ASHA), { ...FREE, reservations });
  assertEquals([family.decision.info.status, family.uses?.id], ["Accepted", 7]);
});

Deno.test("a reservation of the whole site closes the last free EVSE to others", () => {
  const reservations = reserved({ slot: null });
  for (const freeElsewhere of [0, 1]) {
    const { decision } = withSiteRules(granted(), asked(), {
      ...FREE,
      reservations,
      freeElsewhere,
    });
    assertEquals(decision.info.status, freeElsewhere === 0 ? "Invalid" : "Accepted");
  }
});

Deno.test("a reservation whose time is over is nobody's", () => {
  const reservations = reserved({ expiresAtMs: NOW_MS });
  assertEquals(withSiteRules(granted(), asked(), { ...FREE, reservations }).uses, null);
});

// One place at a time

/** Whether a token that charges elsewhere, or was beaten to it, may start; by who accepted it. */
const CONCURRENT: readonly (readonly [
  source: AuthorizationSource,
  online: boolean,
  elsewhere: boolean,
  beaten: boolean,
])[] = [
  ["list", false, false, false],
  ["list", true, false, false],
  ["cache", false, false, false],
  ["offline-policy", false, false, false],
  // The CSMS may let a token charge twice while it hears of both; of a race it cannot know.
  ["csms", true, true, false],
  ["csms", false, false, false],
  // Who orders a start knows what he does; a site that sells to everybody does not count.
  ["remote", true, true, true],
  ["remote", false, true, true],
  ["free-vend", false, true, true],
];

for (const [source, online, elsewhere, beaten] of CONCURRENT) {
  const link = online ? "online" : "offline";
  Deno.test(`one place at a time, accepted by ${source}, ${link}`, () => {
    const may = (facts: Partial<SiteCircumstances>) =>
      withSiteRules(granted([], source), asked(online), { ...FREE, ...facts })
        .decision.info.status === "Accepted";
    assertEquals(may({ chargesElsewhere: true }), elsewhere);
    assertEquals(may({ isBeaten: true }), beaten);
    assert(may({}));
  });
}

Deno.test("a start button is everybody's: it may be pressed at every EVSE at once", () => {
  for (const isBeaten of BOTH) {
    const button: IdToken = { idToken: "", type: "NoAuthorization" };
    const circumstances = { ...FREE, chargesElsewhere: true, isBeaten };
    const { decision } = withSiteRules(
      granted([], "kind"),
      asked(false, button),
      circumstances,
    );
    assertEquals(decision.info.status, "Accepted");
  }
});
