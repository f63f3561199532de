import type { Result } from "../lib/result.ts";

/** A certificate with its key, and what stands between it and its root, as PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that was signed just now. */
export interface SignedCertificate {
  readonly cert: string;
  /** With what stands between it and the root; never the root. */
  readonly chain: string;
}

/** The site's own certificate authority. Its keys never leave this machine. */
export interface Authority {
  /** Its roots that still count, PEM, the one that signs first. */
  roots(): readonly string[];
  /** Signs the request of a charger, or says what is wrong with it. */
  sign(request: string, identity: string): Promise<Result<SignedCertificate, string>>;
  /**
   * A certificate for the gateway itself under these names, the first of them its common name. It is
   * under the oldest root that still counts for long enough: chargers had the time to get to know that.
   */
  server(names: readonly string[]): Promise<KeyPair>;
  /** A new root when the one that signs comes near its end. True where there is one. */
  look(): Promise<boolean>;
  /** A new root at once, as after a theft: what the others have signed still counts. */
  rollOver(): Promise<void>;
}
