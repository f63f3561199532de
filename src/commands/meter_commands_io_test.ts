import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { valuesOf } from "../../test/support/meters.ts";
import { createSpawner } from "../lib/spawn.ts";
import { assume } from "../lib/assert.ts";
import { loadMeterProfile } from "../meters/meter_profile_io.ts";
import { encodeImage } from "../meters/mod.ts";
import { startModbusServer } from "../simulator/modbus_server_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const loaded = await loadMeterProfile("carlo-gavazzi-em340-em540", "/nowhere");
assume(loaded.ok, "the profile is shipped");
const PROFILE = loaded.value;

const IMAGE = encodeImage(
  PROFILE,
  valuesOf({
    voltage_l1: 231,
    voltage_l2: 230,
    voltage_l3: 229,
    current_l1: 16,
    current_l2: 16,
    current_l3: 16,
    active_power_l1: 3_600,
    active_power_l2: -3_600,
    active_power_l3: 3_600,
    active_power_total: 3_600,
    frequency: 50,
  }),
);

/** A meter at unit 2; the other numbers are those of a gateway's empty bus. */
function startMeter() {
  const spawn = createSpawner(() => {});
  const server = startModbusServer({ host: "127.0.0.1", port: 0 }, {
    unit: 2,
    functionCode: PROFILE.functionCode,
    registersMax: PROFILE.maxRegistersPerRead,
    registers: () => IMAGE,
  }, { log: () => {}, spawn });
  return {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await spawn.drain();
    },
  };
}

async function run(...args: readonly string[]) {
  const terminal = fakeTerminal();
  const code = await runProgram(args, terminal);
  return { code, printed: terminal.printed(), complaints: terminal.complaints };
}

Deno.test("meter probe says which meter is there, what it shows, and what looks odd", async () => {
  await using meter = startMeter();
  const { code, printed } = await run(
    ...["meter", "probe", "--host", "127.0.0.1", "--port", `${meter.port}`, "--units", "1-3"],
  );
  assertEquals(code, 0);
  assertStringIncludes(printed, `127.0.0.1:${meter.port}, unit 2: carlo-gavazzi-em340-em540`);
  assertStringIncludes(printed, "L2     230.0 V    16.00 A   -3.60 kW");
  assertStringIncludes(printed, "! L2 feeds into the grid while other lines draw.");
  assertStringIncludes(printed, "unit: 2, profile: carlo-gavazzi-em340-em540 }");
});

Deno.test("meter probe tries a file of one's own, and says what is wrong in it", async () => {
  await using meter = startMeter();
  const folder = await Deno.makeTempDir();
  try {
    const shipped = await Deno.readTextFile(
      new URL(`../../hardware/meters/${PROFILE.id}.yaml`, import.meta.url),
    );
    const place = ["--host", "127.0.0.1", "--port", `${meter.port}`, "--units", "2"];
    const probeWith = async (text: string) => {
      await Deno.writeTextFile(`${folder}/own.yaml`, text);
      return await run("meter", "probe", ...place, "--profile", `${folder}/own.yaml`);
    };
    const good = await probeWith(shipped.replace(`id: ${PROFILE.id}`, "id: my-own"));
    assertStringIncludes(good.printed, "unit 2: my-own\n");
    const bad = await probeWith(shipped.replace("functionCode: 4", "functionCode: 5"));
    assertEquals([bad.code, bad.printed], [1, ""]);
    assertStringIncludes(bad.complaints.join(), "own.yaml:");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("meter probe says when nobody answers, and what to look at", async () => {
  await using meter = startMeter();
  const { code, printed, complaints } = await run(
    ...["meter", "probe", "--host", "127.0.0.1", "--port", `${meter.port}`, "--units", "5,6"],
  );
  assertEquals([code, printed], [1, ""]);
  assertEquals(complaints[0], "Asking 2 unit numbers, at most 4 s");
  assertEquals(complaints.slice(1, 3), [
    `Nobody answers on 127.0.0.1:${meter.port}.`,
    `! 127.0.0.1:${meter.port} is reached, but unit 5-6 does not answer.`,
  ]);
});

Deno.test("meter probe names an address that cannot be reached, and a port that is not there", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const refused = await run("meter", "probe", "--host", "127.0.0.1", "--port", `${port}`);
  assert(refused.complaints.includes(`127.0.0.1:${port} refuses the connection`));
  assertStringIncludes(refused.complaints.at(-1) ?? "", "Next: Switch the service on");
  const gone = await run("meter", "probe", "--device", "/dev/tty-of-nobody", "--units", "1");
  assertEquals([refused.code, gone.code], [1, 1]);
  assertStringIncludes(gone.complaints.join(), "there is no /dev/tty-of-nobody");
});

Deno.test("meter without a second word, or with wrong flags, says how it is used", async () => {
  const bare = await run("meter");
  assertEquals(bare.code, 2);
  assert(bare.complaints.every((line) => line.startsWith("Usage: main.ts meter ")));
  assertEquals(bare.complaints.length, 2);
  assertEquals((await run("meter", "probe")).code, 2);
});

/** Runs `meter read` with a site.yaml of one meter. */
async function read(port: number, id: string, more = "") {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/site.yaml`;
    await Deno.writeTextFile(
      file,
      `meters:\n  - { id: main, driver: modbus-tcp, host: 127.0.0.1, port: ${port}, unit: 2, ` +
        `profile: ${PROFILE.id}${more} }\n`,
    );
    return await run("meter", "read", id, "--config", file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("meter read says what a meter of the configuration shows now", async () => {
  await using meter = startMeter();
  const { code, printed } = await read(meter.port, "main");
  assertEquals(code, 0);
  assertStringIncludes(printed, "main\n  L1     231.0 V    16.00 A    3.60 kW\n");
  assertStringIncludes(printed, "total 3.60 kW, 50.00 Hz");
});

Deno.test("meter read says why there is no reading", async () => {
  await using meter = startMeter();
  const swapped = await read(meter.port, "main", ", wordOrder: high-first");
  assertEquals([swapped.code, swapped.printed], [1, ""]);
  assertStringIncludes(swapped.complaints.join(), "it would be right with wordOrder: low-first");
  assertStringIncludes(swapped.complaints.join(), "Set wordOrder: low-first for it in site.yaml.");
  const unknown = await read(meter.port, "mian");
  assertEquals(unknown.complaints.at(-1), 'There is no meter "mian"; known are main');
});
