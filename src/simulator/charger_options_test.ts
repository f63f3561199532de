import { assertEquals } from "@std/assert";
import { loadValidator } from "../ocpp/messages/mod.ts";
import { chargerOptions, NO_FAULTS } from "./charger_options.ts";

Deno.test("a charger is ordinary but for what is given", () => {
  const options = chargerOptions({
    identity: "CP1",
    timing: { tickMs: 5 },
    faults: { answerDelayMs: 9 },
  });
  assertEquals([options.timing.tickMs, options.timing.redialFirstMs], [5, 2_000]);
  assertEquals(options.faults, { ...NO_FAULTS, answerDelayMs: 9 });
  assertEquals(options.outlets.length, 1);
});

Deno.test("no fault is on by itself", () => {
  assertEquals(Object.values(NO_FAULTS).filter((fault) => Boolean(fault)), []);
});

Deno.test("even the longest identity gives a serial number that 1.6 allows", async () => {
  const { strict } = await loadValidator("ocpp1.6");
  const { vendor, model, serialNumber } = chargerOptions({ identity: "X".repeat(48) });
  const boot = {
    chargePointVendor: vendor,
    chargePointModel: model,
    chargePointSerialNumber: serialNumber,
  };
  assertEquals(strict("request", "BootNotification", boot), []);
});
