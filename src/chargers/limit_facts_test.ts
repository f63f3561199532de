import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { noteFeatures, openBooks, placeOf } from "../../test/support/books.ts";
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import { createLimitFacts, type LimitFacts, phaseTraits, traitsOf } from "./limit_facts.ts";
import type { ModelQuirks } from "./model.ts";
import { createModels } from "./models.ts";
import { CHOICE_KEY, phaseFeatures, PHASES_KEY } from "./station_features.ts";
import { createWriteCounts } from "./write_counts.ts";

const careful = (quirks: ModelQuirks, today: number, max = 300) => {
  const { raiseIntervalMs, raiseMinAmps } = traitsOf(quirks, { today, max });
  return [raiseIntervalMs, raiseMinAmps];
};

Deno.test("flash is written sparingly, RAM is not, and who knows not after much writing", () => {
  assertEquals(careful({ profileStore: "flash" }, 0), [30_000, 2]);
  assertEquals(careful({ profileStore: "ram" }, 2_999, 3_000), [0, 1]);
  assertEquals(careful({}, 199), [0, 1]);
  assertEquals(careful({}, 200), [30_000, 2]);
});

Deno.test("when a day's writes are used up raises come each quarter of an hour", () => {
  for (const quirks of [{}, { profileStore: "flash" }, { profileStore: "ram" }] as const) {
    assertEquals(careful(quirks, 300), [900_000, 2]);
  }
});

Deno.test("the more is written, the more sparingly", () => {
  const store = fc.constantFrom<ModelQuirks>({}, { profileStore: "flash" }, {
    profileStore: "ram",
  });
  fc.assert(fc.property(store, fc.nat(400), fc.nat(400), (quirks, a, b) => {
    const [fewer, more] = [careful(quirks, Math.min(a, b)), careful(quirks, Math.max(a, b))];
    assertEquals(
      more.every((value, index) => value !== undefined && value >= (fewer[index] ?? 0)),
      true,
    );
  }));
});

async function factsWith(
  quirks: ModelQuirks,
  facts: { readonly smartCharging?: boolean; readonly expiryShown?: true } = {},
): Promise<LimitFacts> {
  const books = await openBooks();
  const { smartCharging = true, expiryShown } = facts;
  noteFeatures(books, "CP1", { smartCharging });
  const station = { message: { vendorName: "Acme", model: "One" } };
  books.site.saveCharger({ ...chargerOrNew(books.site, "CP1"), station });
  const learnt = { of: "acme|one|", ...(expiryShown === undefined ? {} : { expiryShown }) };
  books.site.saveTactic({ chargerId: "CP1", learnt });
  const model = { id: "m", vendor: "V", models: [], matches: [], quirks, sources: {} };
  const known = [{ id: "CP1", password: null, addresses: [], model }];
  const models = createModels({ known }, books.site);
  return createLimitFacts(books.site, models, createWriteCounts(books))(placeOf(1));
}

Deno.test("a limit is believed to end only where the model is known for it, or has shown it (ruling 21)", async () => {
  assertEquals((await factsWith({})).expiryProven, false);
  assertEquals((await factsWith({}, { expiryShown: true })).expiryProven, true);
  assertEquals((await factsWith({ expiry: "proven" })).expiryProven, true);
  assertEquals((await factsWith({ expiry: "ignored" }, { expiryShown: true })).expiryProven, false);
});

Deno.test("a limit of the vendor's own does not end by itself, whatever is known of profiles", async () => {
  const vendorLimit = { by: "configuration", key: "Max", value: "{amps}" } as const;
  const { by, expiryProven, takesLimits } = await factsWith({
    purposes: [],
    vendorLimit,
    expiry: "proven",
  });
  assertEquals([by, expiryProven, takesLimits], ["vendor", false, true]);
});

Deno.test("what can be told nothing takes no limits", async () => {
  assertEquals((await factsWith({}, { smartCharging: false })).takesLimits, false);
  assertEquals((await factsWith({ purposes: [] })).takesLimits, false);
  assertEquals((await factsWith({ forgetsOnReconnect: true })).forgetsProfiles, true);
});

const FEATURES: ChargerFeatures = {
  smartCharging: true,
  stackLevelMax: 3,
  rateUnit: "A",
  localList: false,
  reservation: false,
  remoteTrigger: true,
  sampleIntervalMs: null,
};

Deno.test("whether a charger goes over to one phase: what is known of its model counts, else its own word", () => {
  const says = { ...FEATURES, switchesPhases: true } as const;
  const traits = (features: ChargerFeatures | null, quirks: ModelQuirks = {}) =>
    phaseTraits(features, quirks).switchesPhases;
  assertEquals(traits(FEATURES), false);
  assertEquals(traits(says), true);
  assertEquals(traits(says, { switchesPhases: false }), false, "it is known not to");
  assertEquals(traits(FEATURES, { switchesPhases: true }), true);
  assertEquals(traits(null, { switchesPhases: true }), false, "nobody has heard of it yet");
});

Deno.test("a charger whose limits are no profiles goes over by a setting of its own, or not at all", () => {
  const silent = { ...FEATURES, smartCharging: false };
  const able = { switchesPhases: true, purposes: [] } as const;
  assertEquals(phaseTraits(silent, able), { switchesPhases: false });
  const phaseKey = { key: "Phases", one: "1", three: "3" };
  assertEquals(phaseTraits(silent, { ...able, phaseKey, phaseSwitchPauseS: 20 }), {
    switchesPhases: true,
    phaseSwitchPauseMs: 20_000,
  });
});

Deno.test("a charger of 2.x that can choose its phase is told which one", () => {
  const chooses = { ...FEATURES, ...phaseFeatures(new Map([[CHOICE_KEY, "true"]])) };
  assertEquals(phaseTraits(chooses, {}), { switchesPhases: true, choosesPhase: true });
  assertEquals(phaseFeatures(new Map([[CHOICE_KEY, "false"], [PHASES_KEY, "TRUE"]])), {
    switchesPhases: true,
  });
});
