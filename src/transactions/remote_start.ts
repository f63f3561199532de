import type { IdToken } from "../ocpp/mod.ts";
import { sameToken } from "../site/mod.ts";

/**
 * An order of the CSMS (or an operator) to start, accepted and not yet followed by a start. It is on
 * disk before "Accepted" is answered, so that the start can be told from a driver's own.
 */
export interface RemoteStart {
  readonly remoteStartId: number;
  readonly slot: number;
  readonly idToken: IdToken;
  /** The group of the order: it becomes the transaction's. */
  readonly groupIdToken?: IdToken;
  /** The site itself orders where it sells to everybody. */
  readonly origin: "csms" | "operator" | "free-vend";
  readonly expiresAtMs: number;
}

/** Orders by slot: a slot can only start one transaction at a time. */
export type RemoteStarts = ReadonlyMap<number, RemoteStart>;

/** The order that a start on this slot with this token carries out; null where it is the driver's own. */
export function remoteStartFor(
  orders: RemoteStarts,
  slot: number,
  idToken: IdToken,
  nowWallMs: number,
): RemoteStart | null {
  const order = orders.get(slot);
  if (order === undefined || order.expiresAtMs <= nowWallMs) return null;
  return sameToken(order.idToken, idToken) ? order : null;
}
