import type { ChargersPorts } from "./ports.ts";

/**
 * Tells of chargers that were here and do not come back: some never dial again after a break of the
 * network or a restart of the gateway, until somebody switches them off and on.
 */
export interface Absences {
  /** To be called now and then. */
  sweep(): void;
}

/** Slow ones take 20 minutes to dial again (FoxESS). */
const AWAY_MAX_MS = 1_800_000;

/** Creates them; who is away now is away since now. */
export function createAbsences(
  { clock, site, events }: Pick<ChargersPorts, "clock" | "site" | "events">,
): Absences {
  const awaySinceMs = new Map<string, number>();
  const told = new Set<string>();

  function tell(chargerId: string, state: "raised" | "over"): void {
    events.emit("fault", {
      kind: "charger-stays-away",
      severity: "warning",
      subject: chargerId,
      text:
        `${chargerId} has been away for half an hour: some chargers have to be switched off and on`,
      state,
    });
  }

  function look(chargerId: string): void {
    if (site.isConnected(chargerId)) {
      awaySinceMs.delete(chargerId);
      if (told.delete(chargerId)) tell(chargerId, "over");
      return;
    }
    const sinceMs = awaySinceMs.get(chargerId) ?? clock.monoMs();
    awaySinceMs.set(chargerId, sinceMs);
    if (told.has(chargerId) || clock.monoMs() - sinceMs < AWAY_MAX_MS) return;
    told.add(chargerId);
    tell(chargerId, "raised");
  }

  return {
    sweep() {
      for (const { id, bootedAtMs } of site.chargers()) {
        // One that has lost its places is not missed.
        if (bootedAtMs !== null && site.slotsOf(id).length > 0) look(id);
      }
    },
  };
}
