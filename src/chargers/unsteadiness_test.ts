import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { createUnsteadiness } from "./unsteadiness.ts";

async function bench() {
  const books = await openBooks();
  const unsteadiness = createUnsteadiness(books);
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await books.clock.advance(60_000);
      unsteadiness.sweep();
    }
  }
  const told = () =>
    books.faults.splice(0).map(({ kind, subject, state }) => `${kind} ${subject} ${state}`);
  return { unsteadiness, pass, told, faults: books.faults };
}

Deno.test("a charger that boots four times within twenty minutes is told of once, until it was steady for as long", async () => {
  const { unsteadiness, pass, told } = await bench();
  for (let time = 0; time < 3; time++) {
    unsteadiness.booted("CP1");
    await pass(5);
  }
  assertEquals(told(), [], "somebody may be setting it up");
  unsteadiness.booted("CP1");
  assertEquals(told(), ["charger-restarts-often CP1 raised"]);
  await pass(5);
  unsteadiness.booted("CP1");
  await pass(19);
  assertEquals(told(), [], "it is told once, and not over yet");
  await pass(1);
  assertEquals(told(), ["charger-restarts-often CP1 over"]);
  await pass(60);
  assertEquals(told(), []);
});

Deno.test("boots that lie further apart are no loop, and each charger counts for itself", async () => {
  const { unsteadiness, pass, told } = await bench();
  for (let time = 0; time < 20; time++) {
    unsteadiness.booted("CP1");
    unsteadiness.booted(`CP${time + 2}`);
    await pass(7);
  }
  assertEquals(told(), []);
});

Deno.test("a charger that loses its connection six times within an hour is told of with how often", async () => {
  const { unsteadiness, pass, told, faults } = await bench();
  for (let time = 0; time < 5; time++) {
    unsteadiness.left("CP1");
    await pass(10);
  }
  assertEquals(told(), []);
  unsteadiness.left("CP1");
  assertEquals(faults[0]?.text, "CP1 has lost its connection 6 times within 60 minutes");
  assertEquals(told(), ["charger-drops-often CP1 raised"]);
  await pass(61);
  assertEquals(told(), ["charger-drops-often CP1 over"]);
});
