import type { ModbusLine, ReadOutcome } from "./modbus_line.ts";
import { matchProfile, type ProfileMatch, rankMatches, sunspecMatches } from "./probe_match.ts";
import { type MeterProfile, serialOf } from "./profile.ts";
import { isDecisive } from "./quantity.ts";
import { planReads, type RegisterRange } from "./read_plan.ts";
import { byteMs, type SerialSettings, silenceMs } from "./serial_line.ts";
import { decodeModel, measuringModels, registersNeeded, SUNSPEC_BASES } from "./sunspec.ts";
import { discoverModels } from "./sunspec_discovery.ts";

/** What is looked for on a line. */
export interface ProbeOptions {
  /** Unit numbers to try. */
  readonly units: readonly number[];
  readonly profiles: readonly MeterProfile[];
  /** How long one answer may take. */
  readonly timeoutMs: number;
  /** How long a question and its answer are on the line; 0 where that is nothing. */
  readonly lineMs: number;
}

/** How long it takes at most to find out who is there. */
export function searchMostMs(
  { units, timeoutMs, lineMs }: Pick<ProbeOptions, "units" | "timeoutMs" | "lineMs">,
): number {
  return Math.ceil(units.length * KNOCKS.length * (timeoutMs + lineMs));
}

/** Somebody on a line, and which profiles make sense of him; the likeliest first. */
export interface FoundMeter {
  readonly unit: number;
  readonly matches: readonly ProfileMatch[];
}

/** What a search of a line came to. */
export type ProbeOutcome =
  | {
    readonly kind: "searched";
    readonly found: readonly FoundMeter[];
    /** Something was heard that is no answer: another speed, another format, two units of one number. */
    readonly noise: string | null;
    /** Every number is answered: the number does not matter there. */
    readonly anyUnit: boolean;
  }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "stopped" };

/** Hears what a search is at. */
export interface ProbeListener {
  /** Before unit numbers are tried: how many, and for how long at most. */
  searching(units: number, mostMs: number): void;
  found(unit: number): void;
}

/** What anybody who is there answers, be it with an exception. */
const KNOCKS = [
  { functionCode: 4, address: 0, count: 2 },
  { functionCode: 3, address: 0, count: 2 },
] as const;
/** A number that no installer gives. */
const UNLIKELY_UNIT = 213;

/** Finds who is on a line, and what he is. Ends early when `stop` aborts. */
export async function probeLine(
  line: ModbusLine,
  options: ProbeOptions,
  listener: ProbeListener,
  stop: AbortSignal,
): Promise<ProbeOutcome> {
  const { units, timeoutMs } = options;
  listener.searching(units.length, searchMostMs(options));
  const found: FoundMeter[] = [];
  let noise: string | null = null;
  let anyUnit = false;
  for (const unit of units) {
    const presence = await knock(line, unit, timeoutMs);
    if (stop.aborted) return { kind: "stopped" };
    if (presence.kind === "unreachable") return presence;
    if (presence.kind === "noise") noise ??= presence.reason;
    if (presence.kind !== "there") continue;
    listener.found(unit);
    found.push({ unit, matches: await matchUnit(line, unit, options, stop) });
    if (found.length > 1) continue;
    anyUnit = (await knock(line, UNLIKELY_UNIT, timeoutMs)).kind === "there";
    if (anyUnit) break;
  }
  return stop.aborted ? { kind: "stopped" } : { kind: "searched", found, noise, anyUnit };
}

