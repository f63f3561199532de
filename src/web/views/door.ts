import type { Role } from "../../site/mod.ts";

export interface WaitingView {
  readonly id: string;
  readonly address: string;
  readonly protocols: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly knocks: number;
}

/** A connection attempt that was turned away. */
export interface RefusalView {
  readonly at: string;
  readonly address: string;
  /** Null where the path held no identity. */
  readonly chargerId: string | null;
  /** In words that an installer can act on: "wrong password". */
  readonly reason: string;
}

/** Somebody who is signed in. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
}
