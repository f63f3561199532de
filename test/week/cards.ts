import { isoTime } from "../../src/lib/clock.ts";

/** Cards by what they are for. Each charger has its own, so that nobody is in another's way. */
export const CARDS = {
  /** On the local list, good. */
  listed: (slot: number) => `LISTED-${slot}`,
  /** On the local list, blocked there. */
  listedBlocked: (slot: number) => `NOLIST-${slot}`,
  /** The CSMS has said that it is good, and of which group. */
  known: (slot: number) => `KNOWN-${slot}`,
  /** Another card of that group. */
  partner: (slot: number) => `PARTNER-${slot}`,
  /** The CSMS has said that it is blocked. */
  blocked: (slot: number) => `BLOCKED-${slot}`,
  /** Good, as the CSMS said, but not for long. */
  expiring: (slot: number) => `SOON-${slot}`,
  /** It charges somewhere when it is tried here. */
  busy: (slot: number) => `BUSY-${slot}`,
  /** Good when the CSMS went away, blocked when it came back. */
  fallen: (slot: number) => `FALLEN-${slot}`,
  /** Nobody has ever heard of it. */
  stranger: (slot: number, count: number) => `STRANGER-${slot}-${count}`,
} as const;

/** The CSMS's opinion of cards, which changes in the course of a week. */
export interface CardOffice {
  /** As the idTagInfo of 1.6. */
  judge(idTag: string): Record<string, unknown>;
  /** Takes back what it said of the fallen ones. */
  blockTheFallen(): void;
  /** By when the expiring cards are no longer good. */
  readonly expireAtMs: number;
}

/** Opens the office; expiring cards are good until then. */
export function openCardOffice(expireAtMs: number): CardOffice {
  let haveFallen = false;
  return {
    expireAtMs,
    blockTheFallen: () => void (haveFallen = true),
    judge(idTag) {
      const [kind = "", slot] = idTag.split("-");
      switch (kind) {
        case "KNOWN":
        case "PARTNER":
          return { status: "Accepted", parentIdTag: groupOf(Number(slot)) };
        case "BLOCKED":
        case "NOLIST":
          return { status: "Blocked" };
        case "FALLEN":
          return { status: haveFallen ? "Blocked" : "Accepted" };
        case "SOON":
          return { status: "Accepted", expiryDate: isoTime(expireAtMs) };
        case "STRANGER":
          return { status: "Invalid" };
        default:
          return { status: "Accepted" };
      }
    },
  };
}

/** The group of a charger's known cards. */
export function groupOf(slot: number): string {
  return `GROUP-${slot}`;
}

/** The cards that the CSMS is asked about while it is there, so that they are known afterwards. */
export function cardsToLearn(slot: number): readonly string[] {
  const { known, partner, blocked, expiring, busy, fallen } = CARDS;
  return [known, partner, blocked, expiring, busy, fallen].map((card) => card(slot));
}

/** The local list, as SendLocalList has it. */
export function localList(slots: readonly number[]): Record<string, unknown> {
  return {
    listVersion: 1,
    updateType: "Full",
    localAuthorizationList: slots.flatMap((slot) => [
      { idTag: CARDS.listed(slot), idTagInfo: { status: "Accepted" } },
      { idTag: CARDS.listedBlocked(slot), idTagInfo: { status: "Blocked" } },
    ]),
  };
}