type Presence =
  | { readonly kind: "there" }
  | { readonly kind: "silent" }
  | { readonly kind: "noise"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Whether somebody answers to that number at all. */
async function knock(line: ModbusLine, unit: number, timeoutMs: number): Promise<Presence> {
  let presence: Presence = { kind: "silent" };
  for (const request of KNOCKS) {
    const outcome = await line.read({ ...request, unit, timeoutMs });
    const judged = presenceIn(outcome);
    if (judged.kind === "there" || judged.kind === "unreachable") return judged;
    if (judged.kind === "noise") presence = judged;
  }
  return presence;
}

function presenceIn(outcome: ReadOutcome): Presence {
  if (outcome.kind === "registers") return { kind: "there" };
  const { fault } = outcome;
  switch (fault.kind) {
    case "exception":
      // A gateway says these for somebody who is not there.
      return { kind: fault.code === 10 || fault.code === 11 ? "silent" : "there" };
    case "malformed":
      return { kind: "noise", reason: fault.reason };
    case "wrong-unit":
      return { kind: "noise", reason: `an answer of unit ${fault.unit}` };
    case "unreachable":
      return fault;
    case "silent":
    case "closed":
      return { kind: "silent" };
  }
}

/** Tries every profile on a unit; what two of them ask alike is asked once. */
async function matchUnit(
  line: ModbusLine,
  unit: number,
  { profiles, timeoutMs }: ProbeOptions,
  stop: AbortSignal,
): Promise<readonly ProfileMatch[]> {
  const known = new Map<string, Promise<ReadOutcome>>();
  const ask = (functionCode: 3 | 4, range: RegisterRange): Promise<ReadOutcome> => {
    const key = `${functionCode} ${range.address} ${range.count}`;
    const outcome = known.get(key) ?? line.read({ ...range, unit, functionCode, timeoutMs });
    known.set(key, outcome);
    return outcome;
  };
  const matches: ProfileMatch[] = [];
  for (const profile of profiles) {
    if (stop.aborted) return [];
    const match = await tryProfile(profile, ask);
    if (match !== null) matches.push(match);
  }
  return rankMatches([...await trySunspec(ask), ...matches]);
}

const OVER = { kind: "over" } as const;

/** Asks a device whether it says by itself what it has; what it measures where it does. */
async function trySunspec(ask: Ask): Promise<readonly ProfileMatch[]> {
  const discovery = await discoverModels(SUNSPEC_BASES, async (range) => {
    const outcome = await ask(3, range);
    if (outcome.kind === "registers") return outcome;
    return outcome.fault.kind === "exception" ? { kind: "excused" } as const : OVER;
  });
  if (discovery.kind !== "models") return [];
  const measured = [];
  for (const { place, nth } of measuringModels(discovery.models)) {
    const outcome = await ask(3, { address: place.address, count: registersNeeded(place) });
    if (outcome.kind !== "registers") continue;
    const values = decodeModel(place.model, outcome.registers);
    if ([...values.keys()].some(isDecisive)) measured.push({ model: place.model, nth, values });
  }
  return sunspecMatches(measured);
}

type Ask = (functionCode: 3 | 4, range: RegisterRange) => Promise<ReadOutcome>;

/** Reads all that the profile reads; null as soon as one read fails, or the values cannot be. */
async function tryProfile(profile: MeterProfile, ask: Ask): Promise<ProfileMatch | null> {
  const image = new Map<number, number>();
  for (const range of planReads(profile)) {
    const outcome = await ask(profile.functionCode, range);
    if (outcome.kind === "fault") return null;
    outcome.registers.forEach((word, index) => image.set(range.address + index, word));
  }
  return matchProfile(profile, image);
}

/** How a port says that it cannot be set so. */
const UNFIT = /cannot be set to this speed or format$/;

/** What a search of a serial bus came to, and at which settings. */
export interface SpeedOutcome {
  readonly serial: SerialSettings;
  readonly outcome: ProbeOutcome;
}

/**
 * Finds at which speed and format anybody answers on a serial bus: the first settings at which somebody
 * does, else the last ones tried. Where noise was heard before, somebody is there at another speed.
 */
export async function searchSpeeds(
  open: (serial: SerialSettings) => ModbusLine,
  settings: readonly [SerialSettings, ...SerialSettings[]],
  options: ProbeOptions,
  listener: ProbeListener & { trying(serial: SerialSettings): void },
  stop: AbortSignal,
): Promise<SpeedOutcome> {
  let last: SpeedOutcome = { serial: settings[0], outcome: { kind: "stopped" } };
  let noise: string | null = null;
  for (const serial of settings) {
    listener.trying(serial);
    const line = open(serial);
    const outcome = await probeLine(line, optionsAt(serial, options), listener, stop);
    await line.release();
    last = { serial, outcome };
    // Some adapters cannot do every format: the next one may be what is wanted.
    if (outcome.kind === "unreachable" && UNFIT.test(outcome.reason)) continue;
    if (outcome.kind !== "searched" || outcome.found.length > 0) return last;
    noise ??= outcome.noise;
    last = { serial, outcome: { ...outcome, noise } };
  }
  return last;
}

/** The same search at that speed. */
export function optionsAt(serial: SerialSettings, options: ProbeOptions): ProbeOptions {
  const lineMs = (KNOCK_BYTES + ANSWER_BYTES) * byteMs(serial) + 2 * silenceMs(serial);
  return { ...options, lineMs };
}

/** Unit, function, address, count and check sum; unit, function, length, two registers, check sum. */
const KNOCK_BYTES = 8;
const ANSWER_BYTES = 9;

/**
 * Settings to try on a serial bus: those with which the meters looked for leave the factory come first,
 * where they are among `usual` or nothing was said of the settings.
 */
export function settingsToTry(
  usual: readonly [SerialSettings, ...SerialSettings[]],
  profiles: readonly MeterProfile[],
  isFree: boolean,
): readonly [SerialSettings, ...SerialSettings[]] {
  const same = (left: SerialSettings, right: SerialSettings) =>
    left.baud === right.baud && left.format === right.format;
  const own = profiles.flatMap((profile) => serialOf(profile) ?? [])
    .filter((each, at, all) => all.findIndex((other) => same(other, each)) === at)
    .filter((each) => isFree || usual.some((other) => same(other, each)));
  const [first, ...others] = [
    ...own,
    ...usual.filter((each) => !own.some((other) => same(other, each))),
  ];
  return first === undefined ? usual : [first, ...others];
}

/** Settings that meters are found with, the commonest first. */
export const USUAL_SERIAL: readonly [SerialSettings, ...SerialSettings[]] = [
  { baud: 9_600, format: "8N1" },
  { baud: 19_200, format: "8E1" },
  { baud: 9_600, format: "8E1" },
  { baud: 19_200, format: "8N1" },
  { baud: 19_200, format: "8N2" },
  { baud: 38_400, format: "8N1" },
  { baud: 38_400, format: "8E1" },
  { baud: 115_200, format: "8N1" },
  { baud: 57_600, format: "8N1" },
  { baud: 9_600, format: "8N2" },
  { baud: 4_800, format: "8N1" },
  { baud: 2_400, format: "8N1" },
  { baud: 1_200, format: "8N1" },
];
