import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Ring } from "../lib/ring.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { Action16, Requests16, Responses16 } from "../ocpp/messages/mod.ts";
import type { FrameSocket, OcppVersion } from "../ocpp/mod.ts";
import type { CallEnd16 } from "./call16.ts";
import type { CallEnd } from "./call_end.ts";
import type { StationOrder } from "./station_order.ts";
import type { Checks } from "./checks.ts";
import type { CsmsBooks, TokenRecord } from "./csms/books.ts";

/** How a simulated CSMS decides. */
export interface SimulatedCsmsOptions {
  /** What it speaks; the station's own order decides which of them a connection speaks. */
  readonly protocols: readonly OcppVersion[];
  /** Tokens by number; upper and lower case do not matter. */
  readonly tokens: Readonly<Record<string, TokenRecord>>;
  /** What it says about all others. */
  readonly unknownTokens: TokenRecord["status"];
  /** Whether one token may charge at several places at once. */
  readonly allowsConcurrent: boolean;
  /** How it answers a BootNotification. */
  readonly registration: Responses16["BootNotification"]["status"];
  /** The heartbeat interval that it gives, or how long to wait where it does not accept. */
  readonly intervalSeconds: number;
  /**
   * Messages that it answers with an error, as after a bug in its software. A TransactionEvent goes by what
   * 1.6 has for it, too: StartTransaction, MeterValues, StopTransaction.
   */
  readonly failsAt: readonly string[];
  /** The same for some messages of a kind only, as those of one transaction; null for none. */
  readonly failsWhen: ((action: string, payload: unknown) => boolean) | null;
  /** It books a message at once and answers so late. */
  readonly answerDelayMs: number;
  /** It never answers: it has heard nothing, or it has booked what it heard. Null for neither. */
  readonly hangs: "heard-nothing" | "booked" | null;
  /** What it says wrongly about new transactions. */
  readonly lies: readonly CsmsLie[];
}

/** Something wrong in the answer to a StartTransaction. */
export type CsmsLie =
  /** The number of another transaction, where there is one. */
  | "number-given-twice"
  /** A good card is said to be Invalid. */
  | "good-card-invalid";

/** A CSMS that accepts everybody and gives a heartbeat of five minutes. */
export const FRIENDLY_CSMS: SimulatedCsmsOptions = {
  protocols: ["ocpp1.6"],
  tokens: {},
  unknownTokens: "Accepted",
  allowsConcurrent: true,
  registration: "Accepted",
  intervalSeconds: 300,
  failsAt: [],
  failsWhen: null,
  answerDelayMs: 0,
  hangs: null,
  lies: [],
};

/** What a simulated CSMS works with. */
export interface SimulatedCsmsPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<CsmsEvents>;
  readonly checks: Checks;
}

/** What can be seen of a simulated CSMS from outside. */
export interface CsmsEvents {
  readonly connected: { readonly identity: string };
  readonly disconnected: { readonly identity: string; readonly reason: string };
  /** Something that the station has told, as a line for a person. */
  readonly heard: { readonly line: string };
  readonly outage: { readonly isDown: boolean };
  /** Every text that went over the wire. */
  readonly frame: { readonly direction: "in" | "out"; readonly text: string };
}

/** A message as it came, for looking at orders. */
export interface HeardMessage {
  readonly atMs: number;
  readonly action: string;
  readonly payload: unknown;
}

/** A simulated CSMS for one station: a gateway, or a single charger. */
export interface SimulatedCsms {
  readonly books: CsmsBooks;
  readonly heard: Pick<Ring<HeardMessage>, "items">;
  /** Takes a connection over that speaks one of its versions. The one before it, if any, is dropped. */
  accept(socket: FrameSocket, identity: string, version: OcppVersion): void;
  protocols(): readonly OcppVersion[];
  /** What the present connection speaks, or the last one did. */
  version(): OcppVersion;
  /** Orders something in the words of the connection's version. */
  order(order: StationOrder): Promise<CallEnd>;
  /** Any message at all; the schemas of the version judge it. */
  say(action: string, payload: unknown): Promise<CallEnd>;
  /** A message of 1.6. */
  call<A extends Action16>(action: A, payload: Requests16[A]): Promise<CallEnd16<A>>;
  /** Changes how it decides from now on. */
  change(options: Partial<SimulatedCsmsOptions>): void;
  isConnected(): boolean;
  /** Drops the connection and takes no other until it is up again. */
  setDown(isDown: boolean): void;
  isDown(): boolean;
  /** Drops the connection. */
  disconnect(): void;
  /** Closes the connection and takes no other. */
  stop(): void;
}
