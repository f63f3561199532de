import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { chargerOrNew } from "../site/mod.ts";
import type { ChargerModel } from "./model.ts";
import { createModels } from "./models.ts";

function modelOf(id: string, vendor: string, rateUnit: "A" | "W"): ChargerModel {
  const matches = [{ vendor, model: "*" }];
  return { id, vendor, models: [], matches, quirks: { rateUnit }, sources: {} };
}

const ACME = modelOf("acme", "Acme", "W");
const OWN = modelOf("own", "Nobody", "A");
const KNOWN = [
  { id: "CP1", password: null, addresses: [], model: OWN },
  { id: "CP2", password: null, addresses: [] },
];

async function openModels() {
  const { site } = await openBooks();
  const models = createModels({ models: [ACME], known: KNOWN }, site);
  function boot(id: string, vendorName: string): void {
    const station = { message: { vendorName, model: "One" } };
    site.saveCharger({ ...chargerOrNew(site, id), station });
  }
  return { models, boot };
}

Deno.test("the record that site.yaml names counts, whatever the charger says of itself", async () => {
  const { models, boot } = await openModels();
  boot("CP1", "Acme");
  assertEquals(models.of("CP1"), { model: OWN, foundBy: "site.yaml" });
  assertEquals(models.quirks("CP1"), { rateUnit: "A" });
});

Deno.test("a charger is found by what it said when it booted, and anew when it boots as another", async () => {
  const { models, boot } = await openModels();
  assertEquals(models.of("CP2"), null);
  assertEquals(models.quirks("CP2"), {});
  boot("CP2", "ACME ");
  assertEquals(models.of("CP2"), { model: ACME, foundBy: "boot" });
  boot("CP2", "Other");
  assertEquals(models.of("CP2"), null);
});
