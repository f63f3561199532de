import { every } from "../lib/clock.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createSpawner } from "../lib/spawn.ts";
import { loadMeterProfile } from "../meters/meter_profile_io.ts";
import { LINES, onEachLine } from "../site/mod.ts";
import type { CommandUsage, FlagValues } from "./command_flags.ts";
import {
  type CommandIo,
  createReporter,
  type ExitCode,
  runCommandLine,
  untilStopped,
} from "./command_line.ts";
import { houseAmps, type HouseLoadOptions, newHouseLoad, stepHouseLoad } from "./house_load.ts";
import { meterRegisters, type MeterState, newMeter, stepMeter } from "./meter.ts";
import { type ModbusServer, startModbusServer } from "./modbus_server_io.ts";

const TICK_MS = 1_000;
const REPORT_MS = 10_000;

const METER_COMMAND: CommandUsage = {
  name: "main.ts simulate meter",
  summary: "a Modbus TCP meter with the load of a house",
  flags: {
    port: {
      kind: "number",
      value: "N",
      help: "0 for any free one",
      default: 5_020,
      least: 0,
      most: 65_535,
    },
    host: { kind: "text", value: "ADDRESS", help: "0.0.0.0 for everybody", default: "127.0.0.1" },
    profile: {
      kind: "text",
      value: "NAME",
      help: "what kind of meter, or a file .yaml",
      default: "eastron-sdm630",
    },
    unit: {
      kind: "number",
      value: "N",
      help: "unit number; the profile's else",
      least: 0,
      most: 255,
    },
    amps: {
      kind: "number",
      value: "A",
      help: "the house's base on each line",
      default: 8,
      least: 0,
      most: 1_000,
    },
    volts: {
      kind: "number",
      value: "V",
      help: "line to neutral",
      default: 230,
      least: 100,
      most: 300,
    },
    steady: { kind: "switch", help: "no lift and no heat pump" },
    seed: {
      kind: "number",
      value: "N",
      help: "the same day each time",
      least: 0,
      most: 4_294_967_295,
    },
  },
  notes: ["It runs until Ctrl-C and says what flows each ten seconds."],
};

/** `main.ts simulate meter`: a Modbus TCP meter. */
export function simulateMeter(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return runCommandLine(args, METER_COMMAND, io, (values) => run(values, io));
}

async function run(values: FlagValues, io: CommandIo): Promise<ExitCode> {
  const loaded = await loadMeterProfile(values.text("profile") ?? "", ".");
  if (!loaded.ok) {
    for (const line of loaded.error) io.complain(line);
    return 1;
  }
  const profile = loaded.value;
  const clock = createSystemClock();
  const report = createReporter(clock, io);
  const house = createHouse(values, clock.wallMs(), clock.monoMs());
  const log: Log = (level, event) => level === "error" && io.complain(event);
  const spawn = createSpawner(log);
  const [host, port] = [values.text("host") ?? "", values.number("port") ?? 0];
  const unit = values.number("unit") ?? profile.unit;
  let server: ModbusServer;
  try {
    server = startModbusServer({ host, port }, {
      unit,
      functionCode: profile.functionCode,
      registersMax: profile.maxRegistersPerRead,
      registers: () => meterRegisters(house.meter(), profile),
    }, { log, spawn });
  } catch (error) {
    io.complain(`Cannot listen on ${host}:${port}: ${errorText(error)}`);
    return 1;
  }
  report("meter", `${profile.id} answers at ${host}:${server.port}, unit ${unit}`);
  const cancelTick = every(clock, TICK_MS, () => house.look(clock.wallMs(), clock.monoMs()));
  const cancelReport = every(clock, REPORT_MS, () => report("meter", describe(house.meter())));
  await untilStopped(io);
  cancelTick();
  cancelReport();
  await server.stop();
  await spawn.drain();
  return 0;
}

/** A house behind the meter. */
function createHouse(values: FlagValues, wallMs: number, monoMs: number) {
  const seed = values.number("seed");
  const ids = seed === undefined ? createSystemIds() : createSeededIds(seed);
  const volts = values.number("volts") ?? 230;
  const options = houseOptions(values);
  let load = newHouseLoad(options, wallMs, ids);
  let meter = stepMeter(newMeter(volts, monoMs), houseAmps(load, options), volts, monoMs);
  return {
    meter: () => meter,
    look(nowWallMs: number, nowMonoMs: number) {
      load = stepHouseLoad(load, options, nowWallMs, ids);
      meter = stepMeter(meter, houseAmps(load, options), volts, nowMonoMs);
    },
  };
}

function houseOptions(values: FlagValues): HouseLoadOptions {
  const [lift, heatPump] = [onEachLine(12), onEachLine(8)];
  return {
    baseAmps: onEachLine(values.number("amps") ?? 8),
    dayShape: [1],
    devices: values.isOn("steady") ? [] : [
      { name: "lift", amps: lift, onMs: [20_000, 40_000], offMs: [60_000, 300_000] },
      { name: "heat pump", amps: heatPump, onMs: [300_000, 900_000], offMs: [300_000, 1_200_000] },
    ],
    utcOffsetMs: 0,
    flicker: 0.01,
  };
}

function describe({ amps }: MeterState): string {
  return LINES.map((line) => `${line} ${amps[line].toFixed(1)} A`).join(", ");
}
