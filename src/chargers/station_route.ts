import type {
  Enveloped,
  Handlings,
  InsideCall,
  InsideResponse,
  SpokenAnswer,
  StationAction,
} from "../ocpp/mod.ts";
import type { Arrival } from "./arrival.ts";
import type { Authorizer } from "./authorizer.ts";
import type { ChargerCertificates } from "./certificates.ts";
import type { Endings } from "./endings.ts";
import type { Interruptions } from "./interruptions.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import type { StationEvents } from "./station_events.ts";
import type { StationNotices } from "./station_notices.ts";
import type { StatusRoute } from "./status_requests.ts";
import type { TransactionRequests } from "./transaction_requests.ts";
import type { Unsteadiness } from "./unsteadiness.ts";

/** What answering needs besides the ports. */
export interface RequestParts {
  readonly options: Pick<ChargersOptions, "timing" | "dataTransferVendors">;
  readonly authorizer: Authorizer;
  readonly transactions: TransactionRequests;
  readonly stationEvents: StationEvents;
  readonly arrival: Pick<Arrival, "booted">;
  readonly endings: Pick<Endings, "masterPass">;
  readonly interruptions: Pick<Interruptions, "booted">;
  readonly status: StatusRoute;
  readonly stationNotices: StationNotices;
  readonly certificates: Pick<ChargerCertificates, "sign">;
  readonly unsteadiness: Pick<Unsteadiness, "booted">;
}

/** The desk at which messages of chargers are worked on. */
export interface StationDesk {
  readonly ports: ChargersPorts;
  readonly parts: RequestParts;
}

/** The answer to a charger, or an error where the specification wants one. */
export type StationAnswer<A extends StationAction> =
  | Enveloped<InsideResponse<A>>
  | (SpokenAnswer & { readonly ok: false });

/** One line of the table: how a message of a charger is handled, and by what. */
export interface StationRoute<A extends StationAction> {
  readonly handling: Handlings;
  /** As what the CSMS hears of it, where that is not the same message. */
  readonly told?: readonly StationAction[];
  run(
    station: Station,
    call: InsideCall<A>,
    desk: StationDesk,
  ): Promise<StationAnswer<A>>;
}

/** The whole table: a new message does not compile until it has a line. */
export type StationRoutes = { readonly [A in StationAction]: StationRoute<A> };
