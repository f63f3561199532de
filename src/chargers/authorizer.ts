import { TIMED_OUT, within } from "../lib/clock.ts";
import type { IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import { withSiteRules } from "../authorization/mod.ts";
import {
  type Decision,
  evseState,
  type Reservation,
  reservationFor,
  type ReservationVerdict,
  sameToken,
  tokenKey,
} from "../site/mod.ts";
import { chargesElsewhere, remoteStartFor } from "../transactions/mod.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";

/** Decides whether tokens may charge, asking the CSMS where that is possible and needed. */
export interface Authorizer {
  /** For Authorize: is the token good? Remembered for the start that follows. */
  authorize(chargerId: string, idToken: IdToken): Promise<Decision>;
  /** For a start: is it good here and now? With the reservation that the start uses up. */
  authorizeStart(
    chargerId: string,
    slot: number,
    idToken: IdToken,
  ): Promise<{ readonly decision: Decision; readonly uses: Reservation | null }>;
}

interface Recent {
  readonly decision: Decision;
  readonly atMonoMs: number;
}

/** Recent decisions that are remembered; hostile chargers cannot fill the memory. */
const RECENT_MAX = 1_000;

/** Creates the authorizer of the charger edge. */
export function createAuthorizer(
  ports: ChargersPorts,
  timing: Pick<ChargersOptions["timing"], "askTimeoutMs" | "authorizeLastsMs">,
): Authorizer {
  const { clock, tokens, upstream, site } = ports;
  const recent = new Map<string, Recent>();

  async function judge(idToken: IdToken): Promise<Decision> {
    const verdict = tokens.judge(idToken, upstream.isOnline(), clock.wallMs());
    if (verdict.kind === "decided") return verdict.decision;
    const info = await ask(idToken);
    if (info !== null) return { info, source: "csms", reason: `${info.status} by the CSMS` };
    // A CSMS that is connected but silent counts as offline for this decision.
    const alone = tokens.judge(idToken, false, clock.wallMs());
    if (alone.kind === "decided") return alone.decision;
    return {
      info: { status: "Invalid" },
      source: "offline-policy",
      reason: "nobody could be asked",
    };
  }

  async function ask(idToken: IdToken): Promise<IdTokenInfo | null> {
    const info = await within(clock, timing.askTimeoutMs, upstream.authorize(idToken));
    if (info === TIMED_OUT || info === null) return null;
    const lesson = tokens.learn(idToken, info, clock.wallMs());
    ports.spawn("store token", () => ports.journal.commit(lesson.writes));
    return info;
  }

  function recall(chargerId: string, idToken: IdToken): Decision | null {
    const found = recent.get(`${chargerId}\n${tokenKey(idToken)}`);
    const isFresh = found !== undefined &&
      clock.monoMs() - found.atMonoMs <= timing.authorizeLastsMs;
    return isFresh ? found.decision : null;
  }

  function remoteDecision(slot: number, idToken: IdToken): Decision | null {
    const { remoteStarts } = ports.transactions.state();
    const order = remoteStartFor(remoteStarts, slot, idToken, clock.wallMs());
    if (order === null) return null;
    const reason = order.origin === "csms" ? "ordered by the CSMS" : "ordered by an operator";
    return { info: { status: "Accepted" }, source: "remote", reason };
  }

  function reservation(slot: number, idToken: IdToken, info: IdTokenInfo): ReservationVerdict {
    const groupIdToken = info.groupIdToken ?? null;
    const start = { slot, idToken, groupIdToken, freeElsewhere: freeSlots(slot) };
    return reservationFor(site.reservations(), start, clock.wallMs(), sameToken);
  }

  /** Slots besides this one that somebody could still be sent to. */
  function freeSlots(except: number): number {
    return site.places().filter(({ slot, chargerId }) => {
      const connected = site.isConnected(chargerId);
      const state = evseState(site.connector(slot), { connected });
      const isKept = [...site.reservations().values()].some((each) => each.slot === slot);
      return slot !== except && state === "available" && !isKept && site.isOperative(slot);
    }).length;
  }

  return {
    async authorize(chargerId, idToken) {
      const decision = await judge(idToken);
      const key = `${chargerId}\n${tokenKey(idToken)}`;
      recent.delete(key);
      recent.set(key, { decision, atMonoMs: clock.monoMs() });
      const oldest = recent.keys().next().value;
      if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest);
      return decision;
    },
    async authorizeStart(chargerId, slot, idToken) {
      const decision = remoteDecision(slot, idToken) ?? recall(chargerId, idToken) ??
        await judge(idToken);
      const verdict = reservation(slot, idToken, decision.info);
      const isOwnWord = decision.source === "csms" || decision.source === "remote";
      const judged = withSiteRules(decision, {
        slot,
        operative: site.isOperative(slot),
        reservedForAnother: verdict.kind === "reserved-for-another",
        // The CSMS may let one token charge twice; by itself the site does not.
        concurrent: !isOwnWord && chargesElsewhere(ports.transactions.state(), idToken, slot),
      });
      return { decision: judged, uses: verdict.kind === "own" ? verdict.reservation : null };
    },
  };
}
