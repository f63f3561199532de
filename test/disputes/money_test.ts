/** Disputes about the price. Each test is one complaint and its file. */
import { assertEquals } from "@std/assert";
import type { Tariff } from "../../src/transactions/mod.ts";
import { openDesk } from "./desk.ts";

/** 8.50 a kWh until half past twelve in Pune (07:00 UTC), 11 after it; 18 % on both. */
const BY_DAY: Tariff = {
  id: "site",
  origin: "site",
  currency: "INR",
  timezone: "Asia/Kolkata",
  nominalVoltageV: 230,
  parts: {
    energy: {
      taxRates: [{ type: "GST", percent: "18", stack: 0 }],
      prices: [
        { price: "8.50", conditions: { startTimeOfDay: "00:00", endTimeOfDay: "12:30" } },
        { price: "11" },
      ],
    },
  },
  taxIncluded: false,
  pausedBySite: "free",
  roundingStep: "0.01",
};

Deno.test('"it said 8.50, and I paid more": he charged over the hour at which the price changes', async () => {
  const desk = await openDesk({ tariff: BY_DAY });
  const charger = await desk.charger("CP1");
  await desk.until("06:30");
  const { number } = await charger.start("ASHA", { meterStart: 10_000 });
  await charger.status("Charging");
  await desk.until("07:00");
  await charger.meter(number, 14_000, 16);
  await desk.until("07:30");
  await charger.stop(number, 20_000);
  await desk.site.clock.advance(5_000);
  const [session] = await desk.sessions();
  const lines = session?.cost?.lines.map((line) =>
    `${line.quantity} ${line.unit} at ${line.unitPrice}: ${line.exclTax} and ${line.tax} tax`
  );
  assertEquals(lines, [
    "4 kWh at 8.50: 34.00 and 6.12 tax",
    "6 kWh at 11: 66.00 and 11.88 tax",
  ]);
  assertEquals([session?.cost?.total, session?.cost?.final], ["118.00", true]);
  assertEquals(await desk.ledger(), [
    "06:30–07:30 ASHA at CP1: 10000 Wh, let in by csms, ended: Local",
  ]);
  await desk.close();
});
