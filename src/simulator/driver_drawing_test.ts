import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { drawDrivers, drawTokens } from "./driver_drawing.ts";

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

Deno.test("the CSMS of a drawn site knows good cards and bad ones, as readers show them", () => {
  for (const seed of SEEDS) {
    const tokens = drawTokens(1 + seed % 50, createSeededIds(seed));
    const statuses = new Set(Object.values(tokens).map(({ status }) => status));
    assert(statuses.has("Accepted") && statuses.has("Blocked"));
    for (const idTag of Object.keys(tokens)) assert(/^04[0-9A-F]{12}$/.test(idTag), idTag);
  }
});

Deno.test("drivers come with cards in upper and lower case, and with unknown ones", () => {
  for (const seed of SEEDS) {
    const ids = createSeededIds(seed);
    const tokens = drawTokens(6, ids);
    const { idTags } = drawDrivers(tokens, 20, ids);
    const known = new Set(Object.keys(tokens));
    assert(idTags.some((idTag) => known.has(idTag)));
    assert(idTags.some((idTag) => !known.has(idTag) && known.has(idTag.toUpperCase())));
    assert(idTags.some((idTag) => !known.has(idTag.toUpperCase())));
  }
});

Deno.test("at honest speed drivers stay for an hour or more, in time lapse for minutes", () => {
  const tokens = drawTokens(6, createSeededIds(1));
  const stays = (timeLapse: number) => drawDrivers(tokens, timeLapse, createSeededIds(2)).stayMs;
  const [least, most] = stays(1);
  assert(least >= 40 * 60_000 && most >= 2 * 3_600_000, `${least} to ${most}`);
  assertEquals(stays(20), [least / 20, most / 20]);
  assertEquals(stays(1_000)[0], 20_000, "nobody is faster than his hands");
});

Deno.test("some sites have rush hours, some have crowds, and all have impatient drivers", () => {
  const drawn = SEEDS.map((seed) =>
    drawDrivers({ A: { status: "Accepted" } }, 1, createSeededIds(seed))
  );
  const rushes = drawn.flatMap(({ rush }) => rush === null ? [] : [rush]);
  assert(rushes.length > 30 && rushes.length < 70, `${rushes.length}`);
  for (const rush of rushes) {
    assertEquals(rush.length, 24);
    const mean = rush.reduce((sum, factor) => sum + factor, 0) / 24;
    assert(mean > 0.8 && mean < 1.2, `${mean}`);
  }
  const crowds = drawn.flatMap(({ crowds }) => crowds === null ? [] : [crowds]);
  assert(crowds.length > 15 && crowds.length < 50, `${crowds.length}`);
  for (const { size } of crowds) assertEquals(size, [2, 8]);
  assert(drawn.every(({ impatience }) => impatience > 0 && impatience < 0.2));
});
