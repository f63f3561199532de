import {
  acceptableAt,
  type ChargerList,
  type ChargerListRecord,
  chosenFor,
  inMessages,
  listChanges,
  listDigest,
} from "../authorization/mod.ts";
import { put } from "../lib/write.ts";
import type { AuthorizationEntry, InsideRequest } from "../ocpp/mod.ts";
import { tokenKey } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Keeps the local lists of chargers, so that known drivers charge when even the gateway is gone. */
export interface ListPush {
  /** The charger may be called. `hasBooted`: what it still knows has to be asked. */
  ready(station: Station, hasBooted: boolean): void;
  /** Null for a charger that has no list. */
  state(chargerId: string): PushedList | null;
  stop(): void;
}

/** How a charger's list stands. */
export interface PushedList {
  /** `waiting`: something is still to be sent. `refused`: it takes none until it boots again. */
  readonly state: "current" | "waiting" | "refused";
  /** The highest version sent to it; 0 for none. */
  readonly version: number;
  /** How many tokens it took. */
  readonly entries: number;
  readonly capacity: number;
  readonly pushedAtMs: number | null;
  /** Why it is not current, in words; null where nothing is wrong. */
  readonly trouble: string | null;
}

/** Changes of so long a time go out together; and a charger that booted has better things to do. */
const GATHER_MS = 30_000;
const RETRY_MAX_MS = 3_600_000;
/** Chargers with room for more get those used last: each entry is held here as well. */
const ENTRIES_MAX = 1_000;
/** A message stays well below what small chargers can read. */
const ITEMS_MAX = 100;
/** Sessions that are looked through for who charged last. */
const HISTORY_MAX = 500;

/** One charger that has a list. */
interface Seat {
  station: Station;
  /** What it has; null where that is not known. */
  known: ChargerList | null;
  /** Its version was asked since it booted. */
  isAsked: boolean;
  /** When to look after it, by the monotonic clock; null where nothing is to be done. */
  dueAtMs: number | null;
  failures: number;
  /** It would not take it. */
  refusal: string | null;
}

/** What became of a call. */
type Said = "taken" | "declined" | "silent" | "gone" | { readonly refusal: string };

