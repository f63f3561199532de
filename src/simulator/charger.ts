import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { FrameSocket } from "../ocpp/mod.ts";
import type { PerLine } from "../site/mod.ts";
import type { Checks } from "./checks.ts";
import type { Ev } from "./ev.ts";
import type { Status16 } from "./station/connector_status.ts";

/** What a simulated charger works with. */
export interface ChargerPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<ChargerEvents>;
  readonly checks: Checks;
  readonly dialer: ChargerDialer;
}

/** Opens a charger's connection: over TCP, or in memory. */
export interface ChargerDialer {
  dial(request: ChargerDial, signal: AbortSignal): Promise<ChargerDialOutcome>;
}

/** Who connects. */
export interface ChargerDial {
  readonly identity: string;
  readonly password: string | null;
  /** Empty for a charger that names no OCPP version. */
  readonly protocols: readonly string[];
  readonly timeoutMs: number;
}

/** How an attempt to connect ended. */
export type ChargerDialOutcome =
  | { readonly kind: "open"; readonly socket: FrameSocket }
  /** For a person: "HTTP 401", "connection refused". */
  | { readonly kind: "failed"; readonly reason: string };

/** What can be seen of a charger from outside, besides its messages. */
export interface ChargerEvents {
  readonly connected: Record<never, never>;
  readonly disconnected: { readonly reason: string };
  readonly registered: { readonly status: string };
  readonly status: { readonly connectorId: number; readonly status: string };
  readonly started: StartMoment;
  readonly stopped: StopMoment;
  /** Every text that went over the wire. */
  readonly frame: { readonly direction: "in" | "out"; readonly text: string };
}

/** The begin of a transaction, just as the charger tells it. */
export interface StartMoment {
  readonly connectorId: number;
  readonly idTag: string;
  /** By the charger's own clock, right or wrong: Unix time in milliseconds. */
  readonly atWallMs: number;
  readonly registerWh: number;
}

/** The end of a transaction, just as the charger tells it. */
export interface StopMoment {
  readonly connectorId: number;
  readonly reason: string;
  /** By the charger's own clock. It may have been set meanwhile, so this can be before the start. */
  readonly atWallMs: number;
  readonly registerWh: number;
  /** As in `StartMoment.atWallMs`: with the connector it says which transaction this was. */
  readonly startedAtWallMs: number;
  /** What the register has counted in between. */
  readonly energyWh: number;
}

/** A message about a transaction that the charger will not send again. */
export interface LostMessage {
  readonly part: "start" | "reading" | "end";
  readonly connectorId: number;
  /** As in `StartMoment.atWallMs`; null for a reading outside transactions. */
  readonly startedAtWallMs: number | null;
  /**
   * It was answered with an error as often as TransactionMessageAttempts allows; a hard reset lost it
   * (one that was on its way may have arrived); or the memory was full.
   */
  readonly why: "given-up" | "cleared" | "no-room";
}

/** How presenting a card ended. */
export type CardOutcome =
  /** A transaction began. */
  | "started"
  /** The charger waits for the plug. */
  | "waiting"
  /** The transaction ended. */
  | "stopped"
  | "refused";

/** A connector as a passer-by sees it. */
export interface ConnectorView {
  /** In the words of 1.6, which are the finer ones. */
  readonly status: Status16;
  readonly ev: Ev | null;
  /** What the control pilot offers, amperes per phase; 0 while the contactor is open. */
  readonly offeredAmps: number;
  readonly registerWh: number;
  /**
   * The transaction's number, or in 2.x the id that the charger gave it; null before the CSMS gave one
   * and where there is none.
   */
  readonly transactionId: number | string | null;
  readonly hasTransaction: boolean;
  /** Why the last transaction ended; null before the first end. */
  readonly lastStopReason: string | null;
  /** What the profiles that it obeys permit, amperes per phase, whether or not an EV is there. */
  readonly permittedAmps: number;
  /** The same by the profiles that it has accepted: what it believes, and says when it is asked. */
  readonly believedAmps: number;
}

/** A simulated charger, whatever its OCPP version: what drivers, physics and tests do with it. */
export interface Charger {
  readonly identity: string;
  readonly connectorIds: readonly number[];
  /** Powers it up. */
  start(): void;
  /** Takes it away for good. Resolves when its connection is gone. */
  stop(): Promise<void>;
  /** False where an EV is plugged in already. */
  plugIn(connectorId: number, ev: Ev): boolean;
  /** The EV that was pulled out; null where there is none. */
  unplug(connectorId: number): Ev | null;
  presentCard(connectorId: number, idTag: string): Promise<CardOutcome>;
  /** Breaks a connector, with an error code of its OCPP version; null repairs it. */
  breakDown(connectorId: number, errorCode: string | null): void;
  /** The power fails for so long. */
  losePower(forMs: number): void;
  /** It starts anew by itself, as after a fault of its software. */
  reboot(): void;
  /** Throws `RangeError` for a connector that there is not. */
  look(connectorId: number): ConnectorView;
  /** False while it has no power or reboots. */
  isUp(): boolean;
  /** Its own clock, as right or wrong as that is: Unix time in milliseconds. */
  clockMs(): number;
  /** What it draws from the site's lines. */
  currents(): PerLine;
  /** How many messages about transactions the CSMS has not confirmed. */
  undelivered(): number;
  /** Which of them never arrived, and never will. */
  lost(): readonly LostMessage[];
}
