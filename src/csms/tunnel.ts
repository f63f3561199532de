import { isRecord } from "../lib/json.ts";
import type { CsmsAction, InsideAction, InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { isGuarded } from "./guarded_variables.ts";
import type { CommandDesk, Route } from "./route.ts";

/** The vendor of messages that are the gateway's own. */
export const VENDOR_ID = "org.sangam";
const TUNNEL = "Tunnel";

/**
 * What may go to one charger past the gateway. Nothing that moves energy or money: transactions,
 * profiles, reservations and availability are the gateway's, under the CSMS's own numbers.
 */
const TUNNELLED: ReadonlySet<InsideAction> = new Set<CsmsAction>([
  "ClearCache",
  "DataTransfer",
  "GetBaseReport",
  "GetCompositeSchedule",
  "GetLocalListVersion",
  "GetLog",
  "GetVariables",
  "Reset",
  "SetVariables",
  "TriggerMessage",
  "UnlockConnector",
  "UpdateFirmware",
]);

/** DataTransfer: the tunnel to one charger, nothing else. */
export const dataTransfer: Route<"DataTransfer"> = {
  handling: ["forward", "refuse"],
  async run({ message }, desk) {
    if (message.vendorId !== VENDOR_ID) return { message: { status: "UnknownVendorId" } };
    if (message.messageId !== TUNNEL) return { message: { status: "UnknownMessageId" } };
    const request = readRequest(message.data);
    if (request === null) {
      return refusal('data is not {"slot": number, "action": text, "payload": object}');
    }
    return await pass(request, desk);
  },
};

interface TunnelRequest {
  readonly slot: number;
  readonly action: string;
  readonly payload: unknown;
}

/** 1.6 carries the request as a text, 2.x may carry it as JSON. */
function readRequest(data: unknown): TunnelRequest | null {
  const value = typeof data === "string" ? parsed(data) : data;
  if (!isRecord(value)) return null;
  const { slot, action, payload = {} } = value;
  return typeof slot === "number" && Number.isInteger(slot) && typeof action === "string"
    ? { slot, action, payload }
    : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function pass({ slot, action, payload }: TunnelRequest, desk: CommandDesk) {
  const record = desk.site.slots().get(slot);
  if (record === undefined || record.removed) return refusal(`There is no slot ${slot}`);
  // The tunnel speaks the version of the CSMS; the charger's own edge says it in the charger's.
  const speech = await desk.speech("ocpp1.6");
  const read = speech.check.relaxed("request", action, payload);
  if (!read.ok) return refusal(`${read.error.code}: ${read.error.description}`);
  const call = speech.dialect.readRequest({ action, payload: read.payload });
  if (call === null || !isTunnelled(call)) {
    return refusal(`${action} does not go through the tunnel`);
  }
  if (touchesGuarded(call)) return refusal("This setting of a charger is the gateway's");
  const outcome: SpokenOutcome<CsmsAction> = await desk.chargers.call(record.chargerId, call);
  if (outcome.kind !== "answered") return refusal(failureOf(outcome));
  const answer = speech.dialect.writeResponse(action, call.action, outcome);
  return accepted(answer);
}

function isTunnelled(call: InsideCall): call is InsideCall<CsmsAction> {
  return TUNNELLED.has(call.action);
}

function touchesGuarded(call: InsideCall): boolean {
  return call.action === "SetVariables" &&
    call.message.setVariableData.some(({ component, variable }) => isGuarded(component, variable));
}

function failureOf(outcome: SpokenOutcome<CsmsAction>): string {
  switch (outcome.kind) {
    case "refused":
      return `The charger answered ${outcome.error.code}: ${outcome.error.description}`;
    case "silent":
      return "The charger did not answer";
    case "gone":
      return "The charger is not connected";
    default:
      return "The charger cannot be told this";
  }
}

function accepted(payload: unknown) {
  const data = JSON.stringify({ status: "Accepted", payload });
  return { message: { status: "Accepted" as const, data } };
}

function refusal(reason: string) {
  const data = JSON.stringify({ status: "Rejected", reason });
  return { message: { status: "Rejected" as const, data } };
}
