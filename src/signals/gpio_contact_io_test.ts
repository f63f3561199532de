import { assertEquals } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import type { ContactState } from "../site/mod.ts";
import type { GpioContactOptions } from "./contact_options.ts";
import { createGpioContact } from "./gpio_contact_io.ts";

/** The tool as either version of libgpiod has it: it shows the level that a file holds. */
const TOOLS: readonly [version: string, args: string][] = [
  ["v1.6.3", "-B pull-up gpiochip0 17"],
  ["v2.1.3", "--numeric -b pull-up -c gpiochip0 17"],
];

async function openBench(version: string, args: string) {
  const folder = await Deno.makeTempDir();
  const program = `${folder}/gpioget`;
  const level = `${folder}/level`;
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioget (libgpiod) ${version}"; exit 0; fi
if [ "$*" != "${args}" ]; then echo "gpioget: unrecognized option" >&2; exit 1; fi
if [ ! -f ${level} ]; then echo "gpioget: cannot find line" >&2; exit 1; fi
cat ${level}
`;
  await Deno.writeTextFile(program, script, { mode: 0o755 });
  const heard: ContactState[] = [];
  let wake = () => {};
  return {
    program,
    heard,
    write: (text: string) => Deno.writeTextFile(level, text),
    remove: () => Deno.remove(level),
    hear(state: ContactState) {
      heard.push(state);
      wake();
    },
    async until(count: number) {
      while (heard.length < count) await new Promise<void>((resolve) => wake = resolve);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function contactOf(changes: Partial<GpioContactOptions>) {
  return createGpioContact({
    driver: "gpio",
    id: "ripple",
    acts: { kind: "limit", circuitId: "grid", unit: "W", limit: 4_200 },
    chip: "gpiochip0",
    line: 17,
    activeWhen: "low",
    pull: "up",
    ...changes,
  }, createSystemClock());
}

for (const [version, args] of TOOLS) {
  Deno.test(`a contact is read with libgpiod ${version}, and told when it changes`, async () => {
    await using bench = await openBench(version, args);
    await bench.write("1\n");
    const contact = contactOf({ program: bench.program });
    contact.start(bench.hear);
    await bench.until(1);
    await bench.write("0\n");
    await bench.until(2);
    await bench.remove();
    await bench.until(3);
    await contact.stop();
    assertEquals(bench.heard, [
      { kind: "idle" },
      { kind: "active" },
      { kind: "unread", reason: "gpioget: cannot find line" },
    ]);
  });
}

Deno.test("a contact that closes to supply is active when it is high", async () => {
  await using bench = await openBench("v1.6.3", "-B pull-down gpiochip0 17");
  await bench.write("1\n");
  const contact = contactOf({ program: bench.program, activeWhen: "high", pull: "down" });
  contact.start(bench.hear);
  await bench.until(1);
  await contact.stop();
  assertEquals(bench.heard, [{ kind: "active" }]);
});

Deno.test("without the tool the contact cannot be read, and the reason says what to install", async () => {
  const told = Promise.withResolvers<ContactState>();
  const contact = contactOf({ program: "/nowhere/gpioget" });
  contact.start(told.resolve);
  assertEquals(await told.promise, {
    kind: "unread",
    reason: "there is no gpioget: install the package gpiod",
  });
  await contact.stop();
});
