import type { Ids } from "../lib/ids.ts";
import {
  decodeImage,
  encodeImage,
  type InvalidPattern,
  type MeterProfile,
  type MeterRegister,
  registerCount,
  type RegisterImage,
  type Values,
} from "../meters/mod.ts";
import { type Line, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import { between } from "./chance.ts";
import { meterRegisters, type MeterState, meterValues } from "./meter.ts";

/** What is wrong with a meter at the grid connection. */
export type MeterFault =
  /** It answers nothing. */
  | { readonly kind: "silent" }
  /** It shows the same for ever. */
  | { readonly kind: "frozen" }
  /** It says of everything that it has no value: NaN, or the pattern of its make. */
  | { readonly kind: "no-value" }
  /** Currents and powers are so many times too large, as with a wrong transformer ratio: 10. */
  | { readonly kind: "magnified"; readonly factor: number }
  /** Each reading is off by up to this part of itself: 0.005. */
  | { readonly kind: "noisy"; readonly part: number }
  /** It started anew: everything is 0 for so long, and then its counters begin at 0. */
  | { readonly kind: "restarted"; readonly zeroForMs: number }
  /** Words of a number come in the other order, as after an exchange for a newer model. */
  | { readonly kind: "word-swapped" }
  /** The current transformers of these lines are turned round: what is drawn seems to be given. */
  | { readonly kind: "turned"; readonly lines: readonly Line[] }
  /** It shows what was, so long ago; up to `LATEST_MS`. */
  | { readonly kind: "stale"; readonly lateMs: number };

/** A meter that may have a fault: what is true, what was, and what is wrong. */
export interface FaultyMeter {
  readonly truth: MeterState;
  /** The last `LATEST_MS`, oldest first, with `truth` at the end. */
  readonly history: readonly MeterState[];
  readonly fault: MeterFault | null;
  /** What was true when the fault began. */
  readonly before: MeterState;
}

/** The latest that a stale meter can be. */
export const LATEST_MS = 120_000;

/** A meter with no fault. */
export function newFaultyMeter(truth: MeterState): FaultyMeter {
  return { truth, history: [truth], fault: null, before: truth };
}

/** The meter when something else has become true. The fault in force stays. */
export function stepFaultyMeter(meter: FaultyMeter, truth: MeterState): FaultyMeter {
  const since = truth.atMs - LATEST_MS;
  const history = [...meter.history.filter(({ atMs }) => atMs >= since), truth];
  return { ...meter, truth, history };
}

/** Begins a fault, in place of the one before; `null` heals it. */
export function breakMeter(meter: FaultyMeter, fault: MeterFault | null): FaultyMeter {
  return { ...meter, fault, before: meter.truth };
}

/**
 * What the meter shows, where that can be said in currents and counters. Null where it answers nothing
 * and where its registers are no such numbers: `no-value`, `word-swapped`.
 */
export function shownState(meter: FaultyMeter, ids: Ids): MeterState | null {
  const { truth, before, fault } = meter;
  switch (fault?.kind) {
    case undefined:
      return truth;
    case "silent":
    case "no-value":
    case "word-swapped":
      return null;
    case "frozen":
      return before;
    case "magnified":
      return { ...truth, amps: perLine((line) => truth.amps[line] * fault.factor) };
    case "turned":
      return {
        ...truth,
        amps: perLine((line) => fault.lines.includes(line) ? -truth.amps[line] : truth.amps[line]),
      };
    case "noisy":
      return noisy(truth, fault.part, ids);
    case "restarted":
      return restarted(truth, before, fault.zeroForMs);
    case "stale":
      return stateAt(meter, truth.atMs - fault.lateMs);
  }
}

/**
 * What the registers of a meter of that profile then hold; null where it does not answer.
 *
 * @throws RangeError where a magnified value does not fit into its register
 */
export function shownRegisters(
  meter: FaultyMeter,
  profile: MeterProfile,
  ids: Ids,
): RegisterImage | null {
  switch (meter.fault?.kind) {
    case "no-value":
      return withoutValues(meterRegisters(meter.truth, profile), profile);
    case "word-swapped": {
      const wordOrder = profile.wordOrder === "high-first" ? "low-first" : "high-first";
      const values = meterValues(meter.truth, profile.currentSign);
      return encodeImage({ ...profile, wordOrder }, values);
    }
    default: {
      const state = shownState(meter, ids);
      return state === null ? null : meterRegisters(state, profile);
    }
  }
}

/** What somebody reads out of those registers who knows the profile; null for no answer. */
export function shownValues(meter: FaultyMeter, profile: MeterProfile, ids: Ids): Values | null {
  const registers = shownRegisters(meter, profile, ids);
  return registers === null ? null : decodeImage(profile, registers);
}

function noisy(state: MeterState, part: number, ids: Ids): MeterState {
  const off = (values: PerLine) =>
    perLine((line) => values[line] * (1 + between([-part, part], ids)));
  return { ...state, amps: off(state.amps), volts: off(state.volts) };
}

function restarted(truth: MeterState, before: MeterState, zeroForMs: number): MeterState {
  const since = (now: PerLine, then: PerLine) => perLine((line) => now[line] - then[line]);
  const isUp = truth.atMs - before.atMs >= zeroForMs;
  return {
    ...truth,
    ...(isUp ? {} : { amps: onEachLine(0), volts: onEachLine(0) }),
    importWh: since(truth.importWh, before.importWh),
    exportWh: since(truth.exportWh, before.exportWh),
    totalImportWh: truth.totalImportWh - before.totalImportWh,
    totalExportWh: truth.totalExportWh - before.totalExportWh,
  };
}

/** What was true then; the oldest that is remembered where that is longer ago. */
function stateAt({ history, truth }: FaultyMeter, atMs: number): MeterState {
  return history.findLast((each) => each.atMs <= atMs) ?? history[0] ?? truth;
}

/** Every register that holds a value says that it holds none. */
function withoutValues(image: RegisterImage, profile: MeterProfile): RegisterImage {
  const emptied = new Map(image);
  for (const register of profile.registers) {
    const words = noValueWords(register, profile);
    for (const [index, word] of words.entries()) emptied.set(register.address + index, word);
  }
  return emptied;
}

function noValueWords({ type }: MeterRegister, profile: MeterProfile): readonly number[] {
  const digits = noValueDigits(type, profile.invalid);
  const words = Array.from(
    { length: digits.length / 4 },
    (_, index) => Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16),
  ).map((word) => profile.byteOrder === "high-first" ? word : (word & 0xff) << 8 | word >> 8);
  return profile.wordOrder === "high-first" ? words : words.toReversed();
}

/** Most significant digit first, in the way of the device where it has one that fits. */
function noValueDigits(type: MeterRegister["type"], patterns: readonly InvalidPattern[]): string {
  const length = registerCount(type) * 4;
  if (type === "float32") return "7fc00000";
  if (type === "float64") return "7ff8000000000000";
  const exact = patterns.find((each) => each.startsWith("0x") && each.length === length + 2);
  if (exact !== undefined) return exact.slice(2);
  if (type.startsWith("uint")) return "f".repeat(length);
  return patterns.includes("min-negative") ? "8".padEnd(length, "0") : "7".padEnd(length, "f");
}
