import { assertEquals } from "@std/assert";
import type { Requests21 } from "../../ocpp/messages/mod.ts";
import { FRIENDLY_CSMS } from "../csms.ts";
import { loadChecks } from "../checks.ts";
import { csmsAnswer2x } from "./answers2x.ts";
import { type BookKeeper, createBooks } from "./books.ts";
import { energyWh } from "./session.ts";

const NOW = Date.UTC(2026, 0, 5, 6);
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

type Event = Requests21["TransactionEvent"];

function event(
  eventType: Event["eventType"],
  seqNo: number,
  registerWh: number,
  more: Partial<Event> = {},
): Event {
  const context = eventType === "Started"
    ? "Transaction.Begin"
    : eventType === "Ended"
    ? "Transaction.End"
    : "Sample.Periodic";
  return {
    eventType,
    timestamp: at(seqNo),
    triggerReason: "MeterValuePeriodic",
    seqNo,
    transactionInfo: { transactionId: "T-1" },
    meterValue: [{ timestamp: at(seqNo), sampledValue: [{ value: registerWh, context }] }],
    ...more,
  };
}

const BEGIN = event("Started", 0, 1_000, {
  evse: { id: 3 },
  idToken: { idToken: "ANNA", type: "Central" },
});

/** Books into which these events were written. */
function bookedWith(...events: readonly Event[]): BookKeeper {
  const books = createBooks();
  for (const each of events) books.happened(each);
  return books;
}

const CALLS: readonly (readonly [string, unknown, unknown])[] = [
  [
    "Authorize",
    { idToken: { idToken: "BERT", type: "Central" } },
    {
      idTokenInfo: {
        status: "Accepted",
        groupIdToken: { idToken: "FIRM", type: "Central" },
      },
    },
  ],
  [
    "BootNotification",
    { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } },
    { status: "Accepted", currentTime: at(0), interval: 300 },
  ],
  ["Heartbeat", {}, { currentTime: at(0) }],
  [
    "StatusNotification",
    { timestamp: at(0), connectorStatus: "Occupied", evseId: 1, connectorId: 1 },
    {},
  ],
  ["TransactionEvent", BEGIN, { idTokenInfo: { status: "Accepted" } }],
  ["TransactionEvent", event("Ended", 0, 1_000, BEGIN), { idTokenInfo: { status: "Accepted" } }],
  ["SecurityEventNotification", { type: "Tampering", timestamp: at(0) }, {}],
  ["DataTransfer", { vendorId: "V" }, { status: "UnknownVendorId" }],
];

for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
  for (const [action, request, answer] of CALLS) {
    Deno.test(`a CSMS of ${version} answers ${action} ${JSON.stringify(request).slice(0, 50)}`, async () => {
      const { strict } = (await loadChecks())[version];
      assertEquals(strict("request", action, request), [], "the test's own request");
      const tokens = { BERT: { status: "Accepted", parentIdTag: "FIRM" } } as const;
      const options = { ...FRIENDLY_CSMS, tokens };
      const given = csmsAnswer2x(action, request, { options, books: createBooks(), nowMs: NOW });
      assertEquals(given, answer);
      assertEquals(strict("response", action, given), []);
    });
  }
}

Deno.test("events make a session with its begin, its readings and its end", () => {
  const end = { transactionInfo: { transactionId: "T-1", stoppedReason: "Remote" } } as const;
  const books = bookedWith(BEGIN, event("Updated", 1, 1_400), event("Ended", 2, 2_000, end));
  const [session] = books.sessions();
  assertEquals(
    [session?.connectorId, session?.idTag, session?.meterValues, session?.stop?.reason],
    [3, "ANNA", 1, "Remote"],
  );
  assertEquals(session === undefined ? 0 : energyWh(session), 1_000);
  assertEquals(books.oddities(), []);
});

Deno.test("what comes again is counted, and what is left out or unknown is odd", () => {
  const again = bookedWith(BEGIN, BEGIN, event("Updated", 1, 1_100), event("Updated", 1, 1_100));
  assertEquals([again.sessions()[0]?.repeatedStarts, again.oddities()], [1, []]);
  assertEquals(bookedWith(BEGIN, event("Updated", 2, 1_100)).oddities(), [
    "transaction T-1: event 2 after 0",
  ]);
  assertEquals(bookedWith(event("Updated", 0, 1_100)).oddities(), [
    "event of unknown transaction T-1",
  ]);
});

Deno.test("a session that was begun in 1.6 goes on in 2.x, under its number or by its token", () => {
  for (const transactionId of ["1001", "of its own"]) {
    const books = createBooks();
    books.started({ connectorId: 3, idTag: "ANNA", meterStart: 1_000, timestamp: at(0) });
    const transactionInfo = { transactionId };
    const { idToken, evse } = BEGIN;
    books.happened({ ...event("Ended", 0, 1_500), transactionInfo, idToken, evse } as Event);
    assertEquals(books.sessions().length, 1);
    assertEquals(books.sessions()[0]?.stop?.meterStopWh, 1_500);
  }
});

Deno.test("the same start in words of another version is the same session", () => {
  const books = bookedWith(BEGIN);
  const start = { connectorId: 3, idTag: "ANNA", meterStart: 1_000, timestamp: at(0) };
  const number = books.started(start);
  assertEquals(books.started(start), number);
  books.stopped({ transactionId: number, meterStop: 1_800, timestamp: at(9) });
  assertEquals(books.sessions().map(({ stop }) => stop?.meterStopWh), [1_800]);
});
