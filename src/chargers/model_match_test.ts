import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import type { ChargerModel, ModelMatch } from "./model.ts";
import { matchingModel, modelKey, type StationIdentity } from "./model_match.ts";

function modelOf(id: string, ...matches: readonly ModelMatch[]): ChargerModel {
  return { id, vendor: "V", models: ["M"], matches, quirks: {}, sources: {} };
}

const GO_E = modelOf("go-e", { vendor: "go-e*", model: "*" });
const GO_E_OLD = modelOf("go-e-56-2", { vendor: "go-e*", model: "*", firmware: "56.2" });
const TERRA = modelOf("terra", { vendor: "ABB*", model: "*TAC*" });
const ABB = modelOf("abb", { vendor: "ABB*", model: "*" });
const ALL = [GO_E, GO_E_OLD, ABB, TERRA];

function found(vendorName: string, model: string, firmwareVersion?: string): string | undefined {
  const identity = firmwareVersion === undefined
    ? { vendorName, model }
    : { vendorName, model, firmwareVersion };
  return matchingModel(ALL, identity)?.id;
}

const CASES: readonly (readonly [StationIdentity, string | undefined])[] = [
  [{ vendorName: "ABB", model: "TAC-W11-G5-R-0" }, "terra"],
  [{ vendorName: " abb ", model: "evse tac" }, "terra"],
  [{ vendorName: "ABB", model: "Wallbox" }, "abb"],
  [{ vendorName: "go-e", model: "Gemini", firmwareVersion: "56.2" }, "go-e-56-2"],
  [{ vendorName: "go-e", model: "Gemini", firmwareVersion: "56.21" }, "go-e"],
  [{ vendorName: "go-e", model: "Gemini" }, "go-e"],
  [{ vendorName: "Acme", model: "TAC" }, undefined],
  [{ vendorName: "", model: "" }, undefined],
];

for (const [identity, id] of CASES) {
  Deno.test(`${JSON.stringify(identity)} is ${id ?? "no model that is known"}`, () => {
    const { vendorName, model, firmwareVersion } = identity;
    assertEquals(found(vendorName, model, firmwareVersion), id);
    assertEquals(matchingModel(ALL.toReversed(), identity)?.id, id, "whatever their order");
  });
}

const RANGE = modelOf("old", { vendor: "*", model: "*", firmware: { from: "1.6", to: "1.8.21" } });

for (
  const [firmware, fits] of [
    ["1.8.21", true],
    ["v1.8.3", true],
    ["1.6", true],
    ["1.10.0", false],
    ["1.8.22", false],
    ["1.5.99", false],
    ["", false],
    ["beta", false],
  ] as const
) {
  Deno.test(`firmware "${firmware}" is ${fits ? "" : "not "}from 1.6 to 1.8.21`, () => {
    const identity = { vendorName: "V", model: "M", firmwareVersion: firmware };
    assertEquals(matchingModel([RANGE], identity)?.id, fits ? "old" : undefined);
  });
}

Deno.test("a record of a range of firmware wins over one of the model, and one by name over both", () => {
  const identity = { vendorName: "V", model: "M", firmwareVersion: "1.7" };
  const plain = modelOf("plain", { vendor: "V", model: "M" });
  const named = modelOf("named", { vendor: "*", model: "*", firmware: "1.7" });
  assertEquals(matchingModel([plain, RANGE], identity)?.id, "old");
  assertEquals(matchingModel([RANGE, named], identity)?.id, "named");
});

Deno.test("a pattern fits what it was made from, and not what lacks a part of it", () => {
  const part = fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom(..."abcxyz01-") });
  fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), part, (parts, filling) => {
    const models = [modelOf("m", { vendor: parts.join("*"), model: "*" })];
    const vendorName = parts.join(filling);
    assertEquals(matchingModel(models, { vendorName, model: "" })?.id, "m");
    const shorter = vendorName.slice(0, Math.max(0, parts.join("").length - 1));
    assertEquals(matchingModel(models, { vendorName: shorter, model: "" }), undefined);
  }));
});

Deno.test("what is learnt of one firmware does not hold for another", () => {
  const station = { vendorName: "ABB", model: "TAC", firmwareVersion: "1.8.21" };
  const key = modelKey(station, "ocpp1.6");
  assertEquals(key, modelKey({ ...station, vendorName: "abb " }, "ocpp1.6"));
  assertNotEquals(key, modelKey({ ...station, firmwareVersion: "1.8.32" }, "ocpp1.6"));
  assertNotEquals(key, modelKey({ vendorName: "ABB", model: "TAC" }, "ocpp1.6"));
  assertNotEquals(key, modelKey(station, "ocpp2.0.1"), "nor in another version of OCPP");
});
