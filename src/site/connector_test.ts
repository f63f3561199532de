import { assertEquals } from "@std/assert";
import type { ConnectorReport } from "../ocpp/mod.ts";
import {
  type ConnectorRecord,
  type EvseState,
  evseState,
  isAnotherState,
  isDrawing,
  isPlugged,
  reportInSession,
} from "./connector.ts";

type Status = ConnectorReport["connectorStatus"];
type Charging = NonNullable<ConnectorReport["chargingState"]>;

function record(connectorStatus: Status, chargingState?: Charging): ConnectorRecord {
  const message = { evseId: 1, connectorId: 1, connectorStatus };
  const report = { message: chargingState === undefined ? message : { ...message, chargingState } };
  return { slot: 1, report, heardAtMs: 0 };
}

const CASES: readonly [status: Status, charging: Charging | undefined, state: EvseState][] = [
  ["Available", undefined, "available"],
  ["Reserved", undefined, "reserved"],
  ["Unavailable", undefined, "unavailable"],
  ["Faulted", undefined, "faulted"],
  // A fault or a block outweighs what the EV was doing.
  ["Faulted", "Charging", "faulted"],
  ["Unavailable", "Charging", "unavailable"],
  ["Occupied", "Charging", "charging"],
  ["Occupied", "SuspendedEV", "suspended-by-ev"],
  ["Occupied", "SuspendedEVSE", "suspended-by-evse"],
  ["Occupied", "EVConnected", "preparing"],
  ["Occupied", "Idle", "preparing"],
  ["Occupied", undefined, "preparing"],
];

for (const [status, charging, state] of CASES) {
  const what = charging === undefined ? status : `${status}, ${charging}`;
  Deno.test(`evseState() of "${what}" is ${state}`, () => {
    assertEquals(evseState(record(status, charging), { connected: true }), state);
  });
}

Deno.test("evseState() is finishing when the charger says that the transaction is over", () => {
  const { report, ...heard } = record("Occupied", "EVConnected");
  const message = { ...report.message, afterTransaction: true as const };
  assertEquals(evseState({ ...heard, report: { message } }, { connected: true }), "finishing");
});

Deno.test("evseState() is unreachable while the charger is away, whatever it said last", () => {
  for (const heard of [undefined, record("Available"), record("Faulted")]) {
    assertEquals(evseState(heard, { connected: false }), "unreachable");
  }
});

Deno.test("evseState() is unknown while a connected charger has said nothing", () => {
  assertEquals(evseState(undefined, { connected: true }), "unknown");
});

Deno.test("isPlugged() holds for an occupied connector only", () => {
  const statuses: Status[] = ["Available", "Occupied", "Reserved", "Unavailable", "Faulted"];
  assertEquals(statuses.filter((status) => isPlugged(record(status))), ["Occupied"]);
  assertEquals(isPlugged(undefined), false);
});

const IN_SESSION: readonly [Status, Charging | undefined, idle: EvseState, drawing: EvseState][] = [
  ["Available", undefined, "suspended-by-ev", "charging"],
  ["Reserved", undefined, "suspended-by-ev", "charging"],
  ["Occupied", undefined, "preparing", "charging"],
  ["Occupied", "EVConnected", "preparing", "charging"],
  // What a charger says of a pause may be newer than its last sample.
  ["Occupied", "SuspendedEV", "suspended-by-ev", "suspended-by-ev"],
  ["Occupied", "Charging", "charging", "charging"],
  ["Faulted", undefined, "faulted", "faulted"],
  ["Unavailable", undefined, "unavailable", "unavailable"],
];

for (const [status, charging, idle, drawing] of IN_SESSION) {
  const what = charging === undefined ? status : `${status}, ${charging}`;
  Deno.test(`with a session "${what}" is ${idle}, and ${drawing} where current flows`, () => {
    const states = [false, true].map((isDrawing) =>
      evseState(record(status, charging), { connected: true, session: { isDrawing } })
    );
    assertEquals(states, [idle, drawing]);
  });
}

Deno.test("reportInSession() says no more that a session is over whose current flows", () => {
  const message = { ...record("Occupied").report.message, afterTransaction: true as const };
  assertEquals(reportInSession(message, { isDrawing: false }), message);
  assertEquals(reportInSession(message, { isDrawing: true }), {
    ...record("Occupied", "Charging").report.message,
  });
});

Deno.test("isDrawing() takes zero placeholders and noise for nothing", () => {
  const cases = [
    { currentsAmps: [0, 0, 0], expected: false },
    { currentsAmps: [0.5, 0.2, 0], expected: false },
    { currentsAmps: [0, 6, 0], expected: true },
    { currentsAmps: [-6, 0, 0], expected: true },
    { powerW: 100, expected: false },
    { powerW: 1400, expected: true },
    { expected: false },
  ];
  for (const { expected, ...measured } of cases) {
    assertEquals(isDrawing(measured), expected, JSON.stringify(measured));
  }
});

Deno.test("isAnotherState() does not mind the same report again", () => {
  const before = record("Occupied", "Charging").report.message;
  assertEquals(isAnotherState(before, { ...before, timestamp: "2026-01-05T06:00:00Z" }), false);
  assertEquals(isAnotherState(before, record("Available").report.message), true);
  assertEquals(isAnotherState(undefined, before), true);
});
