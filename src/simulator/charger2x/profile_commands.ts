import { rpcError } from "../../ocpp/mod.ts";
import { happens } from "../chance.ts";
import { compositeSchedule } from "../station/composite_schedule.ts";
import type { CommandTable2x } from "./commands.ts";
import type { Said2x } from "./messages.ts";
import { clearProfiles2x, hasSmartCharging, installProfile2x, profileRules2x } from "./profiles.ts";
import { evseOf, type Station2x } from "./station.ts";

/** Commands about charging profiles (2.0.1 K). */
export const PROFILE_COMMANDS_2X: CommandTable2x<
  "SetChargingProfile" | "ClearChargingProfile" | "GetCompositeSchedule" | "GetChargingProfiles"
> = {
  SetChargingProfile({ station }, { evseId, chargingProfile }) {
    // K01.FR.29.
    if (!hasSmartCharging(station)) return NO_SMART_CHARGING;
    if (evseId !== 0 && evseOf(station, evseId) === undefined) {
      return { payload: { status: "Rejected" } };
    }
    const taking = installProfile2x(station, evseId, chargingProfile);
    if (!taking.isTaken) {
      const { reasonCode, reason } = taking;
      station.ports.log("info", "profile_refused", { evseId, reason });
      const statusInfo = { reasonCode, additionalInfo: reason };
      return { payload: { status: "Rejected", statusInfo } };
    }
    const { ignoresProfileChance: chance } = station.options.faults;
    const isIgnored = chance > 0 && happens(chance, station.ports.ids);
    const afterwards = isIgnored ? () => {} : () => obeySoon(station);
    return { payload: { status: "Accepted" }, afterwards };
  },

  ClearChargingProfile({ station }, request) {
    if (!hasSmartCharging(station)) return NO_SMART_CHARGING;
    const status = clearProfiles2x(station, request) ? "Accepted" : "Unknown";
    return { payload: { status }, afterwards: () => obeySoon(station) };
  },

  GetCompositeSchedule({ station }, { evseId, duration, chargingRateUnit = "A" }) {
    if (!hasSmartCharging(station)) return NO_SMART_CHARGING;
    const { memory, options, clock } = station;
    if (!profileRules2x(station).rateUnits.includes(chargingRateUnit)) {
      return { payload: { status: "Rejected" } };
    }
    const connectors = station.connectors.map(({ id, outlet, transaction }) => ({
      connectorId: id,
      hardware: { amps: outlet.options.maxAmps, phases: outlet.options.lines.length },
      startedMs: transaction?.startedMs ?? null,
    }));
    const answer = compositeSchedule({ connectorId: evseId, duration, chargingRateUnit }, {
      store: memory.installed,
      connectors,
      volts: options.volts,
      nowMs: clock.nowMs(),
    });
    const { chargingSchedule, scheduleStart } = answer;
    const [first, ...rest] = chargingSchedule?.chargingSchedulePeriod ?? [];
    if (answer.status === "Rejected" || scheduleStart === undefined || first === undefined) {
      return { payload: { status: "Rejected" } };
    }
    return {
      payload: {
        status: "Accepted",
        schedule: {
          evseId,
          duration: chargingSchedule?.duration ?? duration,
          scheduleStart,
          chargingRateUnit,
          chargingSchedulePeriod: [first, ...rest],
        },
      },
    };
  },

  GetChargingProfiles({ station }, { requestId, evseId, chargingProfile: wanted }) {
    const meant = [...station.memory.told.values()].filter(({ evseId: at, profile }) =>
      (evseId === undefined || evseId === at) &&
      (wanted.chargingProfileId === undefined || wanted.chargingProfileId.includes(profile.id)) &&
      (wanted.stackLevel === undefined || wanted.stackLevel === profile.stackLevel) &&
      (wanted.chargingProfilePurpose === undefined ||
        wanted.chargingProfilePurpose === profile.chargingProfilePurpose)
    );
    if (meant.length === 0) return { payload: { status: "NoProfiles" } };
    const afterwards = () =>
      station.ports.spawn("report profiles", async () => {
        for (const [index, { evseId: at, profile }] of meant.entries()) {
          await station.link.say(
            "ReportChargingProfiles",
            {
              requestId,
              chargingLimitSource: "CSO",
              evseId: at,
              tbc: index < meant.length - 1,
              chargingProfile: [profile],
            } as Said2x["ReportChargingProfiles"],
          );
        }
      });
    return { payload: { status: "Accepted" }, afterwards };
  },
};

const NO_SMART_CHARGING = {
  error: rpcError("NotSupported", "Smart charging is switched off"),
} as const;

/** The electronics that set the control pilot take a moment. */
function obeySoon(station: Station2x): void {
  const { options, memory } = station;
  if (options.faults.ignoresProfiles) return;
  station.later(options.timing.profileLatencyMs, () => {
    memory.obeyed = memory.installed;
    station.update();
  });
}
