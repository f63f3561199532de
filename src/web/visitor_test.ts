import { assertEquals } from "@std/assert";
import { ROLES } from "../site/mod.ts";
import { createFixture } from "./_fixture.ts";
import type { Access } from "./routes.ts";
import { createSessionStore } from "./sign_in/sessions.ts";
import type { Principal } from "./views.ts";
import { admit, isLoopbackAddress, isWelcome, type Visitor } from "./visitor.ts";

const STRANGER: Visitor = { kind: "stranger" };
const BEARER: Visitor = { kind: "bearer", principal: { name: "admin token", role: "admin" } };

function person(role: Principal["role"], mustChangePassword = false): Visitor {
  const session = { key: "k", userName: role, csrf: "c" };
  return { kind: "person", principal: { name: role, role }, session, mustChangePassword };
}

const ACCESSES: readonly Access[] = ["anyone", "signed-in", "viewer-or-loopback", ...ROLES];

Deno.test("admit() lets strangers in where anyone may, and to metrics on this machine", () => {
  const admissions = (isLoopback: boolean) =>
    ACCESSES.map((access) => admit(STRANGER, access, isLoopback));
  const away = Array.from({ length: 6 }, () => "sign-in-first");
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
  assertEquals(admit(BEARER, "signed-in", false), "forbidden");
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

Deno.test("isWelcome() ends with the session, the account or its role", async () => {
  const { clock, ports, users } = await createFixture();
  const sessions = createSessionStore(clock, ports.ids);
  const { session } = sessions.open("operator");
  const visitor: Visitor = {
    kind: "person",
    principal: { name: "operator", role: "operator" },
    session,
    mustChangePassword: false,
  };
  assertEquals(isWelcome(visitor, sessions, users), true);
  const nobody = { ...users, find: () => undefined };
  assertEquals(isWelcome(visitor, sessions, nobody), false);
  const user = users.find("operator");
  if (user === undefined) throw new Error("no user");
  await users.save({ ...user, role: "admin" });
  assertEquals(isWelcome(visitor, sessions, users), false);
  await users.save(user);
  sessions.close(session.key);
  assertEquals(isWelcome(visitor, sessions, users), false);
  assertEquals(isWelcome(STRANGER, sessions, users), false);
  assertEquals(isWelcome(BEARER, sessions, users), true);
});
