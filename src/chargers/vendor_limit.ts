import { variableOf } from "../ocpp/mod.ts";
import type { PhaseKey, VendorLimit } from "./model.ts";
import type { Station } from "./station.ts";
import { sayableAmps, type UnitCase } from "./tactic.ts";

/** What became of a limit that was said in the vendor's own way. */
export type VendorOutcome = "accepted" | "refused" | "unanswered";

/** Says a limit by a setting or a message of the vendor's own. It holds until another is said. */
export async function sayVendorLimit(
  limit: VendorLimit,
  limitAmps: number,
  { speaker }: Pick<Station, "speaker">,
  { place, quirks }: Pick<UnitCase, "place" | "quirks">,
  urgent: boolean,
): Promise<VendorOutcome> {
  const amps = Math.floor(sayableAmps(limitAmps, quirks) * 10 + 1e-6) / 10;
  const fill = (text: string) =>
    text.replaceAll("{amps}", String(amps)).replaceAll("{evse}", String(place.evseId));
  if (limit.by === "configuration") {
    return await saySetting(fill(limit.key), fill(limit.value), speaker, urgent);
  }
  const { vendorId, messageId, data } = limit;
  const message = {
    vendorId,
    ...(messageId === undefined ? {} : { messageId }),
    data: fill(data),
  };
  const outcome = await speaker.call({ action: "DataTransfer", message }, urgent);
  if (outcome.kind !== "answered") return unspoken(outcome.kind);
  return outcome.message.status === "Accepted" ? "accepted" : "refused";
}

/** Says by a setting of the vendor's own on how many phases to charge. */
export async function sayPhaseKey(
  { key, one, three }: PhaseKey,
  numberPhases: number,
  { speaker }: Pick<Station, "speaker">,
  { evseId }: Pick<UnitCase["place"], "evseId">,
  urgent: boolean,
): Promise<VendorOutcome> {
  const name = key.replaceAll("{evse}", String(evseId));
  return await saySetting(name, numberPhases === 1 ? one : three, speaker, urgent);
}

async function saySetting(
  key: string,
  attributeValue: string,
  speaker: Station["speaker"],
  urgent: boolean,
): Promise<VendorOutcome> {
  const message = { setVariableData: [{ ...variableOf(key), attributeValue }] };
  const outcome = await speaker.call({ action: "SetVariables", message }, urgent);
  if (outcome.kind !== "answered") return unspoken(outcome.kind);
  const status = outcome.message.setVariableResult[0]?.attributeStatus;
  return status === "Accepted" ? "accepted" : "refused";
}

function unspoken(kind: string): VendorOutcome {
  return kind === "refused" || kind === "unsayable" ? "refused" : "unanswered";
}
