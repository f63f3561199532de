import { unreachable } from "../../lib/assert.ts";
import { every } from "../../lib/clock.ts";
import { errorText } from "../../lib/log.ts";
import { mayActAs } from "../../site/mod.ts";
import { forEyesOf } from "../discretion.ts";
import type { WebPorts } from "../ports.ts";
import type { Principal } from "../views.ts";
import { createCoalescer } from "./coalescer.ts";
import { type EventStream, openEventStream } from "./event_stream.ts";
import { type Subject, watchSite } from "./subject.ts";

/** At most about four events a second on one subject. */
const INTERVAL_MS = 250;
const KEEP_ALIVE_MS = 15_000;
/** A frame that is older than the newest so many of its peer is left out of the stream. */
const MESSAGES_PER_TELLING = 50;
/** Each stream costs memory and work; beyond this, new ones are turned away. */
export const STREAMS_MAX = 64;

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

/** Creates the events. Nothing is watched and no timer runs while nobody listens. */
export function createApiEvents(ports: WebPorts): ApiEvents {
  const clients = new Map<EventStream, Audience>();
  const lookUp = createLookUp(ports);
  const coalescer = createCoalescer<Subject>(ports.clock, INTERVAL_MS, (subjects) => {
    ports.spawn("tell events", () => tell(subjects));
  });
  let endWatch: (() => void) | null = null;

  async function tell(subjects: readonly Subject[]): Promise<void> {
    for (const subject of subjects) {
      try {
        for (const event of await lookUp(subject)) sendToAll(event);
      } catch (error) {
        ports.log("error", "event_lost", { subject: subject.kind, error: errorText(error) });
      }
    }
  }

  function sendToAll({ name, view }: ApiEvent): void {
    for (const [stream, { principal, names }] of clients) {
      if (!names.has(name)) continue;
      if (name === "message" && !mayActAs(principal.role, "operator")) continue;
      stream.send(name, JSON.stringify(forEyesOf(principal.role, view)));
    }
  }

  function keepAlive(): void {
    for (const [stream, audience] of clients) {
      if (audience.isWelcome()) stream.comment();
      else stream.close();
    }
  }

  function begin(): void {
    const endings = [
      watchSite(ports.events, coalescer.touch),
      every(ports.clock, KEEP_ALIVE_MS, keepAlive),
    ];
    endWatch = () => endings.forEach((end) => end());
  }

  function forget(stream: EventStream): void {
    clients.delete(stream);
    if (clients.size > 0) return;
    endWatch?.();
    endWatch = null;
    coalescer.close();
  }

  return {
    open(audience) {
      if (clients.size >= STREAMS_MAX) return null;
      const stream = openEventStream(() => forget(stream));
      clients.set(stream, audience);
      if (endWatch === null) begin();
      // A first byte at once, so that the client knows that it is connected.
      stream.comment();
      return stream.body;
    },
    count: () => clients.size,
    close() {
      for (const stream of [...clients.keys()]) stream.close();
    },
  };
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
