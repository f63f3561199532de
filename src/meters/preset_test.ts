import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { fillPreset, parseMeterPreset } from "./preset.ts";

const PRESET = {
  id: "house",
  vendor: "Test",
  models: ["T"],
  driver: "mqtt",
  settings: { topic: { about: "the device" }, channel: { about: "the clamp", default: "0" } },
  keepAlive: { topic: "R/{topic}", everyMs: 5_000 },
  currentSign: "from-power",
  values: { active_power_total: { topic: "{topic}/{channel}", path: '["p{channel}"].w' } },
  confidence: "high",
  sources: ["imagined"],
};

function problemsOf(changes: object): readonly string[] {
  const parsed = parseMeterPreset({ ...PRESET, ...changes });
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const PROBLEMS: readonly [name: string, changes: object, expected: string][] = [
  [
    "without any power or current",
    { values: { voltage_l1: { topic: "a" } } },
    "values: expected at least one current or active power",
  ],
  [
    "with a value that has no topic",
    { values: { active_power_total: { path: "a" } } },
    "values.active_power_total: a value for mqtt has a topic, one for http-json has none",
  ],
  [
    "with a gap that no setting fills",
    { values: { active_power_total: { topic: "{house}/x" } } },
    "settings: there is no setting for {house}",
  ],
  [
    "with a power that may be missing",
    { values: { active_power_total: { topic: "a", optional: true } } },
    "values.active_power_total: a current or an active power cannot be optional",
  ],
  [
    "with a wrong unit",
    { values: { active_power_total: { topic: "a", unit: "A" } } },
    "values.active_power_total: active_power_total cannot be in A",
  ],
  [
    "for http-json without a path",
    { driver: "http-json", keepAlive: undefined, values: { active_power_total: { path: "a" } } },
    "path: a preset for http-json has a path, one for mqtt has none",
  ],
];

for (const [name, changes, expected] of PROBLEMS) {
  Deno.test(`a preset ${name} is refused with its place`, () => {
    assertEquals(problemsOf(changes), [expected]);
  });
}

function fill(given: Record<string, string>) {
  const parsed = parseMeterPreset(PRESET);
  assume(parsed.ok, "the preset can be read");
  return fillPreset(parsed.value, given);
}

Deno.test("settings fill topics, paths and what keeps the device awake", () => {
  const filled = fill({ topic: "shed", channel: "2" });
  assume(filled.ok, "all is given");
  assertEquals(filled.value, {
    path: null,
    keepAlive: { topic: "R/shed", payload: "", everyMs: 5_000 },
    values: [{ quantity: "active_power_total", topic: "shed/2", path: '["p2"].w' }],
  });
});

const GIVEN: readonly [given: Record<string, string>, problem: string][] = [
  [{}, 'Preset house needs "topic": the device'],
  [{ topic: "a", room: "b" }, 'Preset house has no setting "room"; it has topic, channel'],
  [{ topic: "a/#" }, '"a/#" cannot be "topic" of a preset'],
  [{ topic: 'a"b' }, '"a"b" cannot be "topic" of a preset'],
];

for (const [given, problem] of GIVEN) {
  Deno.test(`settings ${JSON.stringify(given)} are refused in words`, () => {
    assertEquals(fill(given), { ok: false, error: [problem] });
  });
}
