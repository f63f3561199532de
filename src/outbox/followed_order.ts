import type { StationAction } from "../ocpp/mod.ts";

/** An order of the CSMS that went to one charger, of which the charger still has to tell how it went. */
export interface FollowedOrder {
  readonly chargerId: string;
  /** By which the CSMS meant the charger. */
  readonly slot: number;
  /** The message in which it tells. */
  readonly by: StationAction;
  /** The number under which the charger got it. */
  readonly stationRequestId: number;
  /** The CSMS's own; null where it gave none, as 1.6 does. */
  readonly requestId: number | null;
  /** By our wall clock. */
  readonly givenAtMs: number;
}
