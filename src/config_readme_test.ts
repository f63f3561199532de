import { assert, assertEquals } from "@std/assert";
import { type ConfigPorts, readConfig } from "./config.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml ?? "");

/** Files, variables and profiles of the examples are there. */
const PORTS: ConfigPorts = {
  env: () => "secret-of-16-bytes",
  file: () => "secret-of-16-bytes",
  profile: () => ({ problem: "Profiles are not read here" }),
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
