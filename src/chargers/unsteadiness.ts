import type { ChargersPorts } from "./ports.ts";

/**
 * Tells of chargers that start anew, or lose their connection, again and again: each time alone looks
 * harmless, and nobody can charge in between.
 */
export interface Unsteadiness {
  /** A charger has booted, on a connection on which it had not yet. */
  booted(chargerId: string): void;
  /** Its connection is gone. */
  left(chargerId: string): void;
  /** To be called now and then. */
  sweep(): void;
}

interface Habit {
  readonly kind: "charger-restarts-often" | "charger-drops-often";
  /** So often within the window, and somebody is told. */
  readonly times: number;
  readonly windowMs: number;
  readonly said: (chargerId: string, times: number, minutes: number) => string;
}

/** Somebody who sets a charger up restarts it three times in a row. */
const BOOTS: Habit = {
  kind: "charger-restarts-often",
  times: 4,
  windowMs: 20 * 60_000,
  said: (chargerId, times, minutes) =>
    `${chargerId} has started anew ${times} times within ${minutes} minutes`,
};
const DROPS: Habit = {
  kind: "charger-drops-often",
  times: 6,
  windowMs: 60 * 60_000,
  said: (chargerId, times, minutes) =>
    `${chargerId} has lost its connection ${times} times within ${minutes} minutes`,
};

/** Creates the watch; nothing has happened yet. */
export function createUnsteadiness(
  ports: Pick<ChargersPorts, "clock" | "events">,
): Unsteadiness {
  const boots = createHabitWatch(ports, BOOTS);
  const drops = createHabitWatch(ports, DROPS);
  return {
    booted: boots.happened,
    left: drops.happened,
    sweep() {
      boots.sweep();
      drops.sweep();
    },
  };
}

function createHabitWatch(
  { clock, events }: Pick<ChargersPorts, "clock" | "events">,
  { kind, times, windowMs, said }: Habit,
) {
  /** The last few times, by our monotonic clock, by charger. */
  const lately = new Map<string, readonly number[]>();
  const told = new Map<string, number>();

  function recent(chargerId: string): readonly number[] {
    const fromMs = clock.monoMs() - windowMs;
    return (lately.get(chargerId) ?? []).filter((atMs) => atMs > fromMs);
  }

  function tell(chargerId: string, count: number, state: "raised" | "over"): void {
    const text = said(chargerId, count, windowMs / 60_000);
    events.emit("fault", { kind, severity: "warning", subject: chargerId, text, state });
  }

  return {
    happened(chargerId: string): void {
      const all = [...recent(chargerId), clock.monoMs()].slice(-times);
      lately.set(chargerId, all);
      if (all.length < times || told.has(chargerId)) return;
      told.set(chargerId, times);
      tell(chargerId, times, "raised");
    },
    sweep(): void {
      for (const chargerId of [...lately.keys()]) {
        const left = recent(chargerId);
        if (left.length > 0) lately.set(chargerId, left);
        else lately.delete(chargerId);
        // It has to be steady for a whole window: between two falls every charger is.
        if (left.length === 0 && told.has(chargerId)) {
          tell(chargerId, told.get(chargerId) ?? times, "over");
          told.delete(chargerId);
        }
      }
    },
  };
}
