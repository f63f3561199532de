import type { Log } from "../lib/log.ts";
import type { EvsePlace } from "../site/mod.ts";
import { byNumber, openOn } from "../transactions/mod.ts";
import {
  profileLadder,
  runningProfile,
  takenBack,
  type WantedLimit,
  withoutTxProfile,
} from "./tactic.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

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
  send(
    station: Station,
    slot: number,
    limit: WantedLimit & { readonly urgent: boolean },
  ): Promise<LimitOutcome>;
  /** The transaction on a slot has ended, and its limit with it. */
  takeBack(station: Station, slot: number): void;
}

interface Waiting {
  readonly limit: WantedLimit & { readonly urgent: boolean };
  readonly resolve: (outcome: LimitOutcome) => void;
}

/** Creates the sender. */
export function createLimitSender(
  ports: Pick<ChargersPorts, "clock" | "site" | "transactions" | "spawn">,
  log: Log,
  nominalVoltageV: number,
): LimitSender {
  const busy = new Set<string>();
  const waiting = new Map<string, Waiting>();

  async function run(station: Station, slot: number, limit: WantedLimit, urgent: boolean) {
    const outcome = await deliver(station, slot, limit, urgent);
    if (outcome.kind === "failed") {
      const { chargerId } = station;
      log("warning", "limit_not_taken", { charger: chargerId, slot, reason: outcome.reason });
    }
    return outcome;
  }

  async function deliver(
    station: Station,
    slot: number,
    limit: WantedLimit,
    urgent: boolean,
  ): Promise<LimitOutcome> {
    const answered = station.starts.answered(slot);
    if (answered !== undefined) await answered;
    const place = ports.site.place(slot);
    const features = ports.site.charger(station.chargerId)?.features;
    const open = openOn(ports.transactions.state(), slot);
    if (place === undefined) return notSent("the EVSE has no place");
    if (open === undefined) return notSent("no transaction is open");
    if (!features?.smartCharging) return notSent("takes no charging profiles");
    const ladder = profileLadder(features);
    for (let rung = station.life.profileRung; rung < ladder.length; rung++) {
      const step = ladder[rung];
      if (step === undefined) break;
      const message = runningProfile(limit, step, {
        place,
        features,
        transactionNumber: open.number,
        chargerWallMs: ports.clock.wallMs() - (station.clock.offsetMs() ?? 0),
        nominalVoltageV,
      });
      const outcome = await station.speaker.call({ action: "SetChargingProfile", message }, urgent);
      if (outcome.kind === "unsayable") return notSent("cannot be said");
      // Many say no with an error instead of "Rejected", and mean this form of the profile only.
      if (outcome.kind !== "answered" && outcome.kind !== "refused") {
        return { kind: "failed", reason: outcome.kind, answered: false };
      }
      if (outcome.kind === "answered" && outcome.message.status === "Accepted") {
        station.life.profileRung = rung;
        const isAlone = step.purpose === "TxProfile" ||
          await clearTxProfile(station, place, open.number, urgent);
        return isAlone
          ? { kind: "accepted" }
          : { kind: "failed", reason: "an older profile may win over it", answered: false };
      }
      // A transaction that just ended is no reason to climb down the ladder.
      const still = byNumber(ports.transactions.state(), station.chargerId, open.number);
      if (still?.stop !== null) return notSent("the transaction has ended");
    }
    return notSent("refused in every form");
  }

  /** Once for each transaction: what a charger took before it may have been in another form. */
  async function clearTxProfile(
    { speaker, life }: Station,
    place: EvsePlace,
    transactionNumber: number,
    urgent: boolean,
  ): Promise<boolean> {
    if (life.clearedTransactions.has(transactionNumber)) return true;
    const message = withoutTxProfile(place);
    const outcome = await speaker.call({ action: "ClearChargingProfile", message }, urgent);
    // Who answers at all has none any more, or never knew what a TxProfile is.
    const isCleared = outcome.kind === "answered" || outcome.kind === "refused";
    if (isCleared) life.clearedTransactions.add(transactionNumber);
    return isCleared;
  }

  return {
    async send(station, slot, limit) {
      const key = `${station.generation}/${slot}`;
      if (busy.has(key)) {
        waiting.get(key)?.resolve({ kind: "superseded" });
        return await new Promise((resolve) => waiting.set(key, { limit, resolve }));
      }
      busy.add(key);
      try {
        return await run(station, slot, limit, limit.urgent);
      } finally {
        busy.delete(key);
        const next = waiting.get(key);
        waiting.delete(key);
        if (next !== undefined) {
          ports.spawn("send limit", async () => {
            next.resolve(await this.send(station, slot, next.limit));
          });
        }
      }
    },
    takeBack(station, slot) {
      const place = ports.site.place(slot);
      const features = ports.site.charger(station.chargerId)?.features;
      if (place === undefined || !features) return;
      const rung = profileLadder(features)[station.life.profileRung];
      station.life.clearedTransactions.clear();
      const message = rung === undefined ? null : takenBack(place, rung);
      if (message === null) return;
      // Urgent, so that it stays ahead of the limit for the next transaction.
      ports.spawn(
        "take limit back",
        () => station.speaker.call({ action: "ClearChargingProfile", message }, true),
      );
    },
  };
}

/** The charger certainly keeps what it had. */
function notSent(reason: string): LimitOutcome {
  return { kind: "failed", reason, answered: true };
}
