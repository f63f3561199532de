import { assertEquals } from "@std/assert";
import { assume } from "../../lib/assert.ts";
import { createFixture, FIXTURE_COST, FIXTURE_PASSWORD } from "../_fixture.ts";
import { newRecoveryCodes } from "./second_factor.ts";
import { createSessionStore } from "./sessions.ts";
import { createSignIn } from "./sign_in.ts";
import { createUserAdmin } from "./user_admin.ts";

async function setUp() {
  const fixture = await createFixture();
  const { ports, clock } = fixture;
  const sessions = createSessionStore(clock, ports.ids);
  const admin = createUserAdmin({ ...ports, sessions }, FIXTURE_COST);
  return { ...fixture, sessions, admin, signIn: createSignIn(ports, FIXTURE_COST) };
}

Deno.test("a new user signs in once with the password that is shown once, and must replace it", async () => {
  const { admin, users, signIn } = await setUp();
  const change = await admin.add("  Meera Joshi ", "installer");
  assume(change.kind === "one-time", "the fixture is whole");
  const user = users.find("Meera Joshi");
  assertEquals([user?.role, user?.mustChangePassword], ["installer", true]);
  assertEquals(JSON.stringify(user).includes(change.password), false);
  const outcome = await signIn.tryPassword("Meera Joshi", change.password, "::1");
  assertEquals(outcome.kind, "welcome");
});

Deno.test("a name that is taken, in whatever case, or is none is refused", async () => {
  const { admin } = await setUp();
  const problem = async (name: string) => {
    const change = await admin.add(name, "viewer");
    return change.kind === "problem" ? change.problem : null;
  };
  for (const name of ["viewer", "Viewer", "ＶＩＥＷＥＲ"]) {
    assertEquals(await problem(name), "taken");
  }
  for (const name of ["", " ", "-x", "a\nb", "a\u202eb", "a<b", "x".repeat(65)]) {
    assertEquals(await problem(name), "bad-name", name);
  }
  for (const name of ["x".repeat(64), "मीरा जोशी", "o.brien@depot-2", "Ünal"]) {
    assertEquals(await problem(name), null, name);
  }
});

Deno.test("a lost role ends the sessions that had it", async () => {
  const { admin, users, sessions } = await setUp();
  const { session } = sessions.open("operator");
  assertEquals(await admin.changeRole("operator", "viewer", "admin"), { kind: "done" });
  assertEquals(users.find("operator")?.role, "viewer");
  assertEquals(sessions.isOpen(session.key), false);
});

Deno.test("one administrator always remains, and nobody changes the own account here", async () => {
  const { admin, users } = await setUp();
  const problem = (what: string) => ({ kind: "problem", problem: what });
  assertEquals(await admin.remove("admin", "admin"), problem("own-account"));
  assertEquals(await admin.reset("admin", "admin"), problem("own-account"));
  assertEquals(await admin.changeRole("admin", "viewer", "admin"), problem("own-account"));
  // Two who demote each other at the same time.
  assertEquals(await admin.remove("admin", "somebody"), problem("last-admin"));
  assertEquals(await admin.changeRole("admin", "viewer", "somebody"), problem("last-admin"));
  await admin.changeRole("installer", "admin", "admin");
  assertEquals(await admin.changeRole("admin", "viewer", "installer"), { kind: "done" });
  assertEquals(await admin.remove("installer", "admin"), problem("last-admin"));
  assertEquals(await admin.remove("nobody", "installer"), problem("unknown"));
  assertEquals(await admin.remove("viewer", "installer"), { kind: "done" });
  assertEquals(users.find("viewer"), undefined);
});

Deno.test("who is reset gets in with the one-time password alone, for a day, and nobody else does", async () => {
  const { admin, users, sessions, signIn, clock, ports } = await setUp();
  const user = users.find("operator");
  assume(user, "the fixture is whole");
  const { digests: recoveryDigests } = newRecoveryCodes(ports.ids);
  const secondFactor = { secret: "GEZDGNBVGY3TQOJQ", sinceMs: 0, lastStep: 0, recoveryDigests };
  await users.save({ ...user, secondFactor });
  const { session } = sessions.open("operator");
  await clock.advance(30 * 86_400_000);
  const change = await admin.reset("operator", "admin");
  assume(change.kind === "one-time", "the fixture is whole");
  assertEquals(sessions.isOpen(session.key), false);
  assertEquals(users.find("operator")?.secondFactor, undefined);
  assertEquals((await signIn.tryPassword("operator", FIXTURE_PASSWORD, "::1")).kind, "wrong");
  await clock.advance(1_000);
  assertEquals((await signIn.tryPassword("operator", change.password, "::1")).kind, "welcome");
  await clock.advance(86_400_000);
  assertEquals((await signIn.tryPassword("operator", change.password, "::1")).kind, "expired");
});
