import { rpcError } from "../../ocpp/mod.ts";
import { happens } from "../chance.ts";
import type { CommandTable } from "./commands.ts";
import { compositeSchedule } from "../station/composite_schedule.ts";
import { profileRules } from "./profile_rules.ts";
import { clearProfiles, installProfile } from "../station/profile_store.ts";
import { connectorOf, type Station16 } from "./station.ts";

/** Commands about charging profiles. */
export const PROFILE_COMMANDS: CommandTable<
  "SetChargingProfile" | "ClearChargingProfile" | "GetCompositeSchedule"
> = {
  SetChargingProfile({ station }, { connectorId, csChargingProfiles }) {
    const connector = connectorOf(station, connectorId);
    if (connector === undefined && connectorId !== 0) {
      // Errata 3.39 wants an error, not a status.
      return { error: rpcError("PropertyConstraintViolation", `No connector ${connectorId}`) };
    }
    const transaction = connector?.transaction ?? null;
    const outcome = installProfile(station.memory.installed, connectorId, csChargingProfiles, {
      rules: profileRules(station),
      transaction: transaction === null ? null : transaction.number ?? "unnumbered",
      nowMs: station.clock.nowMs(),
    });
    if (outcome.status === "Rejected") {
      station.ports.log("info", "profile_refused", { connectorId, reason: outcome.reason });
      return { payload: { status: "Rejected" } };
    }
    station.memory.installed = outcome.store;
    const { ignoresProfileChance: chance } = station.options.faults;
    const isIgnored = chance > 0 && happens(chance, station.ports.ids);
    const afterwards = isIgnored ? () => {} : () => obeySoon(station);
    return { payload: { status: "Accepted" }, afterwards };
  },

  ClearChargingProfile({ station }, request) {
    const { status, store } = clearProfiles(station.memory.installed, request);
    station.memory.installed = store;
    return { payload: { status }, afterwards: () => obeySoon(station) };
  },

  GetCompositeSchedule({ station }, request) {
    const { memory, options, clock } = station;
    const { chargingRateUnit = "A" } = request;
    if (!profileRules(station).rateUnits.includes(chargingRateUnit)) {
      return { payload: { status: "Rejected" } };
    }
    const connectors = station.connectors.map(({ id, outlet, transaction }) => ({
      connectorId: id,
      hardware: { amps: outlet.options.maxAmps, phases: outlet.options.lines.length },
      startedMs: transaction?.startedMs ?? null,
    }));
    const situation = {
      store: memory.installed,
      connectors,
      volts: options.volts,
      nowMs: clock.nowMs(),
    };
    return { payload: compositeSchedule(request, situation) };
  },
};

/** The electronics that set the control pilot take a moment. */
function obeySoon(station: Station16): void {
  const { options, memory } = station;
  if (options.faults.ignoresProfiles) return;
  station.later(options.timing.profileLatencyMs, () => {
    memory.obeyed = memory.installed;
    station.update();
  });
}
