import { isoTime } from "../lib/clock.ts";
import type { InterruptionCause } from "./interruption.ts";
import { evidenceTotal } from "./evidence.ts";
import { energyWh, type Transaction, type TransactionFlag } from "./transaction.ts";

/** What an operator should know of a session, in words: its flags, and what goes on with it. */
export function remarksOn(transaction: Transaction): readonly string[] {
  const { flags, interruption } = transaction;
  const doubt = interruption === undefined
    ? []
    : [`${DOUBTS[interruption.cause]} at ${isoTime(interruption.sinceMs)}: does it go on?`];
  return [...flags.map((flag) => WORDS[flag](transaction)), ...doubt];
}

const DOUBTS: Readonly<Record<InterruptionCause, string>> = {
  "power-loss": "the charger lost its power",
  reboot: "the charger started anew",
  free: "the charger showed the connector free",
};

const WORDS: Readonly<Record<TransactionFlag, (transaction: Transaction) => string>> = {
  "register-went-back": () => "the meter register went back: reset or replaced",
  "stop-below-start": () => "the register at the end is below that at the start",
  "no-stop-received": () => "the charger never ended it; closed with the last reading",
  "stop-number-repaired": () =>
    "its end named no number that we know, and could mean no other session",
  "stop-unreadable": () => "parts of its end could not be read; the last reading stands for them",
  "stopped-by-another": () => "a card ended it that had no right to",
  "readings-after-stop": ({ lateReadings = [] }) =>
    `${count(lateReadings.length, "message")} of meter values came after its end${
      lateReadings.some(({ isInEnd }) => !isInEnd) ? "; kept here, the cloud has not got all" : ""
    }`,
  "late-readings-dropped": () => "more came after its end than is kept",
  "signed-readings-dropped": () => "not all of its signed readings are kept",
  "resumed": () => "its charger started anew and went on with it",
  "closed-by-gateway": () => "no end came from its charger; closed with the last reading",
  "stop-came-late": () => "its end came late, and stands instead of the last reading",
  "stop-after-close": (transaction) =>
    `its end came after the cloud was told otherwise; it differs by ${
      correctionWh(transaction)
    } Wh`,
  "stopped-for-circuit": () =>
    "ended by the gateway: its charger drew more than it was told, and its circuit could not bear that",
  "cut-for-circuit": () =>
    "its current was cut by the gateway: its charger drew more than it was told",
  "foreign-number": ({ chargerNumber }) => `its charger calls it ${chargerNumber}`,
  "register-jumped": () => "the register went further than this connector can deliver",
  "clock-corrected": ({ startedAt }) =>
    `its times were put right; by the clock that told them it began at ${startedAt}`,
  "clock-untrusted": () => "nobody can say how far the clock was off that told its times",
  "energy-disagrees": (transaction) => {
    const total = evidenceTotal(transaction);
    const by = total?.by === "power" ? "the power it drew" : "the steps of the register";
    return `billed ${energyWh(transaction)} Wh, counted ${total?.energyWh} Wh by ${by}`;
  },
};

/** By how much the charger's own Stop differs from what was billed, in Wh; null where none came. */
export function correctionWh({ correction, stop }: Transaction): number | null {
  if (correction === undefined || stop === null) return null;
  return correction.stop.message.meterStopWh - stop.meterStopWh;
}

function count(many: number, what: string): string {
  return many === 1 ? `1 ${what}` : `${many} ${what}s`;
}
