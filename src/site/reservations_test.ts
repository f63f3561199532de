import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { IdToken } from "../ocpp/mod.ts";
import {
  answerReservation,
  expiredReservations,
  type Reservable,
  type Reservation,
  reservationFor,
  type Reservations,
  type ReserveAnswer,
} from "./reservations.ts";
import { sameToken } from "./token.ts";

const NOW_MS = 1_000_000;
const token = (idToken: string): IdToken => ({ idToken, type: "ISO14443" });

function reservation(
  id: number,
  slot: number | null,
  changes: Partial<Reservation> = {},
): Reservation {
  return {
    id,
    slot,
    idToken: token(`TAG${id}`),
    groupIdToken: null,
    expiresAtMs: NOW_MS + 60_000,
    ...changes,
  };
}

function table(...given: readonly Reservation[]): Reservations {
  return new Map(given.map((each) => [each.id, each]));
}

function states(...given: readonly Reservable[]): ReadonlyMap<number, Reservable> {
  return new Map(given.map((state, index) => [index + 1, state]));
}

const over = { expiresAtMs: NOW_MS };

// ReserveNow (1.6 §5.13)

interface AnswerCase {
  readonly what: string;
  readonly existing?: readonly Reservation[];
  readonly wanted: Reservation;
  readonly states: ReadonlyMap<number, Reservable>;
  readonly answer: ReserveAnswer;
}

const ANSWERS: readonly AnswerCase[] = [
  {
    what: "a free EVSE",
    wanted: reservation(1, 2),
    states: states("occupied", "free"),
    answer: "Accepted",
  },
  {
    what: "an occupied EVSE",
    wanted: reservation(1, 1),
    states: states("occupied", "free"),
    answer: "Occupied",
  },
  {
    what: "a faulted EVSE",
    wanted: reservation(1, 1),
    states: states("faulted", "free"),
    answer: "Faulted",
  },
  {
    what: "an EVSE out of service",
    wanted: reservation(1, 1),
    states: states("unavailable", "free"),
    answer: "Unavailable",
  },
  {
    what: "an EVSE that does not exist",
    wanted: reservation(1, 3),
    states: states("free", "free"),
    answer: "Rejected",
  },
  {
    what: "a time that is over",
    wanted: reservation(1, 1, over),
    states: states("free"),
    answer: "Rejected",
  },
  {
    what: "an EVSE that another driver has reserved",
    existing: [reservation(1, 1)],
    wanted: reservation(2, 1),
    states: states("free"),
    answer: "Occupied",
  },
  {
    what: "an EVSE that the same driver has reserved under another id",
    existing: [reservation(1, 1)],
    wanted: reservation(2, 1, { idToken: token("TAG1") }),
    states: states("free"),
    answer: "Occupied",
  },
  {
    what: "an EVSE whose reservation has expired",
    existing: [reservation(1, 1, over)],
    wanted: reservation(2, 1),
    states: states("free"),
    answer: "Accepted",
  },
  {
    what: "the same EVSE under the same id, as a replacement",
    existing: [reservation(1, 1)],
    wanted: reservation(1, 1, { idToken: token("OTHER") }),
    states: states("free"),
    answer: "Accepted",
  },
  {
    what: "another EVSE under the same id, as a replacement",
    existing: [reservation(1, 1)],
    wanted: reservation(1, 2),
    states: states("free", "free"),
    answer: "Accepted",
  },
  {
    what: "a faulted EVSE that is reserved as well",
    existing: [reservation(1, 1)],
    wanted: reservation(2, 1),
    states: states("faulted"),
    answer: "Faulted",
  },
  {
    what: "any EVSE while one is free",
    wanted: reservation(1, null),
    states: states("occupied", "free", "faulted"),
    answer: "Accepted",
  },
  {
    what: "any EVSE while the only free one is reserved",
    existing: [reservation(1, 2)],
    wanted: reservation(2, null),
    states: states("occupied", "free"),
    answer: "Occupied",
  },
  {
    what: "any EVSE while the only free one is promised to another",
    existing: [reservation(1, null)],
    wanted: reservation(2, null),
    states: states("occupied", "free"),
    answer: "Occupied",
  },
  {
    what: "any EVSE while one more is free than is promised",
    existing: [reservation(1, null), reservation(2, 3)],
    wanted: reservation(3, null),
    states: states("free", "free", "free"),
    answer: "Accepted",
  },
  {
    what: "any EVSE under the same id, as a replacement",
    existing: [reservation(1, null)],
    wanted: reservation(1, null),
    states: states("free"),
    answer: "Accepted",
  },
  {
    what: "the last free EVSE, which somebody with a reservation of any will need",
    existing: [reservation(1, null)],
    wanted: reservation(2, 1),
    states: states("free", "occupied"),
    answer: "Occupied",
  },
  {
    what: "one of two free EVSEs while one is promised",
    existing: [reservation(1, null)],
    wanted: reservation(2, 1),
    states: states("free", "free"),
    answer: "Accepted",
  },
  {
    what: "the last free EVSE in exchange for the reservation of any",
    existing: [reservation(1, null)],
    wanted: reservation(1, 1),
    states: states("free", "occupied"),
    answer: "Accepted",
  },
  {
    what: "any EVSE while all are occupied",
    wanted: reservation(1, null),
    states: states("occupied", "occupied"),
    answer: "Occupied",
  },
  {
    what: "any EVSE while all are faulted",
    wanted: reservation(1, null),
    states: states("faulted", "faulted"),
    answer: "Faulted",
  },
  {
    what: "any EVSE while all are out of service",
    wanted: reservation(1, null),
    states: states("unavailable"),
    answer: "Unavailable",
  },
  {
    what: "any EVSE while each is either faulted or out of service",
    wanted: reservation(1, null),
    states: states("unavailable", "faulted"),
    answer: "Unavailable",
  },
  {
    what: "any EVSE while those that work are occupied",
    wanted: reservation(1, null),
    states: states("faulted", "occupied", "unavailable"),
    answer: "Occupied",
  },
  {
    what: "any EVSE of a site that has none",
    wanted: reservation(1, null),
    states: states(),
    answer: "Unavailable",
  },
];

