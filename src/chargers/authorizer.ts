import { TIMED_OUT, within } from "../lib/clock.ts";
import type { AuthorizationStatus, IdToken, IdTokenInfo } from "../ocpp/mod.ts";
import {
  type Circumstances,
  mayStop,
  type SiteCircumstances,
  type StopVerdict,
  type Verdict,
} from "../authorization/mod.ts";
import { auditDecision, type Decision, HELD, sameToken } from "../site/mod.ts";
import { chargesElsewhere, openOn, remoteStartFor, type Transaction } from "../transactions/mod.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import { createRecentDecisions } from "./recent_decisions.ts";
import { createStartRace } from "./start_race.ts";

type Decided = Verdict & { readonly kind: "decided" };

/** A decided start. `begun` has to be called once it stands in the book, or came to nothing. */
export type StartVerdict = Decided & { readonly begun: () => void };

/** Decides whether tokens may charge, asking the CSMS where that is possible and needed. */
export interface Authorizer {
  /** For Authorize: is the token good? Remembered for the start that follows. */
  authorize(chargerId: string, idToken: IdToken): Promise<Decision>;
  /** For a start: is it good here and now? With the reservation that the start uses up. */
  authorizeStart(chargerId: string, slot: number, idToken: IdToken): Promise<StartVerdict>;
  /** For a stop that has happened: had the token a right to it? Nobody is asked. */
  mayStop(transaction: Transaction, idToken: IdToken): boolean;
  /** A token ended a transaction: for the record of decisions. */
  noteStop(transaction: Transaction, idToken: IdToken): void;
}

/** What the authorizer asks of the rest of the edge. */
export interface AuthorizerHooks {
  /** Transactions run on a token that the CSMS, when its answer came at last, does not accept. */
  refusedLate(transactionIds: readonly string[], status: AuthorizationStatus): void;
}

