import type { AuditEntry } from "../site/mod.ts";
import { AUDIT_ROOT, type AuditStore, checkChain, isSought, linked } from "./audit_chain.ts";

const ENTRIES_MAX = 1_000;

/** The audit log in memory, for tests, simulation and wherever there is no disk for it. */
export function createMemoryAudit(entriesMax = ENTRIES_MAX): AuditStore {
  const entries: AuditEntry[] = [];
  let anchor = AUDIT_ROOT;
  return {
    append(note) {
      const entry = linked(entries.at(-1) ?? anchor, note);
      entries.push(entry);
      if (entries.length > entriesMax) anchor = entries.shift() ?? anchor;
      return Promise.resolve(entry);
    },
    find: (filter) =>
      Promise.resolve(
        entries.filter((entry) => isSought(entry, filter)).toReversed().slice(0, filter.limit),
      ),
    check: () => Promise.resolve(checkChain(anchor, entries)),
    close: () => Promise.resolve(),
  };
}
