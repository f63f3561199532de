import { assertEquals } from "@std/assert";
import type { Payload } from "../support/frame_peer.ts";
import { LATENCY_MS, openPairSite } from "./pair_site.ts";

const ROUND_TRIP_MS = 3 * LATENCY_MS;

Deno.test("a charger that asks for a car's certificate gets the CSMS's answer, and without it a word that says so", async () => {
  const { site, chargers: [charger] } = await openPairSite({
    charger: "ocpp2.0.1",
    csms: "ocpp2.1",
  });
  const question = {
    iso15118SchemaVersion: "urn:iso:15118:2:2013:MsgDef",
    action: "Install",
    exiRequest: "AAAA",
  };
  const ask = () => charger.result("Get15118EVCertificate", question, ROUND_TRIP_MS);
  site.csms.answer("Get15118EVCertificate", { status: "Accepted", exiResponse: "BBBB" });
  assertEquals(await ask(), { status: "Accepted", exiResponse: "BBBB" });
  assertEquals(site.csms.heard("Get15118EVCertificate").map(({ payload }) => payload), [question]);
  await site.loseCsms();
  assertEquals(await ask(), { status: "Failed", exiResponse: "" });
  await site.stop();
});

Deno.test("a CSMS of 1.6 has no word for it: the charger is told so at once", async () => {
  const { site, chargers: [charger] } = await openPairSite({
    charger: "ocpp2.1",
    csms: "ocpp1.6",
  });
  const number = { vatNumber: "NL1", evseId: 1 };
  assertEquals(await charger.result("VatNumberValidation", number, 100), {
    status: "Rejected",
    vatNumber: "NL1",
  });
  await site.stop();
});

Deno.test("the EVSE in a question is the slot", async () => {
  const { site, chargers: [, charger] } = await openPairSite({
    charger: "ocpp2.1",
    csms: "ocpp2.1",
  });
  const answer: Payload = { status: "Accepted", vatNumber: "NL1", evseId: 2 };
  site.csms.answer("VatNumberValidation", answer);
  const question = { vatNumber: "NL1", evseId: 1 };
  const said = await charger.result("VatNumberValidation", question, ROUND_TRIP_MS);
  assertEquals(said, { ...answer, evseId: 1 });
  assertEquals(site.csms.heard("VatNumberValidation").map(({ payload }) => payload), [
    { vatNumber: "NL1", evseId: 2 },
  ]);
  await site.stop();
});
