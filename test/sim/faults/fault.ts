import type { FaultEvent } from "../scenario.ts";
import type { World } from "../world.ts";

/** Something that goes wrong, and comes right again. */
export interface Fault {
  /** On average once in so many seconds, in a run that has it. */
  readonly everyS: number;
  /** Shortest and longest. */
  readonly forS: readonly [number, number];
  /** It hits one charger. */
  readonly aims: boolean;
  strike(world: World, event: FaultEvent): Undo | void;
}

/** How it comes right again. */
export type Undo = () => void | Promise<void>;

/** Faults by what a person would say of them. */
export type FaultTable = Readonly<Record<string, Fault>>;

/** The charger that an event aims at. */
export function identityOf({ site }: World, { who }: FaultEvent): string {
  return site.chargers[who % site.chargers.length]?.identity ?? "";
}
