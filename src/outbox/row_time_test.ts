import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import type { TransactionEvent } from "../ocpp/mod.ts";
import type { Transaction } from "../transactions/mod.ts";
import { partOf } from "../../test/support/part_of.ts";
import type { OutboxRow } from "./row.ts";
import { withTrueTimes } from "./row_time.ts";

const AT_MS = Date.UTC(2026, 0, 5, 6);
const HOUR_MS = 3_600_000;
const NOBODY = () => 0;

function rowOf(kind: OutboxRow["kind"], facts: Partial<OutboxRow> = {}): OutboxRow {
  const event = {
    eventType: "Updated",
    timestamp: isoTime(AT_MS),
    triggerReason: "MeterValuePeriodic",
    seqNo: 1,
    transactionInfo: { transactionId: "tx-1" },
    meterValue: [
      { timestamp: isoTime(AT_MS), sampledValue: [{ value: 1 }] },
      { timestamp: isoTime(AT_MS + 60_000), sampledValue: [{ value: 2 }] },
    ],
  } satisfies TransactionEvent;
  return {
    id: 1,
    transactionId: "tx-1",
    slot: 1,
    kind,
    messageId: "m-1",
    createdAtMs: AT_MS,
    readings: 2,
    essential: false,
    sent: false,
    refusals: 0,
    lastError: null,
    dead: false,
    event,
    carry: null,
    frame: null,
    ...facts,
  };
}

const timesOf = ({ event }: OutboxRow) => [
  Date.parse(event.timestamp) - AT_MS,
  ...(event.meterValue ?? []).map(({ timestamp }) => Date.parse(timestamp) - AT_MS),
];

Deno.test("a row without a mark is what the charger wrote", () => {
  const row = rowOf("updated");
  assertEquals(withTrueTimes(row, undefined, () => HOUR_MS), row);
});

Deno.test("what was learnt of the gateway's time and of the charger's clock both count, for each value", () => {
  const row = rowOf("updated", { clock: { stretch: "s1", shiftMs: -60_000 } });
  const learnt = (stretch: string) => stretch === "s1" ? HOUR_MS : 0;
  const byMs = HOUR_MS - 60_000;
  assertEquals(timesOf(withTrueTimes(row, undefined, learnt)), [byMs, byMs, byMs + 60_000]);
});

Deno.test("of the start and the end the transaction knows more than the row", () => {
  const transaction = partOf<Transaction>({
    startedAt: isoTime(AT_MS),
    stop: partOf<NonNullable<Transaction["stop"]>>({ stoppedAt: isoTime(AT_MS) }),
    clock: { startShiftMs: HOUR_MS, stopShiftMs: 2 * HOUR_MS },
  });
  assertEquals(timesOf(withTrueTimes(rowOf("started"), transaction, NOBODY))[0], HOUR_MS);
  assertEquals(timesOf(withTrueTimes(rowOf("ended"), transaction, NOBODY))[0], 2 * HOUR_MS);
  assertEquals(timesOf(withTrueTimes(rowOf("updated"), transaction, NOBODY))[0], 0);
});

Deno.test("what was sent keeps its words", () => {
  const row = rowOf("updated", { sent: true, clock: { shiftMs: HOUR_MS } });
  assertEquals(withTrueTimes(row, undefined, NOBODY), row);
});

Deno.test("a shift out of the calendar leaves the text as it is", () => {
  const row = rowOf("updated", { clock: { shiftMs: 8.64e15 } });
  assertEquals(timesOf(withTrueTimes(row, undefined, NOBODY))[0], 0);
});
