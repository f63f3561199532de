import { assertEquals } from "@std/assert";
import type { Requests16 } from "../../ocpp/messages/mod.ts";
import { createBooks } from "./books.ts";
import { energyWh } from "./session.ts";

const START: Requests16["StartTransaction"] = {
  connectorId: 1,
  idTag: "ANNA",
  meterStart: 1_000,
  timestamp: "2026-01-05T06:00:00Z",
};
const STOP: Requests16["StopTransaction"] = {
  transactionId: 1_001,
  meterStop: 5_000,
  timestamp: "2026-01-05T07:00:00Z",
};

function meter(
  values: readonly (readonly [value: string, unit?: "Wh" | "kWh"])[],
  changes: Partial<Requests16["MeterValues"]> = {},
): Requests16["MeterValues"] {
  return {
    connectorId: 1,
    transactionId: 1_001,
    meterValue: values.map(([value, unit]) => ({
      timestamp: "2026-01-05T06:10:00Z",
      sampledValue: [
        { value, ...(unit === undefined ? {} : { unit }) },
        { value: "16", measurand: "Current.Import", phase: "L1" },
      ],
    })),
    ...changes,
  };
}

Deno.test("a session is booked from its start to its end", () => {
  const books = createBooks();
  assertEquals(books.started(START), 1_001);
  books.measured(meter([["2000"], ["2.5", "kWh"]]));
  const [open] = books.open();
  assertEquals([open?.registerWh, open?.meterValues, open && energyWh(open)], [2_500, 2, 1_500]);
  books.stopped({ ...STOP, reason: "Remote", idTag: "BERT" });
  const session = books.session(1_001);
  assertEquals(session?.stop, {
    stoppedAt: STOP.timestamp,
    meterStopWh: 5_000,
    reason: "Remote",
    idTag: "BERT",
  });
  assertEquals([books.open(), session && energyWh(session)], [[], 4_000]);
  assertEquals(books.oddities(), []);
});

Deno.test("a stop without reason is the driver's own (1.6 §4.10)", () => {
  const books = createBooks();
  books.started(START);
  books.stopped(STOP);
  assertEquals(books.session(1_001)?.stop?.reason, "Local");
});

Deno.test("a repeated start is the same transaction, another one is not", () => {
  const books = createBooks();
  assertEquals([books.started(START), books.started({ ...START })], [1_001, 1_001]);
  assertEquals(books.started({ ...START, connectorId: 2 }), 1_002);
  assertEquals(books.sessions().length, 2);
});

Deno.test("a repeated stop changes nothing and is not odd", () => {
  const books = createBooks();
  books.started(START);
  books.stopped(STOP);
  books.stopped({ ...STOP });
  assertEquals(books.oddities(), []);
});

Deno.test("repeated meter values count once, and their register has not fallen", () => {
  const books = createBooks();
  books.started(START);
  const twice = meter([["2000"], ["2100"]]);
  books.measured(twice);
  books.measured({ ...twice });
  assertEquals([books.session(1_001)?.meterValues, books.oddities()], [2, []]);
});

Deno.test("the last known status of a connector counts", () => {
  const books = createBooks();
  const told = { connectorId: 1, errorCode: "NoError" } as const;
  books.told({ ...told, status: "Available" }, 1);
  books.told({ ...told, status: "Faulted", errorCode: "GroundFailure" }, 2);
  assertEquals(books.connector(1), { status: "Faulted", errorCode: "GroundFailure", toldAtMs: 2 });
  assertEquals(books.connector(2), undefined);
});

Deno.test("a start is recognised after other messages too, and keeps its number", () => {
  const books = createBooks();
  const number = books.started(START);
  books.measured(meter([["2000"]]));
  books.started({ ...START, connectorId: 2 });
  books.stopped(STOP);
  const { meterStart, ...rest } = START;
  assertEquals(books.started({ meterStart, ...rest }), number, "in another order of fields");
  assertEquals(books.started(START, true), number, "also by a CSMS that has begun to lie");
  assertEquals(books.session(number)?.repeatedStarts, 2);
  assertEquals([books.sessions().length, books.oddities()], [2, []]);
});

Deno.test("a repeated stop is counted", () => {
  const books = createBooks();
  books.started(START);
  for (let count = 0; count < 3; count++) books.stopped(STOP);
  assertEquals(books.session(1_001)?.repeatedStops, 2);
});

