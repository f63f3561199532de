import type { CsmsAction, InsideRequest, StationAction } from "../../src/ocpp/mod.ts";

/** Where and when an example is said. */
export interface Moment {
  /** An RFC 3339 time of now. */
  readonly now: string;
  /** The same, in an hour. */
  readonly inAnHour: string;
  /** By which the one who is told speaks of the session on EVSE 1; empty where none runs. */
  readonly transactionId: string;
}

/** Examples of each message, so that together all happens that its line in the table says. */
export type Examples<Action extends StationAction | CsmsAction> = {
  readonly [A in Action]: readonly ((moment: Moment) => InsideRequest<A>)[];
};
