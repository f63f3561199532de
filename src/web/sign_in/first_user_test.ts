import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assume } from "../../lib/assert.ts";
import { createSeededIds } from "../../lib/ids.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import type { UserRecord } from "../../site/mod.ts";
import type { UserStore } from "../ports.ts";
import { createFirstUser } from "./first_user.ts";
import { oneTimePassword } from "./one_time.ts";
import { verifyPassword } from "./password.ts";
import { judgePassword } from "./password_rules.ts";

const CHEAP = { cost: 1_024, blockSize: 8, parallelization: 1 };

function emptyStore(): Pick<UserStore, "list" | "find" | "save"> {
  const users = new Map<string, UserRecord>();
  return {
    list: () => [...users.values()],
    find: (name) => users.get(name),
    save(user) {
      users.set(user.name, user);
      return Promise.resolve();
    },
  };
}

function setUp() {
  const means = { ids: createSeededIds(7), clock: createVirtualClock() };
  const users = emptyStore();
  return { ...means, users, create: () => createFirstUser(users, means, CHEAP) };
}

Deno.test("oneTimePassword() is long, readable, hard to guess and never the same", () => {
  const ids = createSeededIds(3);
  const passwords = Array.from({ length: 200 }, () => oneTimePassword(ids));
  for (const password of passwords) {
    assertMatch(password, /^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
    assertEquals(judgePassword(password, "admin"), null);
  }
  assertEquals(new Set(passwords).size, passwords.length);
});

Deno.test("oneTimePassword() uses every character about equally often", () => {
  const ids = createSeededIds(5);
  const counts = new Map<string, number>();
  for (let count = 0; count < 2_000; count++) {
    for (const character of oneTimePassword(ids).replaceAll("-", "")) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  const expected = 2_000 * 20 / 31;
  assertEquals(counts.size, 31);
  for (const [character, count] of counts) {
    assert(Math.abs(count - expected) < expected * 0.15, `${character}: ${count}`);
  }
});

Deno.test("createFirstUser() makes an admin who must change the password", async () => {
  const { create, users, clock } = setUp();
  const first = await create();
  const user = users.find("admin");
  assume(first && user, "the fixture is whole");
  assertEquals(
    { ...user, passwordDigest: "" },
    {
      name: "admin",
      role: "admin",
      passwordDigest: "",
      mustChangePassword: true,
      createdAtMs: clock.wallMs(),
    },
  );
  assertEquals(await verifyPassword(first.password, user.passwordDigest), true);
});

Deno.test("createFirstUser() prints a new password while the first was never replaced", async () => {
  const { create, users } = setUp();
  const first = await create();
  const second = await create();
  assume(first && second, "the fixture is whole");
  assertNotEquals(first.password, second.password);
  const digest = users.find("admin")?.passwordDigest ?? "";
  assertEquals(await verifyPassword(second.password, digest), true);
  assertEquals(users.list().length, 1);
});

Deno.test("createFirstUser() leaves a site alone where somebody can sign in", async () => {
  const { create, users } = setUp();
  await create();
  const admin = users.find("admin");
  assume(admin, "the fixture is whole");
  await users.save({ ...admin, mustChangePassword: false });
  assertEquals(await create(), null);
  await users.save({ ...admin, mustChangePassword: true });
  await users.save({ ...admin, name: "asha" });
  assertEquals(await create(), null);
  assertEquals(users.find("admin")?.passwordDigest, admin.passwordDigest);
});
