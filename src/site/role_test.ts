import { assertEquals } from "@std/assert";
import { mayActAs, type Role, ROLES } from "./role.ts";

/** What each role may act as, written out. */
const MAY: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  operator: ["viewer", "operator"],
  installer: ["viewer", "operator", "installer"],
  admin: ["viewer", "operator", "installer", "admin"],
};

for (const role of ROLES) {
  Deno.test(`mayActAs() lets the ${role} act as ${MAY[role].join(", ")} only`, () => {
    assertEquals(ROLES.filter((needed) => mayActAs(role, needed)), MAY[role]);
  });
}

Deno.test("there are four roles", () => assertEquals([...ROLES].sort(), Object.keys(MAY).sort()));

Deno.test("mayActAs() gives a role that is none nothing at all", () => {
  assertEquals(ROLES.filter((needed) => mayActAs(JSON.parse('"root"'), needed)), []);
});
