import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { identityInPath } from "./identity.ts";

const CASES: readonly (readonly [what: string, url: string, identity: string | null])[] = [
  ["the last segment below the prefix", "/ocpp/CP1", "CP1"],
  ["a query", "/ocpp/CP1?token=1", "CP1"],
  ["a fragment", "/ocpp/CP1#x", "CP1"],
  ["a slash at the end (quirk 4)", "/ocpp/CP1/", "CP1"],
  ["two slashes (quirk 4)", "//ocpp//CP1", "CP1"],
  ["the identity given twice (quirk 4)", "/ocpp/CP1/CP1", "CP1"],
  ["a whole address in the path (quirk 4)", "/ws://gateway:9220/ocpp/CP1", "CP1"],
  ["no prefix at all (quirk 4)", "//CP1", "CP1"],
  ["a percent-encoded blank (quirk 5)", "/ocpp/Scame%20Wallbox", "Scame Wallbox"],
  ["percent-encoded signs that identities may have", "/ocpp/A%3AB%7CC%2BD%40E", "A:B|C+D@E"],
  ["a plus, which is no blank in a path", "/ocpp/A+B", "A+B"],
  ["an identity that is decoded once only", "/ocpp/CP%2531", null],
  ["an encoded slash", "/ocpp/CP%2F1", null],
  ["a broken encoding", "/ocpp/CP%", null],
  ["letters that OCPP does not know", "/ocpp/पुणे", null],
  ["48 characters", `/ocpp/${"a".repeat(48)}`, "a".repeat(48)],
  ["49 characters", `/ocpp/${"a".repeat(49)}`, null],
  ["the prefix only", "/ocpp", null],
  ["the prefix with a slash", "/ocpp/", null],
  ["the root", "/", null],
  ["nothing", "", null],
];

for (const [what, url, identity] of CASES) {
  const verb = identity === null ? "finds nobody in" : "copes with";
  Deno.test(`identityInPath() ${verb} ${what}`, () => {
    assertEquals(identityInPath(url, "/ocpp"), identity);
  });
}

Deno.test("identityInPath() takes a path of several segments as the prefix", () => {
  assertEquals(identityInPath("/site/ocpp/CP1", "/site/ocpp"), "CP1");
  assertEquals(identityInPath("/site/ocpp", "/site/ocpp/"), null);
  assertEquals(identityInPath("/site", "/site/ocpp"), null);
});

Deno.test("identityInPath() knows an identity however often it is surrounded by slashes", () => {
  const characters = [..."ABCabc019*-_=:+|@. "];
  const identity = fc.string({
    unit: fc.constantFrom(...characters),
    minLength: 1,
    maxLength: 48,
  }).filter((text) => text !== "ocpp");
  const slashes = fc.integer({ min: 1, max: 4 }).map((count) => "/".repeat(count));
  fc.assert(fc.property(identity, slashes, slashes, (text, before, after) => {
    const url = `/ocpp${before}${encodeURIComponent(text)}${after}`;
    assertEquals(identityInPath(url, "/ocpp"), text);
  }));
});
