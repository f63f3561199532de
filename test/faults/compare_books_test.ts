import { assertEquals } from "@std/assert";
import { type ChargerBooks, openChargerBooks } from "./charger_books.ts";
import { compareBooks } from "./compare_books.ts";
import { type CsmsFrameBooks, openCsmsFrameBooks } from "./csms_books.ts";

/**
 * The judges of the fault tests, on trial themselves: one session as a charger and the CSMS saw it, and
 * what may be wrong with it.
 */

const AT = (minute: number) => `2026-01-05T06:0${minute}:00Z`;

const START = { connectorId: 1, idTag: "ASHA", meterStart: 1_000, timestamp: AT(0) };
const STOP = { meterStop: 1_500, timestamp: AT(2), reason: "Local" };
const METER = {
  connectorId: 1,
  meterValue: [{ timestamp: AT(1), sampledValue: [{ value: "1200" }] }],
};

interface Call {
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
  readonly answer: unknown;
}

/** The three messages of the session, under the number of whoever answers. */
function callsOf(transactionId: number): readonly [Call, Call, Call] {
  return [
    { id: "a", action: "StartTransaction", payload: START, answer: { transactionId } },
    { id: "b", action: "MeterValues", payload: { ...METER, transactionId }, answer: {} },
    { id: "c", action: "StopTransaction", payload: { ...STOP, transactionId }, answer: {} },
  ];
}

function charger(calls: readonly Call[]): ChargerBooks {
  const books = openChargerBooks();
  for (const { id, action, payload, answer } of calls) {
    books.frame(1, "out", JSON.stringify([2, id, action, payload]));
    if (answer !== null) books.frame(1, "in", JSON.stringify([3, id, answer]));
  }
  return books;
}

function csms(calls: readonly Call[], life = 1): CsmsFrameBooks {
  const books = openCsmsFrameBooks();
  for (const { id, action, payload, answer } of calls) {
    books.frame("in", JSON.stringify([2, id, action, payload]), life);
    books.frame("out", JSON.stringify([3, id, answer]), life);
  }
  return books;
}

function findings(ofCharger: readonly Call[], ofCsms: readonly Call[]): readonly string[] {
  return compareBooks(charger(ofCharger).sessions(), csms(ofCsms).sessions());
}

const OURS = callsOf(7);
const THEIRS = callsOf(1_001);
const [, METERED, STOPPED] = THEIRS;
const NAME = `slot 1, ${AT(0)} at 1000 Wh`;

Deno.test("books that agree give nothing to say, whatever the numbers on both sides", () => {
  assertEquals(findings(OURS, THEIRS), []);
});

Deno.test("a message that came again under its id counts once, and is remembered", () => {
  const books = csms([...THEIRS, STOPPED]);
  assertEquals(compareBooks(charger(OURS).sessions(), books.sessions()), []);
  assertEquals(books.repetitions(), [{ messageId: "c", life: 1 }]);
  assertEquals(books.findings(), []);
});

Deno.test("another content under the same id is found", () => {
  const changed = { ...STOPPED, payload: { ...STOP, transactionId: 1_001, meterStop: 1_501 } };
  assertEquals(csms([...THEIRS, changed]).findings().length, 1);
});

const WRONG: readonly (readonly [string, readonly Call[], string])[] = [
  ["a session that never arrived", [], `${NAME}: told to the CSMS 0 times`],
  [
    "a session told under two ids",
    [...THEIRS, { ...THEIRS[0], id: "z", answer: { transactionId: 1_002 } }],
    `${NAME}: told to the CSMS 2 times`,
  ],
  [
    "a stop that never arrived",
    [THEIRS[0], METERED],
    `${NAME}: ended with [{"at":"${AT(2)}","meterStopWh":1500,"reason":"Local"}], told []`,
  ],
  [
    "a reading told under two ids",
    [THEIRS[0], METERED, { ...METERED, id: "z" }, STOPPED],
    `${NAME}: 1 readings answered, 2 told, differing from number 2 on`,
  ],
  [
    "a reading that never arrived",
    [THEIRS[0], STOPPED],
    `${NAME}: 1 readings answered, 0 told, differing from number 1 on`,
  ],
];

for (const [name, calls, finding] of WRONG) {
  Deno.test(`${name} is found`, () => {
    assertEquals(findings(OURS, calls), [finding]);
  });
}

Deno.test("a session that nobody was answered for is found", () => {
  assertEquals(findings([], THEIRS), [`${NAME}: no charger was answered for it`]);
});

Deno.test("a message that was repeated and answered twice is one message", () => {
  const [started, metered, stopped] = OURS;
  assertEquals(findings([started, metered, metered, stopped], THEIRS), []);
});

Deno.test("what a charger got no answer for is not counted, and an error is kept", () => {
  const unanswered = OURS.map((call) => ({ ...call, answer: null }));
  const books = charger(unanswered);
  books.frame(1, "in", JSON.stringify([4, "c", "InternalError", "", {}]));
  assertEquals([books.sessions(), books.answers(), books.sent()], [[], 0, 3]);
  assertEquals(books.refusals().length, 1);
});

Deno.test("readings that a gateway without room need not keep may be missing, and only those", () => {
  const again = (id: string, minute: number, sampled: Record<string, string> = {}): Call => ({
    id,
    action: "MeterValues",
    payload: {
      connectorId: 1,
      transactionId: 7,
      meterValue: [{ timestamp: AT(minute), sampledValue: [{ value: "1300", ...sampled }] }],
    },
    answer: {},
  });
  const told = (isSparing: boolean, ...more: readonly Call[]) => {
    const books = openChargerBooks(() => isSparing);
    const [start, meter, stop] = callsOf(7);
    for (const { id, action, payload, answer } of [start, meter, ...more, stop]) {
      books.frame(1, "out", JSON.stringify([2, id, action, payload]));
      books.frame(1, "in", JSON.stringify([3, id, answer]));
    }
    return (ofCsms: readonly Call[]) => compareBooks(books.sessions(), csms(ofCsms).sessions());
  };
  const [start, meter, stop] = callsOf(7);
  const all = [start, meter, stop];
  assertEquals(told(true, again("d", 2))(all), []);
  assertEquals(told(true, again("d", 2))([start, meter, again("d", 2), stop]), []);
  assertEquals(told(true, again("d", 2))([start, again("d", 2), stop]).length, 1);
  assertEquals(told(true)([start, meter, again("d", 2), stop]).length, 1);
  assertEquals(told(false, again("d", 2))(all).length, 1);
  assertEquals(told(true, again("d", 2, { context: "Sample.Clock" }))(all).length, 1);
  assertEquals(told(true, again("d", 2, { format: "SignedData" }))(all).length, 1);
});
