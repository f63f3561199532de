import type { Ids } from "../lib/ids.ts";
import type { TokenRecord } from "./csms/books.ts";
import type { PlannedCharger, SitePlan } from "./site.ts";

/** A simulated site, and what the gateway in front of it must be told. */
export interface SimulatedSitePlan {
  /** For the gateway's pages. */
  readonly name: string;
  readonly site: SitePlan;
  readonly circuits: readonly RatedCircuit[];
  /** One for each connector of each charger. */
  readonly slots: readonly PlannedSlot[];
  /** The least that a socket may be given, amperes per phase. */
  readonly minAmps: number;
  readonly tokens: Readonly<Record<string, TokenRecord>>;
  /** What the gateway shows the CSMS. */
  readonly csmsIdentity: string;
  readonly csmsPassword: string;
}

/** A circuit of the site, with what the gateway is to be told about it. */
export interface RatedCircuit {
  readonly id: string;
  readonly parentId: string | null;
  readonly limitAmps: number;
  /** Amperes per line besides the chargers: the most, and what to assume without meter. */
  readonly otherWorstAmps: number;
  readonly otherSubstituteAmps: number;
}

/** The number that a connector has towards the CSMS. */
export interface PlannedSlot {
  readonly slot: number;
  readonly chargerId: string;
  readonly connectorId: number;
  /** What it may give without gateway, amperes per phase; 0 or at least `minAmps`. */
  readonly failSafeAmps: number;
}

/** The slot of a charger's connector. Throws `RangeError` where the plan has none. */
export function slotAt(
  { slots }: Pick<SimulatedSitePlan, "slots">,
  chargerId: string,
  connectorId: number,
): PlannedSlot {
  const found = slots.find((each) =>
    each.chargerId === chargerId && each.connectorId === connectorId
  );
  if (found === undefined) {
    throw new RangeError(`Cannot find slot: no connector ${connectorId} of ${chargerId}`);
  }
  return found;
}

/** Numbers all connectors, charger by charger, from 1 on without gaps. */
export function numberSlots(
  chargers: readonly PlannedCharger[],
  failSafeAmps: number,
): readonly PlannedSlot[] {
  return chargers.flatMap(({ options }) =>
    options.outlets.map((_, index) => ({ chargerId: options.identity, connectorId: index + 1 }))
  ).map((place, index) => ({ slot: index + 1, ...place, failSafeAmps }));
}

/** A password of 32 hexadecimal digits. */
export function newPassword(ids: Ids): string {
  return Array.from(ids.secret(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
