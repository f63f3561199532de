import { assertEquals } from "@std/assert";
import type { ChargingState, ConnectorReport } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

const { request } = codecs16.StatusNotification.StatusNotification;

type Status16 = Parameters<typeof request.read>[0]["status"];
type Words = readonly [ConnectorReport["connectorStatus"], ChargingState?];

const READ: Readonly<Record<Status16, Words>> = {
  Available: ["Available"],
  Preparing: ["Occupied", "EVConnected"],
  Charging: ["Occupied", "Charging"],
  SuspendedEV: ["Occupied", "SuspendedEV"],
  SuspendedEVSE: ["Occupied", "SuspendedEVSE"],
  Finishing: ["Occupied", "EVConnected"],
  Reserved: ["Reserved"],
  Unavailable: ["Unavailable"],
  Faulted: ["Faulted"],
};

for (const [status, [connectorStatus, chargingState]] of Object.entries(READ)) {
  Deno.test(`${status} is ${connectorStatus} ${chargingState ?? ""} inside`, () => {
    const wire = { connectorId: 2, errorCode: "NoError" as const, status: status as Status16 };
    assertEquals(request.read(wire).message, {
      evseId: 2,
      connectorId: 1,
      connectorStatus,
      ...(chargingState === undefined ? {} : { chargingState }),
      ...(status === "Finishing" ? { afterTransaction: true } : {}),
    });
  });
}

const WRITTEN: readonly (readonly [...Words, Status16])[] = [
  ["Available", undefined, "Available"],
  ["Available", "Idle", "Available"],
  ["Occupied", undefined, "Preparing"],
  ["Occupied", "Idle", "Preparing"],
  ["Occupied", "EVConnected", "Preparing"],
  ["Occupied", "Charging", "Charging"],
  ["Occupied", "SuspendedEV", "SuspendedEV"],
  ["Occupied", "SuspendedEVSE", "SuspendedEVSE"],
  ["Reserved", undefined, "Reserved"],
  ["Unavailable", "Charging", "Unavailable"],
  ["Faulted", "Charging", "Faulted"],
];

for (const [connectorStatus, chargingState, status] of WRITTEN) {
  Deno.test(`${connectorStatus} ${chargingState ?? ""} is ${status} in 1.6`, () => {
    const message = {
      evseId: 2,
      connectorId: 1,
      connectorStatus,
      ...(chargingState === undefined ? {} : { chargingState }),
    };
    assertEquals(request.write({ message }), { connectorId: 2, errorCode: "NoError", status });
  });
}

Deno.test("Finishing comes back as such until the gateway learns something else", () => {
  const read = request.read({ connectorId: 2, errorCode: "NoError", status: "Finishing" });
  assertEquals(request.write(read).status, "Finishing");
  const message = { ...read.message, chargingState: "Charging" as const };
  assertEquals(request.write({ ...read, message }).status, "Charging");
});

Deno.test("connector 0 is the charger itself on both sides", () => {
  const wire = { connectorId: 0, errorCode: "NoError" as const, status: "Available" as const };
  const read = request.read(wire);
  assertEquals([read.message.evseId, read.message.connectorId], [0, 0]);
  assertEquals(request.write(read), wire);
});

Deno.test("an error is a problem with all that the charger says of it", () => {
  const wire = {
    connectorId: 1,
    errorCode: "GroundFailure" as const,
    status: "Faulted" as const,
    info: "RCD",
    vendorId: "ACME",
    vendorErrorCode: "E7",
    timestamp: "2026-01-05T06:00:00Z",
  };
  assertEquals(request.read(wire).message, {
    evseId: 1,
    connectorId: 1,
    connectorStatus: "Faulted",
    timestamp: "2026-01-05T06:00:00Z",
    problem: {
      errorCode: "GroundFailure",
      info: "RCD",
      vendorId: "ACME",
      vendorErrorCode: "E7",
    },
  });
});

Deno.test("without an error there is no problem, whatever a vendor fills in", () => {
  const wire = {
    connectorId: 1,
    errorCode: "NoError" as const,
    status: "Available" as const,
    info: "ok",
    vendorId: "ACME",
    vendorErrorCode: "",
  };
  const read = request.read(wire);
  assertEquals(read.message.problem, undefined);
  assertEquals(request.write(read), wire);
  const message = { ...read.message, problem: { errorCode: "HighTemperature" } };
  assertEquals(request.write({ ...read, message }), {
    connectorId: 1,
    errorCode: "HighTemperature",
    status: "Available",
  });
});

Deno.test("a problem that 1.6 has no code for is named in the text", () => {
  const message = {
    evseId: 1,
    connectorId: 1,
    connectorStatus: "Faulted" as const,
    problem: { errorCode: "Connector.Problem" },
  };
  assertEquals(request.write({ message }), {
    connectorId: 1,
    errorCode: "OtherError",
    info: "Connector.Problem",
    status: "Faulted",
  });
  const told = { ...message, problem: { errorCode: "toString", info: "x".repeat(60) } };
  assertEquals(request.write({ message: told }).info, "x".repeat(50));
  assertEquals(request.write({ message: told }).errorCode, "OtherError");
});
