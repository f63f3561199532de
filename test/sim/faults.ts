import type { MeterFault, SimulatedCsmsOptions } from "../../src/simulator/mod.ts";
import type { FaultEvent } from "./scenario.ts";
import type { Storm } from "./weather.ts";
import type { World } from "./world.ts";

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

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

function identityOf({ site }: World, { who }: FaultEvent): string {
  return site.chargers[who % site.chargers.length]?.identity ?? "";
}

/** A fault of the CSMS that is a way of deciding. */
function csmsFault(
  everyS: number,
  change: (much: number) => Partial<SimulatedCsmsOptions>,
): Fault {
  return {
    everyS,
    forS: [5, 900],
    aims: false,
    strike(world, { much }) {
      world.site.csms.change(change(much));
      return () => world.site.csms.change(world.plan.site.csms);
    },
  };
}

/** One record of the next, and always that one, is more than it can take. */
function failAtOne(much: number): Partial<SimulatedCsmsOptions> {
  const kinds = ["StartTransaction", "MeterValues", "StopTransaction"];
  const kind = kinds[Math.floor(much * kinds.length)];
  let victim: string | null = null;
  return {
    failsWhen(action, payload) {
      if (action !== kind) return false;
      const text = JSON.stringify(payload);
      victim ??= text;
      return text === victim;
    },
  };
}

/** Bad weather on one wire. */
function storm(everyS: number, aims: boolean, storm: (much: number) => Storm): Fault {
  return {
    everyS,
    forS: [10, 600],
    aims,
    strike(world, event) {
      const dialler = aims ? identityOf(world, event) : null;
      world.weather.storm(dialler, storm(event.much));
      return () => world.weather.storm(dialler, null);
    },
  };
}

const lossy = (much: number): Storm => ({ lost: 0.3 * much, doubled: 0, late: 0, lateMs: 0 });
const stuttering = (much: number): Storm => ({ lost: 0, doubled: much, late: 0, lateMs: 0 });
const slow = (much: number): Storm => ({ lost: 0, doubled: 0, late: 1, lateMs: 45_000 * much });
const muddled = (much: number): Storm => ({
  lost: 0.1 * much,
  doubled: 0.3,
  late: 0.3,
  lateMs: 8_000,
});

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

