import {
  acceptableAt,
  type ChargerList,
  type ChargerListRecord,
  chosenFor,
  inMessages,
  listChanges,
  listDigest,
} from "../authorization/mod.ts";
import { errorText } from "../lib/log.ts";
import { put } from "../lib/write.ts";
import type { AuthorizationEntry, InsideRequest } from "../ocpp/mod.ts";
import { tokenKey } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** A charger that has a list, and what is known of that. */
export interface ListHolder {
  station: Station;
  /** What it has; null where that is not known. */
  known: ChargerList | null;
  /** Its version was asked since it booted. */
  isAsked: boolean;
}

/** What became of a call. */
export type Said = "taken" | "declined" | "silent" | "gone" | { readonly refusal: string };

/** Brings the list of one charger up to date, in as few messages as it takes. */
export interface ListSender {
  bringUpToDate(holder: ListHolder): Promise<Said>;
  /** How many tokens it is given at most; 0 for a charger that has no list. */
  capacityOf(chargerId: string): number;
  recordOf(chargerId: string): ChargerListRecord;
}

/** Chargers with room for more get those used last: each entry is held here as well. */
const ENTRIES_MAX = 1_000;
/** A message stays well below what small chargers can read. */
const ITEMS_MAX = 100;
/** Sessions that are looked through for who charged last. */
const HISTORY_MAX = 500;

/** Creates the sender. */
export function createListSender(ports: ChargersPorts): ListSender {
  const { clock, site, tokens, journal, variables, pushedLists: records } = ports;

  function capacityOf(chargerId: string): number {
    const features = site.charger(chargerId)?.features;
    return features?.localList ? Math.min(features.localListMax ?? 0, ENTRIES_MAX) : 0;
  }

  /** Sends what is missing; all of it where it is not known what the charger has. */
  async function bringUpToDate(holder: ListHolder): Promise<Said> {
    const wanted = await wantedFor(holder.station.chargerId);
    if (holder.known === null) {
      const asked = await recognize(holder, wanted);
      if (asked !== "taken") return asked;
    }
    const changes = holder.known === null ? null : listChanges(holder.known, wanted);
    if (changes !== null && changes.length === 0) return "taken";
    if (changes !== null && changes.length < wanted.size) {
      const outcome = await send(holder, "Differential", changes, wanted);
      if (outcome !== "declined") return outcome;
    }
    // 1.6 §5.15: where a differential update failed, a full one should follow.
    return await send(holder, "Full", [...wanted.values()], wanted);
  }

  /** Asks after a boot which version it has: it may still have what it was given. */
  async function recognize(holder: ListHolder, wanted: ChargerList): Promise<Said> {
    if (holder.isAsked) return "taken";
    const { chargerId, speaker } = holder.station;
    const outcome = await speaker.call({ action: "GetLocalListVersion", message: {} });
    if (outcome.kind === "silent" || outcome.kind === "gone") return outcome.kind;
    holder.isAsked = true;
    if (outcome.kind !== "answered") return "taken";
    const { versionNumber } = outcome.message;
    const record = recordOf(chargerId);
    const isAsGiven = versionNumber === record.version && record.digest === listDigest(wanted);
    // An empty list has version 0 (1.6 §5.10), whatever its last update was called.
    if (isAsGiven || versionNumber === 0 && wanted.size === 0) holder.known = wanted;
    // Somebody else gave it a list: ours has to be newer.
    if (versionNumber > record.version) {
      records.set(chargerId, { ...record, version: versionNumber, digest: null });
    }
    return "taken";
  }

  async function send(
    holder: ListHolder,
    type: "Full" | "Differential",
    entries: readonly AuthorizationEntry[],
    wanted: ChargerList,
  ): Promise<Said> {
    const { chargerId } = holder.station;
    const messages = inMessages(entries, itemsMaxOf(chargerId));
    const before = recordOf(chargerId);
    const version = before.version + messages.length;
    holder.known = null;
    // On disk before it is used: a version is never given twice, whatever happens in between.
    await keep({ ...before, version, digest: null });
    for (const [index, items] of messages.entries()) {
      const said = await sendList(holder.station, {
        versionNumber: before.version + index + 1,
        updateType: index === 0 ? type : "Differential",
        ...(items.length === 0 ? {} : { localAuthorizationList: [...items] }),
      });
      if (said !== "taken") return said;
    }
    holder.known = wanted;
    const pushedAtMs = clock.wallMs();
    await keep({
      chargerId,
      version,
      digest: listDigest(wanted),
      entries: wanted.size,
      pushedAtMs,
    });
    return "taken";
  }

  async function sendList(
    { speaker }: Station,
    message: InsideRequest<"SendLocalList">,
  ): Promise<Said> {
    const outcome = await speaker.call({ action: "SendLocalList", message });
    switch (outcome.kind) {
      case "answered":
        return outcome.message.status === "Accepted" ? "taken" : "declined";
      case "refused":
        return { refusal: `it answered ${outcome.error.code}` };
      case "unsayable":
        return { refusal: "its version has no words for it" };
      default:
        return outcome.kind;
    }
  }

  function itemsMaxOf(chargerId: string): number {
    return Math.min(site.charger(chargerId)?.features?.localListItemsMax ?? 1, ITEMS_MAX);
  }

  function recordOf(chargerId: string): ChargerListRecord {
    return records.get(chargerId) ??
      { chargerId, version: 0, digest: null, entries: 0, pushedAtMs: null };
  }

  async function keep(record: ChargerListRecord): Promise<void> {
    records.set(record.chargerId, record);
    await journal.commit([put("charger-lists", record.chargerId, record)]);
  }

  async function wantedFor(chargerId: string): Promise<ChargerList> {
    if (!variables.flag("LocalAuthListCtrlr.Enabled")) return new Map();
    const acceptable = acceptableAt(tokens.list(), {
      slots: site.slotsOf(chargerId).map(({ slot }) => slot),
      masterPassGroup: variables.value("AuthCtrlr.MasterPassGroupId"),
      nowWallMs: clock.wallMs(),
    });
    const capacity = capacityOf(chargerId);
    const recent = acceptable.length <= capacity ? [] : await recentKeys(chargerId);
    return chosenFor(acceptable, capacity, recent);
  }

  /** Who charged last: here, then anywhere on the site. */
  async function recentKeys(chargerId: string): Promise<readonly string[]> {
    try {
      const here = await ports.store.transactions({ chargerId, limit: HISTORY_MAX });
      const anywhere = await ports.store.transactions({ limit: HISTORY_MAX });
      return [...here, ...anywhere].map(({ idToken }) => tokenKey(idToken));
    } catch (error) {
      ports.log("warning", "history_unreadable", { error: errorText(error) });
      return [];
    }
  }

  return { bringUpToDate, capacityOf, recordOf };
}
