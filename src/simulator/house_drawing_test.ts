import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { LINES } from "../site/mod.ts";
import { drawHouse, WORKING_DAY } from "./house_drawing.ts";
import { houseUsualAmps, houseWorstAmps } from "./house_load.ts";

const houses = () =>
  Array.from({ length: 200 }, (_, seed) => drawHouse(1 + seed % 50, 0, createSeededIds(seed)));

Deno.test("drawn days have 24 hours", () => {
  assertEquals(WORKING_DAY.length, 24);
  assertEquals(new Set(houses().map(({ dayShape }) => dayShape.length)), new Set([24]));
});

Deno.test("devices of a drawn building switch 10 to 40 A, all lines alike or one of them", () => {
  const devices = houses().flatMap((house) => house.devices);
  assert(devices.length > 100);
  for (const { amps, name } of devices) {
    const felt = LINES.map((line) => amps[line]).filter((each) => each > 0);
    assert(felt.length === 1 || felt.length === 3, name);
    for (const each of felt) assert(each >= 10 && each <= 40, `${name}: ${each} A`);
    assertEquals(new Set(felt).size, 1);
  }
});

Deno.test("what a building usually draws is less than its worst", () => {
  for (const house of houses()) assert(houseUsualAmps(house) <= houseWorstAmps(house));
});

Deno.test("a larger site has a larger building", () => {
  const base = (count: number) => houseUsualAmps({ ...drawHouse(count, 0, createSeededIds(1)) });
  assert(base(50) > 3 * base(1));
});
