import { assertEquals } from "@std/assert";
import { checkBooks } from "./books.ts";
import { type MadeWorld, makeWorld } from "./made_world.ts";

const BEGIN_MS = Date.UTC(2026, 0, 5, 6, 0, 0);
const at = (seconds: number) => new Date(BEGIN_MS + seconds * 1_000).toISOString();
const rulesIn = ({ world }: MadeWorld) => checkBooks(world).all().map(({ rule }) => rule);

/** CP1 counts a session of 8 kWh; `stop` false: it goes on. */
function count({ sessions }: MadeWorld, beginS: number, stop = true): void {
  const chargerId = "CP1";
  const start = { connectorId: 1, idTag: "Asha", atWallMs: BEGIN_MS + beginS * 1_000 };
  sessions.note({ chargerId, kind: "started", ...start, registerWh: 1_000 });
  if (!stop) return;
  sessions.note({
    chargerId,
    kind: "stopped",
    connectorId: 1,
    reason: "Local",
    atWallMs: start.atWallMs + 3_600_000,
    registerWh: 9_000,
    startedAtWallMs: start.atWallMs,
    energyWh: 8_000,
  });
}

/** The CSMS hears of a session. */
function tell(
  { books }: MadeWorld,
  beginS: number,
  facts: { readonly idTag?: string; readonly meterStop?: number | null } = {},
): number {
  const { idTag = "ASHA", meterStop = 9_000 } = facts;
  const start = { connectorId: 1, idTag, timestamp: at(beginS), meterStart: 1_000 };
  const transactionId = books.started(start);
  if (meterStop !== null) {
    books.stopped({ transactionId, meterStop, timestamp: at(beginS + 3_600) });
  }
  return transactionId;
}

Deno.test("books: what was told as it was counted is well, whatever the case of its token", () => {
  const made = makeWorld();
  for (const beginS of [0, 4_000]) {
    count(made, beginS);
    tell(made, beginS);
  }
  count(made, 8_000, false);
  tell(made, 8_000, { meterStop: null });
  assertEquals(rulesIn(made), []);
});

Deno.test("books: a session that the CSMS was not told is found, and one that never was", () => {
  const made = makeWorld();
  count(made, 0);
  assertEquals(rulesIn(made), ["books"]);
  tell(made, 0);
  assertEquals(rulesIn(made), []);
  tell(made, 4_000);
  assertEquals(rulesIn(made), ["books"]);
});

Deno.test("books: another token is found, an end that is missing, and energy beyond rounding", () => {
  const cases = [
    { idTag: "BEN" },
    { meterStop: null },
    { meterStop: 9_003 },
    { meterStop: 8_997 },
  ];
  for (const facts of cases) {
    const made = makeWorld();
    count(made, 0);
    tell(made, 0, facts);
    assertEquals(rulesIn(made), ["books"], JSON.stringify(facts));
  }
  const rounded = makeWorld();
  count(rounded, 0);
  tell(rounded, 0, { meterStop: 9_002 });
  assertEquals(rulesIn(rounded), []);
});

Deno.test("I10: a begin is told as it truly was, within what wires and clocks take", () => {
  const rules = (toldS: number) => {
    const made = makeWorld();
    made.wasWallOff = true;
    count(made, 0);
    tell(made, toldS);
    return rulesIn(made);
  };
  assertEquals([rules(90), rules(-90), rules(91), rules(-91)], [[], [], ["I10"], ["I10"]]);
});

Deno.test("I10: where no clock was ever off a begin is told to the letter", () => {
  const rules = (toldMs: number) => {
    const made = makeWorld();
    count(made, 0);
    tell(made, toldMs / 1_000);
    return rulesIn(made);
  };
  assertEquals([rules(0), rules(1), rules(-1), rules(60_000)], [[], ["I10"], ["I10"], ["I10"]]);
  assertEquals(countBy(0.999, 0, true), ["I10"]);
  assertEquals(
    [countBy(1, 0, true), countBy(1, 1, true)],
    [[], []],
    "it is off, and may be put right",
  );
});