Deno.test("a time that goes back is noted, and not odd: clocks are set", () => {
  const books = createBooks();
  books.started(START);
  const at = (timestamp: string, value: string) =>
    books.measured({
      ...meter([]),
      meterValue: [{ timestamp, sampledValue: [{ value }] }],
    });
  at("2026-01-05T06:10:00Z", "2000");
  assertEquals(books.session(1_001)?.timeFellMs, 0);
  at("2026-01-05T06:08:30Z", "2100");
  at("2026-01-05T06:08:20Z", "2200");
  assertEquals(books.session(1_001)?.timeFellMs, 90_000);
  books.stopped({ ...STOP, timestamp: "2026-01-05T05:00:00Z" });
  assertEquals(books.session(1_001)?.timeFellMs, 4_100_000);
  assertEquals(books.oddities(), []);
});

Deno.test("a number that is given twice is marked, and messages find their transaction", () => {
  const books = createBooks();
  const first = books.started(START);
  assertEquals(books.session(first)?.isNumberShared, false);
  const second = books.started({ ...START, connectorId: 2, idTag: "BERT" }, true);
  assertEquals(second, first);
  assertEquals(books.sessions().map(({ isNumberShared }) => isNumberShared), [true, true]);
  books.measured(meter([["2000"]]));
  books.measured(meter([["7000"]], { connectorId: 2 }));
  assertEquals(books.sessions().map(({ registerWh }) => registerWh), [2_000, 7_000]);
  books.stopped({ ...STOP, meterStop: 5_000 });
  books.stopped({ ...STOP, meterStop: 8_000 });
  assertEquals(books.sessions().map(({ stop }) => stop?.meterStopWh), [5_000, 8_000]);
  assertEquals(books.oddities(), []);
  assertEquals(books.started({ ...START, connectorId: 3 }), first + 1, "the next one is new");
});

Deno.test("the very first transaction has no other number to share", () => {
  const books = createBooks();
  assertEquals([books.started(START, true), books.sessions()[0]?.isNumberShared], [1_001, false]);
});

Deno.test("a station that is not accepted and speaks all the same is odd", () => {
  const books = createBooks();
  const boot = { vendorName: "V", model: "M", serialNumber: null, firmwareVersion: null };
  for (const status of ["Pending", "Accepted"] as const) {
    books.heard("BootNotification");
    books.booted(boot, status);
    books.heard("Heartbeat");
  }
  assertEquals(books.oddities(), ["Heartbeat from a station whose registration is Pending"]);
});

const ODD: readonly [string, (books: ReturnType<typeof createBooks>) => void, string][] = [
  [
    "a register that falls",
    (books) => books.measured(meter([["2000"], ["1999"]])),
    "transaction 1001: register fell from 2000 to 1999",
  ],
  [
    "a stop below the last register",
    (books) => {
      books.measured(meter([["9000"]]));
      books.stopped(STOP);
    },
    "transaction 1001: register fell from 9000 to 5000",
  ],
  [
    "meter values of an unknown transaction",
    (books) => books.measured(meter([], { transactionId: 5 })),
    "meter values for unknown transaction 5",
  ],
  [
    "meter values after the end",
    (books) => {
      books.stopped(STOP);
      books.measured(meter([["5000"]]));
    },
    "transaction 1001: meter values after its end",
  ],
  [
    "meter values from another connector",
    (books) => books.measured(meter([["2000"]], { connectorId: 2 })),
    "transaction 1001: meter values from connector 2",
  ],
  [
    "an unknown transaction that stops",
    (books) => books.stopped({ ...STOP, transactionId: 5 }),
    "stop of unknown transaction 5",
  ],
  [
    "two different ends",
    (books) => {
      books.stopped(STOP);
      books.stopped({ ...STOP, meterStop: 6_000 });
    },
    "transaction 1001: stopped twice",
  ],
  [
    "a start while another transaction runs there",
    (books) => void books.started({ ...START, idTag: "BERT" }),
    "connector 1: start of 1002 while transaction 1001 runs",
  ],
];

for (const [name, act, oddity] of ODD) {
  Deno.test(`the books find ${name} odd`, () => {
    const books = createBooks();
    books.started(START);
    act(books);
    assertEquals(books.oddities(), [oddity]);
  });
}

Deno.test("values without transaction, and energy of one phase, are no register of a session", () => {
  const books = createBooks();
  books.started(START);
  const { transactionId: _, ...idle } = meter([["9000"]]);
  books.measured(idle);
  books.measured({
    ...meter([]),
    meterValue: [{
      timestamp: "2026-01-05T06:10:00Z",
      sampledValue: [{ value: "9000", phase: "L1", measurand: "Energy.Active.Import.Register" }],
    }],
  });
  assertEquals(books.session(1_001)?.registerWh, 1_000);
});
