import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { fakeTerminal } from "../../src/commands/_fake_terminal.ts";
import { runProgram } from "../../src/commands/program.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { createMeters } from "../../src/meters/meters_io.ts";
import {
  COMMON_SERIAL,
  encodeImage,
  type MeterOptions,
  type MeterProfile,
  type PolledMeterOptions,
} from "../../src/meters/mod.ts";
import { failure, type HeardMeter, hearMeter, valuesOf } from "../support/meters.ts";
import {
  blocksOf,
  PYMODBUS,
  type RegisterBlock,
  startPymodbusRtu,
  startPymodbusRtuOverTcp,
} from "../support/pymodbus.ts";
import { type RequiredServer, serverTest } from "../support/required_server.ts";
import { makeFaultyBus, makeSerialPair, SOCAT } from "../support/serial_pair.ts";

/** Both are needed where a test has a serial port and somebody at its other end. */
const SERIAL: RequiredServer = {
  name: `${PYMODBUS.name} or ${SOCAT.name}`,
  isInstalled: PYMODBUS.isInstalled && SOCAT.isInstalled,
};

const loaded = await loadMeterProfile("eastron-sdm630", "/nowhere");
assume(loaded.ok, "the profile is shipped");
const PROFILE: MeterProfile = loaded.value;

/** A meter that shows those amperes on L1, with 230.5 V and 1 kW. */
function blocks(unit: number, amps: number): readonly RegisterBlock[] {
  const values = valuesOf({
    voltage_l1: 230.5,
    voltage_l2: 230.5,
    voltage_l3: 230.5,
    current_l1: amps,
    active_power_l1: 1_000,
    active_power_total: 1_000,
    frequency: 50,
  });
  return blocksOf(encodeImage(PROFILE, values), unit, PROFILE.functionCode);
}

/** Meters, started; stopped at the end of the test. */
function listen(options: readonly MeterOptions[]) {
  const spawn = createSpawner(() => {});
  const sources = createMeters(options, createSystemClock(), () => {}, spawn);
  const heard = sources.map(() => hearMeter());
  sources.forEach((source, index) => source.start(heard[index] ?? hearMeter()));
  return {
    at: (index: number): HeardMeter => heard[index] ?? hearMeter(),
    async [Symbol.asyncDispose]() {
      await Promise.all(sources.map((source) => source.stop()));
      await spawn.drain();
    },
  };
}

function polled(unit: number, changes: Partial<PolledMeterOptions> = {}): PolledMeterOptions {
  return {
    id: `unit-${unit}`,
    role: "grid",
    unit,
    profile: PROFILE,
    intervalMs: 50,
    frozenAfterReadings: 0,
    ...changes,
  };
}

const serialMeter = (device: string, unit: number, changes: Partial<PolledMeterOptions> = {}) => ({
  ...polled(unit, changes),
  driver: "modbus-rtu" as const,
  device,
  serial: COMMON_SERIAL,
});

const overTcp = (port: number, unit: number) => ({
  ...polled(unit),
  driver: "modbus-rtu-over-tcp" as const,
  host: "127.0.0.1",
  port,
});

const ampsOf = (heard: HeardMeter) => heard.samples.at(-1)?.currentsAmps?.L1;

serverTest(SERIAL, "three units on one serial bus are three meters", async () => {
  await using pair = await makeSerialPair();
  const units = [1, 5, 247];
  await using _bus = await startPymodbusRtu(units.flatMap((unit) => blocks(unit, unit)), pair.far);
  await using site = listen(units.map((unit) => serialMeter(pair.near, unit)));
  for (const [index, unit] of units.entries()) {
    const heard = site.at(index);
    await heard.until(({ samples }) => samples.length >= 3);
    assertEquals([ampsOf(heard), heard.refusals], [unit, []]);
  }
});

serverTest(SERIAL, "registers that change on the bus are seen to change", async () => {
  await using pair = await makeSerialPair();
  await using bus = await startPymodbusRtu(blocks(1, 16), pair.far);
  await using site = listen([serialMeter(pair.near, 1)]);
  await site.at(0).until((heard) => ampsOf(heard) === 16);
  await bus.write(blocks(1, 20));
  await site.at(0).until((heard) => ampsOf(heard) === 20);
});

serverTest(SERIAL, "a unit that is not on the bus is silent, and the others go on", async () => {
  await using pair = await makeSerialPair();
  await using _bus = await startPymodbusRtu(blocks(1, 16), pair.far);
  await using site = listen([
    serialMeter(pair.near, 9, { readTimeoutMs: 100 }),
    serialMeter(pair.near, 1),
  ]);
  const [absent, present] = [site.at(0), site.at(1)];
  await absent.until((heard) => heard.current().kind === "failing");
  assertEquals(failure(absent.current()), `no answer from ${pair.near} (unit 9)`);
  const before = present.samples.length;
  await present.until(({ samples }) => samples.length > before + 3);
});

