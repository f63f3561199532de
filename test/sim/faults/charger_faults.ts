import { type FaultTable, identityOf } from "./fault.ts";
import { lossy, muddled, slow, storm, stuttering } from "./storms.ts";

/** Chargers, and the way to them. */
export const CHARGER_FAULTS = {
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
} as const satisfies FaultTable;

/** What is no fault of theirs, but comes at the worst moment. */
export const CHARGER_MOMENTS = {
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
} as const satisfies FaultTable;
