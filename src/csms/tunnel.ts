import { isRecord } from "../lib/json.ts";
import { type CsmsAction, type InsideAction, type InsideCall, rpcError } from "../ocpp/mod.ts";
import { BRAKED } from "./command_brake.ts";
import { callOne, failureOf, objectionTo } from "./one_charger.ts";
import type { CommandDesk, Route } from "./route.ts";
import { VENDOR_ID } from "./vendor.ts";

const TUNNEL = "Tunnel";

/** True for what may go to one charger past the gateway. */
export type IsForOne = (action: InsideAction) => action is CsmsAction;

/** DataTransfer: the tunnel to one charger, nothing else. */
export function createTunnel(isForOne: IsForOne): Route<"DataTransfer"> {
  return {
    handling: ["forward", "refuse"],
    isForOne: true,
    async run({ message }, desk) {
      if (message.vendorId !== VENDOR_ID) return { message: { status: "UnknownVendorId" } };
      if (message.messageId !== TUNNEL) return { message: { status: "UnknownMessageId" } };
      const request = readRequest(message.data);
      if (request === null) {
        return refusal('data is not {"slot": number, "action": text, "payload": object}');
      }
      return await pass(request, desk, isForOne);
    },
  };
}

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

async function pass(
  { slot, action, payload }: TunnelRequest,
  desk: CommandDesk,
  isForOne: IsForOne,
) {
  const record = desk.site.slots().get(slot);
  if (record === undefined || record.removed) return refusal(`There is no slot ${slot}`);
  // The tunnel speaks the version of the CSMS; the charger's own edge says it in the charger's.
  const speech = await desk.speech(desk.version);
  const read = speech.check.relaxed("request", action, payload);
  if (!read.ok) return refusal(`${read.error.code}: ${read.error.description}`);
  const call = speech.dialect.readRequest({ action, payload: read.payload });
  if (call === null || !isForOne(call.action)) {
    return refusal(`${action} does not go through the tunnel`);
  }
  const refused = (reason: string) => {
    desk.notes.tell(call, slot, { ok: false, error: rpcError("GenericError", reason) });
    return refusal(reason);
  };
  const objection = objectionTo(call, desk);
  if (objection !== null) return refused(objection);
  if (!desk.mayDisrupt(call)) return refused(BRAKED);
  // The compiler does not follow what was just asked of the action to the whole of the call.
  const outcome = await callOne(call as InsideCall<CsmsAction>, record, desk);
  if (outcome.kind !== "answered") return refused(failureOf(outcome));
  desk.notes.tell(call, slot, { ok: true, ...outcome });
  const answer = speech.dialect.writeResponse(action, call.action, outcome);
  return accepted(answer);
}

function accepted(payload: unknown) {
  const data = JSON.stringify({ status: "Accepted", payload });
  return { message: { status: "Accepted" as const, data } };
}

function refusal(reason: string) {
  const data = JSON.stringify({ status: "Rejected", reason });
  return { message: { status: "Rejected" as const, data } };
}
