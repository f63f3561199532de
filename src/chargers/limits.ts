import { sleep } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { openOn } from "../transactions/mod.ts";
import { createLimitClimb } from "./_limit_climb.ts";
import {
  floorOf,
  isNoNews,
  type LimitOutcome,
  notSent,
  type Order,
  shapedBy,
  type UrgentLimit,
} from "./_limit_order.ts";
import { takesLimits, takesProfiles } from "./fail_safe.ts";
import { learntTactic } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import { saidLimit, takenBack } from "./tactic.ts";
import { sayPhaseKey, sayVendorLimit } from "./vendor_limit.ts";
import type { WriteCounts } from "./write_counts.ts";

export type { LimitOutcome } from "./_limit_order.ts";

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

interface Waiting {
  readonly limit: UrgentLimit;
  readonly resolve: (outcome: LimitOutcome) => void;
}

type Ports = Pick<
  ChargersPorts,
  "clock" | "site" | "transactions" | "spawn" | "journal"
>;

/** Creates the sender. */
export function createLimitSender(ports: Ports, log: Log, parts: LimitParts): LimitSender {
  const { clock, site, spawn } = ports;
  const climb = createLimitClimb(ports);
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
function keyOf({ generation }: Station, slot: number): string {
  return `${generation}/${slot}`;
}
