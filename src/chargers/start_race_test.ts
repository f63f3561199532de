import { assertEquals } from "@std/assert";
import { createStartRace } from "./start_race.ts";

const ASHA = { idToken: "ASHA", type: "Central" };

Deno.test("of two starts of one token at two EVSEs the first that is decided wins", () => {
  const race = createStartRace();
  const first = race.enter(1, ASHA);
  const second = race.enter(2, { idToken: "asha", type: "Central" });
  assertEquals([first.isBeaten(), second.isBeaten()], [false, false]);
  second.win();
  assertEquals([first.isBeaten(), second.isBeaten()], [true, false]);
});

Deno.test("who enters before the winner stands in the book is beaten as well, who enters after is not", () => {
  const race = createStartRace();
  const winner = race.enter(1, ASHA);
  winner.win();
  assertEquals(race.enter(2, ASHA).isBeaten(), true);
  winner.leave();
  assertEquals(race.enter(3, ASHA).isBeaten(), false);
});

Deno.test("a refused start beats nobody; nor does another token, or the same EVSE again", () => {
  const race = createStartRace();
  const refused = race.enter(1, ASHA);
  const other = race.enter(2, ASHA);
  refused.leave();
  const again = race.enter(2, ASHA);
  again.win();
  const stranger = race.enter(3, { idToken: "BEN", type: "Central" });
  stranger.win();
  assertEquals(other.isBeaten(), false);
});
