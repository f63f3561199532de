import { type Line, type PerLine, perLine } from "../site/mod.ts";
import { evseMemory } from "./_balancer_state.ts";
import { linesOf } from "./_charger_reading.ts";
import type { BalancerState } from "./balancer.ts";
import type { BalancerOptions } from "./facts.ts";
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
  /** What it draws with its minimum current. */
  readonly minimumW: PerLine;
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
  return options.places.flatMap((place) => {
    if (zoneOf(place.circuitId).strategy !== "surplus") return [];
    const { slot, chargerId, minCurrentAmps, priority } = place;
    const lines = linesOf(place, evseMemory(state, slot), nowMs);
    // Of the voltage between two lines each of them bears half.
    const voltsEach = place.connection === "line-to-line"
      ? options.nominalVoltageV * Math.sqrt(3) / 2
      : options.nominalVoltageV;
    const minimumW = perLine((line) => lines.includes(line) ? minCurrentAmps * voltsEach : 0);
    return [{ slot, chargerId, socketLines: place.lines, lines, voltsEach, minimumW, priority }];
  });
}
