import type { Clock } from "../../../src/lib/clock.ts";
import type {
  Charger,
  MeterFault,
  PlannedCharger,
  PlannedSlot,
  RatedCircuit,
  SimulatedSite,
} from "../../../src/simulator/mod.ts";

/** What those who watch fuses have to see of a site: what is true there, and what the gateway can see. */
export interface WatchedSite {
  readonly plan: {
    readonly circuits: readonly RatedCircuit[];
    readonly slots: readonly PlannedSlot[];
    readonly site: { readonly chargers: readonly PlannedCharger[] };
  };
  readonly clock: Pick<Clock, "monoMs">;
  readonly site: { readonly chargers: readonly Charger[] } & Pick<SimulatedSite, "flows">;
  /** The fault of its meter; where there are several, of any. */
  readonly meter: { fault(): MeterFault | null };
  /** Null while it is off. */
  gateway(): object | null;
  isHanging(): boolean;
  wallOffsetMs(): number;
  isInTouch(identity: string): boolean;
  isDisturbed(identity: string): boolean;
  chargerOf(index: number): Charger;
}
