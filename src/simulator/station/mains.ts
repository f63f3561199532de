import type { Clock } from "../../lib/clock.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { dropPermit, type PermitHolder } from "./permits.ts";

/** How long a reset waits until the ends of its transactions are delivered (2.0.1 B12.FR.05). */
export const DELIVERY_MAX_MS = 10_000;

/** Lets a station go down and come up again. */
export interface Mains {
  /** Everything that is not in durable memory is gone; up again after `forMs`. */
  goDown(forMs: number): void;
  stop(): void;
}

/** The station that goes down. */
export interface MainsOwner {
  readonly options: ChargerOptions;
  readonly ports: { readonly clock: Clock };
  readonly memory: { isUp: boolean };
  readonly connectors: readonly (PermitHolder & { hasServed: boolean })[];
  update(): void;
}

/** What of a station does not outlast its power, and what begins again. */
export interface Awakening {
  forgetProfiles(): void;
  /** What is set only takes effect at a restart. */
  restartSettings(): void;
  reschedule(): void;
}

/** Creates the mains of a station. */
export function createMains(station: MainsOwner, awakening: Awakening): Mains {
  const { memory, options, ports, connectors } = station;
  let cancelUp = () => {};
  return {
    goDown(forMs) {
      memory.isUp = false;
      for (const connector of connectors) {
        dropPermit(connector);
        connector.hasServed = false;
      }
      if (options.profileMemory.keptIn === "ram") awakening.forgetProfiles();
      awakening.restartSettings();
      station.update();
      cancelUp();
      cancelUp = ports.clock.after(forMs, () => {
        memory.isUp = true;
        awakening.reschedule();
        station.update();
      });
    },
    stop: () => cancelUp(),
  };
}
