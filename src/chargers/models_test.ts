import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { chargerOrNew } from "../site/mod.ts";
import { learn } from "./learnt.ts";
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

Deno.test("site.yaml wins over the model, the model over what the charger has shown itself", async () => {
  const books = await openBooks();
  const known = [{ id: "CP1", password: null, addresses: [], quirks: { minAmps: 8 } }];
  const models = createModels({ models: [ACME], known }, books.site);
  const station = { message: { vendorName: "Acme", model: "One" } };
  books.site.saveCharger({ ...chargerOrNew(books.site, "CP1"), station });
  await learn(books, "CP1", { noTriggers: true, noSchedule: true, measurands: ["Current.Import"] });
  assertEquals(models.inForce("CP1"), [
    { quirk: "rateUnit", value: "W", from: "model" },
    { quirk: "minAmps", value: 8, from: "site.yaml" },
    { quirk: "compositeSchedule", value: false, from: "asked" },
    { quirk: "measurands", value: ["Current.Import"], from: "asked" },
    { quirk: "triggers", value: false, from: "asked" },
  ]);
  assertEquals(Object.keys(models.quirks("CP1")).toSorted(), [
    "compositeSchedule",
    "measurands",
    "minAmps",
    "rateUnit",
    "triggers",
  ]);
  const over = createModels({
    models: [ACME],
    known: [{
      id: "CP1",
      password: null,
      addresses: [],
      quirks: { rateUnit: "A", triggers: true },
    }],
  }, books.site);
  assertEquals([over.quirks("CP1").rateUnit, over.quirks("CP1").triggers], ["A", true]);
});
