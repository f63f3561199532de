import { assert, assertEquals } from "@std/assert";
import { testAuthority } from "../test/support/certificates.ts";
import { type ConfigPorts, readConfig } from "./config.ts";
import type { MeterPreset } from "./meters/mod.ts";
import { loadMeterPreset, shippedMeterPresets } from "./meters/preset_io.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml ?? "");

const PRESETS = new Map<string, MeterPreset>();
for (const name of await shippedMeterPresets()) {
  const loaded = await loadMeterPreset(name, ".");
  if (loaded.ok) PRESETS.set(name, loaded.value);
}

const PAIR = await (await testAuthority("readme")).issue("gateway.local");

/** Files, variables and profiles of the examples are there. */
const PORTS: ConfigPorts = {
  env: () => "secret-of-16-bytes",
  file: (name) =>
    name.endsWith("key.pem") ? PAIR.key : name.endsWith(".pem") ? PAIR.cert : "secret-of-16-bytes",
  profile: () => ({ problem: "Profiles are not read here" }),
  preset: (name) => PRESETS.get(name) ?? { problem: `There is no meter preset "${name}"` },
  model: () => ({ problem: "Profiles are not read here" }),
};

Deno.test("every site.yaml of the README is one", () => {
  assert(examples.length >= 3, `${examples.length} examples`);
  for (const example of examples) {
    const reading = readConfig(example, PORTS);
    const problems = reading.ok ? [] : reading.problems
      .filter(({ message }) => !message.includes("Profiles are not read here"))
      .map(({ line, path, message }) => `${line}: ${path}: ${message}`);
    assertEquals(problems, [], example);
  }
});
