import type { Fault, FaultTable } from "./fault.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** Its wall clock is set wrong, in either direction, and right again. */
function jump(everyS: number, byMs: number): Fault {
  return {
    everyS,
    forS: [60, 1_800],
    aims: false,
    strike(world, { much }) {
      const jumpMs = much < 0.5 ? -byMs : byMs;
      world.setWallOffset(jumpMs);
      return () => world.setWallOffset(0);
    },
  };
}

/**
 * A machine without a battery: the power goes out, and when it is back the machine shows 1970 and has
 * no network. What happens then gets its time when the CSMS is there again, or somebody sets the clock.
 */
const BOOTS_IN_1970: Fault = {
  everyS: 5_400,
  forS: [600, 7_200],
  aims: false,
  strike(world, { much }) {
    world.setWallOffset(-world.clock.wallMs());
    world.network.setReachable(null, false);
    world.network.cut(null);
    world.killAfter(much * 1_000);
    world.clock.after(5_000, () => void world.startGateway());
    return () => {
      if (much < 0.5) world.setWallOffset(0);
      world.network.setReachable(null, true);
    };
  },
};

/** The gateway's power, process, clock and disk. */
export const GATEWAY_FAULTS = {
  "the gateway loses its power": {
    everyS: 1_200,
    forS: [2, 1_200],
    aims: false,
    strike(world, { much }) {
      // At any moment of the next second: in the middle of a write, before an answer.
      world.killAfter(much * 1_000);
      return () => world.startGateway();
    },
  },
  "the gateway loses its power at some step": {
    everyS: 900,
    forS: [40, 120],
    aims: false,
    strike(world, { much }) {
      world.killAtStep(1 + Math.floor(much * 200));
      return () => world.startGateway();
    },
  },
  "the gateway hangs": {
    everyS: 1_800,
    forS: [1, 90],
    aims: false,
    strike: (world, { forS }) => world.hang(forS * 1_000),
  },
  "the gateway's clock jumps by an hour": jump(2_400, HOUR_MS),
  "the gateway's clock jumps by a year": jump(3_600, YEAR_MS),
  "the disk fails once": {
    everyS: 300,
    forS: [0, 0],
    aims: false,
    strike: (world, { much }) => world.disk.failAt(1 + Math.floor(much * 10)),
  },
  "the disk is full": {
    everyS: 1_800,
    forS: [2, 300],
    aims: false,
    strike(world) {
      world.disk.setFull(true);
      return () => world.disk.setFull(false);
    },
  },
} as const satisfies FaultTable;

/** What the gateway comes back to after its power was out. */
export const GATEWAY_MOMENTS = {
  "the gateway boots in 1970 without a network": BOOTS_IN_1970,
} as const satisfies FaultTable;
