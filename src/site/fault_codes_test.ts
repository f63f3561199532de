import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { chargersSeverity, FAULT_CODES, faultCodeOf } from "./fault_codes.ts";

Deno.test("each error code of 1.6 is a code of its own", () => {
  const codes = Object.keys(FAULT_CODES).filter((code) => /^[A-Z]/.test(code));
  assertEquals(codes.length, 15);
  for (const code of codes) assertEquals(faultCodeOf(`charger-${code}`), code);
});

Deno.test("a problem of a 2.x component is what 1.6 calls it where that is the same", () => {
  const cases = [
    ["charger-ConnectorPlugRetentionLock.Problem", "ConnectorLockFailure"],
    ["charger-connectorplugretentionlock.problem", "ConnectorLockFailure"],
    ["charger-RCD.Tripped", "GroundFailure"],
    ["charger-TokenReader.2.Fault", "ReaderFailure"],
    ["charger-EmergencyStopSensor.Tripped", "emergency-stop"],
    ["charger-EVSE.Problem", "socket-failed"],
    ["charger-Connector.Fault", "socket-failed"],
    ["charger-VendorThing.Problem", "charger-problem"],
    ["charger-TemperatureSensor.Temperature", "bound-crossed"],
    ["charger-VendorThing.Value", "bound-crossed"],
    ["charger-constructor.Problem", "charger-problem"],
    ["charger-NoSuchCode", "charger-problem"],
  ] as const;
  for (const [kind, code] of cases) assertEquals(faultCodeOf(kind), code, kind);
});

Deno.test('what the gateway finds is its own code, and what nobody knows is "other"', () => {
  assertEquals(faultCodeOf("charger-stays-away"), "charger-stays-away");
  assertEquals(faultCodeOf("disk-space"), "disk-space");
  assertEquals(faultCodeOf("no-such-kind"), "other");
  assertEquals(faultCodeOf("toString"), "other");
});

Deno.test("any name whatever has a code that the table knows", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string().map((text) => `charger-${text}`)), (kind) => {
      assertEquals(Object.hasOwn(FAULT_CODES, faultCodeOf(kind)), true, kind);
    }),
  );
});

Deno.test("what keeps a connector from charging is an alarm, whatever it is", () => {
  assertEquals(chargersSeverity("charger-WeakSignal", false), "info");
  assertEquals(chargersSeverity("charger-WeakSignal", true), "alarm");
  assertEquals(chargersSeverity("charger-GroundFailure", false), "alarm");
  assertEquals(chargersSeverity("charger-ReaderFailure", false), "warning");
});
