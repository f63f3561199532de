import { assertEquals } from "@std/assert";
import type { Heard } from "../sites/rpc_csms.ts";
import { csmsLogOf } from "./csms_log.ts";

const START = {
  connectorId: 2,
  idTag: "ASHA",
  meterStart: 1_000,
  timestamp: "2026-01-05T06:00:00Z",
};
const VALUES = [{ timestamp: "2026-01-05T06:10:00Z", sampledValue: [{ value: "3000" }] }];
const METER = { connectorId: 2, transactionId: 5_001, meterValue: VALUES };
const STOP = { transactionId: 5_001, meterStop: 9_000, timestamp: "2026-01-05T07:00:00Z" };

function heard(
  messageId: string,
  method: string,
  params: object,
  more: Partial<Heard> = {},
): Heard {
  return {
    messageId,
    method,
    params: { ...params },
    atMs: 0,
    connection: 1,
    isAnswered: true,
    number: method === "StartTransaction" ? 5_001 : null,
    ...more,
  };
}

const started = heard("a", "StartTransaction", START);
const metered = heard("b", "MeterValues", METER);
const stopped = heard("c", "StopTransaction", STOP);

Deno.test("a session is put together from its calls", () => {
  assertEquals(csmsLogOf([started, metered, stopped]), {
    sessions: [{
      slot: 2,
      idTag: "ASHA",
      startedAt: "2026-01-05T06:00:00Z",
      meterStartWh: 1_000,
      readings: [{ at: "2026-01-05T06:10:00Z", sampledValue: [{ value: "3000" }] }],
      stops: [{
        at: "2026-01-05T07:00:00Z",
        meterStopWh: 9_000,
        reason: null,
        idTag: null,
        transactionData: [],
      }],
      calls: ["StartTransaction", "MeterValues", "StopTransaction"],
    }],
    findings: [],
  });
});

Deno.test("what a silent CSMS heard counts when it is said again", () => {
  const unanswered = { ...metered, isAnswered: false };
  const log = csmsLogOf([started, unanswered, { ...metered, connection: 2 }, stopped]);
  assertEquals(log.findings, []);
  assertEquals(log.sessions[0]?.calls.length, 3);
});

Deno.test("the last call of a connection may come again, and counts once", () => {
  const log = csmsLogOf([started, metered, { ...metered, connection: 2 }, {
    ...stopped,
    connection: 2,
  }]);
  assertEquals(log.findings, []);
  assertEquals(log.sessions[0]?.readings.length, 1);
});

Deno.test("a call that comes again after its answer is found", () => {
  const beat = heard("h", "Heartbeat", {});
  const log = csmsLogOf([started, metered, beat, { ...metered, connection: 2 }, stopped]);
  assertEquals(log.findings, ["MeterValues b came again after its answer"]);
});

Deno.test("another content under the same id is found", () => {
  const unanswered = { ...stopped, isAnswered: false };
  const other = heard("c", "StopTransaction", { ...STOP, meterStop: 9_001 }, { connection: 2 });
  const { findings } = csmsLogOf([started, metered, unanswered, other]);
  assertEquals(findings, ["StopTransaction c came again with another content"]);
});

Deno.test("readings and ends of transactions that nobody began are found", () => {
  assertEquals(csmsLogOf([metered, stopped]).findings, [
    "MeterValues came for transaction 5001, which nobody had begun",
    "StopTransaction came for transaction 5001, which nobody had begun",
  ]);
});

Deno.test("meter values of no transaction are nobody's money", () => {
  const { transactionId: _, ...loose } = METER;
  assertEquals(csmsLogOf([heard("m", "MeterValues", loose)]), { sessions: [], findings: [] });
});

Deno.test("what comes after the end is found", () => {
  const { findings } = csmsLogOf([started, stopped, metered]);
  assertEquals(findings, [
    "MeterValues came after the end of the session of slot 2, 2026-01-05T06:00:00Z",
  ]);
});

Deno.test("readings of another connector are found", () => {
  const { findings } = csmsLogOf([
    started,
    heard("b", "MeterValues", { ...METER, connectorId: 3 }),
  ]);
  assertEquals(findings, ["MeterValues of slot 2 came for 3"]);
});

Deno.test("a session that begins before the last one of its connector has ended is found", () => {
  const next = { ...START, timestamp: "2026-01-05T08:00:00Z" };
  const second = heard("d", "StartTransaction", next, { number: 5_002 });
  assertEquals(csmsLogOf([started, stopped, second]).findings, []);
  assertEquals(csmsLogOf([started, second]).findings, [
    "slot 2: the session of 2026-01-05T08:00:00Z began before that of 2026-01-05T06:00:00Z had ended",
  ]);
});
