import { assertEquals } from "@std/assert";
import { chooseVersion, isOcppVersion, OCPP_VERSIONS, type OcppVersion } from "./version.ts";

const CHOICES: readonly (readonly [
  why: string,
  offered: readonly string[],
  spoken: readonly OcppVersion[],
  chosen: OcppVersion | null,
])[] = [
  ["the client's order decides", ["ocpp1.6", "ocpp2.1"], ["ocpp2.1", "ocpp1.6"], "ocpp1.6"],
  ["what is not spoken is passed over", ["ocpp2.1", "ocpp1.6"], ["ocpp1.6"], "ocpp1.6"],
  ["unknown names are passed over", ["ocpp1.2", "mqtt", "ocpp2.0.1"], OCPP_VERSIONS, "ocpp2.0.1"],
  ["names are case-sensitive", ["OCPP1.6", "ocpp1.6J"], OCPP_VERSIONS, null],
  ["nothing offered", [], OCPP_VERSIONS, null],
  ["nothing in common", ["ocpp2.1"], ["ocpp1.6"], null],
];

for (const [why, offered, spoken, chosen] of CHOICES) {
  Deno.test(`chooseVersion(): ${why}`, () => {
    assertEquals(chooseVersion(offered, spoken), chosen);
  });
}

Deno.test("isOcppVersion() knows the three versions, and nothing else", () => {
  assertEquals(OCPP_VERSIONS.every(isOcppVersion), true);
  assertEquals(["ocpp2.0", "ocpp1.5", "", "__proto__"].some(isOcppVersion), false);
});