serverTest(SERIAL, "a map that the meter does not have is told by its exception", async () => {
  await using pair = await makeSerialPair();
  await using _bus = await startPymodbusRtu(
    blocks(1, 16).filter(({ address }) => address !== 52),
    pair.far,
  );
  await using site = listen([serialMeter(pair.near, 1)]);
  await site.at(0).until(({ refusals }) => refusals.length > 0);
  assertEquals(
    site.at(0).refusals[0],
    `Modbus exception 2 (illegal address) at 52 from unit 1 of ${pair.near}`,
  );
  assertEquals(site.at(0).samples, []);
});

serverTest(
  SERIAL,
  "an adapter that is pulled is named, and found again when it is back",
  async () => {
    await using pair = await makeSerialPair();
    const bus = await startPymodbusRtu(blocks(1, 16), pair.far);
    await using site = listen([serialMeter(pair.near, 1)]);
    const heard = site.at(0);
    await heard.until(({ samples }) => samples.length > 0);
    await pair.unplug();
    await bus.stop();
    await heard.until((each) => each.current().kind === "failing");
    const reason = failure(heard.current()) ?? "";
    const isNamed = reason === `${pair.near} was unplugged` ||
      reason === `there is no ${pair.near}: is the adapter plugged in?`;
    assert(isNamed, reason);
    await pair.plugIn();
    await using _again = await startPymodbusRtu(blocks(1, 20), pair.far);
    await heard.until((each) => ampsOf(each) === 20);
    assertEquals(heard.current().kind, "good");
  },
);

serverTest(
  SERIAL,
  "a search of the bus says which meters are on it, and what they show",
  async () => {
    await using pair = await makeSerialPair();
    await using _bus = await startPymodbusRtu([...blocks(2, 16), ...blocks(3, 8)], pair.far);
    const terminal = fakeTerminal();
    const settings = ["--baud", "9600", "--format", "8N1", "--units", "1-3"];
    const code = await runProgram(["meter", "probe", "--device", pair.near, ...settings], terminal);
    assertEquals(code, 0, terminal.complaints.join());
    for (const unit of [2, 3]) {
      const found = `${pair.near} at 9600 8N1, unit ${unit}: eastron-sdm630`;
      assert(terminal.printed().includes(found), terminal.printed());
    }
    assert(
      terminal.printed().includes("baud: 9600, format: 8N1, unit: 2, profile: eastron-sdm630"),
    );
  },
);

serverTest(SERIAL, "a meter that only speaks at another speed is found at it", async () => {
  await using pair = await makeSerialPair();
  await using _bus = await startPymodbusRtu(blocks(2, 16), pair.far);
  await using line = await makeFaultyBus({ kind: "speed", baud: 19_200, far: pair.near });
  const terminal = fakeTerminal();
  const code = await runProgram(
    ["meter", "probe", "--device", line.near, "--units", "2"],
    terminal,
  );
  assertEquals(code, 0, terminal.complaints.join("\n"));
  const found = `${line.near} at 19200 8N1, unit 2: eastron-sdm630`;
  assert(terminal.printed().includes(found), terminal.printed());
  assert(/^Trying 13 speeds and formats, at most \d+ s in all$/.test(terminal.complaints[0] ?? ""));
  assert(terminal.complaints.includes(`${line.near} at 9600 8N1:`), "tried, and told so");
});

serverTest(SOCAT, "a bus on which nobody answers can be left at any time", async () => {
  await using pair = await makeSerialPair();
  await using site = listen([serialMeter(pair.near, 1, { readTimeoutMs: 60_000 })]);
  assertEquals(site.at(0).current().kind, "waiting");
});

Deno.test("a port that is none, or not there, is told as such", async () => {
  const cases = [
    ["/dev/tty-of-nobody", "there is no /dev/tty-of-nobody: is the adapter plugged in?"],
    ["/dev/null", "/dev/null is no serial port"],
  ] as const;
  await using site = listen(cases.map(([device]) => serialMeter(device, 1)));
  for (const [index, [, reason]] of cases.entries()) {
    const heard = site.at(index);
    await heard.until((each) => each.current().kind === "failing");
    assertEquals(failure(heard.current()), reason);
  }
});

serverTest(
  PYMODBUS,
  "units behind a serial device server are read by RTU frames over TCP",
  async () => {
    await using server = await startPymodbusRtuOverTcp([...blocks(1, 16), ...blocks(2, 8)]);
    await using site = listen([overTcp(server.port, 1), overTcp(server.port, 2)]);
    for (const [index, amps] of [[0, 16], [1, 8]] as const) {
      const heard = site.at(index);
      await heard.until(({ samples }) => samples.length >= 3);
      assertEquals([ampsOf(heard), heard.refusals], [amps, []]);
    }
  },
);

serverTest(PYMODBUS, "a device server that restarts is found again", async () => {
  const server = await startPymodbusRtuOverTcp(blocks(1, 16));
  await using site = listen([overTcp(server.port, 1)]);
  const heard = site.at(0);
  await heard.until(({ samples }) => samples.length > 0);
  await server.stop();
  await heard.until((each) => each.current().kind === "failing");
  await using _again = await startPymodbusRtuOverTcp(blocks(1, 20), server.port);
  await heard.until((each) => ampsOf(each) === 20);
});
