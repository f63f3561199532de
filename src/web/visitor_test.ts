import { assertEquals } from "@std/assert";
import { ROLES } from "../site/mod.ts";
import { createApiTokens } from "./api_tokens.ts";
import { createFixture } from "./_fixture.ts";
import type { Access } from "./routes.ts";
import { createSessionStore } from "./sign_in/sessions.ts";
import type { Principal } from "./views.ts";
import { admit, isLoopbackAddress, isWelcome, type Visitor } from "./visitor.ts";

const STRANGER: Visitor = { kind: "stranger" };
const BEARER: Visitor = {
  kind: "bearer",
  principal: { name: "admin token", role: "admin" },
  tokenId: null,
};

function person(
  role: Principal["role"],
  mustChangePassword = false,
  isProved = true,
  mustEnrol = false,
): Visitor {
  const session = { key: "k", userName: role, csrf: "c" };
  return {
    kind: "person",
    principal: { name: role, role },
    session,
    mustChangePassword,
    mustEnrol,
    isProved,
  };
}

const ACCESSES: readonly Access[] = [
  "anyone",
  "signed-in",
  "viewer-or-loopback",
  "person",
  "person-proved",
  "admin-proved",
  ...ROLES,
];

Deno.test("admit() lets strangers in where anyone may, and to metrics on this machine", () => {
  const admissions = (isLoopback: boolean) =>
    ACCESSES.map((access) => admit(STRANGER, access, isLoopback));
  const away = Array.from({ length: 9 }, () => "sign-in-first");
  assertEquals(admissions(false), ["enter", ...away]);
  assertEquals(admissions(true), ["enter", "sign-in-first", "enter", ...away.slice(2)]);
});

Deno.test("admit() lets each role do what the ones before it may", () => {
  for (const [index, role] of ROLES.entries()) {
    for (const [neededIndex, needed] of ROLES.entries()) {
      const expected = index >= neededIndex ? "enter" : "forbidden";
      assertEquals(admit(person(role), needed, true), expected, `${role} at ${needed}`);
    }
    assertEquals(admit(person(role), "viewer-or-loopback", false), "enter");
    assertEquals(admit(person(role), "signed-in", false), "enter");
  }
});

Deno.test("admit() sends whoever has a one-time password to replace it, from everywhere", () => {
  for (const needed of [...ROLES, "viewer-or-loopback"] as const) {
    assertEquals(admit(person("admin", true), needed, false), "change-password-first", needed);
  }
  assertEquals(admit(person("admin", true), "signed-in", false), "enter");
});

Deno.test("admit() lets a script with the token do all but what is a person's own", () => {
  for (const needed of ROLES) assertEquals(admit(BEARER, needed, false), "enter", needed);
  for (const own of ["signed-in", "person", "person-proved", "admin-proved"] as const) {
    assertEquals(admit(BEARER, own, false), "forbidden", own);
  }
});

Deno.test("admit() asks who is signed in to show again who it is, where that is delicate", () => {
  const lately = person("admin", false, true);
  const longAgo = person("admin", false, false);
  for (const delicate of ["person-proved", "admin-proved"] as const) {
    assertEquals(admit(lately, delicate, false), "enter");
    assertEquals(admit(longAgo, delicate, false), "prove-first");
  }
  for (const other of ["person", "signed-in", ...ROLES] as const) {
    assertEquals(admit(longAgo, other, false), "enter", other);
  }
  // Who may not do it at all is not asked for a password first.
  assertEquals(admit(person("installer", false, false), "admin-proved", true), "forbidden");
});

Deno.test("admit() asks a person again who it is before any message goes to a charger, and a script not", () => {
  assertEquals(admit(BEARER, "admin-carefully", false), "enter");
  assertEquals(admit(person("admin", false, true), "admin-carefully", false), "enter");
  assertEquals(admit(person("admin", false, false), "admin-carefully", false), "prove-first");
  assertEquals(admit(person("installer", false, true), "admin-carefully", false), "forbidden");
});

Deno.test("isLoopbackAddress() knows this machine and nobody who looks like it", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(isLoopbackAddress(address), true, address);
  }
  for (
    const address of [
      "",
      "localhost",
      "128.0.0.1",
      "10.127.0.1",
      "127.0.0.1.example",
      "::ffff:10.0.0.1",
      "::",
    ]
  ) assertEquals(isLoopbackAddress(address), false, address);
});

Deno.test("isWelcome() ends with the session, the account or its role, and with the token", async () => {
  const { clock, ports, users } = await createFixture();
  const sessions = createSessionStore(clock, ports.ids);
  const apiTokens = createApiTokens(ports);
  const means = { sessions, users, apiTokens };
  const { session } = sessions.open("operator");
  const visitor: Visitor = {
    kind: "person",
    principal: { name: "operator", role: "operator" },
    session,
    mustChangePassword: false,
    mustEnrol: false,
    isProved: true,
  };
  assertEquals(isWelcome(visitor, means), true);
  const nobody = { ...users, find: () => undefined };
  assertEquals(isWelcome(visitor, { ...means, users: nobody }), false);
  const user = users.find("operator");
  if (user === undefined) throw new Error("no user");
  await users.save({ ...user, role: "admin" });
  assertEquals(isWelcome(visitor, means), false);
  await users.save(user);
  sessions.close(session.key);
  assertEquals(isWelcome(visitor, means), false);
  assertEquals(isWelcome(STRANGER, means), false);
  assertEquals(isWelcome(BEARER, means), true);
  const made = await apiTokens.make({ name: "a", role: "viewer", expiresAtMs: null }, "admin");
  const tokenId = made?.token.id ?? "";
  const script: Visitor = { ...BEARER, tokenId };
  assertEquals(isWelcome(script, means), true);
  await apiTokens.revoke(tokenId);
  assertEquals(isWelcome(script, means), false);
});

Deno.test("admit() sends who has to set up a second factor there, and nowhere else", () => {
  const bare = person("admin", false, true, true);
  for (const access of ACCESSES.filter((each) => !["anyone", "signed-in"].includes(each))) {
    assertEquals(admit(bare, access, false), "enrol-first", access);
  }
  assertEquals(admit(bare, "enrolling", false), "enter");
  assertEquals(admit(bare, "signed-in", false), "enter", "to sign out, or to show who one is");
  // Whoever finds the browser open hours later sets up nothing.
  assertEquals(admit(person("admin", false, false, true), "enrolling", false), "prove-first");
  // First the one-time password, which others may have read.
  const both = person("admin", true, true, true);
  assertEquals(admit(both, "enrolling", false), "change-password-first");
});
