import { assertEquals } from "@std/assert";
import { type ConnectorFacts, type Status16, statusOf } from "./connector_status.ts";

const FREE: ConnectorFacts = {
  isFaulted: false,
  isOperative: true,
  hasTransaction: false,
  isPlugged: false,
  hasServed: false,
  isPermitted: false,
  isReserved: false,
  isOffering: false,
  isAsking: false,
};
const CHARGING = { hasTransaction: true, isPlugged: true, isOffering: true, isAsking: true };

const CASES: readonly [string, Partial<ConnectorFacts>, Status16][] = [
  ["a free connector", {}, "Available"],
  ["a reserved one", { isReserved: true }, "Reserved"],
  ["an EV without card", { isPlugged: true }, "Preparing"],
  ["a card without EV", { isPermitted: true }, "Preparing"],
  ["the reserved card", { isPermitted: true, isReserved: true }, "Preparing"],
  ["an EV that draws", CHARGING, "Charging"],
  ["an EV that has enough", { ...CHARGING, isAsking: false }, "SuspendedEV"],
  ["a limit of 0 A", { ...CHARGING, isOffering: false }, "SuspendedEVSE"],
  [
    "neither side willing names the EVSE",
    { ...CHARGING, isOffering: false, isAsking: false },
    "SuspendedEVSE",
  ],
  ["an EV after its transaction", { isPlugged: true, hasServed: true }, "Finishing"],
  ["a connector out of service", { isOperative: false, isReserved: true }, "Unavailable"],
  ["out of service with an EV", { isOperative: false, isPlugged: true }, "Unavailable"],
  ["out of service after the transaction", { ...CHARGING, isOperative: false }, "Charging"],
  ["a fault goes before everything", { ...CHARGING, isFaulted: true }, "Faulted"],
];

for (const [name, facts, status] of CASES) {
  Deno.test(`statusOf(): ${name} is ${status}`, () => {
    assertEquals(statusOf({ ...FREE, ...facts }), status);
  });
}
