import { assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { createChance, seeds, spoilBytes, spoilText, spoilValue } from "./odd.ts";
import { openOcppDraw, spelledOut } from "./ocpp_inputs.ts";
import { OCPP_VERSIONS } from "../../src/ocpp/mod.ts";

Deno.test("the same seed spoils in the same way, and another one mostly otherwise", () => {
  const value = { a: [1, 2, { b: "text" }], c: null };
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const spoilt = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const texts = [0, 1].map(() => {
      const chance = createChance(seed);
      return [
        JSON.stringify(spoilValue(value, chance)),
        spoilText(JSON.stringify(value), chance),
        spoilBytes(bytes, chance).toHex(),
      ].join("\n");
    });
    assertEquals(texts[0], texts[1]);
    spoilt.add(texts[0] ?? "");
  }
  assertGreater(spoilt.size, 190);
});

Deno.test("spoiling pollutes nothing, though __proto__ is among the names", () => {
  fc.assert(fc.property(fc.jsonValue(), seeds, (value, seed) => {
    spoilValue(value, createChance(seed));
    assertEquals(Object(Object.prototype)["polluted"], undefined);
  }));
});

Deno.test("most of what is drawn is a frame, and every action of every version comes", async () => {
  const draw = await openOcppDraw();
  for (const version of OCPP_VERSIONS) {
    const chance = createChance(7);
    const actions = new Set<string>();
    let frames = 0;
    for (let time = 0; time < 400; time++) {
      const text = draw.call(time % 2 === 0 ? "charger" : "csms", version, chance);
      const frame: unknown[] = JSON.parse(text);
      if (frame[0] === 2) frames++;
      actions.add(String(frame[2]));
    }
    assertGreater(frames, 300, version);
    assertGreater(actions.size, version === "ocpp1.6" ? 25 : 50, version);
  }
});

Deno.test("the names in a frame stand for what the gateway said last", () => {
  const text = '[3,"@asked",{"transactionId":"@number","id":"@session","at":"@now-60"}]';
  const standing = { asked: "a1", number: 7, session: "s1", nowWallMs: 60_000 };
  const said = spelledOut(text, standing);
  assertEquals(
    said,
    '[3,"a1",{"transactionId":7,"id":"s1","at":"1970-01-01T00:00:00.000Z"}]',
  );
  assertNotEquals(spelledOut(text, { ...standing, number: null }), said);
});
