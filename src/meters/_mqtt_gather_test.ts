import { assert, assertEquals } from "@std/assert";
import {
  emptied,
  gather,
  type Gathered,
  isComplete,
  NOTHING_GATHERED,
  overdueTopics,
  takeReading,
} from "./_mqtt_gather.ts";
import { assume } from "../lib/assert.ts";
import type { MqttTopic } from "./mqtt_options.ts";
import type { Quantity } from "./quantity.ts";

const TOPICS: readonly MqttTopic[] = [
  { quantity: "current_l1", topic: "i1" },
  { quantity: "current_l2", topic: "i2" },
  { quantity: "voltage_l1", topic: "u1" },
  { quantity: "energy_import_total", topic: "e" },
];
const MAX_AGE_MS = 10_000;

/** Gathers one value per topic, each at its own time. */
function gathered(
  values: readonly [topic: string, value: number, atMonoMs: number][],
  from: Gathered = NOTHING_GATHERED,
): Gathered {
  return values.reduce((sum, [topic, value, atMonoMs]) => {
    const quantity = TOPICS.find((each) => each.topic === topic)?.quantity ?? "frequency";
    return gather(sum, topic, new Map<Quantity, number>([[quantity, value]]), atMonoMs);
  }, from);
}

function taken(from: Gathered, nowMonoMs: number) {
  return takeReading(from, TOPICS, nowMonoMs, MAX_AGE_MS);
}

Deno.test("a reading holds all values and is as old as its oldest current", () => {
  const all = gathered([["i1", 1, 900], ["i2", 2, 1_000], ["u1", 230, 100], ["e", 5, 50]]);
  assert(isComplete(all, TOPICS));
  assertEquals(taken(all, 1_000), {
    kind: "values",
    values: new Map([
      ["current_l1", 1],
      ["current_l2", 2],
      ["voltage_l1", 230],
      ["energy_import_total", 5],
    ]),
    atMonoMs: 900,
  });
});

Deno.test("no reading without every current, and the missing topics are named", () => {
  assertEquals(taken(gathered([["i1", 1, 0]]), 0), { kind: "missing", topics: ["i2"] });
});

Deno.test("a current that is too old is missing again", () => {
  const old = gathered([["i1", 1, 0], ["i2", 2, 10_001]]);
  assertEquals(taken(old, 10_000).kind, "values");
  assertEquals(taken(old, 10_001), { kind: "missing", topics: ["i1"] });
});

Deno.test("an old voltage is left out; an energy counter may be minutes old", () => {
  const slow = gathered([["u1", 230, 0], ["e", 5, 0], ["i1", 1, 300_000], ["i2", 2, 300_000]]);
  const at300 = taken(slow, 300_000);
  assume(at300.kind === "values", "all is fresh");
  assertEquals([...at300.values.keys()], ["energy_import_total", "current_l1", "current_l2"]);
  const renewed = gathered([["i1", 1, 300_001], ["i2", 2, 300_001]], slow);
  const at301 = taken(renewed, 300_001);
  assertEquals(at301.kind === "values" && at301.values.has("energy_import_total"), false);
});

Deno.test("no reading when nothing that decides is new", () => {
  const first = emptied(gathered([["i1", 1, 0], ["i2", 2, 0]]));
  assertEquals(taken(first, 0), { kind: "nothing-new" });
  assertEquals(taken(gathered([["u1", 231, 5], ["e", 6, 5]], first), 5), { kind: "nothing-new" });
  const next = taken(gathered([["i2", 3, 8]], first), 8);
  assertEquals(next.kind === "values" && next.values.get("current_l1"), 1);
  assertEquals(next.kind === "values" && next.atMonoMs, 0);
});

Deno.test("a late value does not replace a newer one", () => {
  const both = gathered([["i2", 2, 0], ["i1", 7, 500], ["i1", 6, 400]]);
  const reading = taken(both, 500);
  assertEquals(reading.kind === "values" && reading.values.get("current_l1"), 7);
});

Deno.test("isComplete() wants every topic anew after a reading", () => {
  const all = gathered([["i1", 1, 0], ["i2", 2, 0], ["u1", 230, 0], ["e", 5, 0]]);
  assert(!isComplete(emptied(all), TOPICS));
  assert(!isComplete(gathered([["i1", 1, 1], ["i2", 2, 1], ["u1", 3, 1]], emptied(all)), TOPICS));
});

Deno.test("overdueTopics() names what decides and is silent, each topic once", () => {
  const some = gathered([["i1", 1, 0], ["u1", 230, 0]]);
  assertEquals(overdueTopics(some, TOPICS, 9_999, MAX_AGE_MS), ["i2"]);
  assertEquals(overdueTopics(some, TOPICS, 10_000, MAX_AGE_MS), ["i1", "i2"]);
  const shared = TOPICS.map((each) => ({ ...each, topic: "all" }));
  assertEquals(overdueTopics(NOTHING_GATHERED, shared, 0, MAX_AGE_MS), ["all"]);
});
