import { isoTime } from "../lib/clock.ts";
import { sameJson } from "../lib/json.ts";
import type { ConnectorReport, Enveloped } from "../ocpp/mod.ts";
import { type ConnectorRecord, reportInSession, type SiteBook } from "../site/mod.ts";

/** What the CSMS was told about each slot on this connection, and what it must still be told. */
export interface Announcements {
  /** A new connection: everything must be told again. */
  reset(): void;
  /** A new connection to a CSMS that knows what it was told on the last: only news is due. */
  refresh(): void;
  /** The slot may have changed. */
  touch(slot: number): void;
  /** The CSMS wants to hear a slot again, or all of them. */
  repeat(slot: number | null): void;
  /** The CSMS knows this slot on this connection. */
  isAnnounced(slot: number): boolean;
  /** The next report that is due; `slot` for that slot first where it is due at all. */
  next(
    slot?: number,
  ): { readonly slot: number; readonly report: Enveloped<ConnectorReport> } | null;
  /** The same, of what the CSMS wants to hear: it may ask before it accepts us (1.6 §4.2). */
  nextAsked(): { readonly slot: number; readonly report: Enveloped<ConnectorReport> } | null;
  /** The CSMS has taken it. */
  told(slot: number, report: Enveloped<ConnectorReport>): void;
  due(): number;
}

/** What the announcements ask about the site. */
export interface AnnouncementPorts {
  readonly site: SiteBook;
  readonly wallMs: () => number;
  readonly hasTransaction: (slot: number) => boolean;
  readonly hasListConflict: () => boolean;
  /** The CSMS speaks 2.x: its word for a connector says neither charging state nor fault. */
  readonly speaks2x: () => boolean;
}

/** Slot 0 is the gateway itself: 1.6's connector 0. */
const SITE = 0;

/** Creates announcements of which none was made. */
export function createAnnouncements(ports: AnnouncementPorts): Announcements {
  const told = new Map<number, Enveloped<ConnectorReport>>();
  const due = new Set<number>();
  /** Something was said of them, and whether the CSMS has heard it is not known (yet). */
  const uncertain = new Set<number>();
  const asked = new Set<number>();
  const all = () => [SITE, ...[...ports.site.slots().keys()].toSorted((a, b) => a - b)];

  function say(slot: number) {
    uncertain.add(slot);
    return { slot, report: reportOf(slot, ports) };
  }

  /** The slot as it is would be told in the same words. */
  function isSaid(before: Enveloped<ConnectorReport>, slot: number): boolean {
    const saysTheSame = ports.speaks2x() ? saysTheSameIn2x : saysTheSameIn16;
    return saysTheSame(before, reportOf(slot, ports));
  }

  function touch(slot: number): void {
    const before = told.get(slot);
    if (before === undefined || !isSaid(before, slot)) due.add(slot);
    else if (!asked.has(slot) && !uncertain.has(slot)) due.delete(slot);
  }

  return {
    reset() {
      told.clear();
      uncertain.clear();
      asked.clear();
      for (const slot of all()) due.add(slot);
    },
    refresh() {
      asked.clear();
      for (const slot of all()) touch(slot);
    },
    touch,
    repeat(slot) {
      for (const each of slot === null ? all() : [slot]) {
        due.add(each);
        asked.add(each);
      }
    },
    isAnnounced: (slot) => told.has(slot),
    next(wanted) {
      const slot = wanted !== undefined && !told.has(wanted) ? wanted : due.values().next().value;
      return slot === undefined ? null : say(slot);
    },
    nextAsked() {
      const slot = asked.values().next().value;
      return slot === undefined ? null : say(slot);
    },
    told(slot, report) {
      told.set(slot, report);
      uncertain.delete(slot);
      asked.delete(slot);
      // It may have changed while the CSMS took its time.
      if (isSaid(report, slot)) due.delete(slot);
    },
    due: () => due.size,
  };
}

/** The time of a report is no news. */
function saysTheSameIn16(
  left: Enveloped<ConnectorReport>,
  right: Enveloped<ConnectorReport>,
): boolean {
  const { timestamp: _left, ...leftFacts } = left.message;
  const { timestamp: _right, ...rightFacts } = right.message;
  return sameJson(leftFacts, rightFacts) && sameJson(left.carry, right.carry);
}

/**
 * In 2.x a connector has a status and no more, and is told when that changes (G01): what an EV draws
 * stands in the events of its transaction.
 */
function saysTheSameIn2x(
  left: Enveloped<ConnectorReport>,
  right: Enveloped<ConnectorReport>,
): boolean {
  return sameJson(wordsIn2x(left.message), wordsIn2x(right.message));
}

function wordsIn2x(message: ConnectorReport): object {
  const {
    timestamp: _when,
    chargingState: _state,
    afterTransaction: _after,
    problem: _problem,
    ...words
  } = message;
  return words;
}

/** How a slot looks to the CSMS, with the slot as its EVSE number. */
export function reportOf(
  slot: number,
  { site, wallMs, hasTransaction, hasListConflict }: Omit<AnnouncementPorts, "speaks2x">,
): Enveloped<ConnectorReport> {
  const connectorId = slot === SITE ? 0 : 1;
  const now = isoTime(wallMs());
  const simple = (
    facts: Pick<ConnectorReport, "connectorStatus" | "problem">,
  ): Enveloped<ConnectorReport> => ({
    message: { evseId: slot, connectorId, timestamp: now, ...facts },
  });
  const record = site.connector(slot);
  const isOrderedOut = !site.isOperative(slot);
  if (slot === SITE) {
    return simple({
      connectorStatus: isOrderedOut ? "Unavailable" : "Available",
      ...(hasListConflict() ? { problem: { errorCode: "LocalListConflict" } } : {}),
    });
  }
  const slotRecord = site.slots().get(slot);
  const isHeld = slotRecord !== undefined && site.isHeld(slotRecord.chargerId);
  const isConnected = slotRecord !== undefined && !slotRecord.removed &&
    site.isConnected(slotRecord.chargerId);
  if (!isConnected) {
    // "Unavailable" from Charging would end the session in the eyes of the CSMS (1.6 §4.9 C8).
    return hasTransaction(slot)
      ? simple({
        connectorStatus: "Faulted",
        problem: { errorCode: "OtherError", info: "charger link lost" },
      })
      : simple({ connectorStatus: "Unavailable" });
  }
  if (record === undefined) return simple({ connectorStatus: "Unavailable" });
  if ((isOrderedOut || isHeld) && !hasTransaction(slot)) {
    return simple({ connectorStatus: "Unavailable" });
  }
  const { connectorStatus } = record.report.message;
  const isReserved = [...site.reservations().values()].some((each) =>
    each.slot === slot && each.expiresAtMs > wallMs()
  );
  if (isReserved && connectorStatus === "Available" && !hasTransaction(slot)) {
    return simple({ connectorStatus: "Reserved" });
  }
  const heard = asHeard(slot, record);
  if (!hasTransaction(slot)) return heard;
  // "Available" would end the session in the eyes of the CSMS (1.6 §4.9), and some chargers say so.
  const message = reportInSession(heard.message, { isDrawing: site.isDrawing(slot) });
  return message === heard.message ? heard : { message };
}

/** What the charger said, in its own words where the CSMS speaks the same version. */
function asHeard(slot: number, { report, heardAtMs }: ConnectorRecord): Enveloped<ConnectorReport> {
  const timestamp = report.message.timestamp ?? isoTime(heardAtMs);
  return { ...report, message: { ...report.message, evseId: slot, timestamp } };
}
