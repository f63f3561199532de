import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { type ChargerModel, parseChargerModel } from "./model.ts";

const PLAIN = {
  id: "acme-one",
  vendor: "Acme",
  models: ["One"],
  matches: [{ vendor: "Acme*", model: "One" }],
  quirks: {},
  sources: {},
};

/** A file whose quirks are all known from somewhere. */
function withQuirks(quirks: Record<string, unknown>): unknown {
  const sources = Object.fromEntries(Object.keys(quirks).map((quirk) => [quirk, ["measured"]]));
  return { ...PLAIN, quirks, sources };
}

function problemsOf(value: unknown): readonly string[] {
  const parsed = parseChargerModel(value);
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

Deno.test("parseChargerModel() takes a model with no quirks", () => {
  const parsed = parseChargerModel(PLAIN);
  assume(parsed.ok, "it is fine");
  assertEquals(parsed.value, PLAIN);
});

Deno.test("parseChargerModel() takes every quirk", () => {
  const quirks: Required<ChargerModel["quirks"]> = {
    purposes: ["TxDefaultProfile"],
    stackLevels: [0],
    rateUnit: "W",
    stepAmps: 1,
    minAmps: 8,
    failSafeOn: "charger",
    forgetsOnReconnect: true,
    expiry: "ignored",
    profileStore: "flash",
    pause: "minimum",
    resendAfterPause: true,
    switchesPhases: true,
    phaseSwitchPauseS: 20,
    phaseKey: { key: "Phases{evse}", one: "1", three: "3" },
    compositeSchedule: false,
    vendorLimit: { by: "configuration", key: "MaxCurrent{evse}", value: "{amps}" },
    resetAfter: ["MaxCurrent1"],
    sampleIntervalMinS: 30,
    versions: ["ocpp1.6"],
    timezone: "Asia/Kolkata",
    pings: false,
    measurands: ["Energy.Active.Import.Register"],
    neverAsk: ["MeterValuesSampledData"],
    triggers: false,
  };
  const parsed = parseChargerModel(withQuirks(quirks));
  assume(parsed.ok, JSON.stringify(parsed));
  assertEquals(parsed.value.quirks, quirks);
});

const WRONG: readonly (readonly [what: string, value: unknown, problem: RegExp])[] = [
  ["nothing", null, /expected object/],
  ["an id with blanks", { ...PLAIN, id: "Acme One" }, /^id: expected lower-case words/],
  ["no pattern", { ...PLAIN, matches: [] }, /^matches: /],
  ["an unknown quirk", withQuirks({ stackLevel: 3 }), /^quirks: .*stackLevel/],
  ["no such zone", withQuirks({ timezone: "Pune" }), /^quirks\.timezone: expected an IANA/],
  ["no such version", withQuirks({ versions: ["ocpp2.0"] }), /^quirks\.versions\.0: /],
  ["no measurand", withQuirks({ measurands: ["current"] }), /^quirks\.measurands\.0: expected a/],
  [
    "an empty range of firmware",
    { ...PLAIN, matches: [{ vendor: "A", model: "*", firmware: {} }] },
    /^matches\.0\.firmware: .*expected from, to, or both/,
  ],
  ["no level at all", withQuirks({ stackLevels: [] }), /^quirks\.stackLevels: /],
  ["half a level", withQuirks({ stackLevels: [0.5] }), /^quirks\.stackLevels\.0: /],
  ["a purpose of 2.x", withQuirks({ purposes: ["Tx"] }), /^quirks\.purposes\.0: .*TxProfile/],
  [
    "a purpose twice",
    withQuirks({ purposes: ["TxProfile", "TxProfile"] }),
    /^quirks\.purposes: a purpose is there twice/,
  ],
  [
    "a step above the least current",
    withQuirks({ minAmps: 6, stepAmps: 8 }),
    /^quirks\.stepAmps: a step above minAmps/,
  ],
  [
    "a pause for a model that does not go over",
    withQuirks({ phaseSwitchPauseS: 20 }),
    /^quirks\.phaseSwitchPauseS: is for a model with switchesPhases: true/,
  ],
  [
    "a fact from nowhere",
    { ...PLAIN, quirks: { rateUnit: "A" } },
    /^quirks\.rateUnit: expected sources\.rateUnit/,
  ],
  ["a source of nothing", { ...PLAIN, sources: { pause: ["x"] } }, /^sources\.pause: there is no/],
  ["notes from nowhere", { ...PLAIN, notes: "Beware" }, /^notes: expected sources\.notes/],
  [
    "a message of the vendor without a current",
    withQuirks({ vendorLimit: { by: "data-transfer", vendorId: "A", data: "limit" } }),
    /^quirks\.vendorLimit\.data: expected \{amps\}/,
  ],
  [
    "another way than there is",
    withQuirks({ vendorLimit: { by: "modbus", value: "{amps}" } }),
    /^quirks\.vendorLimit\.by: /,
  ],
];

for (const [what, value, problem] of WRONG) {
  Deno.test(`parseChargerModel() refuses ${what}, and says where`, () => {
    const problems = problemsOf(value);
    assert(problems.some((each) => problem.test(each)), problems.join("\n"));
  });
}

Deno.test("parseChargerModel() tells all problems at once", () => {
  assertEquals(
    problemsOf({ ...PLAIN, id: "", quirks: { rateUnit: "A", pause: "stop" } }).length,
    2,
  );
});
