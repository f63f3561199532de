import type { SimulatedCsmsOptions } from "../../../src/simulator/mod.ts";
import { OCPP_VERSIONS, type OcppVersion } from "../../../src/ocpp/mod.ts";
import type { FaultEvent } from "../scenario.ts";
import type { World } from "../world.ts";
import type { Fault, FaultTable } from "./fault.ts";
import { lossy, muddled, slow, storm, stuttering } from "./storms.ts";

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

/** A version that the CSMS did not speak so far. */
function anotherOf({ plan }: World, { much }: FaultEvent): OcppVersion {
  const others = OCPP_VERSIONS.filter((each) => !plan.site.csms.protocols.includes(each));
  return others[Math.floor(much * others.length)] ?? "ocpp1.6";
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

/** The CSMS, and the way to it. */
export const CSMS_FAULTS = {
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
    strike(world, event) {
      world.site.csms.change({ protocols: [anotherOf(world, event)] });
      world.site.csms.disconnect();
      return () => world.site.csms.change({ protocols: world.plan.site.csms.protocols });
    },
  },
  "the CSMS keeps the gateway waiting": csmsFault(1_800, () => ({ registration: "Pending" })),
  "the CSMS rejects the gateway": csmsFault(1_800, () => ({ registration: "Rejected" })),
} as const satisfies FaultTable;
