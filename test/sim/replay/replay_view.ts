import { coarser, energyWh, type Status16 } from "../../../src/simulator/mod.ts";
import type { ReplaySite } from "./replay_site.ts";

/** What the CSMS knows in the end, field by field: each a list that can be held against another. */
export interface ReplayView {
  /** Slot, token, begin and register, in the order of their begins. */
  readonly begins: readonly string[];
  readonly ends: readonly string[];
  readonly energies: readonly string[];
  readonly reasons: readonly string[];
  /** Whose card ended it. */
  readonly stopTokens: readonly string[];
  readonly reservations: readonly string[];
  /** How many readings were told between begin and end. */
  readonly readings: readonly string[];
  /** Of each slot, in the words that all versions have. */
  readonly statuses: readonly string[];
  /** Of each slot, in the words of 1.6 alone. */
  readonly finerStatuses: readonly string[];
  /** Of each session, in the words of 2.x alone. */
  readonly chargingStates: readonly string[];
  readonly oddities: readonly string[];
}

/** A field of it. */
export type ReplayField = keyof ReplayView;

const SLOTS = [1, 2, 3, 4];

/** What the CSMS of a replay knows. */
export function viewOf({ site: { csms } }: ReplaySite): ReplayView {
  const { books } = csms;
  const sessions = books.sessions().toSorted((a, b) =>
    Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.connectorId - b.connectorId
  );
  const is16 = csms.version() === "ocpp1.6";
  const told = (slot: number) => books.statuses(slot);
  const coarse = (slot: number) =>
    withoutRepeats(is16 ? told(slot).map((each) => coarser(each as Status16)) : told(slot));
  return {
    begins: sessions.map(({ connectorId, idTag, startedAt, meterStartWh }) =>
      `slot ${connectorId}, ${idTag} at ${toTheSecond(startedAt)} from ${meterStartWh} Wh`
    ),
    ends: sessions.map(({ stop }) => stop === null ? "none" : toTheSecond(stop.stoppedAt)),
    energies: sessions.map((each) => `${energyWh(each)} Wh`),
    reasons: sessions.map(({ stop }) => stop?.reason ?? "none"),
    stopTokens: sessions.map(({ stop }) => stop?.idTag ?? "nobody"),
    reservations: sessions.map(({ reservationId }) => String(reservationId)),
    readings: sessions.map(({ meterValues }) => String(meterValues)),
    statuses: SLOTS.map((slot) => coarse(slot).join(", ")),
    finerStatuses: SLOTS.map((slot) => is16 ? told(slot).join(", ") : "cannot be said"),
    chargingStates: sessions.map(({ chargingStates }) =>
      is16 ? "cannot be said" : chargingStates.join(", ")
    ),
    oddities: books.oddities(),
  };
}

function withoutRepeats(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1]);
}

/** Which message is first on a wire may cost a few milliseconds, and means nothing. */
function toTheSecond(time: string): string {
  return new Date(Math.floor(Date.parse(time) / 1_000) * 1_000).toISOString();
}

/** The fields in which two differ. */
export function differingFields(left: ReplayView, right: ReplayView): readonly ReplayField[] {
  const fields = Object.keys(left) as ReplayField[];
  return fields.filter((field) => JSON.stringify(left[field]) !== JSON.stringify(right[field]));
}
