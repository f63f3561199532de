import { unreachable } from "../../lib/assert.ts";
import { every } from "../../lib/clock.ts";
import { errorText } from "../../lib/log.ts";
import { mayActAs } from "../../site/mod.ts";
import { forEyesOf } from "../discretion.ts";
import type { WebPorts } from "../ports.ts";
import type { Principal } from "../views.ts";
import { createCoalescer } from "./coalescer.ts";
import { type EventStream, openEventStream } from "./event_stream.ts";
import { createPlaces } from "./places.ts";
import { createRecentEvents, type NumberedEvent, type RecentEvents } from "./recent_events.ts";
import { type Subject, watchSite } from "./subject.ts";

/** At most about four events a second on one subject. */
const INTERVAL_MS = 250;
const KEEP_ALIVE_MS = 15_000;
/** So long the site is watched after the last one has left: whoever comes back by then missed nothing. */
export const RESUME_MS = 120_000;
/** A frame that is older than the newest so many of its peer is left out of the stream. */
const MESSAGES_PER_TELLING = 50;

/** The names of events on `/api/v1/events`. */
export const API_EVENT_NAMES = [
  "site",
  "evse",
  "charger",
  "transaction",
  "meter",
  "circuits",
  "csms",
  "orphan-stops",
  "waiting",
  "fault",
  "message",
] as const;

export type ApiEventName = typeof API_EVENT_NAMES[number];

/** Who listens, and to what. */
export interface Audience {
  readonly principal: Principal;
  readonly names: ReadonlySet<ApiEventName>;
  /** False as soon as the session behind the stream is over. */
  readonly isWelcome: () => boolean;
  /** The last event that it had of an earlier stream; null for one that comes anew. */
  readonly lastEventId: string | null;
}

/** The site's events as JSON, for programs. */
export interface ApiEvents {
  /** Null where there are too many streams already. */
  open(audience: Audience): ReadableStream<Uint8Array> | null;
  /** How many listen. */
  readonly count: () => number;
  /** Ends every stream. */
  close(): void;
}

interface ApiEvent {
  readonly name: ApiEventName;
  readonly view: unknown;
}

/**
 * Creates the events. A while after the last one has left nothing is watched and no timer runs. Who
 * comes back with the last event that it had is told what it missed, or, by an event `gap`, that
 * nobody knows that any more.
 */
export function createApiEvents(ports: WebPorts): ApiEvents {
  const clients = new Map<EventStream, Audience>();
  const places = createPlaces<EventStream>();
  const lookUp = createLookUp(ports);
  const recent = createRecentEvents<ApiEvent>(ports.ids.uuid().slice(0, 8));
  const coalescer = createCoalescer<Subject>(ports.clock, INTERVAL_MS, (subjects) => {
    ports.spawn("tell events", () => tell(subjects));
  });
  let endWatch: (() => void) | null = null;
  let dontEnd: (() => void) | null = null;

  async function tell(subjects: readonly Subject[]): Promise<void> {
    for (const subject of subjects) {
      try {
        for (const event of await lookUp(subject)) sendToAll(event);
      } catch (error) {
        ports.log("error", "event_lost", { subject: subject.kind, error: errorText(error) });
      }
    }
  }

  function sendToAll(event: ApiEvent): void {
    const numbered = recent.add(event, JSON.stringify(event.view).length);
    for (const [stream, audience] of clients) sendTo(stream, audience, numbered);
  }

  function keepAlive(): void {
    for (const [stream, audience] of clients) {
      if (audience.isWelcome()) stream.comment();
      else stream.close();
    }
  }

  function watch(): void {
    dontEnd?.();
    dontEnd = null;
    if (endWatch !== null) return;
    // Nobody knows what happened while nobody watched.
    recent.interrupt();
    const endings = [
      watchSite(ports.events, coalescer.touch),
      every(ports.clock, KEEP_ALIVE_MS, keepAlive),
    ];
    endWatch = () => endings.forEach((end) => end());
  }

  function unwatch(): void {
    dontEnd?.();
    dontEnd = null;
    endWatch?.();
    endWatch = null;
    coalescer.close();
  }

  function forget(stream: EventStream): void {
    clients.delete(stream);
    places.free(stream);
    if (clients.size === 0) dontEnd ??= ports.clock.after(RESUME_MS, unwatch);
  }

  return {
    open(audience) {
      if (!places.makeRoom(audience.principal.name)) return null;
      watch();
      const stream = openEventStream(ports.clock, () => forget(stream));
      clients.set(stream, audience);
      places.take(stream, audience.principal.name);
      // A first byte at once, so that the client knows that it is connected.
      stream.comment();
      if (audience.lastEventId !== null) sendMissed(stream, audience, recent);
      stream.place(recent.lastId());
      return stream.body;
    },
    count: () => clients.size,
    close() {
      for (const stream of [...clients.keys()]) stream.close();
      unwatch();
    },
  };
}

