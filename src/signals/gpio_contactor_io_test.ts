import { assertEquals } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import type { GpioContactorOptions } from "./contactor_options.ts";
import { createGpioContactor } from "./gpio_contactor_io.ts";

/** The tools as either version of libgpiod has them; what is driven shows at the auxiliary contact. */
const VERSIONS: readonly [version: string, set: string, get: string][] = [
  ["v1.6.3", "--mode=signal gpiochip0 17=", "-B pull-up gpiochip0 27"],
  ["v2.1.3", "-c gpiochip0 17=", "--numeric -b pull-up -c gpiochip0 27"],
];

async function openBench(version: string, set: string, get: string) {
  const folder = await Deno.makeTempDir();
  const aux = `${folder}/aux`;
  const tool = (name: string, lines: readonly string[]) => {
    const said = `if [ "$1" = --version ]; then echo "${name} (libgpiod) ${version}"; exit 0; fi`;
    return Deno.writeTextFile(`${folder}/${name}`, ["#!/bin/sh", said, ...lines, ""].join("\n"), {
      mode: 0o755,
    });
  };
  await tool("gpioset", [
    `case "$*" in "${set}"[01]) ;; *) echo "gpioset: bad arguments: $*" >&2; exit 1 ;; esac`,
    `if [ -f ${folder}/busy ]; then echo "gpioset: Device or resource busy" >&2; exit 1; fi`,
    `echo $$ >> ${folder}/holders`,
    `[ -f ${folder}/welded ] || echo "\${3#*=}" > ${aux}`,
    "exec sleep 60",
  ]);
  await tool("gpioget", [
    `if [ "$*" != "${get}" ]; then echo "gpioget: bad arguments: $*" >&2; exit 1; fi`,
    `cat ${aux}`,
  ]);
  const contactor = (changes: Partial<GpioContactorOptions> = {}) =>
    createGpioContactor({
      driver: "gpio",
      id: "k1",
      slots: [1],
      chip: "gpiochip0",
      line: 17,
      openWhen: "high",
      feedback: { line: 27, openWhen: "high", pull: "up" },
      setProgram: `${folder}/gpioset`,
      getProgram: `${folder}/gpioget`,
      ...changes,
    }, createSystemClock());
  return {
    folder,
    contactor,
    mark: (name: string) => Deno.writeTextFile(`${folder}/${name}`, ""),
    level: async () => (await Deno.readTextFile(aux)).trim(),
    /** Tools that hold the line now, of all that ever did. */
    async holders() {
      const all = (await Deno.readTextFile(`${folder}/holders`)).trim().split("\n");
      const alive = all.filter((pid) => isAlive(Number(pid)));
      return [alive.length, all.length];
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function isAlive(pid: number): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/stat`).split(" ")[2] !== "Z";
  } catch {
    return false;
  }
}

const DONE = { ok: true, value: undefined } as const;

for (const [version, set, get] of VERSIONS) {
  Deno.test(`libgpiod ${version}: the line is held as long as it is wanted, by one tool at a time`, async () => {
    await using bench = await openBench(version, set, get);
    const contactor = bench.contactor();
    assertEquals(await contactor.set(true), DONE);
    assertEquals([await bench.level(), await bench.holders()], ["1", [1, 1]]);
    assertEquals(await contactor.set(true), DONE);
    assertEquals(await bench.holders(), [1, 1]);
    assertEquals(await contactor.set(false), DONE);
    assertEquals([await bench.level(), await bench.holders()], ["0", [1, 2]]);
    await contactor.stop();
    assertEquals(await bench.holders(), [0, 2]);
  });

  Deno.test(`libgpiod ${version}: what the auxiliary contact does not confirm has failed`, async () => {
    await using bench = await openBench(version, set, get);
    const contactor = bench.contactor();
    assertEquals(await contactor.set(false), DONE);
    await bench.mark("welded");
    assertEquals(await contactor.set(true), {
      ok: false,
      error: "line 27 of gpiochip0 says it is closed",
    });
    await contactor.stop();
  });
}

const [V1] = VERSIONS;

Deno.test("a contactor that is open while its line is low is driven the other way", async () => {
  await using bench = await openBench(...V1 ?? ["", "", ""]);
  const feedback = { line: 27, openWhen: "low", pull: "up" } as const;
  const contactor = bench.contactor({ openWhen: "low", feedback });
  assertEquals(await contactor.set(true), DONE);
  assertEquals(await bench.level(), "0");
  await contactor.stop();
});

Deno.test("a line that another program holds is not ours, and without an auxiliary contact nothing more is known", async () => {
  await using bench = await openBench(...V1 ?? ["", "", ""]);
  const contactor = bench.contactor({ feedback: null });
  assertEquals(await contactor.set(true), DONE);
  await bench.mark("busy");
  assertEquals(await contactor.set(false), {
    ok: false,
    error: "gpioset: Device or resource busy",
  });
  await contactor.stop();
});

Deno.test("without the tools the reason says what to install", async () => {
  await using bench = await openBench(...V1 ?? ["", "", ""]);
  const noSet = bench.contactor({ setProgram: "/nowhere/gpioset" });
  assertEquals(await noSet.set(true), {
    ok: false,
    error: "there is no gpioset: install the package gpiod",
  });
  const noGet = bench.contactor({ getProgram: "/nowhere/gpioget" });
  assertEquals(await noGet.set(true), {
    ok: false,
    error: "there is no gpioget: install the package gpiod",
  });
  await Promise.all([noSet.stop(), noGet.stop()]);
});
