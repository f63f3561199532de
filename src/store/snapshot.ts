import type { HeldCollection, LedgerCollections, LedgerSnapshot } from "../outbox/mod.ts";

/** Transactions that ended no longer ago than this are held in memory: their Stop may come again. */
const RECENT_MS = 24 * 3_600_000;

/**
 * Transactions that ended before this moment need not be held. A machine without a battery behind its
 * clock may boot in 1970; then the newest end says how late it is at least.
 */
export function recentSinceMs(nowWallMs: number, newestEndMs: number): number {
  return Math.max(nowWallMs, newestEndMs) - RECENT_MS;
}

/** The collections that a snapshot holds whole. */
export const HELD_COLLECTIONS = [
  "alert-books",
  "configuration-corrections",
  "answered-commands",
  "api-tokens",
  "authorization-cache",
  "boot-reason",
  "availability",
  "charger-lists",
  "charger-tactics",
  "chargers",
  "charging-profiles",
  "charging-wishes",
  "circuit-limits",
  "circuit-sources",
  "clock",
  "clock-shifts",
  "connectors",
  "csms-access",
  "csms-link",
  "csms-roots",
  "default-tariffs",
  "doubted-meters",
  "driver-tariffs",
  "energy-counters",
  "firmware-campaigns",
  "firmware-images",
  "firmware-orders",
  "firmware-publications",
  "fault-episodes",
  "followed-orders",
  "issued-certificates",
  "local-list",
  "local-list-version",
  "log-orders",
  "notices",
  "open-contactors",
  "operator-limits",
  "orphan-stops",
  "priority-orders",
  "quirk-counts",
  "remote-starts",
  "report-runs",
  "reservations",
  "rotation-tests",
  "secrets",
  "sent-limits",
  "signals",
  "slots",
  "tariffs",
  "token-aliases",
  "unclaimed-starts",
  "users",
  "variables",
] as const satisfies readonly HeldCollection[];

type Held = { readonly [Name in HeldCollection]: Map<string, LedgerCollections[Name]> };

/** The held part of a snapshot while it is put together. */
export interface SnapshotBuilder {
  /** Adds a record from its JSON text; text of an unknown collection is left alone. */
  add(collection: string, key: string, text: string): void;
  snapshot(): Pick<LedgerSnapshot, HeldCollection>;
}

/** A snapshot with nothing in it yet. */
export function emptySnapshot(): SnapshotBuilder {
  const held: Held = {
    "alert-books": new Map(),
    "configuration-corrections": new Map(),
    "answered-commands": new Map(),
    "api-tokens": new Map(),
    "authorization-cache": new Map(),
    "availability": new Map(),
    "charger-lists": new Map(),
    "charger-tactics": new Map(),
    "chargers": new Map(),
    "charging-profiles": new Map(),
    "charging-wishes": new Map(),
    "circuit-limits": new Map(),
    "circuit-sources": new Map(),
    "clock": new Map(),
    "clock-shifts": new Map(),
    "connectors": new Map(),
    "boot-reason": new Map(),
    "csms-access": new Map(),
    "csms-link": new Map(),
    "csms-roots": new Map(),
    "default-tariffs": new Map(),
    "doubted-meters": new Map(),
    "driver-tariffs": new Map(),
    "energy-counters": new Map(),
    "firmware-campaigns": new Map(),
    "firmware-images": new Map(),
    "firmware-orders": new Map(),
    "firmware-publications": new Map(),
    "fault-episodes": new Map(),
    "followed-orders": new Map(),
    "issued-certificates": new Map(),
    "local-list": new Map(),
    "local-list-version": new Map(),
    "log-orders": new Map(),
    "notices": new Map(),
    "open-contactors": new Map(),
    "operator-limits": new Map(),
    "orphan-stops": new Map(),
    "priority-orders": new Map(),
    "quirk-counts": new Map(),
    "remote-starts": new Map(),
    "report-runs": new Map(),
    "reservations": new Map(),
    "rotation-tests": new Map(),
    "secrets": new Map(),
    "sent-limits": new Map(),
    "signals": new Map(),
    "slots": new Map(),
    "tariffs": new Map(),
    "token-aliases": new Map(),
    "unclaimed-starts": new Map(),
    "users": new Map(),
    "variables": new Map(),
  };
  function set<Name extends HeldCollection>(name: Name, key: string, text: string): void {
    const records: Map<string, LedgerCollections[Name]> = held[name];
    records.set(key, JSON.parse(text));
  }
  return {
    add(collection, key, text) {
      const name = HELD_COLLECTIONS.find((each) => each === collection);
      if (name !== undefined) set(name, key, text);
    },
    snapshot: () => held,
  };
}
