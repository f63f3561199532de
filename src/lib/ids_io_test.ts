import { assert, assertEquals, assertMatch } from "@std/assert";
import { createSystemIds } from "./ids_io.ts";

const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

Deno.test("the system's ids have the shape of a UUID and differ", () => {
  const ids = createSystemIds();
  const given = Array.from({ length: 100 }, () => ids.uuid());
  for (const each of given) assertMatch(each, UUID_SHAPE);
  assertEquals(new Set(given).size, 100);
});

Deno.test("the system's chance stays from 0 to below 1 and does not repeat itself", () => {
  const ids = createSystemIds();
  const drawn = Array.from({ length: 100 }, () => ids.random());
  assert(drawn.every((each) => each >= 0 && each < 1));
  assert(new Set(drawn).size > 90);
});

Deno.test("the system's secrets have the length asked for and differ", () => {
  const ids = createSystemIds();
  assertEquals([ids.secret(0).length, ids.secret(32).length], [0, 32]);
  assertEquals(new Set(Array.from({ length: 50 }, () => ids.secret(16).join())).size, 50);
});
