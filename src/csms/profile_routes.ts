import { compact } from "../lib/json.ts";
import { rpcError } from "../ocpp/mod.ts";
import { pieces } from "./pieces.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";

/** Slot 0 for the whole site, a slot, or undefined where there is none by that number. */
function profileSlot(desk: CommandDesk, evseId: number): number | undefined {
  return evseId === 0 ? 0 : slotAt(desk, evseId)?.slot;
}

const noSuchEvse = (evseId: number) =>
  rpcError("PropertyConstraintViolation", `There is no connector ${evseId}`);

/** SetChargingProfile: kept and merged here, never passed on (ruling 22). */
export const setChargingProfile: Route<"SetChargingProfile"> = {
  handling: ["answer"],
  async run({ message }, desk) {
    const slot = profileSlot(desk, message.evseId);
    // A bad connector is an error of its own (1.6 errata 3.39).
    if (slot === undefined) return { error: noSuchEvse(message.evseId) };
    const { transactionId, ...profile } = message.chargingProfile;
    const transaction = transactionId === undefined
      ? undefined
      : desk.numbering.transactionOf(transactionId);
    if (transactionId !== undefined && transaction === undefined) {
      return { message: { status: "Rejected" } };
    }
    const chargingProfile = transaction === undefined
      ? profile
      : { ...profile, transactionId: transaction.id };
    const answer = await desk.profiles.install({ evseId: slot, chargingProfile });
    return answer.ok ? { message: answer.message } : { error: answer.error };
  },
};

/** ClearChargingProfile: by id, or by whatever criteria are given; none means all. */
export const clearChargingProfile: Route<"ClearChargingProfile"> = {
  handling: ["answer"],
  async run({ message }, desk) {
    const evseId = message.chargingProfileCriteria?.evseId;
    if (evseId === undefined) return { message: await desk.profiles.clear(message) };
    const slot = profileSlot(desk, evseId);
    if (slot === undefined) return { message: { status: "Unknown" } };
    const chargingProfileCriteria = { ...message.chargingProfileCriteria, evseId: slot };
    return { message: await desk.profiles.clear({ ...message, chargingProfileCriteria }) };
  },
};

/** GetCompositeSchedule: what is really in force, the site's own limits included. */
export const getCompositeSchedule: Route<"GetCompositeSchedule"> = {
  handling: ["answer"],
  isForOne: true,
  run({ message }, desk) {
    const slot = profileSlot(desk, message.evseId);
    if (slot === undefined) return Promise.resolve({ message: { status: "Rejected" } });
    const answer = desk.profiles.composite({ ...message, evseId: slot });
    if (!answer.ok) return Promise.resolve({ error: answer.error });
    const { schedule } = answer.message;
    if (schedule === undefined) return Promise.resolve({ message: answer.message });
    const renumbered = { ...schedule, evseId: message.evseId };
    return Promise.resolve({ message: { ...answer.message, schedule: renumbered } });
  },
};

/** Profiles in one ReportChargingProfiles; each may have a hundred periods. */
const PROFILES_PER_REPORT = 10;

/** GetChargingProfiles: the answer first, then a report for each EVSE and source (K09). */
export const getChargingProfiles: Route<"GetChargingProfiles"> = {
  handling: ["answer"],
  run({ message: { requestId, evseId, chargingProfile } }, desk) {
    const slot = evseId === undefined ? undefined : profileSlot(desk, evseId);
    const isNowhere = evseId !== undefined && slot === undefined;
    const criteria = compact({
      slot,
      ids: chargingProfile.chargingProfileId,
      purpose: chargingProfile.chargingProfilePurpose,
      stackLevel: chargingProfile.stackLevel,
      sources: chargingProfile.chargingLimitSource,
    });
    const found = isNowhere ? [] : desk.profiles.report(criteria);
    const reports = found.flatMap((each) =>
      pieces(each.profiles, PROFILES_PER_REPORT).map(({ part }) => ({ ...each, profiles: part }))
    );
    reports.forEach(({ slot: at, source, profiles }, index) =>
      desk.follow(`profiles ${requestId} ${index}`, {
        action: "ReportChargingProfiles",
        message: {
          requestId,
          chargingLimitSource: source,
          evseId: desk.numbering.evseOf(at),
          chargingProfile: [...profiles],
          tbc: index < reports.length - 1,
        },
      })
    );
    return Promise.resolve({ message: { status: found.length === 0 ? "NoProfiles" : "Accepted" } });
  },
};
