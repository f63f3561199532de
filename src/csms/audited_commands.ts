import type { InsideCall, SpokenAnswer } from "../ocpp/mod.ts";
import type { AuditNote } from "../site/mod.ts";

/** What is noted of a command: all but who gave it, and when. */
export type CommandNote = Pick<AuditNote, "what" | "about" | "outcome" | "detail">;

/** Hands on what is to be noted; see `createCommandNotes`. */
export interface CommandNotes {
  /** @param slot the charger that was meant past the gateway; null for none */
  tell(call: InsideCall, slot: number | null, answer: SpokenAnswer): void;
}

/** So many of one kind are noted in an hour; more are counted: nobody can flush the log. */
export const COMMANDS_NOTED_MAX = 20;

const HOUR_MS = 3_600_000;
/** Names in one detail. */
const NAMES_MAX = 5;

/**
 * Notes what the CSMS does to sessions, settings, security and money, each with what came of it. Reading
 * is not noted, and neither are starts: those are in the sessions.
 */
export function createCommandNotes(
  nowMs: () => number,
  note: (note: CommandNote) => void,
): CommandNotes {
  /** The hour that runs, by action; as many as there are actions. */
  const hours = new Map<string, { readonly beganMs: number; count: number }>();

  return {
    tell(call, slot, answer) {
      const told = toldOf(call);
      if (told === null) return;
      const what = `command ${call.action}` as const;
      let hour = hours.get(call.action);
      if (hour === undefined || nowMs() - hour.beganMs >= HOUR_MS) {
        const unnoted = (hour?.count ?? 0) - COMMANDS_NOTED_MAX;
        if (unnoted > 0) {
          note({ what, about: "", outcome: "done", detail: `${unnoted} more in the hour before` });
        }
        hour = { beganMs: nowMs(), count: 0 };
        hours.set(call.action, hour);
      }
      if (++hour.count > COMMANDS_NOTED_MAX) return;
      const { outcome, said } = wordsOf(answer);
      const last = hour.count === COMMANDS_NOTED_MAX ? "more of them are counted for an hour" : "";
      note({
        what,
        about: slot === null ? told.about : `slot ${slot}`,
        outcome,
        detail: [told.detail, said, last].filter((text) => text !== "").join("; "),
      });
    },
  };
}

interface Told {
  readonly about: string;
  /** Never a password, a key, a card, or what stands in an address besides its host. */
  readonly detail: string;
}

function toldOf(call: InsideCall): Told | null {
  const station = (detail = ""): Told => ({ about: "", detail });
  switch (call.action) {
    case "Reset":
      return { about: evseOf(call.message.evseId), detail: call.message.type };
    case "RequestStopTransaction":
      return { about: `session ${call.message.transactionId}`, detail: "" };
    case "UnlockConnector":
      return { about: evseOf(call.message.evseId), detail: "" };
    case "ChangeAvailability":
      return { about: evseOf(call.message.evse?.id), detail: call.message.operationalStatus };
    case "SetChargingProfile": {
      const { id, chargingProfilePurpose, stackLevel } = call.message.chargingProfile;
      const detail = `${chargingProfilePurpose}, id ${id}, level ${stackLevel}`;
      return { about: evseOf(call.message.evseId), detail };
    }
    case "ClearChargingProfile": {
      const { chargingProfileId, chargingProfileCriteria: criteria } = call.message;
      const id = chargingProfileId === undefined ? "" : `id ${chargingProfileId}`;
      const detail = [criteria?.chargingProfilePurpose ?? "", id].filter((text) => text !== "");
      return { about: evseOf(criteria?.evseId), detail: detail.join(", ") };
    }
    case "SetVariables": {
      // Without values: some are passwords.
      const names = call.message.setVariableData.map(({ component, variable }) =>
        `${component.name}.${variable.name}`
      );
      const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : "";
      return station(names.slice(0, NAMES_MAX).join(", ") + more);
    }
    case "SetNetworkProfile": {
      const { configurationSlot, connectionData } = call.message;
      const { ocppCsmsUrl, securityProfile } = connectionData;
      const profile = `security profile ${securityProfile}`;
      return station(`slot ${configurationSlot}, ${hostIn(ocppCsmsUrl)}, ${profile}`);
    }
    case "UpdateFirmware":
      return station(hostIn(call.message.firmware.location));
    case "GetLog":
      return station(`${call.message.logType} to ${hostIn(call.message.log.remoteLocation)}`);
    case "InstallCertificate":
      return station(call.message.certificateType);
    case "CertificateSigned":
      return station(call.message.certificateType ?? "");
    case "CustomerInformation":
      return call.message.clear ? station("clear") : null;
    case "SendLocalList": {
      const { updateType, versionNumber, localAuthorizationList = [] } = call.message;
      return station(`${updateType}, version ${versionNumber}, ${localAuthorizationList.length}`);
    }
    case "ChangeTransactionTariff":
    case "ClearCache":
    case "ClearTariffs":
    case "DeleteCertificate":
    case "PublishFirmware":
    case "SetDefaultTariff":
    case "UnpublishFirmware":
      return station();
    default:
      return null;
  }
}

function evseOf(evseId: number | undefined): string {
  return evseId === undefined ? "" : `EVSE ${evseId}`;
}

/** An address may hold a name, a password, or a token in its query. */
function hostIn(address: string): string {
  return URL.parse(address)?.host ?? "no address";
}

/** Words with which an answer says that it is done, or will be. */
const DONE = new Set<unknown>([
  "Accepted",
  "AcceptedCanceled",
  "RebootRequired",
  "Scheduled",
  "Unlocked",
]);

function wordsOf(answer: SpokenAnswer): { outcome: CommandNote["outcome"]; said: string } {
  if (!answer.ok) return { outcome: "refused", said: answer.error.code };
  const said = statusesIn(answer.message);
  return {
    outcome: said.every((status) => DONE.has(status)) ? "done" : "refused",
    said: said.filter((status) => status !== "Accepted").slice(0, NAMES_MAX).join(", "),
  };
}

/** One, or one of each variable or tariff. */
function statusesIn(message: object): readonly string[] {
  if ("status" in message && typeof message.status === "string") return [message.status];
  return Object.values(message).flat().flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const status = "attributeStatus" in each
      ? each.attributeStatus
      : "status" in each
      ? each.status
      : undefined;
    return typeof status === "string" ? [status] : [];
  });
}
