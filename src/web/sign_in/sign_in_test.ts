import { assertEquals } from "@std/assert";
import { Secret, TOTP } from "otpauth";
import { createFixture, FIXTURE_COST, FIXTURE_PASSWORD } from "../_fixture.ts";
import { newRecoveryCodes, newSecret } from "./second_factor.ts";
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

Deno.test("guesses from the same address do not keep a browser out that has signed in before", async () => {
  const { signIn, clock } = await setUp();
  const first = await signIn.tryPassword("admin", FIXTURE_PASSWORD, ADDRESS);
  const mark = first.kind === "welcome" ? first.mark : "";
  const guess = (password: string, shown: string | null = null) =>
    signIn.tryPassword("admin", password, ADDRESS, shown);
  for (let count = 0; count < 5; count++) {
    await guess("wrong");
    await clock.advance(20_000);
  }
  for (let count = 0; count < 50; count++) {
    await signIn.tryPassword(`user ${count}`, "wrong", ADDRESS);
  }
  assertEquals((await guess(FIXTURE_PASSWORD)).kind, "throttled");
  // Marks of others, or made up, are none.
  const other = await signIn.tryPassword("viewer", FIXTURE_PASSWORD, "10.0.0.9");
  for (const shown of [other.kind === "welcome" ? other.mark : "", "a.b", "", mark + "x"]) {
    assertEquals((await guess(FIXTURE_PASSWORD, shown)).kind, "throttled", shown);
  }
  assertEquals((await guess(FIXTURE_PASSWORD, mark)).kind, "welcome");
  // Whoever stole the mark has to wait like everybody else.
  assertEquals((await guess("wrong", mark)).kind, "wrong");
  assertEquals(await guess("wrong", mark), { kind: "throttled", waitMs: 1_000 });
});

Deno.test("what is no user's name is not logged: it may be a password in the wrong field", async () => {
  const { signIn, log } = await setUp();
  await signIn.tryPassword(FIXTURE_PASSWORD, "operator", ADDRESS);
  assertEquals(log, [{ event: "sign_in_failed", user: "(unknown)", address: ADDRESS }]);
});

async function withSecondFactor() {
  const set = await setUp();
  const { digests: recoveryDigests, codes } = newRecoveryCodes(set.ports.ids);
  const secret = newSecret(set.ports.ids);
  const user = set.users.find("operator");
  if (user === undefined) throw new Error("no user");
  const secondFactor = { secret, sinceMs: 0, lastStep: 0, recoveryDigests };
  await set.users.save({ ...user, secondFactor });
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = () => app.generate({ timestamp: set.clock.wallMs() });
  const ticket = async () => {
    const outcome = await set.signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS);
    return outcome.kind === "code-needed" ? outcome.ticket : outcome.kind;
  };
  return { ...set, codes, code, ticket };
}

Deno.test("with a second factor the password alone opens nothing; the code does, and works once", async () => {
  const { signIn, code, ticket, log, clock } = await withSecondFactor();
  const first = await ticket();
  assertEquals(log, []);
  const right = code();
  const wrong = right === "000000" ? "000001" : "000000";
  assertEquals(await signIn.tryCode(first, wrong, ADDRESS), {
    kind: "wrong",
    userName: "operator",
  });
  assertEquals((await signIn.tryCode(first, right, "10.0.0.9")).kind, "too-late");
  assertEquals((await signIn.tryCode(first, right, ADDRESS)).kind, "welcome");
  assertEquals((await signIn.tryCode(first, right, ADDRESS)).kind, "too-late");
  const again = await ticket();
  assertEquals((await signIn.tryCode(again, right, ADDRESS)).kind, "wrong");
  await clock.advance(30_000);
  assertEquals((await signIn.tryCode(again, code(), ADDRESS)).kind, "welcome");
});

Deno.test("two who show the same code at the same time: one comes in", async () => {
  const { signIn, code, ticket } = await withSecondFactor();
  const [left, right] = [await ticket(), await ticket()];
  const outcomes = await Promise.all([
    signIn.tryCode(left, code(), ADDRESS),
    signIn.tryCode(right, code(), ADDRESS),
  ]);
  assertEquals(outcomes.map(({ kind }) => kind).toSorted(), ["welcome", "wrong"]);
});

Deno.test("codes are not guessed from many addresses; a recovery code still lets the owner in", async () => {
  const { signIn, code, codes, users } = await withSecondFactor();
  const outcomes: string[] = [];
  for (let count = 0; count < 12; count++) {
    const address = `10.0.1.${count}`;
    const outcome = await signIn.tryPassword("operator", FIXTURE_PASSWORD, address);
    const ticket = outcome.kind === "code-needed" ? outcome.ticket : "";
    outcomes.push((await signIn.tryCode(ticket, "000000", address)).kind);
  }
  assertEquals(outcomes.slice(9), ["wrong", "throttled", "throttled"]);
  const outcome = await signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS);
  const ticket = outcome.kind === "code-needed" ? outcome.ticket : "";
  assertEquals((await signIn.tryCode(ticket, code(), ADDRESS)).kind, "throttled");
  const recovered = await signIn.tryCode(ticket, codes[0] ?? "", ADDRESS);
  assertEquals([recovered.kind, "by" in recovered && recovered.by], ["welcome", "recovery-code"]);
  assertEquals(users.find("operator")?.secondFactor?.recoveryDigests.length, codes.length - 1);
});

Deno.test("confirm() wants the password, and the code where there is one", async () => {
  const { signIn, users, code, clock } = await withSecondFactor();
  const [operator, viewer] = ["operator", "viewer"].map((name) => users.find(name));
  if (operator === undefined || viewer === undefined) throw new Error("no user");
  const shown = { password: FIXTURE_PASSWORD, code: "" };
  assertEquals(await signIn.confirm(viewer, shown, ADDRESS), { kind: "confirmed" });
  assertEquals(await signIn.confirm(operator, shown, ADDRESS), { kind: "wrong" });
  const whole = { ...shown, code: code() };
  assertEquals(await signIn.confirm(operator, whole, ADDRESS), { kind: "confirmed" });
  await clock.advance(30_000);
  assertEquals(
    await signIn.confirm(operator, { password: "wrong", code: code() }, ADDRESS),
    { kind: "wrong" },
  );
});

Deno.test("a password that is changed while it is checked lets nobody in", async () => {
  const { signIn, users } = await setUp();
  const user = users.find("operator");
  if (user === undefined) throw new Error("no user");
  const trying = signIn.tryPassword("operator", FIXTURE_PASSWORD, ADDRESS);
  await users.save({ ...user, passwordDigest: "scrypt$of another" });
  assertEquals((await trying).kind, "wrong");
});
