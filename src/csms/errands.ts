import type { Clock } from "../lib/clock.ts";
import type {
  CsmsAction,
  Enveloped,
  InsideAction,
  InsideCall,
  InsideResponse,
  SpokenOutcome,
} from "../ocpp/mod.ts";

/** Messages of the gateway that are not on disk: they matter now or not at all. */
export interface Errands {
  /**
   * A driver or a vendor waits for the answer. Null where none can be had. When whoever asked gives up,
   * a question that has not been said leaves the line; the answer to one that has may still come.
   */
  ask<A extends AskAction>(
    call: InsideCall<A> & { readonly action: A },
    givenUp?: AbortSignal,
  ): Promise<Enveloped<InsideResponse<A>> | null>;
  /**
   * Only the newest value counts: it takes the place of one that waits under the same key. `asked`:
   * the CSMS wants it, so it may go up before we are accepted (1.6 §4.2). `told` hears what came of it.
   */
  offer(
    key: string,
    call: InsideCall<OfferAction>,
    by?: "us" | "asked",
    told?: (outcome: SpokenOutcome<InsideAction>) => void,
  ): void;
  /** The oldest question that somebody may still be waiting for. */
  nextAsk(): Errand | null;
  nextOffer(): Errand | null;
  /** The same, of what the CSMS asked for. */
  nextAsked(): Errand | null;
  /** The connection is gone: whoever asked hears so, and values wait for the next one. */
  abandon(): void;
  waiting(): number;
}

/** A message with somebody who wants to hear what became of it. */
export interface Errand {
  readonly call: InsideCall;
  settle(outcome: SpokenOutcome<InsideAction>): void;
}

interface Ask extends Errand {
  readonly askedAtMs: number;
}

interface Offer {
  readonly call: InsideCall<OfferAction>;
  readonly by: "us" | "asked";
  readonly told?: (outcome: SpokenOutcome<InsideAction>) => void;
}

/** What somebody waits for the CSMS to answer. */
export type AskAction =
  | "Authorize"
  | "DataTransfer"
  | "Get15118EVCertificate"
  | "GetCertificateChainStatus"
  | "GetCertificateStatus"
  | "VatNumberValidation";
type OfferAction = Exclude<InsideAction, CsmsAction>;

/** Chargers cannot make the CSMS's queue grow without bound. */
const ASKS_MAX = 64;
const OFFERS_MAX = 2_048;

/** Nobody waits longer for the answer to a question (ruling 1). */
const ASK_LASTS_MS = 5_000;

/** Creates an empty list of errands. `wake` is called whenever one is added. */
export function createErrands(clock: Pick<Clock, "monoMs">, wake: () => void): Errands {
  let asks: Ask[] = [];
  const offers = new Map<string, Offer>();

  function withdraw(ask: Ask): void {
    if (!asks.includes(ask)) return;
    asks = asks.filter((each) => each !== ask);
    ask.settle({ kind: "silent" });
  }

  /** The connection broke before it was answered: the next one gets it, unless there is a newer one. */
  function putBack(key: string, offer: Offer, outcome: SpokenOutcome<InsideAction>): void {
    if (outcome.kind !== "gone") offer.told?.(outcome);
    else if (!offers.has(key)) offers.set(key, offer);
  }

  function take(isWanted: (offer: Offer) => boolean): Errand | null {
    for (const [key, offer] of offers) {
      if (!isWanted(offer)) continue;
      offers.delete(key);
      return { call: offer.call, settle: (outcome) => putBack(key, offer, outcome) };
    }
    return null;
  }

  return {
    ask(call, givenUp) {
      if (asks.length >= ASKS_MAX || givenUp?.aborted) return Promise.resolve(null);
      return new Promise((resolve) => {
        const ask: Ask = {
          call,
          askedAtMs: clock.monoMs(),
          settle: (outcome) => resolve(outcome.kind === "answered" ? answerOf(outcome) : null),
        };
        asks.push(ask);
        givenUp?.addEventListener("abort", () => withdraw(ask), { once: true });
        wake();
      });
    },
    offer(key, call, given, told) {
      const by = given ?? "us";
      offers.delete(key);
      if (offers.size >= OFFERS_MAX) return;
      offers.set(key, told === undefined ? { call, by } : { call, by, told });
      wake();
    },
    nextAsk() {
      const oldestMs = clock.monoMs() - ASK_LASTS_MS;
      const late = asks.filter(({ askedAtMs }) => askedAtMs < oldestMs);
      asks = asks.filter(({ askedAtMs }) => askedAtMs >= oldestMs);
      for (const { settle } of late) settle({ kind: "silent" });
      return asks.shift() ?? null;
    },
    nextOffer: () => take(() => true),
    nextAsked: () => take(({ by }) => by === "asked"),
    abandon() {
      const abandoned = asks;
      asks = [];
      for (const { settle } of abandoned) settle({ kind: "gone" });
    },
    waiting: () => asks.length + offers.size,
  };
}

/** The caller knows which action it asked with; the list of errands does not. */
function answerOf<A extends InsideAction>(
  outcome: SpokenOutcome<InsideAction> & { kind: "answered" },
): Enveloped<InsideResponse<A>> {
  const message = outcome.message as InsideResponse<A>;
  return outcome.carry === undefined ? { message } : { message, carry: outcome.carry };
}
