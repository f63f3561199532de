import { countedLately, countOne, type HourlyCount } from "../site/mod.ts";
import { changeTactic } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersPorts } from "./ports.ts";

/** Limits that were written to an EVSE. */
export interface WriteCount {
  /** In the last day, to within an hour. */
  readonly today: number;
  /** Since the gateway started. */
  readonly total: number;
}

/** Counts what is written to chargers: each write may wear their memory. */
export interface WriteCounts {
  /** One more was taken. */
  note(chargerId: string, evseId: number): void;
  of(chargerId: string, evseId: number): WriteCount;
}

/** How much of the counting a power cut may lose. */
const UNSAVED_MAX = 20;

/** Creates the counts; they go on from what was on disk. */
export function createWriteCounts(
  ports: Pick<ChargersPorts, "clock" | "site" | "journal" | "spawn">,
): WriteCounts {
  const { clock, site, spawn } = ports;
  const lately = new Map<string, HourlyCount>();
  const totals = new Map<string, number>();
  const unsaved = new Map<string, number>();
  const keyOf = (chargerId: string, evseId: number) => `${evseId}/${chargerId}`;

  function countOf(chargerId: string, evseId: number): HourlyCount | undefined {
    return lately.get(keyOf(chargerId, evseId)) ??
      site.tactic(chargerId).profileWrites?.[String(evseId)];
  }

  return {
    note(chargerId, evseId) {
      const key = keyOf(chargerId, evseId);
      const before = countOf(chargerId, evseId);
      const count = countOne(before, clock.wallMs());
      lately.set(key, count);
      totals.set(key, (totals.get(key) ?? 0) + 1);
      const waiting = (unsaved.get(key) ?? 0) + 1;
      const isDue = waiting >= UNSAVED_MAX || count.hourMs !== before?.hourMs;
      unsaved.set(key, isDue ? 0 : waiting);
      if (!isDue) return;
      spawn("note writes", () =>
        changeTactic(ports, chargerId, (record) => ({
          ...record,
          profileWrites: { ...record.profileWrites, [String(evseId)]: count },
        })));
    },
    of: (chargerId, evseId) => ({
      today: countedLately(countOf(chargerId, evseId), clock.wallMs()),
      total: totals.get(keyOf(chargerId, evseId)) ?? 0,
    }),
  };
}

/** How many writes a day its memory bears: flash wears out, and most keep profiles in flash. */
export function writesMax({ profileStore = "flash" }: ModelQuirks): number {
  return profileStore === "flash" ? 300 : 3_000;
}
