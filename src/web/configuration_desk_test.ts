import { assertEquals, assertRejects } from "@std/assert";
import type { ConfigurationReading } from "../site/mod.ts";
import { createFixture } from "./_fixture.ts";
import { createConfigurationDesk } from "./configuration_desk.ts";

async function bench() {
  const { ports } = await createFixture();
  const asked: string[] = [];
  const gates: ((reading: ConfigurationReading | Error) => void)[] = [];
  let changes = 0;
  const commands = {
    ...ports.commands,
    readConfiguration(chargerId: string) {
      asked.push(chargerId);
      return new Promise<ConfigurationReading>((resolve, reject) =>
        gates.push((reading) => reading instanceof Error ? reject(reading) : resolve(reading))
      );
    },
  };
  const desk = createConfigurationDesk({ commands, clock: ports.clock }, () => changes++);
  return { desk, asked, gates, changes: () => changes };
}

const READ: ConfigurationReading = { kind: "read", version: "1.6", settings: [], unknown: [] };

Deno.test("a charger that is being asked is not asked twice, and what it told is remembered", async () => {
  const { desk, asked, gates, changes } = await bench();
  assertEquals(desk.of("CP01"), { kind: "never" });
  const reads = [desk.read("CP01"), desk.read("CP01")];
  await Promise.resolve();
  assertEquals([asked, desk.of("CP01").kind], [["CP01"], "asking"]);
  gates[0]?.(READ);
  await Promise.all(reads);
  assertEquals([desk.of("CP01").kind, changes()], ["told", 3]);
  assertEquals(desk.of("CP02"), { kind: "never" });
});

Deno.test("a reading that breaks off can be tried again", async () => {
  const { desk, gates } = await bench();
  const broken = desk.read("CP01");
  await Promise.resolve();
  gates[0]?.(new Error("gone"));
  await assertRejects(() => broken, Error, "gone");
  assertEquals(desk.of("CP01"), { kind: "never" });
});

Deno.test("the settings of a few chargers are remembered, those read last", async () => {
  const { desk, gates } = await bench();
  for (let number = 0; number < 10; number++) {
    const read = desk.read(`CP${number}`);
    await Promise.resolve();
    gates[number]?.(READ);
    await read;
  }
  assertEquals([desk.of("CP1").kind, desk.of("CP2").kind, desk.of("CP9").kind], [
    "never",
    "told",
    "told",
  ]);
});