/** Creates the authorizer of the charger edge. */
export function createAuthorizer(
  ports: ChargersPorts,
  timing: Pick<ChargersOptions["timing"], "askTimeoutMs" | "authorizeLastsMs">,
  hooks: AuthorizerHooks,
): Authorizer {
  const { clock, tokens, upstream, site, transactions } = ports;
  const recent = createRecentDecisions(clock, timing.authorizeLastsMs);
  const race = createStartRace();

  /** What bears on the decision is looked at anew once the CSMS has answered, or has not. */
  async function judge(
    chargerId: string,
    idToken: IdToken,
    decideWith: (online: boolean, more: Circumstances) => Verdict,
  ): Promise<Decided> {
    const closed = refusedForHold(chargerId) ?? refusedForRoom(chargerId, idToken);
    if (closed !== null) return { kind: "decided", decision: closed, uses: null };
    const verdict = decideWith(upstream.isOnline(), {});
    if (verdict.kind === "decided") return verdict;
    const answer = await ask(chargerId, idToken);
    // A CSMS that is connected but silent counts as away for this decision (ruling 1).
    const alone = answer === null ? decideWith(false, {}) : decideWith(true, { answer });
    if (alone.kind === "decided") return alone;
    const reason = "nobody could be asked";
    const decision: Decision = { info: { status: "Invalid" }, source: "offline-policy", reason };
    return { kind: "decided", decision, uses: null };
  }

  /** Nothing runs at a held charger, so there is nothing to end either: nobody needs to be asked. */
  function refusedForHold(chargerId: string): Decision | null {
    if (!site.isHeld(chargerId)) return null;
    return { info: { status: "Invalid" }, source: "site-rule", reason: HELD };
  }

  /** Sessions that run are kept and may be ended; a new one needs room for its records. */
  function refusedForRoom(chargerId: string, idToken: IdToken): Decision | null {
    const reason = ports.outbox.noRoom();
    if (reason === null) return null;
    const isRunning = [...transactions.state().transactions.open.values()]
      .some((each) => each.chargerId === chargerId && sameToken(each.idToken, idToken));
    return isRunning ? null : { info: { status: "NotAtThisTime" }, source: "site-rule", reason };
  }

  /** On a full disk a good token is told so before it starts; one that may end a session there is not. */
  function closedTo(chargerId: string, idToken: IdToken, judged: Decision): Decision | null {
    const reason = ports.room.refusal();
    if (reason === null || !isAccepted(judged) || judged.source === "free-vend") return null;
    const mayEnd = [...transactions.state().transactions.open.values()]
      .some((each) => each.chargerId === chargerId && judgeStop(each, idToken).allowed);
    return mayEnd ? null : { info: { status: "Invalid" }, source: "site-rule", reason };
  }

  async function ask(chargerId: string, idToken: IdToken): Promise<IdTokenInfo | null> {
    const waiting = new AbortController();
    const before = new Set(transactions.state().transactions.open.keys());
    const answer = upstream.authorize(idToken, waiting.signal);
    const info = await within(clock, timing.askTimeoutMs, answer);
    if (info !== TIMED_OUT) {
      if (info !== null) learn(idToken, info);
      return info;
    }
    waiting.abort();
    ports.spawn("late answer", async () => {
      const late = await answer;
      if (late !== null) cameLate(chargerId, idToken, late, before);
    });
    return null;
  }

  function learn(idToken: IdToken, info: IdTokenInfo): void {
    const lesson = tokens.learn(idToken, info, clock.wallMs());
    ports.spawn("store token", () => ports.journal.commit(lesson.writes));
  }

  /** The driver has been told something else by now, and may have begun on the strength of it. */
  function cameLate(
    chargerId: string,
    idToken: IdToken,
    info: IdTokenInfo,
    before: ReadonlySet<string>,
  ): void {
    learn(idToken, info);
    if (recent.find(chargerId, idToken) !== undefined) {
      const verdict = tokens.judge(idToken, true, clock.wallMs(), { answer: info });
      if (verdict.kind === "decided") recent.note(chargerId, idToken, verdict.decision);
    }
    // ConcurrentTx may be said of this very session; the answer to its Start will tell.
    if (info.status === "Accepted" || info.status === "ConcurrentTx") return;
    const begun = [...transactions.state().transactions.open.values()].filter((each) =>
      each.chargerId === chargerId && !before.has(each.id) && sameToken(each.idToken, idToken)
    );
    hooks.refusedLate(begun.map(({ id }) => id), info.status);
  }

  function orderAt(slot: number, idToken: IdToken): Pick<Circumstances, "order"> {
    const { remoteStarts } = transactions.state();
    const order = remoteStartFor(remoteStarts, slot, idToken, clock.wallMs());
    if (order === null) return {};
    return { order: { origin: order.origin, groupIdToken: order.groupIdToken ?? null } };
  }

  /** A charger that authorizes what was ordered names no EVSE yet. */
  function orderAnywhere(chargerId: string, idToken: IdToken): Pick<Circumstances, "order"> {
    const found = site.slotsOf(chargerId).map(({ slot }) => orderAt(slot, idToken));
    return found.find(({ order }) => order !== undefined) ?? {};
  }

  function recentlyAt(chargerId: string, idToken: IdToken): Pick<Circumstances, "recent"> {
    const decision = recent.find(chargerId, idToken);
    return decision === undefined ? {} : { recent: decision };
  }

  function siteAt(
    chargerId: string,
    slot: number,
    idToken: IdToken,
    isBeaten: boolean,
  ): SiteCircumstances {
    return {
      slot,
      held: site.isHeld(chargerId),
      operative: site.isOperative(slot),
      closed: ports.room.refusal(),
      reservations: site.reservations(),
      freeElsewhere: freeSlots(slot),
      chargesElsewhere: chargesElsewhere(transactions.state(), idToken, slot),
      unheardSessions: unheardSessions(idToken),
      isBeaten,
    };
  }

  /** What nobody vouched for, and is still to be told to the CSMS. */
  function unheardSessions(idToken: IdToken): number {
    let count = 0;
    for (const each of transactions.state().transactions.values()) {
      const isUnknown = each.authorization.source === "offline-policy";
      if (isUnknown && sameToken(each.idToken, idToken) && ports.outbox.holds(each.id)) count += 1;
    }
    return count;
  }

  /** Slots besides this one that somebody could still be sent to. */
  function freeSlots(except: number): number {
    const kept = new Set([...site.reservations().values()].map(({ slot }) => slot));
    return site.places().filter(({ slot }) => {
      // Some chargers show an EVSE as free that charges.
      const isTaken = kept.has(slot) || openOn(transactions.state(), slot) !== undefined;
      return slot !== except && site.state(slot) === "available" && !isTaken &&
        site.isOperative(slot);
    }).length;
  }

  function judgeStop(
    transaction: Transaction,
    idToken: IdToken,
  ): StopVerdict & Pick<Decision, "source"> {
    const known = recent.find(transaction.chargerId, idToken) ?? knownAlone(idToken);
    const verdict = mayStop(transaction, { idToken, decision: known });
    const source = known?.source ?? transaction.authorization.source;
    return { ...verdict, source: verdict.allowed ? source : "site-rule" };
  }

  function knownAlone(idToken: IdToken): Decision | null {
    const verdict = tokens.judge(idToken, false, clock.wallMs());
    return verdict.kind === "decided" ? verdict.decision : null;
  }

  return {
    async authorize(chargerId, idToken) {
      const askedAtMs = clock.monoMs();
      const { decision: judged } = await judge(chargerId, idToken, (online, more) => {
        const order = orderAnywhere(chargerId, idToken);
        return tokens.judge(idToken, online, clock.wallMs(), { ...more, ...order });
      });
      recent.note(chargerId, idToken, judged);
      const decision = closedTo(chargerId, idToken, judged) ?? judged;
      const asked = { chargerId, slot: null, what: "authorize" } as const;
      auditDecision(ports, asked, idToken, decision, Math.round(clock.monoMs() - askedAtMs));
      return decision;
    },

    async authorizeStart(chargerId, slot, idToken) {
      const askedAtMs = clock.monoMs();
      const runner = race.enter(slot, idToken);
      try {
        const verdict = await judge(chargerId, idToken, (online, more) => {
          const judged = tokens.judge(idToken, online, clock.wallMs(), {
            ...more,
            ...orderAt(slot, idToken),
            ...recentlyAt(chargerId, idToken),
            site: siteAt(chargerId, slot, idToken, runner.isBeaten()),
          });
          // In the same breath: the next one to be decided has to know.
          if (judged.kind === "decided" && isAccepted(judged.decision)) runner.win();
          return judged;
        });
        const asked = { chargerId, slot, what: "start" } as const;
        auditDecision(
          ports,
          asked,
          idToken,
          verdict.decision,
          Math.round(clock.monoMs() - askedAtMs),
        );
        return { ...verdict, begun: runner.leave };
      } catch (error) {
        runner.leave();
        throw error;
      }
    },

    mayStop: (transaction, idToken) => judgeStop(transaction, idToken).allowed,

    noteStop(transaction, idToken) {
      const { chargerId, slot } = transaction;
      const { allowed, reason, source } = judgeStop(transaction, idToken);
      const info: IdTokenInfo = { status: allowed ? "Accepted" : "Invalid" };
      const ended = { chargerId, slot, what: "stop" } as const;
      auditDecision(ports, ended, idToken, { info, source, reason }, 0);
    },
  };
}

function isAccepted({ info }: Decision): boolean {
  return info.status === "Accepted";
}
