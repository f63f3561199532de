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
