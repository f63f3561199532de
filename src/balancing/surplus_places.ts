import { type EvsePlace, type Line, type PerLine, perLine } from "../site/mod.ts";
import { evseMemory } from "./_balancer_state.ts";
import { expectedLines, linesOf } from "./_charger_reading.ts";
import type { BalancerState } from "./balancer.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { type BalancerOptions, PHASE_SWITCH_RULES } from "./facts.ts";
import { mayGoOver, orderedPhases } from "./_phase_order.ts";
import { countedPlace } from "./_rotation.ts";
import type { SeekerPhases } from "./_surplus_state.ts";
import { createZones } from "./_zones.ts";

/** An EVSE whose circuit shares what the sun leaves over. */
export interface SunPlace {
  readonly slot: number;
  readonly chargerId: string;
  /** The site's lines behind the socket's phases, in their order. */
  readonly socketLines: readonly Line[];
  /** Lines that its EV draws from, as far as is known; else those of its socket. */
  readonly lines: readonly Line[];
  /** Watts on each of these lines for one ampere. */
  readonly voltsEach: number;
  /** What it draws with its minimum current on these, or on those that it was told to go over to. */
  readonly minimumW: PerLine;
  /** On how many phases it is told to charge; absent where its charger cannot change that. */
  readonly phases?: SeekerPhases;
  /** Of the place itself. */
  readonly priority: number;
}

/** Every EVSE under the strategy "surplus", with lines and minimum as the balancer counts them. */
export function sunPlaces(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): readonly SunPlace[] {
  const zoneOf = createZones(options);
  return options.places.flatMap((told) => {
    if (zoneOf(told.circuitId).strategy !== "surplus") return [];
    const place = countedPlace(told, evseMemory(state, told.slot).rotation);
    const { slot, chargerId, minCurrentAmps, priority } = place;
    const memory = evseMemory(state, slot);
    const lines = linesOf(place, memory, nowMs);
    // Of the voltage between two lines each of them bears half.
    const voltsEach = place.connection === "line-to-line"
      ? options.nominalVoltageV * Math.sqrt(3) / 2
      : options.nominalVoltageV;
    const minimumOn = (these: readonly Line[]) =>
      perLine((line) => these.includes(line) ? minCurrentAmps * voltsEach : 0);
    const phases = phasesAt(place, memory, lines, minimumOn, options, nowMs);
    const expected = expectedLines(place, memory, nowMs);
    return [{
      slot,
      chargerId,
      socketLines: place.lines,
      lines,
      voltsEach,
      minimumW: minimumOn(expected),
      priority,
      ...(phases && { phases }),
    }];
  });
}

/** Null for a charger that cannot change its phases, or did not when it was told. */
function phasesAt(
  place: EvsePlace,
  memory: EvseMemory,
  lines: readonly Line[],
  minimumOn: (lines: readonly Line[]) => PerLine,
  { phaseSwitching = PHASE_SWITCH_RULES }: BalancerOptions,
  nowMs: number,
): SeekerPhases | null {
  const { facts, reading, order } = memory;
  if (facts?.traits?.switchesPhases !== true || order.failed !== null) return null;
  const now = orderedPhases(order);
  // On three phases one that draws from one only has nothing to go over to.
  const isOnePhase = now === 3 && lines.length === 1;
  const isFree = !isOnePhase && mayGoOver(place, facts, reading, order, phaseSwitching, nowMs);
  const other = now === 1 ? place.lines : place.lines.slice(0, 1);
  return { now, otherW: isFree ? minimumOn(other) : null };
}
