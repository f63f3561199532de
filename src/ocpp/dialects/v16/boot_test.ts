import { assertEquals } from "@std/assert";
import { codecs16 } from "./mod.ts";

const { request, response } = codecs16.BootNotification.BootNotification;

const BOOT = {
  chargePointVendor: "ACME",
  chargePointModel: "One",
  chargePointSerialNumber: "SN1",
  chargeBoxSerialNumber: "BOX1",
  firmwareVersion: "1.2.3",
  iccid: "89",
  imsi: "404",
  meterType: "EM",
  meterSerialNumber: "M1",
};

Deno.test("a boot tells the station; what 2.1 has no field for is carried", () => {
  assertEquals(request.read(BOOT), {
    message: {
      reason: "Unknown",
      chargingStation: {
        vendorName: "ACME",
        model: "One",
        serialNumber: "SN1",
        firmwareVersion: "1.2.3",
        modem: { iccid: "89", imsi: "404" },
      },
    },
    carry: {
      dialect: "ocpp1.6",
      notes: [
        { at: "chargeBoxSerialNumber", inside: null, original: "BOX1" },
        { at: "meterType", inside: null, original: "EM" },
        { at: "meterSerialNumber", inside: null, original: "M1" },
      ],
    },
  });
});

Deno.test("a boot that says the least has no modem and nothing to carry", () => {
  assertEquals(request.read({ chargePointVendor: "A", chargePointModel: "B" }), {
    message: { reason: "Unknown", chargingStation: { vendorName: "A", model: "B" } },
  });
});

Deno.test("names that are longer than 1.6 allows are shortened", () => {
  const chargingStation = {
    vendorName: "v".repeat(50),
    model: "m".repeat(20),
    serialNumber: "s".repeat(40),
    firmwareVersion: "f".repeat(60),
  };
  assertEquals(request.write({ message: { reason: "PowerUp", chargingStation } }), {
    chargePointVendor: "v".repeat(20),
    chargePointModel: "m".repeat(20),
    chargePointSerialNumber: "s".repeat(25),
    firmwareVersion: "f".repeat(50),
  });
});

Deno.test("the answer to a boot says the same on both sides, but for 2.1's reasons", () => {
  const answer = {
    status: "Pending" as const,
    currentTime: "2026-01-05T06:00:00Z",
    interval: 60,
  };
  assertEquals(response.read(answer), { message: answer });
  const message = { ...answer, statusInfo: { reasonCode: "NotYet" } };
  assertEquals(response.write({ message }), answer);
});

Deno.test("a heartbeat is empty and is answered with the time", () => {
  const beat = codecs16.Heartbeat.Heartbeat;
  assertEquals(beat.request.read({}), { message: {} });
  assertEquals(beat.request.write({ message: {} }), {});
  const answer = { currentTime: "2026-01-05T06:00:00Z" };
  assertEquals(beat.response.read(answer), { message: answer });
  assertEquals(beat.response.write({ message: answer }), answer);
});
