import { assertEquals } from "@std/assert";
import { otherVersionIn } from "./boot_shape.ts";

const BOOT_16 = { chargePointVendor: "V", chargePointModel: "M" };
const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } };
const call = (payload: unknown, action = "BootNotification") =>
  JSON.stringify([2, "5f1d2c4e-8f3a-4a52-9d5c-0c4a1b6d7e8f", action, payload]);

Deno.test("a boot in the shape of another version tells which one is spoken (quirk 3)", () => {
  assertEquals(otherVersionIn(call(BOOT_16), "ocpp2.0.1"), "ocpp1.6");
  assertEquals(otherVersionIn(call(BOOT_16), "ocpp2.1"), "ocpp1.6");
  assertEquals(otherVersionIn(call(BOOT_2X), "ocpp1.6"), "ocpp2.0.1");
});

Deno.test("a boot that fits, and whatever else is said, tells nothing", () => {
  for (
    const [text, spoken] of [
      [call(BOOT_16), "ocpp1.6"],
      [call(BOOT_2X), "ocpp2.0.1"],
      [call(BOOT_2X), "ocpp2.1"],
      [call({ ...BOOT_16, ...BOOT_2X }), "ocpp2.1"],
      [call({}), "ocpp1.6"],
      [call(null), "ocpp1.6"],
      [call(BOOT_16, "Heartbeat"), "ocpp2.0.1"],
      [call({ BootNotification: BOOT_16 }, "DataTransfer"), "ocpp2.0.1"],
      ['[2,"x","BootNotification",{', "ocpp2.0.1"],
      ['"BootNotification"', "ocpp2.0.1"],
    ] as const
  ) assertEquals(otherVersionIn(text, spoken), null, text);
});
