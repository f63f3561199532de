import { assertEquals } from "@std/assert";
import type { ConnectorReport } from "../ocpp/mod.ts";
import { type ConnectorRecord, type EvseState, evseState, isPlugged } from "./connector.ts";

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
