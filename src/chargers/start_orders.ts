import type { IdToken, InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { auditDecision, type Decision, HELD, type SlotRecord } from "../site/mod.ts";
import { placeOrder, type RemoteStart, withdrawOrder } from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";

/** Somebody wants a session to begin. */
export interface StartWish {
  readonly slot: number;
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
  readonly origin: RemoteStart["origin"];
  /** The CSMS's own number of the order; null where the gateway gives one. */
  readonly remoteStartId: number | null;
  /** How long the driver has to plug in. */
  readonly lastsMs: number;
}

/** How the charger took an order, or why it was not told. */
export type StartOrderOutcome =
  | SpokenOutcome<"RequestStartTransaction">
  /** A master pass starts nothing (C16.FR.03). */
  | { readonly kind: "master-pass" }
  /** Nobody knows which EVSE it would start (ruling 10). */
  | { readonly kind: "held" };

/** Has a charger start. */
export type OrderStart = (wish: StartWish) => Promise<StartOrderOutcome>;

const ORIGINS = {
  csms: { source: "remote", by: "ordered by the CSMS" },
  operator: { source: "remote", by: "ordered by an operator" },
  "free-vend": { source: "free-vend", by: "ordered by the site itself" },
} as const;

/**
 * Orders to start: on disk before the charger is told, so that a start can be told from a driver's
 * own even should the gateway stop in between; withdrawn where the charger refuses.
 */
export function createStartOrders(
  ports: Pick<
    ChargersPorts,
    "clock" | "events" | "site" | "tokens" | "transactions" | "journal"
  >,
  call: (
    chargerId: string,
    order: InsideCall<"RequestStartTransaction">,
    urgent: boolean,
  ) => Promise<SpokenOutcome<"RequestStartTransaction">>,
): OrderStart {
  const { clock, site, transactions, journal } = ports;

  async function place(
    order: RemoteStart,
    { chargerId, evseId }: SlotRecord,
  ): Promise<StartOrderOutcome> {
    const before = transactions.state().remoteStarts.get(order.slot) ?? null;
    await journal.commit(transactions.apply(placeOrder(transactions.state(), order)).writes);
    const message = { evseId, idToken: order.idToken, remoteStartId: order.remoteStartId };
    const outcome = await call(
      chargerId,
      { action: "RequestStartTransaction", message },
      true,
    );
    if (mayStillStart(outcome)) return outcome;
    const withdrawn = withdrawOrder(transactions.state(), order, before, clock.wallMs());
    await journal.commit(transactions.apply(withdrawn).writes);
    return outcome;
  }

  return async function orderStart({ lastsMs, ...wish }) {
    const record = site.slots().get(wish.slot);
    if (record === undefined) return { kind: "gone" };
    const askedAtMs = clock.monoMs();
    const isMaster = ports.tokens.isMasterPass(wish.idToken, wish.groupIdToken);
    const outcome: StartOrderOutcome = isMaster
      ? { kind: "master-pass" }
      : site.isHeld(record.chargerId)
      ? { kind: "held" }
      : await place(orderOf(wish, lastsMs), record);
    const asked = { chargerId: record.chargerId, slot: wish.slot, what: "remote-start" } as const;
    const decision = decisionOf(wish.origin, outcome);
    auditDecision(ports, asked, wish.idToken, decision, clock.monoMs() - askedAtMs);
    return outcome;
  };

  function orderOf(wish: Omit<StartWish, "lastsMs">, lastsMs: number): RemoteStart {
    const { slot, idToken, groupIdToken, origin } = wish;
    return {
      slot,
      idToken,
      ...(groupIdToken === null ? {} : { groupIdToken }),
      remoteStartId: wish.remoteStartId ?? transactions.state().lastRemoteStartId + 1,
      origin,
      expiresAtMs: clock.wallMs() + lastsMs,
    };
  }
}

/** A silent charger may start all the same. */
function mayStillStart(outcome: StartOrderOutcome): boolean {
  return outcome.kind === "silent" ||
    (outcome.kind === "answered" && outcome.message.status === "Accepted");
}

function decisionOf(origin: StartWish["origin"], outcome: StartOrderOutcome): Decision {
  const { source, by } = ORIGINS[origin];
  const word = outcome.kind === "answered" ? outcome.message.status : outcome.kind;
  const reason = `${by}; the charger: ${word}`;
  if (mayStillStart(outcome)) return { info: { status: "Accepted" }, source, reason };
  const info = { status: "Invalid" } as const;
  if (outcome.kind === "held") return { info, source: "site-rule", reason: HELD };
  return outcome.kind === "master-pass"
    ? { info, source: "site-rule", reason: "a master pass never starts" }
    : { info, source, reason };
}