/** CP1 counts a session by a clock that is off by so much; the CSMS is told of one `toldS` later. */
function countBy(offS: number, toldS: number, isLive: boolean): readonly string[] {
  const made = makeWorld();
  const start = { connectorId: 1, idTag: "ASHA", atWallMs: BEGIN_MS + offS * 1_000 };
  const moment = { chargerId: "CP1", kind: "started" as const, ...start, registerWh: 1_000 };
  made.sessions.note(moment, { atMs: BEGIN_MS, isLive });
  tell(made, toldS, { meterStop: null });
  return rulesIn(made);
}

Deno.test("I10: a charger whose clock is off has its session told at the true time, or nearly, at its own", () => {
  assertEquals(countBy(3_600, 0, true), []);
  assertEquals(countBy(3_600, 3_600, true), ["I10"]);
  assertEquals(countBy(150, 150, true), [], "it may have taken too long to see that");
  assertEquals(countBy(200, 200, true), ["I10"]);
});

Deno.test("I10: what nobody heard, by a clock that was wrong, can be told at any time", () => {
  assertEquals(countBy(3_600, 3_600, false), []);
  assertEquals(countBy(20, 3_600, false), ["I10"]);
});

Deno.test("I10: what a run saw that never learnt the time may be off by as long as nobody knew it", () => {
  const toldS = (seconds: number) => {
    const made = makeWorld();
    made.wasWallOff = true;
    made.unsureTimes.look(BEGIN_MS - 300_000, {}, 0);
    made.unsureTimes.look(BEGIN_MS - 30_000, {}, -300_000);
    made.unsureTimes.look(BEGIN_MS + 3_000, null, 0);
    made.unsureTimes.look(BEGIN_MS + 300_000, {}, 0);
    count(made, 0);
    tell(made, seconds);
    return rulesIn(made);
  };
  assertEquals([toldS(-300), toldS(-3_600), toldS(-691)], [[], ["I10"], ["I10"]]);
});

Deno.test("books: sessions of unknown time are told apart by their tokens and registers", () => {
  const made = makeWorld();
  made.wasWallOff = true;
  made.unsureTimes.look(BEGIN_MS - 300_000, {}, 0);
  made.unsureTimes.look(BEGIN_MS - 1_000, {}, -300_000);
  for (const [idTag, atS] of [["ASHA", 0], ["BEN", 300]] as const) {
    const start = { connectorId: 1, idTag, atWallMs: BEGIN_MS + (atS - 300) * 1_000 };
    const moment = { chargerId: "CP1", ...start, registerWh: 1_000 };
    const truth = { atMs: BEGIN_MS + atS * 1_000, isLive: true };
    made.sessions.note({ ...moment, kind: "started" }, truth);
    made.sessions.note({
      ...moment,
      kind: "stopped",
      reason: "Local",
      startedAtWallMs: start.atWallMs,
      energyWh: 0,
    });
    const transactionId = tell(made, atS - 300, { idTag, meterStop: null });
    made.books.stopped({ transactionId, meterStop: 1_000, timestamp: at(atS - 200) });
  }
  assertEquals(rulesIn(made), []);
});

Deno.test("I10: an end before its begin is found", () => {
  const made = makeWorld();
  count(made, 0);
  const transactionId = tell(made, 0, { meterStop: null });
  made.books.stopped({ transactionId, meterStop: 9_000, timestamp: at(-1) });
  assertEquals(rulesIn(made).includes("I10"), true);
});

Deno.test("I3: what cannot be right in its order is found", () => {
  const made = makeWorld();
  count(made, 0);
  made.books.stopped({ transactionId: 77, meterStop: 9_000, timestamp: at(3_600) });
  const transactionId = tell(made, 0);
  made.books.measured({
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp: at(3_700), sampledValue: [{ value: "9000" }] }],
  });
  assertEquals(rulesIn(made), ["I3", "I3"]);
});

