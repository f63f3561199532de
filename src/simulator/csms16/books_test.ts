import { assertEquals } from "@std/assert";
import type { Requests16 } from "../../ocpp/messages/mod.ts";
import { createBooks, energyWh } from "./books.ts";

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
    "connector 1: start while transaction 1001 runs",
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