for (const { what, existing = [], wanted, states, answer } of ANSWERS) {
  Deno.test(`answerReservation() says ${answer} to ${what}`, () => {
    assertEquals(answerReservation(table(...existing), wanted, states, NOW_MS), answer);
  });
}

// Starting

const start = (slot: number, tag: string, freeElsewhere = 5, group: string | null = null) => ({
  slot,
  idToken: token(tag),
  groupIdToken: group === null ? null : token(group),
  freeElsewhere,
});

const FAMILY = reservation(1, 1, { groupIdToken: token("FAMILY") });

interface StartCase {
  readonly what: string;
  readonly existing: readonly Reservation[];
  readonly start: ReturnType<typeof start>;
  readonly verdict: "free" | "reserved-for-another" | number;
}

const STARTS: readonly StartCase[] = [
  { what: "nothing is reserved", existing: [], start: start(1, "TAG1"), verdict: "free" },
  {
    what: "the EVSE is reserved for the driver",
    existing: [reservation(1, 1)],
    start: start(1, "tag1 "),
    verdict: 1,
  },
  {
    what: "the EVSE is reserved for another",
    existing: [reservation(1, 1)],
    start: start(1, "TAG2"),
    verdict: "reserved-for-another",
  },
  {
    what: "the reservation of another has expired",
    existing: [reservation(1, 1, over)],
    start: start(1, "TAG2"),
    verdict: "free",
  },
  {
    what: "another EVSE is reserved for another",
    existing: [reservation(1, 2)],
    start: start(1, "TAG2", 0),
    verdict: "free",
  },
  {
    what: "another EVSE is reserved for the driver himself",
    existing: [reservation(1, 2)],
    start: start(1, "TAG1"),
    verdict: "free",
  },
  {
    what: "the driver belongs to the group of the reservation",
    existing: [FAMILY],
    start: start(1, "SISTER", 5, "family"),
    verdict: 1,
  },
  {
    what: "the driver belongs to another group",
    existing: [FAMILY],
    start: start(1, "SISTER", 5, "FIRM"),
    verdict: "reserved-for-another",
  },
  {
    // 1.6 §3.10: a group is not to be compared with a presented token.
    what: "the driver's token merely reads like the group of the reservation",
    existing: [FAMILY],
    start: start(1, "FAMILY"),
    verdict: "reserved-for-another",
  },
  {
    what: "both groups are empty texts",
    existing: [reservation(1, 1, { groupIdToken: token("") })],
    start: start(1, "TAG2", 5, ""),
    verdict: "reserved-for-another",
  },
  {
    what: "the driver holds a reservation of any EVSE",
    existing: [reservation(1, null)],
    start: start(3, "TAG1", 0),
    verdict: 1,
  },
  {
    what: "the driver holds one of any EVSE, and this one is reserved for another",
    existing: [reservation(1, null), reservation(2, 3)],
    start: start(3, "TAG1"),
    verdict: "reserved-for-another",
  },
  {
    what: "the driver holds one of any EVSE and one of this",
    existing: [reservation(1, null), reservation(2, 3, { idToken: token("TAG1") })],
    start: start(3, "TAG1"),
    verdict: 2,
  },
  {
    what: "another's reservation of any EVSE can still be kept elsewhere",
    existing: [reservation(1, null)],
    start: start(3, "TAG2", 1),
    verdict: "free",
  },
  {
    what: "another's reservation of any EVSE needs this one",
    existing: [reservation(1, null)],
    start: start(3, "TAG2", 0),
    verdict: "reserved-for-another",
  },
  {
    what: "two reservations of any EVSE need this one",
    existing: [reservation(1, null), reservation(2, null)],
    start: start(3, "TAG9", 1),
    verdict: "reserved-for-another",
  },
  {
    what: "only expired reservations of any EVSE would need this one",
    existing: [reservation(1, null, over)],
    start: start(3, "TAG9", 0),
    verdict: "free",
  },
];

