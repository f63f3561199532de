import { authority } from "../lib/address.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createSpawner, type Spawner } from "../lib/spawn.ts";
import { loadMeterProfile, shippedMeterProfiles } from "../meters/meter_profile_io.ts";
import { createMeters } from "../meters/meters_io.ts";
import {
  describeSerial,
  factoryUnit,
  type MeterFinding,
  type MeterOptions,
  type MeterProfile,
  optionsAt,
  probeLine,
  type ProbeListener,
  type ProbeOptions,
  type ProbeOutcome,
  searchMostMs,
  searchSpeeds,
  settingsToTry,
  troubleFinding,
} from "../meters/mod.ts";
import { createSerialLine } from "../meters/modbus_rtu_io.ts";
import { createTcpLine } from "../meters/modbus_tcp_io.ts";
import type { MeterHealth, MeterSample } from "../site/mod.ts";
import type { Command, ExitCode, Flags, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import {
  findingLines,
  foundLines,
  type MeterPlace,
  momentLines,
  rangesText,
  sampleLines,
} from "./_meter_text.ts";
import { type ProbePlace, readProbeFlags } from "./_probe_flags.ts";

/** Meters answer within 200 ms; a gateway to a slow bus takes longer. */
const SERIAL_TIMEOUT_MS = 300;
const TCP_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 3_000;
const USUAL_UNITS_TO = 10;
/** A meter that is read each second has answered by then, or says why not. */
const READ_MOST_MS = 15_000;

/** `main.ts meter probe` */
export const METER_PROBE: Command = {
  usage: "meter probe --host ADDRESS [--port 502] [--framing tcp|rtu] | --device /dev/ttyUSB0 " +
    "[--baud 9600] [--format 8N1] [--units 1-10] [--profile my-meter.yaml]",
  summary: "finds which meters are at an address or on a serial bus, and what they show",
  words: [],
  flags: ["host", "port", "framing", "device", "baud", "format", "units", "profile"],
  run: probe,
};

/** `main.ts meter read` */
export const METER_READ: Command = {
  usage: "meter read ID [--config site.yaml]",
  summary: "reads a meter of the configuration once, and says what it shows",
  words: ["ID"],
  flags: CONFIG_FLAGS,
  run: readMeter,
};

async function probe(
  flags: Flags,
  _words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const asked = readProbeFlags(flags);
  if (!asked.ok) {
    terminal.complain(asked.error);
    return 2;
  }
  const { place } = asked.value;
  const profiles = await profilesToTry(flags["profile"], terminal);
  if (profiles === null) return 1;
  const isSerial = place.kind === "serial";
  const options: ProbeOptions = {
    units: asked.value.units ?? usualUnits(profiles, isSerial),
    profiles,
    timeoutMs: isSerial ? SERIAL_TIMEOUT_MS : TCP_TIMEOUT_MS,
    lineMs: 0,
  };
  const spawn = createSpawner(() => {});
  const { outcome, shown } = await search(place, options, flags, terminal, spawn);
  await spawn.drain();
  return tell(outcome, shown, options.units, terminal);
}

/** The one that was named, or all that come with Sangam; null, and what is wrong said, where it is. */
async function profilesToTry(
  name: string | undefined,
  terminal: Terminal,
): Promise<readonly MeterProfile[] | null> {
  const names = name === undefined ? await shippedMeterProfiles() : [name];
  const profiles: MeterProfile[] = [];
  for (const each of names) {
    const loaded = await loadMeterProfile(each, ".");
    if (loaded.ok) profiles.push(loaded.value);
    else loaded.error.forEach((line) => terminal.complain(line));
  }
  return profiles.length === names.length ? profiles : null;
}

/** The first numbers, and those that meters leave the factory with. */
function usualUnits(profiles: readonly MeterProfile[], isSerial: boolean): readonly number[] {
  const first = Array.from({ length: USUAL_UNITS_TO }, (_, index) => index + 1);
  const factory = profiles.map((profile) => factoryUnit(profile, isSerial));
  return [...new Set([...first, ...factory])];
}

interface Search {
  readonly outcome: ProbeOutcome;
  readonly shown: MeterPlace;
}

/** Looks where it was told to; ends at once when the terminal says so. */
async function search(
  place: ProbePlace,
  options: ProbeOptions,
  flags: Flags,
  terminal: Terminal,
  spawn: Spawner,
): Promise<Search> {
  const clock = createSystemClock();
  const { signal } = terminal;
  const listener: ProbeListener = {
    searching: (units, mostMs) =>
      terminal.complain(`Asking ${units} unit numbers, at most ${Math.ceil(mostMs / 1_000)} s`),
    found: (unit) => terminal.complain(`Unit ${unit} answers; trying the profiles`),
  };
  if (place.kind === "serial") {
    const { device } = place;
    const isFree = flags["baud"] === undefined && flags["format"] === undefined;
    // With one profile it is known what is looked for; all of them together say nothing.
    const wanted = flags["profile"] === undefined ? [] : options.profiles;
    const settings = settingsToTry(place.settings, wanted, isFree);
    const mostMs = settings.reduce((sum, each) => sum + searchMostMs(optionsAt(each, options)), 0);
    if (settings.length > 1) {
      terminal.complain(
        `Trying ${settings.length} speeds and formats, at most ${minutesText(mostMs)} in all`,
      );
    }
    const { serial, outcome } = await searchSpeeds(
      (each) =>
        createSerialLine({ device, serial: each, requestSpacingMs: 0, users: 1 }, clock, spawn),
      settings,
      options,
      {
        ...listener,
        trying: (each) => terminal.complain(`${device} at ${describeSerial(each)}:`),
      },
      signal,
    );
    const { baud, format } = serial;
    return {
      outcome,
      shown: {
        shown: `${device} at ${describeSerial(serial)}`,
        isSerial: true,
        yaml: `driver: modbus-rtu, device: ${device}, baud: ${baud}, format: ${format}`,
      },
    };
  }
  const { host, port, isRtu } = place;
  const driver = isRtu ? "modbus-rtu-over-tcp" : "modbus-tcp";
  const line = createTcpLine({
    driver,
    host,
    port,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestSpacingMs: 0,
    users: 1,
  }, clock);
  // A read that waits ends with the line.
  const letGo = () => void line.release().catch(() => {});
  signal.addEventListener("abort", letGo, { once: true });
  const outcome = await probeLine(line, options, listener, signal);
  signal.removeEventListener("abort", letGo);
  if (!signal.aborted) await line.release();
  const portYaml = port === 502 ? "" : `, port: ${port}`;
  return {
    outcome,
    shown: {
      shown: authority(host, port),
      isSerial: false,
      yaml: `driver: ${driver}, host: ${host}${portYaml}`,
    },
  };
}

/** "40 s", "3 min" */
function minutesText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function tell(
  outcome: ProbeOutcome,
  place: MeterPlace,
  units: readonly number[],
  terminal: Terminal,
): ExitCode {
  if (outcome.kind === "stopped") return 1;
  if (outcome.kind === "unreachable") {
    complainOf(outcome.reason, terminal);
    return 1;
  }
  for (const found of outcome.found) terminal.print(`${foundLines(found, place).join("\n")}\n`);
  if (outcome.anyUnit) terminal.print("  It answers whatever its unit number.\n");
  if (outcome.found.length === 0) {
    terminal.complain(`Nobody answers on ${place.shown}.`);
    if (outcome.noise !== null) terminal.complain(`But something was heard: ${outcome.noise}`);
    findingLines(silenceFinding(outcome.noise, place, units)).forEach(terminal.complain);
  }
  return outcome.found.some(({ matches }) => matches.length > 0) ? 0 : 1;
}

/** What a search in which nobody answered comes to. */
function silenceFinding(
  noise: string | null,
  { shown: place, isSerial }: MeterPlace,
  units: readonly number[],
): MeterFinding {
  if (noise !== null) return { kind: "noise", place };
  return { kind: isSerial ? "bus-silent" : "unit-silent", place, unit: rangesText(units) };
}

/** A reason, and what it means. */
function complainOf(reason: string, terminal: Terminal): void {
  terminal.complain(reason);
  const finding = troubleFinding(reason);
  if (finding !== null) findingLines(finding).forEach(terminal.complain);
}

async function readMeter(
  flags: Flags,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const config = await configOf(flags, terminal);
  if (config === null) return 1;
  const [id = ""] = words;
  const options = config.meters.find((meter) => meter.id === id);
  if (options === undefined) {
    const known = config.meters.map((meter) => meter.id).join(", ");
    terminal.complain(`There is no meter "${id}"; known are ${known === "" ? "none" : known}`);
    return 1;
  }
  if (options.driver === "virtual" || options.driver === "charger") {
    terminal.complain(`Meter "${id}" is not read by itself: its values come from elsewhere`);
    return 1;
  }
  terminal.complain(`Reading ${id}, at most ${READ_MOST_MS / 1_000} s`);
  const heard = await readOnce(options, terminal.signal);
  if ("sample" in heard) {
    const hasGeneration = config.meters.some(({ role }) =>
      role === "generation" || role === "battery"
    );
    const odd = momentLines(options.role, heard.sample, hasGeneration);
    terminal.print(`${[id, ...sampleLines(heard.sample), ...odd].join("\n  ")}\n`);
  } else {
    terminal.complain(`${id}:`);
    complainOf(heard.reason, terminal);
  }
  return "sample" in heard ? 0 : 1;
}

type Heard = { readonly sample: MeterSample } | { readonly reason: string };

/** The first reading of a meter, or why there is none. */
async function readOnce(options: MeterOptions, stop: AbortSignal): Promise<Heard> {
  const clock = createSystemClock();
  const spawn = createSpawner(() => {});
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const [meter] = createMeters([options], clock, () => {}, spawn);
  const cancel = clock.after(
    READ_MOST_MS,
    () => resolve({ reason: `nothing came in ${READ_MOST_MS / 1_000} s` }),
  );
  const onStop = () => resolve({ reason: "stopped" });
  stop.addEventListener("abort", onStop, { once: true });
  meter?.start({
    sample: (sample) => resolve({ sample }),
    refused: (reason) => resolve({ reason }),
    health(health: MeterHealth) {
      if (health.kind === "failing") resolve({ reason: health.reason });
    },
  });
  const heard = await promise;
  cancel();
  stop.removeEventListener("abort", onStop);
  await meter?.stop();
  await spawn.drain();
  return heard;
}
