import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { dataFileNames } from "../hardware/data_file_io.ts";
import type { ChargerModel } from "./model.ts";
import { loadChargerModel, shippedChargerModels } from "./model_io.ts";
import { matchingModel } from "./model_match.ts";

const FOLDER = new URL("../../hardware/chargers/", import.meta.url);
const { models } = await shippedChargerModels();

Deno.test("every shipped file can be read", async () => {
  const { models, problems } = await shippedChargerModels();
  assertEquals(problems, []);
  assertEquals(models.map(({ id }) => id), [...await dataFileNames(FOLDER)]);
});

for (const model of models) {
  Deno.test(`${model.id}: each fact names a page or a thread`, () => {
    const sources = Object.values(model.sources).flat();
    assert(sources.every((source) => /^https:\/\/\S+$/.test(source)), sources.join("\n"));
  });

  Deno.test(`${model.id}: it has something to say`, () => {
    assert(Object.keys(model.quirks).length > 0 || model.notes !== undefined);
  });
}

/** As such chargers boot. */
const BOOTED:
  readonly (readonly [vendorName: string, model: string, id: string, firmware?: string])[] = [
    ["ABB", "TAC-W11-G5-R-0", "abb-terra-ac-1-8-21", "1.8.21"],
    ["ABB", "TAC-W11-G5-R-0", "abb-terra-ac", "1.8.32"],
    ["ABL", "eMH3 Twin", "abl-emh"],
    ["Alfen BV", "NG910-60003", "alfen-eve"],
    ["Wall Box Chargers", "PLP1-0-2-4", "wallbox"],
    ["go-e", "Charger Gemini flex", "go-e", "056.8"],
    ["go-e", "Charger Gemini", "go-e-56-2", "56.2"],
    ["EV-BOX", "G3-M5320E", "evbox-elvi"],
    ["United Chargers Inc.", "Grizzl-E Smart", "grizzl-e"],
    ["", "SCharger-22KT-S0", "huawei-scharger"],
    ["Schneider Electric", "MONOBLOCK", "schneider-evlink"],
    ["ZJBENY", "BCP-B2N-L", "zj-beny", "1.0.23"],
  ];

for (const [vendorName, model, id, firmwareVersion = "1.0"] of BOOTED) {
  Deno.test(`${vendorName} ${model} ${firmwareVersion} is ${id}`, () => {
    assertEquals(matchingModel(models, { vendorName, model, firmwareVersion })?.id, id);
  });
}

Deno.test("a charger of which nothing is known has no record", () => {
  const identity = { vendorName: "Sangam", model: "Simulated 16J", firmwareVersion: "1.0.0" };
  assertEquals(matchingModel(models, identity), undefined);
});

async function loaded(name: string, folder: string | URL = "/nowhere"): Promise<ChargerModel> {
  const result = await loadChargerModel(name, folder);
  assume(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("ABB Terra AC: only level 0, whatever it says", async () => {
  assertEquals((await loaded("abb-terra-ac")).quirks, { stackLevels: [0], rateUnit: "A" });
});

Deno.test("go-e with firmware 56.2 differs from others in what a lost connection does", async () => {
  const { quirks: old } = await loaded("go-e-56-2");
  const { quirks } = await loaded("go-e");
  assertEquals(old, { ...quirks, forgetsOnReconnect: true });
});

Deno.test("loadChargerModel() reads a file of the user's own beside site.yaml", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const shipped = await Deno.readTextFile(new URL("timxon.yaml", FOLDER));
    await Deno.writeTextFile(`${folder}/own.yaml`, shipped.replace("id: timxon", "id: own"));
    assertEquals((await loaded("own.yaml", folder)).id, "own");
    await Deno.writeTextFile(`${folder}/bad.yaml`, shipped.replace("TxDefaultProfile", "TxFast"));
    const bad = await loadChargerModel("bad.yaml", folder);
    assume(!bad.ok, "it is refused");
    assert(/bad\.yaml:8: quirks\.purposes\[0\]: /.test(bad.error.join()), bad.error.join());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadChargerModel() says which models there are where one is not", async () => {
  const unknown = await loadChargerModel("acme", "/nowhere");
  assume(!unknown.ok, "there is none");
  assert(/"acme"; known are abb-terra-ac, .*wallbox/.test(unknown.error.join()));
  assertEquals(await loadChargerModel("gone.yml", "/nowhere"), {
    ok: false,
    error: ["/nowhere/gone.yml: no such file"],
  });
  assertEquals((await loadChargerModel("../meters/eastron-sdm630", "/")).ok, false);
});
