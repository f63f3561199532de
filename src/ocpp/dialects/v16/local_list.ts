import { compact } from "../../../lib/json.ts";
import type { AuthorizationEntry, InsideResponse } from "../../inside.ts";
import type { Requests16, Responses16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { unsaid, words } from "../translations.ts";
import { empty, exchange, statusOnly } from "./_exchange.ts";
import { idTag, readIdTagInfo, writeIdTagInfo } from "./identification.ts";

type Entry16 = NonNullable<Requests16["SendLocalList"]["localAuthorizationList"]>[number];

/** 2.1's list has an entry or is absent. */
const emptyList = unsaid<readonly Entry16[]>();

type ListStatus16 = Responses16["SendLocalList"]["status"];
type ListStatus = InsideResponse<"SendLocalList">["status"];

export const sendLocalList = exchange<"SendLocalList", "SendLocalList">(
  "SendLocalList",
  {
    read({ listVersion, updateType, localAuthorizationList: list }, notes) {
      if (list?.length === 0) notes.read("localAuthorizationList", emptyList, list);
      return compact({
        versionNumber: listVersion,
        updateType,
        localAuthorizationList: list === undefined || list.length === 0
          ? undefined
          : list.map((entry, index) =>
            readEntry(entry, notes.below(`localAuthorizationList/${index}`))
          ),
      });
    },
    write({ versionNumber, updateType, localAuthorizationList: list }, notes) {
      const entries = list?.map((entry, index) =>
        writeEntry(entry, notes.below(`localAuthorizationList/${index}`))
      );
      const kept = notes.write("localAuthorizationList", emptyList, undefined);
      return compact({
        listVersion: versionNumber,
        updateType,
        localAuthorizationList: entries ?? (kept === undefined ? undefined : [...kept]),
      });
    },
  },
  statusOnly(words<ListStatus16, ListStatus>({
    Accepted: "Accepted",
    Failed: "Failed",
    NotSupported: "Failed",
    VersionMismatch: "VersionMismatch",
  }, { Accepted: "Accepted", Failed: "Failed", VersionMismatch: "VersionMismatch" })),
);

function readEntry({ idTag: tag, idTagInfo }: Entry16, notes: NoteTaker): AuthorizationEntry {
  return compact({
    idToken: idTag.read(tag),
    idTokenInfo: idTagInfo === undefined
      ? undefined
      : readIdTagInfo(idTagInfo, notes.below("idTokenInfo")),
  });
}

function writeEntry({ idToken, idTokenInfo }: AuthorizationEntry, notes: NoteGiver): Entry16 {
  return compact({
    idTag: idTag.write(idToken),
    idTagInfo: idTokenInfo === undefined
      ? undefined
      : writeIdTagInfo(idTokenInfo, notes.below("idTokenInfo")),
  });
}

/** 1.6 says -1 where the charger has no list at all; 2.1 says that in its device model. */
const listVersion: Translation<number, number> = {
  read: (version) => Math.max(0, version),
  write: (version) => version,
};

export const getLocalListVersion = exchange<"GetLocalListVersion", "GetLocalListVersion">(
  "GetLocalListVersion",
  empty,
  {
    read: (wire, notes) => ({
      versionNumber: notes.read("versionNumber", listVersion, wire.listVersion),
    }),
    write: (inside, notes) => ({
      listVersion: notes.write("versionNumber", listVersion, inside.versionNumber),
    }),
  },
);
