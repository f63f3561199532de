import { isRecord } from "../lib/json.ts";
import type { OcppVersion } from "../ocpp/mod.ts";

/**
 * Which version a charger speaks that says this, whatever it named when it connected: the first message
 * of 1.6 and that of 2.x have no field in common. Null for what is no BootNotification, or fits the
 * version that is spoken.
 */
export function otherVersionIn(text: string, spoken: OcppVersion): OcppVersion | null {
  // Only the first words tell, and most messages are something else.
  if (!text.slice(0, HEAD_LENGTH).includes("BootNotification")) return null;
  const message = payloadOf(text);
  if (message === null) return null;
  const is16 = "chargePointVendor" in message || "chargePointModel" in message;
  const is2x = isRecord(message["chargingStation"]);
  if (is16 === is2x) return null;
  if (is16) return spoken === "ocpp1.6" ? null : "ocpp1.6";
  return spoken === "ocpp1.6" ? "ocpp2.0.1" : null;
}

/** A type, an id of 36 characters at most and the name of the action, with blanks between them. */
const HEAD_LENGTH = 120;

function payloadOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const frame: unknown = JSON.parse(text);
    const [type, , action, payload] = Array.isArray(frame) ? frame : [];
    return type === 2 && action === "BootNotification" && isRecord(payload) ? payload : null;
  } catch {
    return null;
  }
}
