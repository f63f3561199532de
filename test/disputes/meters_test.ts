/** Disputes about what was measured. Each test is one complaint and its file. */
import { assertEquals } from "@std/assert";
import { openDesk } from "./desk.ts";

Deno.test('"the signature of your reading is wrong": what the charger signed came to the CSMS byte by byte', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  // Signed data is opaque: blanks, escapes and umlauts in it are part of what was signed.
  const signed = 'OCMF|{"RD":[{"RV":1.500,"RU":"kWh", "ST":"G"}]}|{"SD":"30\\/45\u00fc=="}';
  const sample = {
    value: signed,
    format: "SignedData",
    context: "Transaction.End",
    measurand: "Energy.Active.Import.Register",
  };
  await desk.site.loseCsms();
  await desk.until("06:30");
  await charger.stop(number, 1_500, {
    transactionData: [{ timestamp: desk.now(), sampledValue: [sample] }],
  });
  await desk.until("07:00");
  await desk.site.restoreCsms();
  await desk.site.clock.advance(10_000);
  const [stop] = desk.site.csms.heard("StopTransaction");
  assertEquals(stop?.text.includes(JSON.stringify(signed).slice(1, -1)), true);
  const [data] = Object(stop?.payload["transactionData"]);
  assertEquals(data.sampledValue, [sample]);
  await desk.close();
});

Deno.test('"a hundred kilowatt-hours in an hour, my battery has fifty": the register jumped', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  await charger.status("Charging");
  for (const [time, registerWh] of [["06:20", 3_000], ["06:40", 5_000]] as const) {
    await desk.until(time);
    await charger.meter(number, registerWh, 10);
  }
  await desk.until("07:00");
  await charger.stop(number, 107_000);
  await desk.site.clock.advance(5_000);
  assertEquals(await desk.ledger(), [
    "06:00–07:00 ASHA at CP1: 106000 Wh, let in by csms, ended: Local [register-jumped energy-disagrees]",
  ]);
  // The register is what is billed (it is the calibrated one); what the site counted speaks against it.
  const [session] = await desk.sessions();
  assertEquals([session?.meterStopWh, session?.evidenceWh, session?.evidenceBy], [
    107_000,
    4_000,
    "register",
  ]);
  assertEquals(
    session?.remarks,
    "the register went further than this connector can deliver; " +
      "billed 106000 Wh, counted 4000 Wh by the steps of the register",
  );
  await desk.close();
});