/** Everything that can go wrong, by what a person would say of it. */
export const FAULTS = {
  // The way up
  "the CSMS drops out": {
    everyS: 900,
    forS: [5, 900],
    aims: false,
    strike(world) {
      world.site.csms.setDown(true);
      return () => world.site.csms.setDown(false);
    },
  },
  "the CSMS loses the connection": {
    everyS: 600,
    forS: [0, 0],
    aims: false,
    strike: ({ site }) => site.csms.disconnect(),
  },
  "the wire to the CSMS is cut": {
    everyS: 900,
    forS: [0, 0],
    aims: false,
    strike: ({ network }) => network.cut(null),
  },
  "the CSMS hears nothing any more": {
    everyS: 900,
    forS: [0, 0],
    aims: false,
    strike: ({ network }) => network.cut(null, "near"),
  },
  "the CSMS is not heard any more": {
    everyS: 900,
    forS: [0, 0],
    aims: false,
    strike: ({ network }) => network.cut(null, "far"),
  },
  "the CSMS hangs": csmsFault(900, (much) => ({
    hangs: much < 0.5 ? "heard-nothing" : "booked",
  })),
  "the CSMS is slow": csmsFault(600, (much) => ({ answerDelayMs: 45_000 * much })),
  "the CSMS fails at everything": csmsFault(1_800, () => ({
    failsAt: ["StartTransaction", "MeterValues", "StopTransaction"],
  })),
  "the CSMS fails at one record": csmsFault(1_200, failAtOne),
  "the CSMS calls good cards bad": csmsFault(1_800, () => ({ lies: ["good-card-invalid"] })),
  "the CSMS gives a number twice": csmsFault(3_600, () => ({ lies: ["number-given-twice"] })),
  "messages to and from the CSMS are late": storm(900, false, slow),
  "messages to and from the CSMS are lost": storm(600, false, lossy),
  "messages to and from the CSMS come twice": storm(600, false, stuttering),
  "messages to and from the CSMS are mixed up": storm(600, false, muddled),
  "the CSMS turns the gateway away": {
    everyS: 1_200,
    forS: [5, 600],
    aims: false,
    strike(world, { much }) {
      world.network.refuseUpstream(much < 0.5 ? 503 : 401);
      world.site.csms.disconnect();
      return () => world.network.refuseUpstream(null);
    },
  },
  "the CSMS speaks another version": {
    everyS: 1_800,
    forS: [5, 600],
    aims: false,
    strike(world) {
      world.network.speakUpstream(["ocpp2.0.1"]);
      world.site.csms.disconnect();
      return () => world.network.speakUpstream(["ocpp1.6"]);
    },
  },
  "the CSMS keeps the gateway waiting": csmsFault(1_800, () => ({ registration: "Pending" })),
  "the CSMS rejects the gateway": csmsFault(1_800, () => ({ registration: "Rejected" })),
  // Chargers
  "a charger's wire is cut": {
    everyS: 600,
    forS: [0, 0],
    aims: true,
    strike: (world, event) => world.network.cut(identityOf(world, event)),
  },
  "a charger is not heard any more": {
    everyS: 900,
    forS: [0, 0],
    aims: true,
    strike: (world, event) => world.network.cut(identityOf(world, event), "near"),
  },
  "a charger hears nothing any more": {
    everyS: 900,
    forS: [0, 0],
    aims: true,
    strike: (world, event) => world.network.cut(identityOf(world, event), "far"),
  },
  "a charger cannot be reached": {
    everyS: 900,
    forS: [10, 1_800],
    aims: true,
    strike(world, event) {
      const identity = identityOf(world, event);
      world.network.setReachable(identity, false);
      world.network.cut(identity);
      return () => world.network.setReachable(identity, true);
    },
  },
  "a charger loses its power": {
    everyS: 1_200,
    forS: [1, 120],
    aims: true,
    strike(world, event) {
      world.chargerOf(event.who).losePower(event.forS * 1_000);
    },
  },
  "a charger is slow": storm(900, true, slow),
  "messages of a charger are lost": storm(900, true, lossy),
  "messages of a charger come twice": storm(900, true, stuttering),
  "messages of a charger are mixed up": storm(900, true, muddled),
  "a charger tells no currents": {
    everyS: 900,
    forS: [60, 900],
    aims: true,
    strike(world, event) {
      const identity = identityOf(world, event);
      world.weather.blank(identity, true);
      return () => world.weather.blank(identity, false);
    },
  },
  "a charger babbles": {
    everyS: 600,
    forS: [0, 0],
    aims: true,
    strike: (world, event) => world.babble(event.who, event.much),
  },
  "another comes under a charger's name": {
    everyS: 900,
    forS: [5, 300],
    aims: true,
    strike: (world, event) => world.impersonate(event.who, event.much < 0.5),
  },
  "links fall one by one": {
    everyS: 1_800,
    forS: [30, 600],
    aims: false,
    strike: (world, event) => world.clogLinks(event.forS, event.much),
  },
  // The gateway
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
  // The meter
  "the meter is silent": meterFault(900, () => ({ kind: "silent" })),
  "the meter is frozen": meterFault(1_200, () => ({ kind: "frozen" })),
  "the meter has no values": meterFault(1_200, () => ({ kind: "no-value" })),
  "the meter shows ten times too much": meterFault(1_200, () => ({
    kind: "magnified",
    factor: 10,
  })),
  "the meter trembles": meterFault(600, () => ({ kind: "noisy", part: 0.005 })),
  "the meter begins at 0": meterFault(1_800, (much) => ({
    kind: "restarted",
    zeroForMs: 20_000 * much,
  })),
  "the meter's words are swapped": meterFault(1_800, () => ({ kind: "word-swapped" })),
  "the meter is late": meterFault(1_800, (much) => ({ kind: "stale", lateMs: 20_000 * much })),
  // What is no fault, but comes at the worst moment
  "a charger reboots": {
    everyS: 1_800,
    forS: [0, 0],
    aims: true,
    strike: (world, event) => world.chargerOf(event.who).reboot(),
  },
  "many come at once": {
    everyS: 1_800,
    forS: [0, 0],
    aims: false,
    strike: ({ site }, { much }) => void site.gather(2 + Math.floor(much * 8)),
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** What a fault is called. */
export type FaultName = keyof typeof FAULTS;

function meterFault(everyS: number, fault: (much: number) => MeterFault): Fault {
  return {
    everyS,
    forS: [2, 300],
    aims: false,
    strike(world, { much }) {
      world.meter.break(fault(much));
      return () => world.meter.break(null);
    },
  };
}