/** Creates the push. One charger is served at a time, and nothing of it is urgent. */
export function createListPush(ports: ChargersPorts): ListPush {
  const { clock, site, tokens, journal, variables, pushedLists: records } = ports;
  const seats = new Map<string, Seat>();
  let isWorking = false;
  let isStopped = false;
  let cancel = () => {};

  function ready(station: Station, hasBooted: boolean): void {
    const { chargerId } = station;
    if (capacityOf(chargerId) === 0) return void seats.delete(chargerId);
    const before = hasBooted ? undefined : seats.get(chargerId);
    const fresh = { known: null, isAsked: false, dueAtMs: null, failures: 0, refusal: null };
    const seat: Seat = { ...fresh, ...before, station };
    seats.set(chargerId, seat);
    makeDue(seat, GATHER_MS);
  }

  function capacityOf(chargerId: string): number {
    const features = site.charger(chargerId)?.features;
    return features?.localList ? Math.min(features.localListMax ?? 0, ENTRIES_MAX) : 0;
  }

  function makeDue(seat: Seat, inMs: number): void {
    if (seat.refusal !== null || seat.station.gone.aborted) return;
    seat.dueAtMs = Math.min(seat.dueAtMs ?? Number.POSITIVE_INFINITY, clock.monoMs() + inMs);
    arm();
  }

  /** Waits for the seat that is due first. */
  function arm(): void {
    cancel();
    cancel = () => {};
    if (isWorking || isStopped) return;
    const first = nextDue();
    if (first === null) return;
    const waitMs = Math.max(0, (first.dueAtMs ?? 0) - clock.monoMs());
    cancel = clock.after(waitMs, () => ports.spawn("push list", () => serve(first)));
  }

  function nextDue(): Seat | null {
    let first: Seat | null = null;
    for (const seat of seats.values()) {
      if (seat.dueAtMs === null || seat.station.gone.aborted) continue;
      if (first === null || seat.dueAtMs < (first.dueAtMs ?? 0)) first = seat;
    }
    return first;
  }

  async function serve(seat: Seat): Promise<void> {
    isWorking = true;
    seat.dueAtMs = null;
    try {
      settle(seat, await bringUpToDate(seat));
    } finally {
      isWorking = false;
      arm();
    }
  }

  function settle(seat: Seat, outcome: Said): void {
    const { chargerId } = seat.station;
    if (outcome === "taken") seat.failures = 0;
    else if (outcome === "silent") {
      seat.failures++;
      makeDue(seat, Math.min(GATHER_MS * 2 ** seat.failures, RETRY_MAX_MS));
    } else if (outcome !== "gone") {
      seat.refusal = outcome === "declined" ? "it did not take the whole list" : outcome.refusal;
      seat.dueAtMs = null;
      ports.log("info", "list_refused", { charger: chargerId, reason: seat.refusal });
    }
    ports.events.emit("charger", { chargerId });
  }

  /** Sends what is missing; all of it where it is not known what the charger has. */
  async function bringUpToDate(seat: Seat): Promise<Said> {
    const wanted = await wantedFor(seat.station.chargerId);
    if (seat.known === null) {
      const asked = await recognize(seat, wanted);
      if (asked !== "taken") return asked;
    }
    const changes = seat.known === null ? null : listChanges(seat.known, wanted);
    if (changes !== null && changes.length === 0) return "taken";
    if (changes !== null && changes.length < wanted.size) {
      const outcome = await send(seat, "Differential", changes, wanted);
      if (outcome !== "declined") return outcome;
    }
    // 1.6 §5.15: where a differential update failed, a full one should follow.
    return await send(seat, "Full", [...wanted.values()], wanted);
  }

  /** Asks after a boot which version it has: it may still have what it was given. */
  async function recognize(seat: Seat, wanted: ChargerList): Promise<Said> {
    if (seat.isAsked) return "taken";
    const { chargerId, speaker } = seat.station;
    const outcome = await speaker.call({ action: "GetLocalListVersion", message: {} });
    if (outcome.kind === "silent" || outcome.kind === "gone") return outcome.kind;
    seat.isAsked = true;
    if (outcome.kind !== "answered") return "taken";
    const { versionNumber } = outcome.message;
    const record = recordOf(chargerId);
    const isAsGiven = versionNumber === record.version && record.digest === listDigest(wanted);
    // An empty list has version 0 (1.6 §5.10), whatever its last update was called.
    if (isAsGiven || versionNumber === 0 && wanted.size === 0) seat.known = wanted;
    // Somebody else gave it a list: ours has to be newer.
    if (versionNumber > record.version) {
      records.set(chargerId, { ...record, version: versionNumber, digest: null });
    }
    return "taken";
  }

  async function send(
    seat: Seat,
    type: "Full" | "Differential",
    entries: readonly AuthorizationEntry[],
    wanted: ChargerList,
  ): Promise<Said> {
    const { chargerId } = seat.station;
    const messages = inMessages(entries, itemsMaxOf(chargerId));
    const before = recordOf(chargerId);
    const version = before.version + messages.length;
    seat.known = null;
    // On disk before it is used: a version is never given twice, whatever happens in between.
    await keep({ ...before, version, digest: null });
    for (const [index, items] of messages.entries()) {
      const said = await sendList(seat.station, {
        versionNumber: before.version + index + 1,
        updateType: index === 0 ? type : "Differential",
        ...(items.length === 0 ? {} : { localAuthorizationList: [...items] }),
      });
      if (said !== "taken") return said;
    }
    seat.known = wanted;
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
    const here = await ports.store.transactions({ chargerId, limit: HISTORY_MAX });
    const anywhere = await ports.store.transactions({ limit: HISTORY_MAX });
    return [...here, ...anywhere].map(({ idToken }) => tokenKey(idToken));
  }

  const listening = [
    ports.events.on("local-list", () => {
      for (const seat of seats.values()) makeDue(seat, GATHER_MS);
    }),
    // A driver whom a full list left out has shown that he comes here.
    ports.events.on("transaction", ({ transactionId }) => {
      const transaction = ports.transactions.state().transactions.get(transactionId);
      const seat = seats.get(transaction?.chargerId ?? "");
      if (transaction === undefined || transaction.stop !== null) return;
      const key = tokenKey(transaction.idToken);
      const isMissing = seat?.known?.has(key) === false &&
        tokens.list().tokens.get(key)?.info.status === "Accepted" &&
        seat.known.size >= capacityOf(transaction.chargerId);
      if (seat !== undefined && isMissing) makeDue(seat, GATHER_MS);
    }),
  ];

  return {
    ready,
    state(chargerId) {
      const capacity = capacityOf(chargerId);
      if (capacity === 0) return null;
      const seat = seats.get(chargerId);
      const { version, entries, pushedAtMs } = recordOf(chargerId);
      const isWaiting = seat === undefined || seat.known === null || seat.dueAtMs !== null;
      const silent = seat !== undefined && seat.failures > 0 ? "it did not answer" : null;
      return {
        state: seat?.refusal ? "refused" : isWaiting ? "waiting" : "current",
        version,
        entries,
        capacity,
        pushedAtMs,
        trouble: seat?.refusal ?? silent,
      };
    },
    stop() {
      isStopped = true;
      cancel();
      for (const unlisten of listening) unlisten();
    },
  };
}
