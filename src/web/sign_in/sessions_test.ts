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
