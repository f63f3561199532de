import { assertEquals } from "@std/assert";
import { z } from "zod";
import { isRecord } from "../../lib/json.ts";
import { OPTIONS, SITE } from "./_site_for_test.ts";
import { discoveryMessages } from "./discovery.ts";
import type { PublishingOptions } from "./publishing_options.ts";
import { stateMessages, topicsOf } from "./topics.ts";

/**
 * What Home Assistant takes, from the pages of its integrations MQTT, MQTT Sensor, MQTT Binary Sensor,
 * MQTT Number and MQTT Button: an entity with a key that it does not know is left out there.
 */
const common = {
  unique_id: z.string().regex(/^[A-Za-z0-9_-]+$/),
  name: z.string().min(1),
};
const state = { state_topic: z.string(), value_template: z.string().regex(/^\{\{ .+ \}\}$/) };
/** Units that go with a class of sensor. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  power: ["W", "kW"],
  energy: ["Wh", "kWh"],
  current: ["A", "mA"],
  battery: ["%"],
};
const sensor = z.strictObject({
  ...common,
  ...state,
  platform: z.literal("sensor"),
  device_class: z.enum(["power", "energy", "current", "battery", "enum"]).optional(),
  unit_of_measurement: z.string().optional(),
  state_class: z.enum(["measurement", "total", "total_increasing"]).optional(),
  options: z.array(z.string()).optional(),
}).refine(
  ({ device_class, unit_of_measurement, state_class, options }) =>
    device_class === "enum"
      ? options !== undefined && state_class === undefined && unit_of_measurement === undefined
      : device_class === undefined ||
        UNITS[device_class]?.includes(unit_of_measurement ?? "") === true,
  "class, unit and options do not go together",
).refine(
  ({ device_class, state_class }) => device_class !== "energy" || state_class !== "measurement",
  "energy is no measurement",
);
const component = z.discriminatedUnion("platform", [
  sensor,
  z.strictObject({
    ...common,
    ...state,
    platform: z.literal("binary_sensor"),
    device_class: z.enum(["connectivity", "problem"]),
  }),
  z.strictObject({
    ...common,
    platform: z.literal("number"),
    command_topic: z.string(),
    device_class: z.literal("current"),
    unit_of_measurement: z.literal("A"),
    min: z.number(),
    max: z.number(),
    step: z.number().min(0.001),
    mode: z.enum(["auto", "box", "slider"]),
  }).refine(({ min, max }) => min < max),
  z.strictObject({
    ...common,
    platform: z.literal("button"),
    command_topic: z.string(),
    payload_press: z.string(),
  }),
]);
const discovered = z.strictObject({
  device: z.strictObject({
    identifiers: z.array(z.string()).min(1),
    name: z.string(),
    manufacturer: z.string().optional(),
    model: z.string().optional(),
    sw_version: z.string().optional(),
    via_device: z.string().optional(),
  }),
  origin: z.strictObject({ name: z.string(), sw_version: z.string().optional() }),
  availability_topic: z.string(),
  components: z.record(z.string(), component),
});

function discover(changes: Partial<PublishingOptions> = {}) {
  const options = { ...OPTIONS, discoveryPrefix: "homeassistant", ...changes };
  const messages = discoveryMessages(options, SITE);
  return [...messages].map(([topic, text]) => ({
    topic,
    found: discovered.parse(JSON.parse(text)),
  }));
}

Deno.test("what Home Assistant is told is what its documentation has", () => {
  const found = discover({ startToken: "04A1B2C3" });
  assertEquals(found.length, 3);
  for (const { topic } of found) {
    // <discovery_prefix>/<component>/[<node_id>/]<object_id>/config
    assertEquals(/^homeassistant\/device\/[a-zA-Z0-9_-]+\/config$/.test(topic), true, topic);
  }
  const ids = found.flatMap(({ found }) =>
    Object.values(found.components).map(({ unique_id }) => unique_id)
  );
  assertEquals(new Set(ids).size, ids.length);
});

/** What a template of ours names in a payload; undefined where that is not there. */
function fieldOf(template: string, payload: unknown): unknown {
  const path = /value_json\.([\w.]+)/.exec(template)?.[1] ?? "";
  return path.split(".").reduce(
    (value: unknown, name) => isRecord(value) ? value[name] : undefined,
    payload,
  );
}

Deno.test("every entity finds its value in what is published", () => {
  const published = stateMessages(OPTIONS.prefix, SITE);
  for (const { found } of discover()) {
    assertEquals(found.availability_topic, topicsOf(OPTIONS.prefix).status);
    for (const entity of Object.values(found.components)) {
      if (!("state_topic" in entity)) continue;
      const payload: unknown = JSON.parse(published.get(entity.state_topic) ?? "{}");
      const value = fieldOf(entity.value_template, payload);
      assertEquals(value === undefined, false, `${entity.unique_id} ${entity.value_template}`);
      if (entity.platform === "sensor" && entity.options !== undefined) {
        assertEquals(entity.options.includes(String(value)), true, entity.unique_id);
      }
    }
  }
});

Deno.test("orders are offered where they are taken, a start where it has a token", () => {
  const platforms = (changes: Partial<PublishingOptions>) =>
    Object.entries(discover(changes)[1]?.found.components ?? {})
      .filter(([, { platform }]) => platform === "button" || platform === "number")
      .map(([name]) => name);
  assertEquals(platforms({ commands: false }), []);
  assertEquals(platforms({}), ["limit", "stop"]);
  assertEquals(platforms({ startToken: "04A1B2C3" }), ["limit", "stop", "start"]);
  const text = JSON.stringify(discover({ startToken: "04A1B2C3" }));
  assertEquals(text.includes("04A1B2C3"), false);
});

Deno.test("Home Assistant is told nothing where nobody wants that", () => {
  assertEquals(discoveryMessages(OPTIONS, SITE).size, 0);
});
