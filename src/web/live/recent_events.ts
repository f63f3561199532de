/** How much is kept for those who come back: a browser is away for seconds, a script for a minute. */
export const RECENT_EVENTS_MAX = 500;
export const RECENT_BYTES_MAX = 1_048_576;

/** An event with its place in the stream. */
export interface NumberedEvent<Event> {
  /** What the client shows when it comes back: "6b1f0f5c-42". */
  readonly id: string;
  readonly event: Event;
}

/** What a client missed; `gap`: not all of it is known any more, and it has to read the state anew. */
export type Missed<Event> =
  | { readonly kind: "known"; readonly events: readonly NumberedEvent<Event>[] }
  | { readonly kind: "gap"; readonly reason: "too-old" | "restarted" | "no-such-event" };

/** The last events, numbered, so that a client that was away for a moment misses none. */
export interface RecentEvents<Event> {
  /** Numbers an event and keeps it. `bytes`: about how much it takes. */
  add(event: Event, bytes: number): NumberedEvent<Event>;
  /** Where the stream is now: what comes later has later numbers. */
  readonly lastId: () => string;
  since(id: string): Missed<Event>;
  /** Forgets all: what happened since nobody knows. */
  interrupt(): void;
}

/** Creates it with nothing kept. `run` names this run of the gateway: numbers begin anew with it. */
export function createRecentEvents<Event>(run: string): RecentEvents<Event> {
  let kept:
    readonly (NumberedEvent<Event> & { readonly number: number; readonly bytes: number })[] = [];
  let keptBytes = 0;
  let last = 0;
  /** Of this and all later ones everything that followed is kept. */
  let oldest = 0;

  function trim(): void {
    let drop = Math.max(0, kept.length - RECENT_EVENTS_MAX);
    for (const { bytes } of kept.slice(0, drop)) keptBytes -= bytes;
    while (keptBytes > RECENT_BYTES_MAX && drop < kept.length) {
      keptBytes -= kept[drop++]?.bytes ?? 0;
    }
    if (drop === 0) return;
    oldest = kept[drop - 1]?.number ?? oldest;
    kept = kept.slice(drop);
  }

  return {
    add(event, bytes) {
      const number = ++last;
      const numbered = { id: `${run}-${number}`, event };
      kept = [...kept, { ...numbered, number, bytes }];
      keptBytes += bytes;
      trim();
      return numbered;
    },
    lastId: () => `${run}-${last}`,
    since(id) {
      const [, ofRun = "", digits = ""] = /^(.+)-(\d{1,15})$/.exec(id) ?? [];
      if (ofRun === "") return { kind: "gap", reason: "no-such-event" };
      if (ofRun !== run) return { kind: "gap", reason: "restarted" };
      const number = Number(digits);
      if (number > last) return { kind: "gap", reason: "no-such-event" };
      if (number < oldest) return { kind: "gap", reason: "too-old" };
      return { kind: "known", events: kept.filter((each) => each.number > number) };
    },
    interrupt() {
      kept = [];
      keptBytes = 0;
      oldest = ++last;
    },
  };
}
