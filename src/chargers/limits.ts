import { sleep } from "../lib/clock.ts";
import { sameJson } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import type { LimitRung, ModelQuirk } from "../site/mod.ts";
import { byNumber, openOn, type Transaction } from "../transactions/mod.ts";
import { askSchedule, EXPIRY_LOOK_S, showsExpiry } from "./composite.ts";
import { takesLimits, takesProfiles } from "./fail_safe.ts";
import { isStanding, profileLadder, rungIndex } from "./ladder.ts";
import { learn, learntTactic, unlearnRung } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import {
  runningProfile,
  saidLimit,
  sayableAmps,
  takenBack,
  type UnitCase,
  type WantedLimit,
  withoutTxProfile,
} from "./tactic.ts";
import { sayPhaseKey, sayVendorLimit } from "./vendor_limit.ts";
import type { WriteCounts } from "./write_counts.ts";

/** What became of a limit. */
export type LimitOutcome =
  | { readonly kind: "accepted" }
  | {
    readonly kind: "failed";
    readonly reason: string;
    /** True: the charger said no and keeps what it had. False: it may have taken it. */
    readonly answered: boolean;
  }
  /** A newer limit for the same EVSE took its place before it was sent. */
  | { readonly kind: "superseded" };

/** Sends limits to chargers: one at a time per EVSE, always the newest. */
export interface LimitSender {
  send(station: Station, slot: number, limit: UrgentLimit): Promise<LimitOutcome>;
  /** The transaction on a slot has ended, and its limit with it. */
  takeBack(station: Station, slot: number): void;
}

/** What the sender works with besides the books. */
export interface LimitParts {
  readonly nominalVoltageV: number;
  readonly quirks: (chargerId: string) => ModelQuirks;
  readonly writes: Pick<WriteCounts, "note">;
}

type UrgentLimit = WantedLimit & { readonly urgent: boolean };

interface Waiting {
  readonly limit: UrgentLimit;
  readonly resolve: (outcome: LimitOutcome) => void;
}

/** A limit on its way, with all that it depends on. */
interface Order extends UnitCase {
  readonly station: Station;
  readonly slot: number;
  readonly open: Transaction;
  readonly limit: UrgentLimit;
}

type Ports = Pick<
  ChargersPorts,
  "clock" | "site" | "transactions" | "spawn" | "journal"
>;

