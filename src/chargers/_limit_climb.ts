import { sameJson } from "../lib/json.ts";
import type { LimitRung } from "../site/mod.ts";
import { byNumber } from "../transactions/mod.ts";
import { type LimitOutcome, notSent, type Order } from "./_limit_order.ts";
import { askSchedule, EXPIRY_LOOK_S, showsExpiry } from "./composite.ts";
import { isStanding, profileLadder, rungIndex } from "./ladder.ts";
import { learn, learntTactic, unlearnRung } from "./learnt.ts";
import type { ChargersPorts } from "./ports.ts";
import { runningProfile, withoutTxProfile } from "./tactic.ts";

type Ports = Pick<
  ChargersPorts,
  "clock" | "site" | "transactions" | "spawn" | "journal"
>;

/** On one connection a charger is asked so often whether a limit ends by itself. */
const EXPIRY_LOOKS_MAX = 3;

/** Says an order in the forms that a charger may take, until it takes one. */
export type LimitClimb = (order: Order) => Promise<LimitOutcome>;

/**
 * Offers a charging profile form by form, the one that was taken last first, and remembers what the
 * charger took once.
 */
export function createLimitClimb(ports: Ports): LimitClimb {
  const { clock, site, spawn } = ports;

  function ladderOf({ features, quirks, station }: Order) {
    const isOnlyEvse = site.slotsOf(station.chargerId).length === 1;
    return profileLadder({ features, quirks, isOnlyEvse });
  }

  async function offer(order: Order, rung: LimitRung): Promise<LimitOutcome | "refused"> {
    const { station, limit, open } = order;
    const message = runningProfile(limit, rung, {
      ...order,
      transactionNumber: open.number,
      chargerWallMs: clock.wallMs() - (station.clock.offsetMs() ?? 0),
      doubtMs: station.clock.doubtMs(),
    });
    const call = { action: "SetChargingProfile", message } as const;
    const outcome = await station.speaker.call(call, limit.urgent);
    if (outcome.kind === "unsayable") return notSent("cannot be said");
    // Many say no with an error instead of "Rejected", and mean this form of the profile only.
    if (outcome.kind !== "answered" && outcome.kind !== "refused") {
      return { kind: "failed", reason: outcome.kind, answered: false };
    }
    if (outcome.kind === "refused" || outcome.message.status !== "Accepted") return "refused";
    settleOn(order, rung);
    const isAlone = rung.purpose === "TxProfile" || await clearTxProfile(order);
    return isAlone
      ? { kind: "accepted" }
      : { kind: "failed", reason: "an older profile may win over it", answered: false };
  }

  /** What it took once it is offered first from now on, after a restart too. */
  function settleOn(order: Order, rung: LimitRung): void {
    const { station } = order;
    const { chargerId, life } = station;
    life.rung = rung;
    const isKnownForm = sameJson(learntTactic(site, chargerId)?.rung, rung);
    if (!isKnownForm) spawn("remember form", () => learn(ports, chargerId, { rung }));
    if (isStanding(rung)) return;
    const { expiry } = order.quirks;
    const isKnown = expiry !== undefined || learntTactic(site, chargerId)?.expiryShown === true;
    if (isKnown || life.expiryLooks >= EXPIRY_LOOKS_MAX || order.limit.urgent) return;
    // Only one that has told its schedule before is asked in the middle of a session.
    const tells = site.tactic(chargerId).failSafes?.some(({ verifiedBy }) =>
      verifiedBy === "schedule"
    );
    if (tells !== true) return;
    life.expiryLooks++;
    spawn("look for its end", () => lookForExpiry(order));
  }

  /** Whether it drops a limit by itself shows in what it says it is going to give (ruling 21). */
  async function lookForExpiry(order: Order): Promise<void> {
    const { station, limit } = order;
    const endsInS = Math.ceil(limit.validForMs / 1_000);
    const answer = await askSchedule(ports, station, endsInS + EXPIRY_LOOK_S, order);
    if (answer === null || !showsExpiry(answer, limit.limitAmps, endsInS, order)) return;
    await learn(ports, station.chargerId, { expiryShown: true });
  }

  /** Once for each transaction: what a charger took before it may have been in another form. */
  async function clearTxProfile({ station, place, open, limit }: Order): Promise<boolean> {
    const { speaker, life } = station;
    if (life.clearedTransactions.has(open.number)) return true;
    const message = withoutTxProfile(place);
    const outcome = await speaker.call({ action: "ClearChargingProfile", message }, limit.urgent);
    // Who answers at all has none any more, or never knew what a TxProfile is.
    const isCleared = outcome.kind === "answered" || outcome.kind === "refused";
    if (isCleared) life.clearedTransactions.add(open.number);
    return isCleared;
  }

  return async function climb(order: Order): Promise<LimitOutcome> {
    const { station, open } = order;
    const ladder = ladderOf(order);
    const known = station.life.rung ?? learntTactic(site, station.chargerId)?.rung;
    for (const rung of ladder.slice(rungIndex(ladder, known))) {
      const outcome = await offer(order, rung);
      if (outcome !== "refused") return outcome;
      station.noteQuirk("other-form");
      // A transaction that just ended is no reason to climb down the ladder.
      const still = byNumber(ports.transactions.state(), station.chargerId, open.number);
      if (still?.stop !== null) return notSent("the transaction has ended");
    }
    station.life.rung = null;
    if (known !== undefined) spawn("forget form", () => unlearnRung(ports, station.chargerId));
    return notSent("refused in every form");
  };
}
