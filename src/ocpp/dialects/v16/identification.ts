import { compact } from "../../../lib/json.ts";
import type { IdToken, IdTokenInfo } from "../../inside.ts";
import type { Responses16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { lengthOf, words } from "../translations.ts";

/** 1.6 knows identifications of at most 20 characters (IdToken, CiString20Type). */
export const TOKEN_LENGTH_MAX_16 = 20;

/** True for an identification that 1.6 can carry; others need an alias before they are written. */
export function fitsToken16({ idToken }: Pick<IdToken, "idToken">): boolean {
  return lengthOf(idToken) <= TOKEN_LENGTH_MAX_16;
}

/** UIDs of RFID cards have 4, 7 or 10 bytes. */
const CARD_NUMBER = /^(?:[0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$/i;

/**
 * 1.6 does not say of what kind an idTag is: what looks like the number of a card is taken for one.
 * A token is never shortened: it would be somebody else's.
 */
export const idTag: Translation<string, IdToken> = {
  read: (text) => ({ idToken: text, type: CARD_NUMBER.test(text) ? "ISO14443" : "Central" }),
  write: ({ idToken }) => idToken,
};

/** The group that 1.6 calls the parent. */
export const parentIdTag: Translation<string, IdToken> = {
  read: (text) => ({ idToken: text, type: "Central" }),
  write: ({ idToken }) => idToken,
};

type IdTagInfo = Responses16["Authorize"]["idTagInfo"];

const status = words<IdTagInfo["status"], IdTokenInfo["status"]>({
  Accepted: "Accepted",
  Blocked: "Blocked",
  Expired: "Expired",
  Invalid: "Invalid",
  ConcurrentTx: "ConcurrentTx",
}, {
  Accepted: "Accepted",
  Blocked: "Blocked",
  ConcurrentTx: "ConcurrentTx",
  Expired: "Expired",
  Invalid: "Invalid",
  // The token is known, and there is something to be settled before it is welcome again.
  NoCredit: "Blocked",
  NotAllowedTypeEVSE: "Invalid",
  NotAtThisLocation: "Invalid",
  NotAtThisTime: "Invalid",
  Unknown: "Invalid",
});

/** `notes` are those of the fields below the info. */
export function readIdTagInfo(wire: IdTagInfo, notes: NoteTaker): IdTokenInfo {
  const { parentIdTag: parent, expiryDate } = wire;
  return compact({
    status: notes.read("status", status, wire.status),
    cacheExpiryDateTime: expiryDate,
    groupIdToken: parent === undefined ? undefined : parentIdTag.read(parent),
  });
}

/** The inverse of `readIdTagInfo`. */
export function writeIdTagInfo(inside: IdTokenInfo, notes: NoteGiver): IdTagInfo {
  const { groupIdToken, cacheExpiryDateTime } = inside;
  return compact({
    status: notes.write("status", status, inside.status),
    expiryDate: cacheExpiryDateTime,
    parentIdTag: groupIdToken === undefined ? undefined : parentIdTag.write(groupIdToken),
  });
}
