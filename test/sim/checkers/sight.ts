import type { World } from "../world.ts";
import type { Socket } from "./sockets.ts";

/** Watches what the gateway can see and do. */
export interface Sight {
  look(): void;
  /** For how long it has not seen or not reached all of these, in seconds; 0 while it does. */
  blindS(sockets: readonly Socket[]): number;
  /** What it assumes to be drawn besides the chargers where its meter tells nothing. */
  assumedRest(): readonly number[];
}

/** After blindness: a charger boots, is set up, gets its limit, and obeys it. */
const RECOVERY_S = 60;

/** Begins to watch. */
export function watchSight(world: World): Sight {
  /** Seconds of blindness by charger; recovery included. */
  const lost = world.site.chargers.map(() => ({ blindS: 0, sightedS: RECOVERY_S }));
  const centre = { blindS: 0, sightedS: RECOVERY_S };
  const substitutes = world.plan.circuits.map(({ otherSubstituteAmps }) => otherSubstituteAmps);
  let meterSightedS = RECOVERY_S;

  function note(each: { blindS: number; sightedS: number }, isSeen: boolean): void {
    each.sightedS = isSeen ? each.sightedS + 1 : 0;
    each.blindS = each.sightedS < RECOVERY_S ? each.blindS + 1 : 0;
  }

  return {
    look() {
      const isOff = world.gateway() === null || world.isHanging();
      const seesMeter = !isOff && world.meter.fault() === null;
      meterSightedS = seesMeter ? meterSightedS + 1 : 0;
      note(centre, seesMeter);
      world.site.chargers.forEach((charger, index) => {
        const each = lost[index];
        if (each !== undefined) note(each, !isOff && isReached(world, charger.identity));
      });
    },
    blindS: (sockets) =>
      sockets.reduce(
        (most, { chargerIndex }) => Math.max(most, lost[chargerIndex]?.blindS ?? 0),
        centre.blindS,
      ),
    assumedRest: () => meterSightedS < RECOVERY_S ? substitutes : [],
  };
}

/** Connected at both ends: the gateway notices a broken wire only after a while. */
function isReached(world: World, identity: string): boolean {
  return world.isInTouch(identity) && !world.isDisturbed(identity);
}
