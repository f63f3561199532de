import type { Chargers } from "../chargers/mod.ts";
import { isRecord } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import { type PeerOutcome, STATION_ACTIONS, withoutSecrets } from "../ocpp/mod.ts";
import type { ChargerAnswer, CommandOutcome } from "../site/mod.ts";

/** Any call of OCPP, in the charger's own version. */
export interface MessageCommands {
  say(
    chargerId: string,
    action: string,
    payload: Readonly<Record<string, unknown>>,
    by: string,
  ): Promise<CommandOutcome>;
}

/** What a charger says and is never told; DataTransfer goes both ways. */
const OF_CHARGERS: ReadonlySet<string> = new Set<string>([
  ...STATION_ACTIONS.filter((action) => action !== "DataTransfer"),
  "DiagnosticsStatusNotification",
  "NotifyPeriodicEventStream",
  "SignedFirmwareStatusNotification",
]);

/** Who says these behind the balancer's back takes away what holds the fuse. */
const OF_BALANCER: ReadonlySet<string> = new Set([
  "ClearChargingProfile",
  "ClearDERControl",
  "SetChargingProfile",
  "SetDERControl",
  "UpdateDynamicSchedule",
  "UsePriorityCharging",
]);

/** Answers by which a charger does not do what it was told. */
const NO: ReadonlySet<string> = new Set([
  "Failed",
  "NotImplemented",
  "NotSupported",
  "Rejected",
  "UnknownConnector",
  "UnknownMessageId",
  "UnknownTransaction",
  "UnknownVendorId",
  "UnlockFailed",
  "VersionMismatch",
]);

/** Creates the command. */
export function createMessageCommands(
  { chargers, log }: { readonly chargers: Pick<Chargers, "station">; readonly log: Log },
): MessageCommands {
  return {
    async say(chargerId, action, payload, by) {
      const refusal = refusalOf(action);
      if (refusal !== null) return refusal;
      const station = chargers.station(chargerId);
      if (station === undefined || !station.life.accepted) {
        return failed("The charger is not connected", "Check its power and network");
      }
      const outcome = await station.speaker.peer.call(action, payload);
      log("info", "operator_message", { charger: chargerId, action, by, outcome: outcome.kind });
      return outcomeOf(action, outcome);
    },
  };
}

function refusalOf(action: string): CommandOutcome | null {
  if (OF_CHARGERS.has(action)) {
    return wrong("action", `${action} is what a charger says, not what it is told`);
  }
  if (!OF_BALANCER.has(action)) return null;
  return {
    kind: "refused",
    reason: `${action} would undo what holds the site's limits`,
    advice: "Limit the EVSE or its circuit instead",
  };
}

function outcomeOf(action: string, outcome: PeerOutcome): CommandOutcome {
  switch (outcome.kind) {
    case "result": {
      const answer = shown(outcome.payload);
      const status = answer["status"];
      if (typeof status !== "string") {
        return { kind: "accepted", detail: "The charger answered", answer };
      }
      const said = `The charger answered ${status}`;
      return NO.has(status)
        ? { kind: "refused", reason: said, advice: "", answer }
        : { kind: "accepted", detail: said, answer };
    }
    case "error":
    case "invalid-answer": {
      const { code, description } = outcome.error;
      const reason = `The charger answered ${code} ${description}`.trim();
      return { kind: "refused", reason, advice: "" };
    }
    case "timeout":
      return failed("The charger did not answer", "Check its network connection");
    case "closed":
    case "queue-full":
      return failed("The charger is not connected", "Check its power and network");
    case "unsendable": {
      const errors = outcome.problems.map(({ path, message }) => ({
        path: path === "" ? "payload" : `payload${path.startsWith("/") ? "" : "/"}${path}`,
        message,
      }));
      const reason = `${action} is not valid: ` +
        errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
      return { kind: "refused", reason, advice: "", errors };
    }
  }
}

/** Answers are kept for those who ask again, and shown: no password is in them. */
function shown(payload: unknown): ChargerAnswer {
  const read: unknown = JSON.parse(withoutSecrets(JSON.stringify(payload)));
  return isRecord(read) ? read : {};
}

function wrong(path: string, message: string): CommandOutcome {
  return { kind: "refused", reason: message, advice: "", errors: [{ path, message }] };
}

function failed(reason: string, advice: string): CommandOutcome {
  return { kind: "failed", reason, advice };
}
