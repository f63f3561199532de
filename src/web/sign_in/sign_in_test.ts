import { assertEquals } from "@std/assert";
import { createFixture, FIXTURE_COST, FIXTURE_PASSWORD } from "../_fixture.ts";
import { createSignIn } from "./sign_in.ts";

const ADDRESS = "192.168.10.5";
const MINUTE_MS = 60_000;

async function setUp() {
  const fixture = await createFixture();
  return { ...fixture, signIn: createSignIn(fixture.ports, FIXTURE_COST) };
}

Deno.test("tryPassword() lets in who knows the password, and logs it without", async () => {
  const { signIn, log } = await setUp();
  const outcome = await signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS);
  assertEquals(outcome.kind, "welcome");
  assertEquals(log, [{ event: "signed_in", user: "operator", address: ADDRESS }]);
});

Deno.test("tryPassword() does not say whether the name or the password is wrong", async () => {
  const { signIn, clock } = await setUp();
  assertEquals(await signIn.tryPassword("operator", "wrong", ADDRESS), { kind: "wrong" });
  await clock.advance(1_000);
  assertEquals(await signIn.tryPassword("nobody", FIXTURE_PASSWORD, ADDRESS), { kind: "wrong" });
});

Deno.test("tryPassword() makes wait ever longer and closes for 15 minutes after five", async () => {
  const { signIn, clock } = await setUp();
  const tryOnce = (password: string) => signIn.tryPassword("operator", password, ADDRESS);
  for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
    assertEquals(await tryOnce("wrong"), { kind: "wrong" });
    assertEquals(await tryOnce(FIXTURE_PASSWORD), { kind: "throttled", waitMs });
    await clock.advance(waitMs);
  }
  assertEquals(await tryOnce("wrong"), { kind: "wrong" });
  const closed = await tryOnce(FIXTURE_PASSWORD);
  assertEquals(closed, { kind: "throttled", waitMs: 15 * MINUTE_MS - 15_000 });
  await clock.advance(15 * MINUTE_MS - 15_000);
  assertEquals((await tryOnce(FIXTURE_PASSWORD)).kind, "welcome");
});

Deno.test("guessing from one address never locks the account from another", async () => {
  const { signIn, clock } = await setUp();
  for (let count = 0; count < 5; count++) {
    await signIn.tryPassword("admin", "wrong", "203.0.113.9");
    await clock.advance(20_000);
  }
  assertEquals((await signIn.tryPassword("admin", "wrong", "203.0.113.9")).kind, "throttled");
  assertEquals((await signIn.tryPassword("admin", FIXTURE_PASSWORD, ADDRESS)).kind, "welcome");
});

Deno.test("an address that tries fifty accounts is closed for every account", async () => {
  const { signIn } = await setUp();
  for (let count = 0; count < 50; count++) {
    assertEquals(await signIn.tryPassword(`user ${count}`, "wrong", ADDRESS), { kind: "wrong" });
  }
  assertEquals(
    (await signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS)).kind,
    "throttled",
  );
});

Deno.test("tries at the same time count as tries, and only so many may wait", async () => {
  const { signIn } = await setUp();
  const same = await Promise.all(
    Array.from({ length: 4 }, () => signIn.tryPassword("operator", "wrong", ADDRESS)),
  );
  assertEquals(same.map(({ kind }) => kind), ["wrong", "throttled", "throttled", "throttled"]);
  const many = await Promise.all(
    Array.from(
      { length: 20 },
      (_, index) => signIn.tryPassword("admin", "wrong", `10.0.0.${index}`),
    ),
  );
  assertEquals(many.filter(({ kind }) => kind === "busy").length, 4);
});

Deno.test("a one-time password works for a day", async () => {
  const { signIn, users, clock } = await setUp();
  const user = users.find("admin");
  if (user === undefined) throw new Error("no user");
  await users.save({ ...user, mustChangePassword: true, createdAtMs: clock.wallMs() });
  await clock.advance(24 * 60 * MINUTE_MS);
  assertEquals((await signIn.tryPassword("admin", FIXTURE_PASSWORD, ADDRESS)).kind, "welcome");
  await clock.advance(1);
  assertEquals((await signIn.tryPassword("admin", FIXTURE_PASSWORD, ADDRESS)).kind, "expired");
});

Deno.test("changePassword() needs the old password and stores a digest of the new", async () => {
  const { signIn, users, clock } = await setUp();
  const user = users.find("operator");
  if (user === undefined) throw new Error("no user");
  const change = (old: string, next: string) =>
    signIn.changePassword({ ...user, mustChangePassword: true }, { old, new: next }, ADDRESS);
  assertEquals(await change("wrong", "four green lamps"), { kind: "wrong" });
  await clock.advance(1_000);
  assertEquals(await change(FIXTURE_PASSWORD, "password1234"), {
    kind: "problem",
    problem: "too-easy",
  });
  assertEquals(await change(FIXTURE_PASSWORD, FIXTURE_PASSWORD), {
    kind: "problem",
    problem: "same",
  });
  assertEquals(await change(FIXTURE_PASSWORD, "four green lamps"), { kind: "changed" });
  assertEquals(users.find("operator")?.mustChangePassword, false);
  assertEquals((await signIn.tryPassword("operator", "four green lamps", ADDRESS)).kind, "welcome");
  assertEquals(await signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS), { kind: "wrong" });
});

Deno.test("guessing the old password while changing it is throttled like signing in", async () => {
  const { signIn, users } = await setUp();
  const user = users.find("operator");
  if (user === undefined) throw new Error("no user");
  const passwords = { old: "wrong", new: "four green lamps" };
  assertEquals(await signIn.changePassword(user, passwords, ADDRESS), { kind: "wrong" });
  assertEquals(await signIn.changePassword(user, passwords, ADDRESS), {
    kind: "throttled",
    waitMs: 1_000,
  });
});