function sendTo(
  stream: EventStream,
  { principal, names }: Audience,
  { id, event: { name, view } }: NumberedEvent<ApiEvent>,
): void {
  if (!names.has(name)) return;
  if (name === "message" && !mayActAs(principal.role, "operator")) return;
  stream.send(name, JSON.stringify(forEyesOf(principal.role, view)), id);
}

function sendMissed(
  stream: EventStream,
  audience: Audience,
  recent: RecentEvents<ApiEvent>,
): void {
  const { lastEventId } = audience;
  const missed = recent.since(lastEventId ?? "");
  if (missed.kind === "known") missed.events.forEach((event) => sendTo(stream, audience, event));
  else stream.send("gap", JSON.stringify({ lastEventId, reason: missed.reason }), recent.lastId());
}

/** Turns what changed into the present state of it. */
function createLookUp({ views }: WebPorts): (subject: Subject) => Promise<readonly ApiEvent[]> {
  const lastMessageIds = new Map<string, number>();

  function newMessages(peer: string): ApiEvent[] {
    const lastId = lastMessageIds.get(peer) ?? Number.NEGATIVE_INFINITY;
    const fresh = views.messages({ charger: peer, limit: MESSAGES_PER_TELLING })
      .filter((message) => message.id > lastId)
      .toSorted((left, right) => left.id - right.id);
    // Nobody has seen earlier ones in this stream: the first telling gives the newest only.
    const told = lastMessageIds.has(peer) ? fresh : fresh.slice(-1);
    const newest = fresh.at(-1);
    if (newest !== undefined) lastMessageIds.set(peer, newest.id);
    return told.map((view) => ({ name: "message", view }));
  }

  return async (subject) => {
    switch (subject.kind) {
      case "site":
        return [{ name: "site", view: views.site() }];
      case "evse":
        return found("evse", views.evse(subject.slot));
      case "charger":
        return found("charger", views.charger(subject.chargerId));
      case "transaction":
        return found("transaction", await views.transaction(subject.transactionId));
      case "meter":
        return found("meter", views.meters().find(({ id }) => id === subject.meterId));
      case "circuits":
        return [{ name: "circuits", view: views.circuits() }];
      case "csms":
        return [{ name: "csms", view: views.site().csms }];
      case "orphan-stops":
        return [{ name: "orphan-stops", view: views.orphanStops() }];
      case "waiting":
        return [{ name: "waiting", view: views.waiting() }];
      case "fault": {
        const { fault } = subject;
        const current = views.faults().find(({ kind, subject }) =>
          kind === fault.kind && subject === fault.subject
        );
        return [{ name: "fault", view: current ?? fault }];
      }
      case "message":
        return newMessages(subject.peer);
      default:
        return unreachable(subject);
    }
  };
}

function found(name: ApiEventName, view: unknown): readonly ApiEvent[] {
  return view === undefined ? [] : [{ name, view }];
}
