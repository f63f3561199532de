import type { IdToken } from "../ocpp/mod.ts";
import { sameToken } from "../site/mod.ts";

/**
 * Starts that are being decided at this moment. Deciding takes a while, and the site lets a token
 * charge in one place at a time: of two starts of one token at two EVSEs only the first that is
 * decided may win, though neither stands in the book of transactions yet.
 */
export interface StartRace {
  enter(slot: number, idToken: IdToken): Runner;
}

/** One start on its way. */
export interface Runner {
  /** Another start of the token has won since this one entered. */
  isBeaten(): boolean;
  /** It was accepted. */
  win(): void;
  /** It stands in the book, or was refused. */
  leave(): void;
}

interface Entry {
  readonly slot: number;
  readonly idToken: IdToken;
  hasWon: boolean;
  isBeaten: boolean;
}

/** A race that nobody runs yet. */
export function createStartRace(): StartRace {
  const running = new Set<Entry>();
  const rivals = (own: Pick<Entry, "slot" | "idToken">) =>
    [...running].filter(({ slot, idToken }) =>
      slot !== own.slot && sameToken(idToken, own.idToken)
    );
  return {
    enter(slot, idToken) {
      const isBeaten = rivals({ slot, idToken }).some(({ hasWon }) => hasWon);
      const entry: Entry = { slot, idToken, hasWon: false, isBeaten };
      running.add(entry);
      return {
        isBeaten: () => entry.isBeaten,
        win() {
          entry.hasWon = true;
          for (const rival of rivals(entry)) rival.isBeaten = true;
        },
        leave: () => void running.delete(entry),
      };
    },
  };
}