/** Creates the sender. */
export function createLimitSender(ports: Ports, log: Log, parts: LimitParts): LimitSender {
  const { clock, site, spawn } = ports;
  const busy = new Set<string>();
  const waiting = new Map<string, Waiting>();

  async function run(station: Station, slot: number, limit: UrgentLimit): Promise<LimitOutcome> {
    const outcome = await deliver(station, slot, limit);
    if (outcome.kind === "failed") {
      const { chargerId } = station;
      log("warning", "limit_not_taken", { charger: chargerId, slot, reason: outcome.reason });
    }
    return outcome;
  }

  async function deliver(
    station: Station,
    slot: number,
    limit: UrgentLimit,
  ): Promise<LimitOutcome> {
    const answered = station.starts.answered(slot);
    if (answered !== undefined) await answered;
    const order = orderOf(station, slot, limit);
    if ("kind" in order) return order;
    if (isNoNews(order, clock.monoMs())) return { kind: "accepted" };
    const floorAmps = floorOf(order);
    if (floorAmps !== null) return await holdAtFloor(order, floorAmps);
    return await say(order);
  }

  function orderOf(station: Station, slot: number, limit: UrgentLimit): Order | LimitOutcome {
    const { chargerId } = station;
    const place = site.place(slot);
    const features = site.charger(chargerId)?.features;
    const open = openOn(ports.transactions.state(), slot);
    const quirks = parts.quirks(chargerId);
    if (place === undefined) return notSent("the EVSE has no place");
    if (open === undefined) return notSent("no transaction is open");
    if (!features || !takesLimits(features, quirks)) return notSent("takes no charging profiles");
    const { nominalVoltageV } = parts;
    return { station, slot, limit, place, features, open, quirks, nominalVoltageV };
  }

  /** It cannot be paused: it gets its least current, and counts as not having been paused. */
  async function holdAtFloor(order: Order, floorAmps: number): Promise<LimitOutcome> {
    const atFloor = { ...order, limit: { ...order.limit, limitAmps: floorAmps } };
    const outcome = isNoNews(atFloor, clock.monoMs())
      ? { kind: "accepted" } as const
      : await say(atFloor);
    order.station.noteQuirk("pause");
    return outcome.kind === "accepted"
      ? notSent(`cannot be paused, and goes on with ${floorAmps} A`)
      : outcome;
  }

  async function say(order: Order): Promise<LimitOutcome> {
    const { station, slot } = order;
    const before = station.life.takenLimits.get(slot);
    // Until it answers nobody knows what it is under.
    station.life.takenLimits.delete(slot);
    const key = await turnPhaseKey(order, before?.limit.numberPhases);
    if (key !== null) {
      if (key.kind === "failed" && key.answered && before !== undefined) {
        station.life.takenLimits.set(slot, before);
      }
      return key;
    }
    const outcome = takesProfiles(order.features, order.quirks)
      ? await climb(order)
      : await tellVendor(order);
    if (outcome.kind === "accepted") {
      noteTaken(order, before?.said === 0);
    } else if (outcome.kind === "failed" && outcome.answered && before !== undefined) {
      station.life.takenLimits.set(slot, before);
    }
    return outcome;
  }

  /** Where the number of phases is a setting, that goes first. Null: there is nothing to wait for. */
  async function turnPhaseKey(
    { station, limit, quirks, place }: Order,
    before: number | undefined,
  ): Promise<LimitOutcome | null> {
    const { phaseKey } = quirks;
    const { numberPhases, urgent } = limit;
    if (phaseKey === undefined || numberPhases === undefined || numberPhases === before) {
      return null;
    }
    const outcome = await sayPhaseKey(phaseKey, numberPhases, station, place, urgent);
    if (outcome === "accepted") return null;
    return outcome === "refused"
      ? notSent("does not take the number of phases")
      : { kind: "failed", reason: "silent", answered: false };
  }

  function noteTaken(order: Order, wasPaused: boolean): void {
    const { station, slot, limit, open, quirks, place } = order;
    parts.writes.note(station.chargerId, place.evseId);
    for (const quirk of shapedBy(order)) station.noteQuirk(quirk);
    const taken = {
      transactionNumber: open.number,
      said: saidLimit(limit.limitAmps, order, limit.numberPhases),
      limit,
      endsAtMs: clock.monoMs() + limit.validForMs,
    };
    station.life.takenLimits.set(slot, taken);
    if (quirks.resendAfterPause && wasPaused && taken.said > 0) {
      spawn("say limit again", () => sayAgain(order, taken));
    }
  }

  /** The first limit after a pause does nothing at some (go-eCharger-API-v2 #155). */
  async function sayAgain(order: Order, taken: object): Promise<void> {
    const { station, slot, limit } = order;
    if (await sleep(clock, SAY_AGAIN_MS, station.gone) === "aborted") return;
    if (station.life.takenLimits.get(slot) !== taken || busy.has(keyOf(station, slot))) return;
    station.noteQuirk("resendAfterPause");
    const validForMs = limit.validForMs - SAY_AGAIN_MS;
    await climb({ ...order, limit: { ...limit, validForMs } });
    parts.writes.note(station.chargerId, order.place.evseId);
  }

  async function tellVendor(order: Order): Promise<LimitOutcome> {
    const { quirks, limit, station } = order;
    if (quirks.vendorLimit === undefined) return notSent("takes no charging profiles");
    const { limitAmps, urgent } = limit;
    const outcome = await sayVendorLimit(quirks.vendorLimit, limitAmps, station, order, urgent);
    if (outcome === "accepted") return { kind: "accepted" };
    return outcome === "refused"
      ? notSent("refused by its vendor's own way")
      : { kind: "failed", reason: "silent", answered: false };
  }

  function ladderOf({ features, quirks, station }: Pick<Order, "features" | "quirks" | "station">) {
    const isOnlyEvse = site.slotsOf(station.chargerId).length === 1;
    return profileLadder({ features, quirks, isOnlyEvse });
  }

  async function climb(order: Order): Promise<LimitOutcome> {
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

  return {
    async send(station, slot, limit) {
      const key = keyOf(station, slot);
      if (busy.has(key)) {
        waiting.get(key)?.resolve({ kind: "superseded" });
        return await new Promise((resolve) => waiting.set(key, { limit, resolve }));
      }
      busy.add(key);
      try {
        return await run(station, slot, limit);
      } finally {
        busy.delete(key);
        const next = waiting.get(key);
        waiting.delete(key);
        if (next !== undefined) {
          spawn("send limit", async () => next.resolve(await this.send(station, slot, next.limit)));
        }
      }
    },
    takeBack(station, slot) {
      const { chargerId, life } = station;
      const place = site.place(slot);
      const features = site.charger(chargerId)?.features;
      const numberPhases = life.takenLimits.get(slot)?.limit.numberPhases;
      life.clearedTransactions.clear();
      life.takenLimits.delete(slot);
      if (place === undefined || !features) return;
      const quirks = parts.quirks(chargerId);
      const { phaseKey } = quirks;
      // A setting stays, and the next EV is to have all phases.
      if (phaseKey !== undefined && numberPhases === 1) {
        spawn("take phases back", () => sayPhaseKey(phaseKey, 3, station, place, true));
      }
      const now = { place, features, quirks, nominalVoltageV: parts.nominalVoltageV };
      // Urgent, so that it stays ahead of the limit for the next transaction.
      if (!takesProfiles(features, quirks)) {
        const { vendorLimit } = quirks;
        if (vendorLimit === undefined) return;
        return spawn(
          "take limit back",
          () => sayVendorLimit(vendorLimit, place.failSafeAmps, station, now, true),
        );
      }
      const rung = life.rung ?? learntTactic(site, chargerId)?.rung;
      const back = rung === undefined ? null : takenBack(rung, now);
      if (back !== null) spawn("take limit back", () => station.speaker.call(back, true));
    },
  };
}

const SAY_AGAIN_MS = 5_000;
/** On one connection a charger is asked so often whether a limit ends by itself. */
const EXPIRY_LOOKS_MAX = 3;
/** What has so much of the wanted time left needs no renewal. */
const FRESH_PART = 0.75;

/**
 * True for what the charger has already: the same number to it, with nearly as much time left, and not
 * below its fail-safe current, to which an early end would be a raise. A limit that is said again in so
 * many words because it was not obeyed goes out.
 */
function isNoNews({ station, slot, limit, open, place, ...units }: Order, nowMs: number): boolean {
  const last = station.life.takenLimits.get(slot);
  if (last === undefined || last.transactionNumber !== open.number) return false;
  const isReminder = limit.urgent && last.limit.limitAmps === limit.limitAmps;
  const said = saidLimit(limit.limitAmps, { place, ...units }, limit.numberPhases);
  return !isReminder && last.said === said && limit.numberPhases === last.limit.numberPhases &&
    limit.limitAmps >= place.failSafeAmps && last.limit.limitAmps >= place.failSafeAmps &&
    last.endsAtMs - nowMs >= limit.validForMs * FRESH_PART;
}

/** The least current that a charger which cannot be paused goes on with; null for a limit above it. */
function floorOf({ limit, quirks, place }: Order): number | null {
  if (quirks.pause !== "minimum") return null;
  const floorAmps = Math.max(quirks.minAmps ?? 0, place.minCurrentAmps);
  return limit.limitAmps < floorAmps ? floorAmps : null;
}

/** What the model of a charger made of a limit that it took. */
function shapedBy({ quirks, features, limit }: Order): readonly ModelQuirk[] {
  const { rateUnit, purposes, stackLevels, vendorLimit, minAmps = 0 } = quirks;
  const { limitAmps } = limit;
  if (!takesProfiles(features, quirks)) return vendorLimit === undefined ? [] : ["vendorLimit"];
  const isBelow = limitAmps > 0 && limitAmps < minAmps;
  const isRounded = !isBelow && sayableAmps(limitAmps, quirks) < limitAmps - 0.1;
  const shaped: readonly (ModelQuirk | false)[] = [
    purposes !== undefined && "purposes",
    stackLevels !== undefined && "stackLevels",
    rateUnit !== undefined && rateUnit !== features.rateUnit && "rateUnit",
    isBelow && "minAmps",
    isRounded && "stepAmps",
  ];
  return shaped.filter((each) => each !== false);
}

/** The charger certainly keeps what it had. */
function notSent(reason: string): LimitOutcome {
  return { kind: "failed", reason, answered: true };
}

function keyOf({ generation }: Station, slot: number): string {
  return `${generation}/${slot}`;
}
