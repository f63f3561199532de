import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assume } from "../../lib/assert.ts";
import { createSeededIds } from "../../lib/ids.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { createSessionStore } from "./sessions.ts";

const MINUTE_MS = 60_000;

function setUp() {
  const clock = createVirtualClock();
  return { clock, sessions: createSessionStore(clock, createSeededIds(1)) };
}

Deno.test("sessions have ids of 256 bits, of which only a digest is kept", () => {
  const { sessions } = setUp();
  const { id, session } = sessions.open("asha");
  assertMatch(id, /^[\w-]{43}$/);
  assertNotEquals(session.key, id);
  assertNotEquals(session.csrf, id);
  assertEquals(sessions.find(id), session);
  assertEquals(sessions.find(session.key), null);
  assertEquals(sessions.find(""), null);
});

Deno.test("a session ends after 15 minutes in which nobody did anything", async () => {
  const { clock, sessions } = setUp();
  const { id, session } = sessions.open("asha");
  await clock.advance(15 * MINUTE_MS - 1);
  assertEquals(sessions.isOpen(session.key), true);
  sessions.touch(session.key);
  await clock.advance(15 * MINUTE_MS - 1);
  assertEquals(sessions.find(id), session);
  await clock.advance(1);
  assertEquals(sessions.find(id), null);
});

Deno.test("finding a session does not prolong it", async () => {
  const { clock, sessions } = setUp();
  const { id } = sessions.open("asha");
  await clock.advance(10 * MINUTE_MS);
  assert(sessions.find(id));
  await clock.advance(5 * MINUTE_MS);
  assertEquals(sessions.find(id), null);
});

Deno.test("a session ends after 8 hours however busy its person is", async () => {
  const { clock, sessions } = setUp();
  const { id, session } = sessions.open("asha");
  for (let minutes = 10; minutes < 8 * 60; minutes += 10) {
    await clock.advance(10 * MINUTE_MS);
    sessions.touch(session.key);
  }
  assert(sessions.find(id));
  await clock.advance(10 * MINUTE_MS);
  assertEquals(sessions.find(id), null);
  sessions.touch(session.key);
  assertEquals(sessions.isOpen(session.key), false);
});

Deno.test("close() and closeOthers() end sessions", () => {
  const { sessions } = setUp();
  const [first, second, other] = ["asha", "asha", "ravi"].map((name) => sessions.open(name));
  assume(first && second && other, "the fixture is whole");
  sessions.closeOthers("asha", second.session.key);
  assertEquals([first, second, other].map(({ id }) => sessions.find(id) !== null), [
    false,
    true,
    true,
  ]);
  sessions.close(second.session.key);
  assertEquals(sessions.find(second.id), null);
});

Deno.test("one user has at most ten sessions, everybody together five hundred", () => {
  const { sessions } = setUp();
  const own = Array.from({ length: 11 }, () => sessions.open("asha").id);
  assertEquals(own.map((id) => sessions.find(id) !== null).lastIndexOf(false), 0);
  const oldest = own[1] ?? "";
  for (let count = 0; count < 490; count++) sessions.open(`user ${count}`);
  assert(sessions.find(oldest));
  sessions.open("one more");
  assertEquals(sessions.find(oldest), null);
});

Deno.test("a person's sessions are listed with where they are used, the newest first", async () => {
  const { clock, sessions } = setUp();
  const beganMs = clock.wallMs();
  const { session: old } = sessions.open("asha", { address: "10.0.0.1", agent: "a".repeat(500) });
  sessions.open("ravi", { address: "10.0.0.2", agent: "" });
  await clock.advance(MINUTE_MS);
  const { session } = sessions.open("asha", { address: "10.0.0.3", agent: "Firefox" });
  await clock.advance(MINUTE_MS);
  sessions.touch(old.key);
  assertEquals(sessions.list("asha"), [
    {
      key: session.key,
      userName: "asha",
      address: "10.0.0.3",
      agent: "Firefox",
      openedAtMs: beganMs + MINUTE_MS,
      usedAtMs: beganMs + MINUTE_MS,
    },
    {
      key: old.key,
      userName: "asha",
      address: "10.0.0.1",
      agent: "a".repeat(200),
      openedAtMs: beganMs,
      usedAtMs: beganMs + 2 * MINUTE_MS,
    },
  ]);
  await clock.advance(14 * MINUTE_MS);
  assertEquals(sessions.list("asha").map(({ key }) => key), [old.key]);
});

Deno.test("who has signed in counts as proved for ten minutes, and again after proving it", async () => {
  const { clock, sessions } = setUp();
  const { session: { key } } = sessions.open("asha");
  await clock.advance(10 * MINUTE_MS - 1);
  assertEquals(sessions.isProved(key), true);
  await clock.advance(1);
  assertEquals(sessions.isProved(key), false);
  sessions.prove(key);
  assertEquals(sessions.isProved(key), true);
  sessions.close(key);
  assertEquals(sessions.isProved(key), false);
});
