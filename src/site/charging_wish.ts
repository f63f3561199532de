import type { IdToken } from "../ocpp/mod.ts";

/** An operator's word on who goes first. It survives a restart of the gateway. */
export interface PriorityOrder {
  readonly slot: number;
  /** A class of priority; `FIRST_CLASS` for "this one first". */
  readonly class: number;
  /** It ends with this session; null where only the time ends it. */
  readonly transactionId: string | null;
  /** When it ends by itself, Unix milliseconds; null where only the session ends it. */
  readonly untilMs: number | null;
  readonly by: string;
}

/** What somebody wants of one session. It ends with the session, and survives a restart. */
export interface ChargingWish {
  readonly slot: number;
  readonly transactionId: string;
  readonly source: "operator" | "vehicle";
  /** When the vehicle leaves, Unix milliseconds; null where that was not said. */
  readonly departsAtMs: number | null;
  /** The energy that is wanted, in Wh, counted from `fromWh` on; null where that was not said. */
  readonly energyWh: number | null;
  /** What the session had been given by the moment from which `energyWh` counts. */
  readonly fromWh: number;
  /** It may not wait for the sun, nor for a better price. */
  readonly isUrgent: boolean;
  /** The name of an operator, or the charger's id. */
  readonly by: string;
}

/** What is usual for a token or for a group of them; absent fields say nothing. */
export interface DriverPreferences {
  /** A class of priority, 0 to 100. */
  readonly priority?: number;
  /** The usual time of departure, by the site's clock: "17:30". */
  readonly departure?: string;
  /** The energy that a session usually takes, in Wh. */
  readonly energyWh?: number;
}

/** What is usual for one token, or one group. */
export interface NamedPreferences {
  readonly idToken: IdToken;
  readonly preferences: DriverPreferences;
}

/** The most energy that anybody can want: more than the battery of any truck holds. */
export const ENERGY_MAX_WH = 2_000_000;
/** The furthest departure that can be told. */
export const DEPARTURE_MAX_MS = 31 * 86_400_000;

/** What the ledger keeps of wishes. */
export interface WishCollections {
  /** By slot. */
  readonly "priority-orders": PriorityOrder;
  /** By slot and source: "3 operator". */
  readonly "charging-wishes": ChargingWish;
}

/** The key of a wish in the ledger. */
export function wishKey({ slot, source }: Pick<ChargingWish, "slot" | "source">): string {
  return `${slot} ${source}`;
}
