import { addressProblem, type FileRules } from "../files/mod.ts";
import type { InsideCall } from "../ocpp/mod.ts";

/** What speaks against where a command sends a charger; null where nothing does. */
export function locationProblem(call: InsideCall, rules: FileRules): string | null {
  const location = locationIn(call);
  return location === undefined ? null : addressProblem(location, rules);
}

function locationIn(call: InsideCall): string | undefined {
  switch (call.action) {
    case "GetLog":
      return call.message.log.remoteLocation;
    case "UpdateFirmware":
      return call.message.firmware.location;
    case "PublishFirmware":
      return call.message.location;
    default:
      return undefined;
  }
}
