import { isFresh } from "./_charger_reading.ts";
import { type EvseMemory, isOffered } from "./_evse_memory.ts";
import { measuredFromMs, peakAmps } from "./_held_limits.ts";
import { wakeAt } from "./_wake.ts";

/** Electronics, and a meter's idea of zero. */
const NOTHING_AMPS = 1;

/** Judges an EV that resumes by what its charger says of it. Returns the same memory without news. */
export function withWakeJudged(memory: EvseMemory, nowMs: number): EvseMemory {
  const { wake, facts } = memory;
  if (wake === null || facts === null) return memory;
  const wakesByPause = facts.traits?.pausesAtZero ?? true;
  const sight = {
    isOffered: isOffered(memory),
    draws: drawsSomething(memory, nowMs),
    wakesByPause,
  };
  const next = wakeAt(wake, sight, nowMs);
  if (next === wake) return memory;
  const isNews = next?.stage === "told-again" && wake.stage === "offered";
  return { ...memory, wake: next, resend: memory.resend || isNews };
}

/** What was measured before it was offered anything says nothing; without a meter its state has to do. */
function drawsSomething({ wake, reading, facts }: EvseMemory, nowMs: number): boolean | null {
  const sinceMs = wake?.sinceMs ?? nowMs;
  if (reading !== null && isFresh(reading, nowMs) && measuredFromMs(reading) >= sinceMs) {
    if (peakAmps(reading.currentsAmps) > NOTHING_AMPS) return true;
    return peakAmps(reading.bounds?.mostAmps ?? reading.currentsAmps) > NOTHING_AMPS ? null : false;
  }
  return facts?.suspendedByEv === true ? false : null;
}

/** The same limit goes out once more because it was without effect. */
export function isTellingAgain({ wake, resend }: EvseMemory): boolean {
  return resend && wake?.stage === "told-again";
}
