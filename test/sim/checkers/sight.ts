import type { WatchedSite } from "./watched_site.ts";
import type { Socket } from "./sockets.ts";

/** Watches what the gateway can see and do. */
export interface Sight {
  look(): void;
  /**
   * For how long it has not seen or not reached all of these, in seconds; 0 while it does. The meter
   * counts where something else than chargers may draw.
   */
  blindS(sockets: readonly Socket[], needsMeter: boolean): number;
  /** For how long it has run without a break while its meter gave no value. */
  withoutMeterS(): number;
  /** Whether its wall clock was set so lately that chargers may go by another time than it believes. */
  isClockStrange(): boolean;
  /** What it assumes to be drawn besides the chargers where its meter tells nothing. */
  assumedRest(): readonly number[];
}

/** After blindness: a charger boots, is set up, gets its limit, and obeys it. */
const RECOVERY_S = 60;
/** Until all have asked for the time, have told theirs three times, and got their limits anew. */
const CLOCK_STRANGE_S = 300 + 60 + 450;

/** Begins to watch. */
export function watchSight(world: WatchedSite): Sight {
  /** Seconds of blindness by charger; recovery included. */
  const lost = world.site.chargers.map(() => ({ blindS: 0, sightedS: RECOVERY_S }));
  const centre = { blindS: 0, sightedS: RECOVERY_S };
  const meter = { blindS: 0, sightedS: RECOVERY_S };
  const substitutes = world.plan.circuits.map(({ otherSubstituteAmps }) => otherSubstituteAmps);
  let withoutMeterS = 0;
  let clockOffsetMs = 0;
  let clockSteadyS = CLOCK_STRANGE_S;

  function note(each: { blindS: number; sightedS: number }, isSeen: boolean): void {
    each.sightedS = isSeen ? each.sightedS + 1 : 0;
    each.blindS = each.sightedS < RECOVERY_S ? each.blindS + 1 : 0;
  }

  return {
    look() {
      const isOff = world.gateway() === null || world.isHanging();
      const offsetMs = world.wallOffsetMs();
      clockSteadyS = offsetMs === clockOffsetMs ? clockSteadyS + 1 : 0;
      clockOffsetMs = offsetMs;
      const kind = world.meter.fault()?.kind;
      const isSilent = kind === "silent" || kind === "no-value";
      withoutMeterS = isSilent && !isOff ? withoutMeterS + 1 : 0;
      note(centre, !isOff);
      note(meter, !isOff && kind === undefined);
      world.site.chargers.forEach((charger, index) => {
        const each = lost[index];
        if (each !== undefined) note(each, !isOff && isReached(world, charger.identity));
      });
    },
    blindS: (sockets, needsMeter) =>
      sockets.reduce(
        (most, { chargerIndex }) => Math.max(most, lost[chargerIndex]?.blindS ?? 0),
        needsMeter ? meter.blindS : centre.blindS,
      ),
    withoutMeterS: () => withoutMeterS,
    isClockStrange: () => clockSteadyS < CLOCK_STRANGE_S,
    assumedRest: () => meter.sightedS < RECOVERY_S ? substitutes : [],
  };
}

/** Connected at both ends: the gateway notices a broken wire only after a while. */
function isReached(world: WatchedSite, identity: string): boolean {
  return world.isInTouch(identity) && !world.isDisturbed(identity);
}