Deno.test("I3: what refusals and overtaken texts explain is no finding", () => {
  const made = makeWorld();
  count(made, 0, false);
  tell(made, 0, { meterStop: null });
  const transactionId = tell(made, 4_000, { meterStop: null });
  for (const value of ["9000", "8000"]) {
    made.books.measured({
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: at(4_100), sampledValue: [{ value }] }],
    });
  }
  const oddities = () => rulesIn(made).filter((rule) => rule === "I3").length;
  assertEquals(oddities(), 2);
  made.hasMixedUp = true;
  assertEquals(oddities(), 1);
  made.refusals = 1;
  assertEquals(oddities(), 0);
  made.hasMixedUp = false;
  assertEquals(oddities(), 0);
});

Deno.test("books: what was begun in 2.x may have no end while the CSMS speaks 1.6", () => {
  const made = makeWorld();
  count(made, 0);
  made.books.happened({
    eventType: "Started",
    timestamp: new Date(BEGIN_MS).toISOString(),
    triggerReason: "Authorized",
    seqNo: 0,
    transactionInfo: { transactionId: "T-1" },
    evse: { id: 1 },
    idToken: { idToken: "ASHA", type: "Central" },
    meterValue: [{
      timestamp: new Date(BEGIN_MS).toISOString(),
      sampledValue: [{ value: 1_000, context: "Transaction.Begin" }],
    }],
  });
  assertEquals(rulesIn(made), []);
  made.csmsVersion = "ocpp2.1";
  assertEquals(rulesIn(made), ["books"]);
});

Deno.test("books: a start in 1.6 beside one of 2.x that goes on is well, one in the same version is not", () => {
  const begun = (made: MadeWorld, transactionId: string, beginS: number) =>
    made.books.happened({
      eventType: "Started",
      timestamp: at(beginS),
      triggerReason: "Authorized",
      seqNo: 0,
      transactionInfo: { transactionId },
      evse: { id: 1 },
      idToken: { idToken: "ASHA", type: "Central" },
      meterValue: [{
        timestamp: at(beginS),
        sampledValue: [{ value: 1_000, context: "Transaction.Begin" }],
      }],
    });
  const findings = (next: (made: MadeWorld) => unknown) => {
    const made = makeWorld();
    begun(made, "aa-bb-1", 0);
    next(made);
    return rulesIn(made).filter((rule) => rule === "I3").length;
  };
  assertEquals(findings((made) => tell(made, 4_000)), 0);
  assertEquals(findings((made) => begun(made, "aa-bb-2", 4_000)), 1);
});

Deno.test("books: what a charger has given up itself is nobody else's fault", () => {
  const made = makeWorld();
  const [socket] = made.sockets;
  count(made, 0);
  count(made, 4_000);
  tell(made, 4_000, { meterStop: null });
  assertEquals(rulesIn(made), ["books", "books"]);
  const lost = { connectorId: 1, why: "given-up" } as const;
  if (socket !== undefined) {
    socket.lost = [
      { ...lost, part: "start", startedAtWallMs: BEGIN_MS },
      { ...lost, part: "end", startedAtWallMs: BEGIN_MS + 4_000_000 },
    ];
  }
  assertEquals(rulesIn(made), []);
});

Deno.test("books: energy under a number that the CSMS gave twice is not compared, a lost session is", () => {
  const made = makeWorld({ chargers: 2 });
  count(made, 0);
  tell(made, 0, { meterStop: null });
  made.books.started(
    { connectorId: 2, idTag: "BEN", timestamp: at(10), meterStart: 5 },
    true,
  );
  assertEquals(rulesIn(made), ["books"]);
  assertEquals(checkBooks(made.world).all()[0]?.text.startsWith("CP2"), true);
});
