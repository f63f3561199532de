import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isAddressRule, isAllowedAddress } from "./address_rule.ts";

const ALLOWED: readonly (readonly [address: string, rule: string, allowed: boolean])[] = [
  ["192.168.7.20", "192.168.7.20", true],
  ["192.168.7.20", "192.168.7.2", false],
  ["::ffff:192.168.7.20", "192.168.7.20", true],
  ["::FFFF:192.168.7.20", "192.168.7.0/24", true],
  ["192.168.7.0", "192.168.7.0/24", true],
  ["192.168.7.255", "192.168.7.0/24", true],
  ["192.168.8.0", "192.168.7.0/24", false],
  ["192.168.6.255", "192.168.7.0/24", false],
  ["10.1.2.3", "10.9.9.9/8", true],
  ["192.168.7.20", "192.168.7.21/31", true],
  ["192.168.7.22", "192.168.7.21/31", false],
  ["192.168.7.20", "192.168.7.20/32", true],
  ["203.0.113.5", "0.0.0.0/0", true],
  ["fe80::1", "fe80::1", true],
  ["fe80::1", "FE80:0:0::1", true],
  ["fe80::1%eth0", "fe80::1", true],
  ["fe80::2", "fe80::1", false],
  ["fe80::1", "0.0.0.0/0", false],
  ["", "192.168.7.20", false],
  ["192.168.7.20", "192.168.7.0/33", false],
];

for (const [address, rule, allowed] of ALLOWED) {
  Deno.test(`isAllowedAddress() ${allowed ? "lets" : "does not let"} ${address} in by ${rule}`, () => {
    assertEquals(isAllowedAddress(address, [rule]), allowed);
  });
}

Deno.test("isAllowedAddress() lets in whom any rule covers, and nobody without rules", () => {
  assertEquals(isAllowedAddress("10.0.0.9", ["192.168.7.20", "10.0.0.0/24"]), true);
  assertEquals(isAllowedAddress("10.0.0.9", []), false);
});

const RULES: readonly (readonly [rule: string, isRule: boolean])[] = [
  ["192.168.7.20", true],
  ["192.168.7.0/24", true],
  ["0.0.0.0/0", true],
  ["fe80::1", true],
  ["2001:DB8::7", true],
  ["192.168.7", false],
  ["192.168.7.300", false],
  ["192.168.7.0020", false],
  ["192.168.7.300/24", false],
  ["192.168.7.0/33", false],
  ["192.168.7.0/", false],
  ["192.168.7.0/a", false],
  ["192.168.7.0/24/8", false],
  ["fe80::1/64", false],
  ["fe80:::1", false],
  ["12345::", false],
  ["gateway", false],
  ["::1]@[::1", false],
  ["", false],
];

for (const [rule, isRule] of RULES) {
  Deno.test(`isAddressRule() says ${isRule ? "yes" : "no"} to "${rule}"`, () => {
    assertEquals(isAddressRule(rule), isRule);
  });
}

Deno.test("an address is in every network that is made of it, and in none that differs in its first bit", () => {
  const part = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(part, part, part, part, fc.integer({ min: 1, max: 32 }), (a, b, c, d, bits) => {
      const address = [a, b, c, d].join(".");
      assertEquals(isAllowedAddress(address, [`${address}/${bits}`]), true);
      assertEquals(isAllowedAddress(address, [`${[a ^ 128, b, c, d].join(".")}/${bits}`]), false);
    }),
  );
});
