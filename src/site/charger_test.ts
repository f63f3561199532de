import { assertEquals } from "@std/assert";
import { newCharger } from "./charger.ts";

Deno.test("newCharger() knows nothing but the identity and who let it in", () => {
  assertEquals(newCharger("CP1", "site.yaml"), {
    id: "CP1",
    version: null,
    station: null,
    bootedAtMs: null,
    admittedBy: "site.yaml",
    passwordDigest: null,
    features: null,
  });
});

Deno.test("newCharger() keeps the digest of the password that an adopted charger showed", () => {
  const { admittedBy, passwordDigest } = newCharger("CP2", "operator", "scrypt$abc");
  assertEquals([admittedBy, passwordDigest], ["operator", "scrypt$abc"]);
});
