import type { Clock } from "./lib/clock.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { OutboxStore } from "./outbox/mod.ts";
import { sameToken } from "./site/mod.ts";
import { type Habit, habitOf, type Transaction } from "./transactions/mod.ts";

/** How far back, and whether at all, habits are looked for. */
export interface HabitOptions {
  readonly timezone: string;
  /**
   * Sessions older than this teach nothing, milliseconds: for as long a session is kept with its driver
   * (ruling 25). 0: nothing is learnt.
   */
  readonly memoryMs: number;
}

export interface HabitPorts {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly store: Pick<OutboxStore, "transactions">;
  /** A habit was found for the session on this slot. */
  readonly found: (slot: number) => void;
}

/**
 * Guesses from past sessions. Nothing about drivers is stored for it: each session is guessed from the
 * ledger once, when it begins or the gateway does, and forgotten when it ends.
 */
export interface Habits {
  /** The guess about an open session; null while, and where, there is none. */
  of(transaction: Transaction): Habit | null;
  forget(transactionId: string): void;
}

/** So many sessions of a driver, or at an EVSE, are looked at: the newest. */
const DRIVER_SESSIONS = 60;
const EVSE_SESSIONS = 120;
/** From fewer of one class of day nothing is learnt. */
const DRIVER_LEAST = 4;
const EVSE_LEAST = 12;

/** Creates the room for guesses. */
export function createHabits(options: HabitOptions, ports: HabitPorts): Habits {
  const habits = new Map<string, Habit | null>();

  async function look(transaction: Transaction): Promise<void> {
    const habit = await ofDriver(transaction) ?? await ofEvse(transaction);
    if (habit === null || !habits.has(transaction.id)) return;
    habits.set(transaction.id, habit);
    ports.found(transaction.slot);
  }

  const fromMs = () => ports.clock.wallMs() - options.memoryMs;

  async function ofDriver(transaction: Transaction): Promise<Habit | null> {
    const { idToken } = transaction;
    const token = idToken.idToken;
    const past = await ports.store.transactions({
      token,
      fromMs: fromMs(),
      limit: DRIVER_SESSIONS,
    });
    return guess(
      past.filter((each) => sameToken(each.idToken, idToken)),
      transaction,
      DRIVER_LEAST,
    );
  }

  async function ofEvse(transaction: Transaction): Promise<Habit | null> {
    const { chargerId, slot } = transaction;
    const past = await ports.store.transactions({
      chargerId,
      fromMs: fromMs(),
      limit: EVSE_SESSIONS,
    });
    return guess(past.filter((each) => each.slot === slot), transaction, EVSE_LEAST);
  }

  function guess(
    past: readonly Transaction[],
    { id, startHeardAtMs }: Transaction,
    sessionsMin: number,
  ): Habit | null {
    const { timezone } = options;
    const others = past.filter((each) => each.id !== id);
    return habitOf(others, { startedAtMs: startHeardAtMs, timezone, sessionsMin });
  }

  return {
    of(transaction) {
      if (options.memoryMs <= 0) return null;
      const known = habits.get(transaction.id);
      if (known !== undefined) return known;
      habits.set(transaction.id, null);
      ports.spawn("look for habits", () => look(transaction));
      return null;
    },
    forget: (transactionId) => void habits.delete(transactionId),
  };
}
