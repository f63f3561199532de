/** What a contact does while it is active. */
export type ContactEffect =
  /** All chargers below the circuit together; amperes on each line, or watts on all. */
  | {
    readonly kind: "limit";
    readonly circuitId: string;
    readonly unit: "A" | "W";
    readonly limit: number;
  }
  /** The circuit is fed by that source instead of the grid. */
  | { readonly kind: "source"; readonly circuitId: string; readonly sourceId: string };

/** What is known of a contact. */
export type ContactState =
  | { readonly kind: "active" }
  | { readonly kind: "idle" }
  /** It cannot be read, and why: "there is no pin 17". */
  | { readonly kind: "unread"; readonly reason: string };

/** A contact of somebody else, read by whatever means. */
export interface Contact {
  readonly id: string;
  readonly acts: ContactEffect;
  /** Begins to read; `hear` is told each state that differs from the last. */
  start(hear: (state: ContactState) => void): void;
  /** Lets go of sockets and timers. */
  stop(): Promise<void>;
}
