import type { Enveloped, InsideAction, InsideCall, InsideResponse, StopIntent } from "../inside.ts";
import type { OcppVersion } from "../version.ts";

/** A request in the words of one version. */
export interface WireCall {
  readonly action: string;
  readonly payload: unknown;
}

/**
 * How one version says what the gateway says inside, for both edges. Stateless. Ids pass through
 * unchanged: the edges renumber them on the inside message.
 */
export interface Dialect {
  readonly version: OcppVersion;
  /** True where the version has a word for this message at all. */
  says(action: InsideAction): boolean;
  /** A request of the peer, already valid; null where this version's action has no place inside. */
  readRequest(call: WireCall): InsideCall | null;
  /**
   * What can be read of a request that ends a transaction and is beyond mending; null for any other
   * request. Such a request is never refused (ruling 7).
   */
  salvageStop(action: string, remains: unknown): Partial<StopIntent> | null;
  /** Our answer to a request that was read with `readRequest`. */
  writeResponse<A extends InsideAction>(
    wireAction: string,
    insideAction: A,
    response: Enveloped<InsideResponse<A>>,
  ): unknown;
  /** Why this version cannot carry a request without changing its meaning; null where it can. */
  refusal(call: InsideCall): string | null;
  /** A request of ours. Valid in any case; `refusal` says where it would not mean the same. */
  writeRequest(call: InsideCall): WireCall;
  /** The peer's answer to a request of ours, already valid. */
  readResponse<A extends InsideAction>(
    wireAction: string,
    insideAction: A,
    payload: unknown,
  ): Enveloped<InsideResponse<A>>;
}
