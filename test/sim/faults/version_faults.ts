import { OCPP_VERSIONS } from "../../../src/ocpp/mod.ts";
import { type FaultTable, identityOf } from "./fault.ts";

/** Versions change while the site is at work. */
export const VERSION_FAULTS = {
  "a charger gets firmware of another version": {
    everyS: 2_400,
    forS: [0, 0],
    aims: true,
    strike(world, event) {
      const charger = world.chargerOf(event.who);
      const others = OCPP_VERSIONS.filter((each) => each !== charger.version());
      const version = others[Math.floor(event.much * others.length)] ?? "ocpp1.6";
      world.story.tell(`${identityOf(world, event)} is to get firmware of ${version}`);
      charger.updateFirmware(version);
    },
  },
} as const satisfies FaultTable;
