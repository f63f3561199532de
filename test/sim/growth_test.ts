/** Whatever the gateway keeps of those who come, it must let go of again, or keep within a bound. */
import { assert, assertEquals } from "@std/assert";
import { growthIn } from "./growth.ts";

const LOOKS = 24;
const sized = (place: string, sizeAt: (look: number) => number) =>
  Array.from({ length: LOOKS }, (_, look) => new Map([[place, sizeAt(look)]]));
const found = (place: string, sizeAt: (look: number) => number) =>
  growthIn(sized(place, sizeAt), { "bounded.ts": 100 }).map((growth) => growth.place);

Deno.test("what grows all the time is found, slowly or in steps", () => {
  assertEquals(found("a.ts:1", (look) => 30 + look), ["a.ts:1"]);
  assertEquals(found("a.ts:1", (look) => look < 12 ? 30 : 60), ["a.ts:1"]);
});

Deno.test("what fills up and stays, comes and goes, or was large once is not found", () => {
  assertEquals(found("a.ts:1", (look) => Math.min(100, 20 * look)), []);
  assertEquals(found("a.ts:1", (look) => 30 + 20 * (look % 4)), []);
  assertEquals(found("a.ts:1", (look) => look > 20 && look < 23 ? 900 : 30), []);
});

Deno.test("what is bounded may grow up to its bound and no further", () => {
  assertEquals(found("bounded.ts:1", (look) => 4 * look), []);
  assertEquals(found("bounded.ts:1", (look) => 5 * look), ["bounded.ts:1"]);
});

Deno.test("in six days with ever new drivers, strangers and numbers nothing grows but the leak made on purpose", async () => {
  const child = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      "--v8-flags=--expose-gc",
      new URL("growth_site.ts", import.meta.url).pathname,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert(child.success, new TextDecoder().decode(child.stderr));
  const told: { readonly looks: [string, number][][]; readonly sessions: number } = JSON.parse(
    new TextDecoder().decode(child.stdout),
  );
  assert(told.sessions > 500, `${told.sessions} sessions`);
  const looks = told.looks.map((each) => new Map(each));
  const isSeen = (file: string) =>
    looks.some((look) => [...look.keys()].some((place) => place.startsWith(file)));
  assert(isSeen("src/chargers/waiting_room.ts") && isSeen("src/authorization/cache.ts"));
  const files = growthIn(looks).map(({ place }) => place.replace(/:\d+$/, ""));
  assertEquals(files, ["test/sim/growth_leak.ts"], JSON.stringify(growthIn(looks)));
});
