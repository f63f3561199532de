import type { Chargers } from "./chargers/mod.ts";
import { chargerOfSubject } from "./gateway_alerts.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import {
  type AidPlace,
  type AidRule,
  createFirstAidDesk,
  type Faults,
  type FirstAidDesk,
} from "./operations/mod.ts";
import type { CutDesk } from "./signals/mod.ts";
import type { SiteBook } from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";
import type { WebFirstAid, WebPorts } from "./web/mod.ts";

export interface FirstAidParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly site: SiteBook;
  readonly transactions: TransactionBook;
  readonly faults: Faults;
  readonly chargers: Pick<Chargers, "station">;
  readonly cuts: Pick<CutDesk, "canPowerCycle" | "powerCycle">;
  /** What a person could have done. */
  readonly web: () => Pick<WebPorts, "commands" | "audit">;
}

/** For so long a charger is without power: its supplies have run empty then. */
const POWER_OFF_MS = 20_000;

/** First aid, with the hands of the gateway. */
export function openFirstAid(rules: readonly AidRule[], parts: FirstAidParts): FirstAidDesk {
  const { site, transactions, chargers, cuts, web } = parts;
  const slotsOf = (chargerId: string) =>
    [...site.slots()].filter(([, each]) => each.chargerId === chargerId && !each.removed)
      .map(([slot]) => slot);

  function placeOf(subject: string): AidPlace | null {
    const chargerId = chargerOfSubject(site, subject);
    if (chargerId === null) return null;
    const slots = slotsOf(chargerId);
    const slot = Number(/^slot (\d{1,9})$/.exec(subject)?.[1] ?? Number.NaN);
    return {
      chargerId,
      slot: Number.isNaN(slot) ? slots.length === 1 ? slots[0] ?? null : null : slot,
      isConnected: chargers.station(chargerId)?.life.accepted === true,
      // One that is away may be in a session still.
      charging: slots.filter((each) => openOn(transactions.state(), each) !== undefined),
      canPowerCycle: cuts.canPowerCycle(slots),
    };
  }

  return createFirstAidDesk(rules, {
    ...parts,
    placeOf,
    unlock: (slot, by) => web().commands.unlock(slot, by),
    reset: (chargerId, type, by) => web().commands.reset(chargerId, type, by),
    powerCycle: (chargerId) => cuts.powerCycle(slotsOf(chargerId), POWER_OFF_MS),
    audit: (note) => web().audit.append(note),
  });
}

/** What the pages see of it. */
export function firstAidViews(desk: Pick<FirstAidDesk, "rules">): WebFirstAid {
  return {
    rules: () =>
      desk.rules().map(({ rule, done }) => ({
        id: rule.id,
        codes: rule.codes,
        about: rule.subjects,
        forSeconds: rule.forMs / 1_000,
        steps: rule.steps,
        cooldownSeconds: rule.cooldownMs / 1_000,
        perDay: rule.perDay,
        whileCharging: rule.whileCharging,
        done: done.map(({ atMs, ...deed }) => ({ ...deed, at: isoTime(atMs) })),
      })),
  };
}
