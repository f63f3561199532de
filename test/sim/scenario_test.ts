import { assert, assertEquals } from "@std/assert";
import { FAULTS } from "./faults.ts";
import { CSMS_FAULTS } from "./faults/csms_faults.ts";
import { drawScenario, faultLine, type ScenarioWishes } from "./scenario.ts";

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);
const drawn = SEEDS.map((seed) => drawScenario(seed));

Deno.test("a seed gives its scenario again, and wishes are heard", () => {
  assertEquals(drawScenario(7), drawn[6]);
  const { chargers, seconds } = drawScenario(7, { chargers: 3, seconds: 60 });
  assertEquals([chargers, seconds], [3, 60]);
  assertEquals(new Set(drawn.map((each) => JSON.stringify(each))).size, drawn.length);
});

Deno.test("faults come in their order, within the run, and last as long as they may", () => {
  for (const { faults, seconds, chargers, seed } of drawn) {
    for (const [index, { atS, fault, forS, who, much }] of faults.entries()) {
      const [least, most] = FAULTS[fault].forS;
      const isRight = atS >= (faults[index - 1]?.atS ?? 0) && atS < seconds && forS >= least &&
        forS <= most && who < chargers && much >= 0 && much <= 1;
      assert(isRight, `seed ${seed}: ${JSON.stringify(faults[index])}`);
    }
  }
});

Deno.test("every fault is drawn, and no scenario has them all", () => {
  const kinds = drawn.map(({ faults }) => new Set(faults.map(({ fault }) => fault)));
  for (const fault of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
    assert(kinds.some((each) => each.has(fault)), `${fault} is never drawn`);
  }
  assert(kinds.every((each) => each.size < Object.keys(FAULTS).length));
  assert(kinds.some((each) => each.size === 0), "some runs are quiet");
});

Deno.test("without the CSMS nothing else goes wrong with it, and all the rest does", () => {
  for (const seconds of [60, 3_600, 7 * 86_400]) {
    const { faults, timeLapse } = drawScenario(7, { withoutCsms: true, seconds });
    const ofCsms = faults.filter(({ fault }) => fault in CSMS_FAULTS);
    assertEquals(ofCsms.map(({ fault }) => fault), ["the CSMS drops out"]);
    assertEquals(ofCsms.map(({ atS, forS }) => atS + forS), [seconds]);
    assert(timeLapse === 1 || seconds <= 86_400);
  }
  const others = (wishes: ScenarioWishes) =>
    drawScenario(7, wishes).faults.filter(({ fault }) => !(fault in CSMS_FAULTS));
  assert(others({}).length > 0);
  assertEquals(others({ withoutCsms: true }), others({}));
});

Deno.test("what else there is varies as well", () => {
  const kinds = (of: (scenario: typeof drawn[number]) => unknown) => new Set(drawn.map(of)).size;
  assertEquals(kinds(({ disk }) => disk), 2);
  assertEquals(kinds(({ quirks }) => quirks), 2);
  assertEquals(kinds(({ timeLapse }) => timeLapse), 2);
  assert(kinds(({ chargers }) => chargers) > 5);
  assert(kinds(({ seconds }) => seconds) > 2);
});

Deno.test("a fault is a line of a story", () => {
  const event = { atS: 5, forS: 10, who: 1, much: 0.5 };
  assertEquals(
    faultLine({ ...event, fault: "a charger loses its power" }),
    "— a charger loses its power (charger 2) for 10 s [0.5]",
  );
  assertEquals(
    faultLine({ ...event, forS: 0, fault: "the disk fails once" }),
    "— the disk fails once [0.5]",
  );
});
