import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { type Contact, type ContactState, GRID_SOURCE, type SiteEvents } from "../site/mod.ts";
import { type CircuitLimits, CONTACTS_SIGNAL } from "./circuit_limits.ts";
import type { CircuitSources } from "./circuit_sources.ts";

/** What the desk works with. */
export interface ContactDeskPorts {
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly circuitLimits: Pick<CircuitLimits, "inForce" | "set" | "lift">;
  readonly circuitSources: Pick<CircuitSources, "on" | "choose">;
}

/** Contacts at work. */
export interface ContactDesk {
  start(): void;
  stop(): Promise<void>;
}

/** Who ordered what a contact did. */
const signature = (id: string) => `contact ${id}`;

/**
 * Carries out what contacts say. Of several active ones on a circuit the lowest limit counts. A contact
 * lifts only what a contact set, and one that cannot be read changes nothing: what it said last holds,
 * through a restart too.
 */
export function createContactDesk(
  contacts: readonly Contact[],
  ports: ContactDeskPorts,
): ContactDesk {
  const { log, spawn, events, circuitLimits, circuitSources } = ports;
  const states = new Map<string, ContactState>();

  function heard(contact: Contact, state: ContactState): void {
    const before = states.get(contact.id);
    const known = state.kind === "unread" && before !== undefined && before.kind !== "unread";
    // An unread one keeps what it said.
    if (!known) states.set(contact.id, state);
    log(state.kind === "unread" ? "warning" : "info", "contact", {
      contact: contact.id,
      state: state.kind,
      ...(state.kind === "unread" && { reason: state.reason }),
    });
    events.emit("fault", {
      kind: "contact-unread",
      severity: "warning",
      subject: contact.id,
      text: state.kind === "unread"
        ? `Contact "${contact.id}" cannot be read: ${state.reason}. What it said last holds`
        : `Contact "${contact.id}" is read again`,
      state: state.kind === "unread" ? "raised" : "over",
    });
    if (state.kind === "unread") return;
    spawn(`contact ${contact.id}`, async () => {
      try {
        if (contact.acts.kind === "limit") await limit(contact.acts.circuitId);
        else await feed(contact.acts.circuitId);
      } catch (error) {
        log("error", "contact_not_kept", { contact: contact.id, error: errorText(error) });
      }
    });
  }

  async function limit(circuitId: string): Promise<void> {
    const own = contacts.flatMap(({ id, acts }) =>
      acts.kind === "limit" && acts.circuitId === circuitId ? [{ id, acts }] : []
    );
    // One of which nothing is known yet may be what holds a limit since before the restart.
    const holding = circuitLimits.inForce().find((each) =>
      each.circuitId === circuitId && each.source === "signal" &&
      own.some(({ id }) => each.by === signature(id))
    );
    const isActive = (id: string) =>
      states.get(id)?.kind === "active" ||
      (holding?.by === signature(id) && states.get(id)?.kind !== "idle");
    const [lowest] = own.filter(({ id }) => isActive(id))
      .toSorted((left, right) => left.acts.limit - right.acts.limit);
    if (lowest === undefined) {
      if (holding === undefined) return;
      await circuitLimits.lift(circuitId, "signal", holding.by, CONTACTS_SIGNAL);
      return;
    }
    const { unit, limit } = lowest.acts;
    const by = signature(lowest.id);
    if (holding?.by === by && holding.unit === unit && holding.limit === limit) return;
    const reason = `contact "${lowest.id}"`;
    const of = { circuitId, source: "signal", signal: CONTACTS_SIGNAL } as const;
    await circuitLimits.set({ ...of, unit, limit, reason, by, untilMs: null });
  }

  async function feed(circuitId: string): Promise<void> {
    const own = contacts.flatMap(({ id, acts }) =>
      acts.kind === "source" && acts.circuitId === circuitId ? [{ id, acts }] : []
    );
    const now = circuitSources.on(circuitId);
    const active = own.find(({ id }) => states.get(id)?.kind === "active");
    if (active !== undefined) {
      if (now === active.acts.sourceId) return;
      return await circuitSources.choose(circuitId, active.acts.sourceId, signature(active.id));
    }
    const left = own.find(({ id, acts }) =>
      acts.sourceId === now && states.get(id)?.kind === "idle"
    );
    if (left !== undefined) await circuitSources.choose(circuitId, GRID_SOURCE, signature(left.id));
  }

  /** A contact that site.yaml does not name any more can lift nothing. */
  async function liftOrphans(): Promise<void> {
    for (const { circuitId, by } of circuitLimits.inForce()) {
      if (!by.startsWith(signature("")) || contacts.some(({ id }) => by === signature(id))) {
        continue;
      }
      await circuitLimits.lift(circuitId, "signal", by, CONTACTS_SIGNAL);
    }
  }

  return {
    start() {
      spawn("lift limits of contacts that are gone", liftOrphans);
      for (const contact of contacts) contact.start((state) => heard(contact, state));
    },
    async stop() {
      await Promise.all(contacts.map((contact) => contact.stop()));
    },
  };
}