for (const { what, existing, start, verdict } of STARTS) {
  const said = typeof verdict === "number" ? `the driver's own (${verdict})` : verdict;
  Deno.test(`reservationFor() says ${said} where ${what}`, () => {
    const found = reservationFor(table(...existing), start, NOW_MS, sameToken);
    assertEquals(found.kind === "own" ? found.reservation.id : found.kind, verdict);
  });
}

Deno.test("reservationFor() compares tokens as it is told to", () => {
  const found = reservationFor(table(reservation(1, 1)), start(1, "X"), NOW_MS, () => true);
  assertEquals(found.kind, "own");
});

// Expiry

Deno.test("expiredReservations() are those whose moment has come", () => {
  const given = table(
    reservation(1, 1, { expiresAtMs: NOW_MS - 1 }),
    reservation(2, null, { expiresAtMs: NOW_MS }),
    reservation(3, 2, { expiresAtMs: NOW_MS + 1 }),
  );
  assertEquals(expiredReservations(given, NOW_MS).map(({ id }) => id), [1, 2]);
});

Deno.test("a reservation is either expired or in force, at every moment", () => {
  fc.assert(fc.property(fc.integer({ min: -5, max: 5 }), (offsetMs) => {
    const given = table(reservation(1, 1, { expiresAtMs: NOW_MS + offsetMs }));
    const isExpired = expiredReservations(given, NOW_MS).length === 1;
    const verdict = reservationFor(given, start(1, "STRANGER"), NOW_MS, sameToken).kind;
    assertEquals(verdict, isExpired ? "free" : "reserved-for-another");
  }));
});

// What a reservation is worth

const SITE = fc.array(
  fc.constantFrom<Reservable>("free", "free", "free", "occupied", "faulted", "unavailable"),
  { minLength: 1, maxLength: 6 },
).map((given) => states(...given));
const WISHES = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.option(fc.integer({ min: 1, max: 7 }))),
  { maxLength: 10 },
);

/** Asks for one reservation after another and keeps what is accepted, as the gateway does. */
function reserveAll(
  site: ReadonlyMap<number, Reservable>,
  wishes: readonly (readonly [number, number | null])[],
): Reservations {
  const kept = new Map<number, Reservation>();
  for (const [id, slot] of wishes) {
    const wanted = reservation(id, slot);
    if (answerReservation(kept, wanted, site, NOW_MS) === "Accepted") kept.set(id, wanted);
  }
  return kept;
}

/** The EVSEs that are free and not reserved for one driver. */
function open(site: ReadonlyMap<number, Reservable>, kept: Reservations): number[] {
  const taken = [...kept.values()].map(({ slot }) => slot);
  return [...site].filter(([slot, state]) => state === "free" && !taken.includes(slot))
    .map(([slot]) => slot);
}

Deno.test("accepted reservations can all be kept at the same time", () => {
  fc.assert(fc.property(SITE, WISHES, (site, wishes) => {
    const kept = reserveAll(site, wishes);
    const slots = [...kept.values()].flatMap(({ slot }) => slot === null ? [] : [slot]);
    assertEquals(new Set(slots).size, slots.length);
    assert(slots.every((slot) => site.get(slot) === "free"));
    assert(kept.size - slots.length <= open(site, kept).length);
  }));
});

Deno.test("a stranger may start only where every reservation can still be kept", () => {
  fc.assert(fc.property(SITE, WISHES, (site, wishes) => {
    const kept = reserveAll(site, wishes);
    const anywhere = [...kept.values()].filter(({ slot }) => slot === null).length;
    for (const slot of site.keys()) {
      const freeElsewhere = open(site, kept).filter((each) => each !== slot).length;
      const asked = start(slot, "STRANGER", freeElsewhere);
      const isFree = reservationFor(kept, asked, NOW_MS, sameToken).kind === "free";
      const isReserved = [...kept.values()].some((each) => each.slot === slot);
      assertEquals(isFree, !isReserved && anywhere <= freeElsewhere);
    }
  }));
});

Deno.test("whoever holds a reservation finds an EVSE to start on", () => {
  fc.assert(fc.property(SITE, WISHES, (site, wishes) => {
    const kept = reserveAll(site, wishes);
    for (const { id, slot, idToken } of kept.values()) {
      const candidates = slot === null ? open(site, kept) : [slot];
      const verdicts = candidates.map((each) =>
        reservationFor(kept, start(each, idToken.idToken, 0), NOW_MS, sameToken)
      );
      assert(verdicts.some((each) => each.kind === "own" && each.reservation.id === id));
    }
  }));
});
