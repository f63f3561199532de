import type { FrameSocket } from "../ocpp/mod.ts";
import type { ListenerTls } from "./options.ts";
import type { Admission, Knock, RefusalReason } from "./admission.ts";

/** What a listener asks about each connection. */
export interface Doorkeeper {
  /** Before the upgrade: who is it, and may he in? */
  knock(knock: Knock): Admission;
  /** Wanted to come in, and lacks what makes a request a handshake: there is no answering it. */
  missed?(knock: Knock): void;
  /** His TLS handshake failed. */
  broken?(remoteAddress: string, reason: RefusalReason): void;
  /** A connection of this address is over, and nobody was let in by it. */
  fruitless?(remoteAddress: string): void;
  /** So many of its connections came to nothing lately that it is let up slowly. */
  isWorn?(remoteAddress: string): boolean;
  /** After the upgrade of an admitted charger. */
  enter(socket: FrameSocket, admission: Admission & { kind: "admit" }, knock: Knock): void;
}

/** A place where chargers connect: a TCP port, or memory in tests and simulation. */
export interface ChargerListener {
  /** Starts listening; resolves with the port in use. Throws when the port is taken. */
  start(doorkeeper: Doorkeeper): Promise<{ readonly port: number }>;
  /** From now on with these certificates, for connections to come; where there is TLS. */
  renew?(tls: ListenerTls): void;
  /** Stops taking connections. Open ones are closed by their owners. */
  stop(): Promise<void>;
}
