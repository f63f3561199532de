import { assertEquals } from "@std/assert";
import { createPlaces, STREAMS_MAX } from "./places.ts";

function setUp(...held: readonly (readonly [string, number])[]) {
  const closed: string[] = [];
  const places = createPlaces<{ readonly name: string; close(): void }>();
  for (const [holder, count] of held) {
    for (let number = 0; number < count; number++) {
      const name = `${holder} ${number}`;
      const stream = {
        name,
        close() {
          closed.push(name);
          places.free(stream);
        },
      };
      places.take(stream, holder);
    }
  }
  return { places, closed };
}

Deno.test("there is room while not all places are taken, whoever holds them", () => {
  const { places, closed } = setUp(["asha", STREAMS_MAX - 1]);
  assertEquals(places.makeRoom("asha"), true);
  assertEquals(closed, []);
});

Deno.test("where all are taken, the oldest of whoever holds most gives way to others", () => {
  const { places, closed } = setUp(["ravi", 10], ["asha", STREAMS_MAX - 10]);
  assertEquals(places.makeRoom("meera"), true);
  assertEquals(places.makeRoom("ravi"), true);
  assertEquals(closed, ["asha 0"]);
  assertEquals(places.count(), STREAMS_MAX - 1);
});

Deno.test("who holds most, or as many as anyone, gets no more", () => {
  const half = STREAMS_MAX / 2;
  const { places, closed } = setUp(["asha", half], ["ravi", half]);
  assertEquals(places.makeRoom("asha"), false);
  assertEquals(places.makeRoom("ravi"), false);
  assertEquals(closed, []);
  assertEquals(places.makeRoom("meera"), true);
  assertEquals(closed, ["asha 0"]);
});

Deno.test("places change hands no more once all hold alike", () => {
  const held = Array.from({ length: STREAMS_MAX }, (_, index) => [`person ${index}`, 1] as const);
  const { places, closed } = setUp(...held);
  assertEquals(places.makeRoom("one more"), false);
  assertEquals(closed, []);
});
