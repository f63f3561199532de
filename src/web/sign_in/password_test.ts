import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createSeededIds } from "../../lib/ids.ts";
import { hashPassword, SCRYPT_COST, verifyPassword } from "./password.ts";

const CHEAP = { cost: 1_024, blockSize: 8, parallelization: 1 };
const digestOf = (password: string, seed = 1) =>
  hashPassword(password, createSeededIds(seed), CHEAP);

Deno.test("verifyPassword() knows the password behind a digest and no other", async () => {
  const digest = await digestOf("three blue kites");
  assertEquals(await verifyPassword("three blue kites", digest), true);
  for (const wrong of ["", "three blue kite", "three blue kites ", "Three blue kites"]) {
    assertEquals(await verifyPassword(wrong, digest), false, wrong);
  }
});

Deno.test("hashPassword() writes its parameters into the digest and salts it", async () => {
  const digest = await digestOf("three blue kites");
  assert(digest.startsWith("scrypt$N=1024,r=8,p=1$"));
  assertNotEquals(digest, await digestOf("three blue kites", 2));
  assert(!digest.includes("kites"));
});

Deno.test("hashPassword() costs what the design asks for when nothing else is said", async () => {
  assertEquals(SCRYPT_COST.cost >= 32_768 && SCRYPT_COST.blockSize >= 8, true);
  const digest = await hashPassword("three blue kites", createSeededIds(1));
  assert(digest.startsWith("scrypt$N=32768,r=8,p=1$"));
  assertEquals(await verifyPassword("three blue kites", digest), true);
});

Deno.test("verifyPassword() takes the same letters composed and decomposed", async () => {
  assertEquals(
    await verifyPassword("cafe\u0301 au lait", await digestOf("caf\u00e9 au lait")),
    true,
  );
});

Deno.test("verifyPassword() takes long passwords and any script", async () => {
  for (const password of ["x".repeat(128), "तीन निळे पतंग उडतात", "🪁🪁🪁 pomegranate"]) {
    assertEquals(await verifyPassword(password, await digestOf(password)), true, password);
  }
});

Deno.test("verifyPassword() is false for digests it cannot read, or that ask for too much", async () => {
  const [, , salt, key] = (await digestOf("three blue kites")).split("$");
  const unreadable = [
    "",
    "three blue kites",
    `scrypt$N=1000,r=8,p=1$${salt}$${key}`,
    `scrypt$N=1048576,r=8,p=1$${salt}$${key}`,
    `scrypt$N=1024,r=99,p=1$${salt}$${key}`,
    `scrypt$N=1024,r=8,p=9$${salt}$${key}`,
    `scrypt$N=1024,r=8,p=1$${salt}$AAAA`,
    `sha256$${salt}$${key}`,
  ];
  for (const digest of unreadable) {
    assertEquals(await verifyPassword("three blue kites", digest), false, digest);
  }
});
