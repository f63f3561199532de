import { isRecord } from "../lib/json.ts";
import {
  type CsmsAction,
  type InsideCall,
  type InsideResponse,
  rpcError,
  type SpokenOutcome,
} from "../ocpp/mod.ts";
import type { SlotRecord } from "../site/mod.ts";
import { withEvses } from "./evse_numbers.ts";
import { FILE_RULES } from "../files/mod.ts";
import { locationProblem } from "./file_locations.ts";
import type { ExpectedCall } from "./follow_ups.ts";
import { isGuarded } from "./guarded_variables.ts";
import { followWithReports } from "./report_routes.ts";
import { type CommandAnswer, type CommandDesk, slotAt } from "./route.ts";
import { VENDOR_ID } from "./vendor.ts";

/**
 * The slot by which a 2.x CSMS means one charger in a message that has no EVSE of its own:
 * `customData: {"vendorId":"org.sangam","slot":3}` (2.1 Part 4 §9: customData is open). Null: the station.
 */
export function slotNamed({ message }: InsideCall): number | null {
  const { customData } = message as { readonly customData?: unknown };
  if (!isRecord(customData) || customData["vendorId"] !== VENDOR_ID) return null;
  const { slot } = customData;
  return typeof slot === "number" ? slot : null;
}

/** To the one charger that the CSMS means, under its numbers; what it says comes back under ours. */
export async function toOneCharger<A extends CsmsAction>(
  call: InsideCall<A> & { readonly action: A },
  slot: number,
  desk: CommandDesk,
): Promise<CommandAnswer<A>> {
  const record = slotAt(desk, slot);
  if (record === undefined) return no("PropertyConstraintViolation", `There is no slot ${slot}`);
  const objection = objectionTo(call, desk);
  if (objection !== null) return no("SecurityError", objection);
  const told = inItsNumbers(call as InsideCall, record, desk);
  if (told === null) {
    return no("PropertyConstraintViolation", `There is another charger at an EVSE that is named`);
  }
  const outcome = await callOne<A>(told as typeof call, record, desk);
  if (outcome.kind !== "answered") return no("GenericError", failureOf(outcome));
  return { message: inOurNumbers(call as InsideCall, outcome.message, record, desk) };
}

/** Sends it, and sees to it that what follows reaches the CSMS under its own number. */
export async function callOne<A extends CsmsAction>(
  call: InsideCall<A> & { readonly action: A },
  { chargerId, slot }: SlotRecord,
  desk: CommandDesk,
): Promise<SpokenOutcome<A>> {
  const is16 = (desk.site.charger(chargerId)?.version ?? "ocpp1.6") === "ocpp1.6";
  const expected = await desk.followUps.expect<A>(call, { chargerId, slot, is16 });
  const outcome = await taken<A>(expected, chargerId, desk) ??
    await desk.chargers.call<A>(chargerId, expected.call);
  if (expected.order !== null && isRefusal(outcome)) desk.followUps.forget(expected.order);
  return outcome;
}

/** What the gateway fetches or takes on for the charger itself; null where it is not of that. */
async function taken<A extends CsmsAction>(
  { call, order }: ExpectedCall<A>,
  chargerId: string,
  desk: CommandDesk,
): Promise<SpokenOutcome<A> | null> {
  const said = call as InsideCall;
  if (desk.logs !== undefined && order !== null && said.action === "GetLog") {
    // The compiler cannot follow that A is the action that was just looked at.
    return await desk.logs.take(chargerId, order.stationRequestId, said) as SpokenOutcome<A>;
  }
  if (desk.firmware === undefined || order === null || said.action !== "UpdateFirmware") {
    return null;
  }
  // It lies here already: the charger fetches it as it was told to.
  if (desk.firmware.isOwn(said.message.firmware.location)) return null;
  // As without: who is away is not promised anything.
  if (!desk.firmware.isHere(chargerId)) return { kind: "gone" };
  const status = await desk.firmware.take(chargerId, order.stationRequestId, said);
  // The compiler cannot follow that A is the action that was just looked at.
  const message = { status } as InsideResponse<A>;
  return { kind: "answered", message };
}

/** The charger does nothing, so that it will tell nothing. One that is silent may have heard it. */
function isRefusal(outcome: SpokenOutcome<CsmsAction>): boolean {
  if (outcome.kind !== "answered") {
    return outcome.kind === "refused" || outcome.kind === "unsayable";
  }
  const { message } = outcome;
  return "status" in message && !String(message.status ?? "Accepted").startsWith("Accepted");
}

/** What speaks against telling it to a charger, whichever way it came; null where nothing does. */
export function objectionTo(
  call: InsideCall,
  { options, firmware, logs }: Pick<CommandDesk, "options" | "firmware" | "logs">,
): string | null {
  if (call.action === "SetVariables") {
    const isHeld = call.message.setVariableData.some(({ component, variable }) =>
      isGuarded(component, variable, options.chargerSettings)
    );
    return isHeld ? "This setting of a charger is the gateway's" : null;
  }
  // A maker may have put anything behind it: the address of the backend, too.
  if (call.action === "DataTransfer" && !(options.vendors ?? []).includes(call.message.vendorId)) {
    return "Messages of this vendor do not go to chargers";
  }
  if (call.action === "UpdateFirmware" && firmware?.isOwn(call.message.firmware.location)) {
    return null;
  }
  const problem = locationProblem(call, options.files ?? FILE_RULES);
  if (problem !== null || call.action !== "GetLog") return problem;
  return logs?.problem(call.message.log.remoteLocation) ?? null;
}

/** Why a charger did not answer, for a person. */
export function failureOf(
  outcome: Exclude<SpokenOutcome<CsmsAction>, { readonly kind: "answered" }>,
): string {
  switch (outcome.kind) {
    case "refused":
      return `The charger answered ${outcome.error.code}: ${outcome.error.description}`;
    case "silent":
      return "The charger did not answer";
    case "gone":
      return "The charger is not connected";
    case "unsayable":
      return "The charger cannot be told this";
  }
}

function no(code: Parameters<typeof rpcError>[0], description: string) {
  return { error: rpcError(code, description) };
}

/** Without what was for us; null where it names an EVSE of another charger. */
function inItsNumbers<Call extends InsideCall>(
  call: Call,
  { chargerId }: SlotRecord,
  desk: CommandDesk,
): Call | null {
  const { customData: _ours, ...message } = call.message as { readonly customData?: unknown };
  const said = withEvses(message, (slot) => {
    const record = slotAt(desk, slot);
    return record?.chargerId === chargerId ? record.evseId : undefined;
  });
  return said === null ? null : { ...call, message: said };
}

/** 1.6 has its whole report in the answer; 2.x hears it afterwards. */
function inOurNumbers<Answer>(
  call: InsideCall,
  answer: Answer,
  { chargerId, slot }: SlotRecord,
  desk: CommandDesk,
): Answer {
  const { site } = desk;
  const said = withEvses(answer, (evseId) => site.slotOf(chargerId, evseId)?.slot) ?? answer;
  if (call.action !== "GetBaseReport") return said;
  const { reportData } = said as InsideResponse<"GetBaseReport">;
  if (reportData.length > 0) {
    followWithReports(call.message.requestId ?? 0, reportData, desk, ofSlot(slot));
  }
  // 2.x has no place for the report in the answer.
  return { ...said, reportData: [] };
}

/** By which the CSMS knows which charger speaks. */
export function ofSlot(slot: number): { readonly vendorId: string; readonly slot: number } {
  return { vendorId: VENDOR_ID, slot };
}
