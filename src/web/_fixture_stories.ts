import type { SessionReadingView, SessionStoryPort } from "./session_story.ts";
import type { DecisionView, LimitChangeView, OutboxRowView, TransactionView } from "./views.ts";

/** What the fixture knows of how its sessions went. */
export interface StoryState {
  readonly transactions: readonly TransactionView[];
  readonly limits: Readonly<Record<string, readonly LimitChangeView[]>>;
  /** By session. */
  readonly readings: Readonly<Record<string, readonly SessionReadingView[]>>;
  readonly outbox: readonly OutboxRowView[];
  readonly decisions: readonly DecisionView[];
}

const MINUTE_MS = 60_000;

/** The cars at connectors 1 and 2, minute by minute; of older sessions nothing is kept. */
export function createReadings(
  transactions: readonly TransactionView[],
  limits: StoryState["limits"],
  nowMs: number,
): Record<string, SessionReadingView[]> {
  const running = transactions.filter(({ slot, stoppedAt }) => slot <= 2 && stoppedAt === null);
  return Object.fromEntries(running.map(({ id, startedAt }) => {
    const startMs = Date.parse(startedAt);
    const minutes = Math.floor((nowMs - startMs) / MINUTE_MS);
    const readings = Array.from({ length: minutes }, (_, minute): SessionReadingView => {
      const at = new Date(startMs + minute * MINUTE_MS).toISOString();
      const offered = limits[id]?.findLast((change) => change.at <= at)?.limitAmps ?? 16;
      const drawn = Math.max(0, Math.min(16, offered) - 0.4 - (minute % 7) / 10);
      return {
        at,
        offeredAmps: offered,
        currentsAmps: [drawn, Math.max(0, drawn - 0.3), Math.max(0, drawn - 0.6)],
        powerW: Math.round(drawn * 690),
        socPercent: null,
      };
    });
    return [id, readings];
  }));
}

/** Draws the stories from what the fixture holds at that moment. */
export function createStories(state: StoryState): SessionStoryPort {
  const readingsOf = (id: string) => state.readings[id] ?? [];
  const find = (id: string) => state.transactions.find((each) => each.id === id);
  return {
    sessionStory(id) {
      const found = find(id);
      if (found === undefined) return Promise.resolve(undefined);
      return Promise.resolve({
        readings: readingsOf(id),
        decisions: state.decisions.filter(({ chargerId, slot }) =>
          chargerId === found.chargerId && slot === found.slot
        ),
        upstream: {
          number: found.upstream === "waiting" ? null : 4_000 + found.number,
          rows: state.outbox.filter(({ transactionId }) => transactionId === id),
          givenUp: [],
          cost: null,
        },
      });
    },
    sessionReadings: (id, fromMs) =>
      Promise.resolve(
        find(id) && readingsOf(id).filter(({ at }) => Date.parse(at) >= fromMs),
      ),
    recentReadings: (id) => find(id)?.stoppedAt === null ? readingsOf(id).slice(-120) : [],
  };
}
