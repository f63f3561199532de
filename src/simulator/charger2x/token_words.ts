import type { Requests16 } from "../../ocpp/messages/mod.ts";
import type { IdTagInfo16 } from "../station/tokens.ts";
import type { IdToken2x, IdTokenInfo2x, Told2x } from "./messages.ts";

/** What a station need know of a token, whatever words the CSMS has for the rest. */
export function idTagInfoOf(
  { status, cacheExpiryDateTime, groupIdToken }: IdTokenInfo2x,
): IdTagInfo16 {
  return {
    status: ["Accepted", "Blocked", "Expired", "ConcurrentTx"].includes(status)
      ? status as IdTagInfo16["status"]
      : "Invalid",
    ...(cacheExpiryDateTime === undefined ? {} : { expiryDate: cacheExpiryDateTime }),
    ...(groupIdToken === undefined ? {} : { parentIdTag: groupIdToken.idToken }),
  };
}

/** A local list as the station's memory takes it. */
export function localListOf(
  { versionNumber, updateType, localAuthorizationList = [] }: Told2x["SendLocalList"],
): Requests16["SendLocalList"] {
  return {
    listVersion: versionNumber,
    updateType,
    localAuthorizationList: localAuthorizationList.map(({ idToken, idTokenInfo }) => ({
      idTag: idToken.idToken,
      ...(idTokenInfo === undefined
        ? {}
        : { idTagInfo: idTagInfoOf(idTokenInfo as IdTokenInfo2x) }),
    })),
  };
}

/** A card of the drivers here, as 2.x names it. */
export function cardOf(idTag: string): IdToken2x {
  return { idToken: idTag, type: "ISO14443" };
}
