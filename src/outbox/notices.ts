import type { Ids } from "../lib/ids.ts";
import { drop, put } from "../lib/write.ts";
import type { InsideRequest } from "../ocpp/mod.ts";
import type { OutboxBounds } from "./bounds.ts";
import type { LedgerWrite } from "./ledger.ts";
import type { Load } from "./lanes.ts";

/** A security event that waits for the CSMS. */
export interface Notice {
  /** Grows with every notice: the order in which they happened. */
  readonly id: number;
  /** The id under which it goes up, the same at every try. */
  readonly messageId: string;
  readonly message: InsideRequest<"SecurityEventNotification">;
}

/** Security events on their way to the CSMS, oldest first. Whatever changes them returns what to write. */
export interface Notices {
  /**
   * Keeps an event of a charger, or (null) of the gateway itself; one that is not critical is not for the
   * CSMS, and writes nothing.
   */
  add(
    origin: { readonly chargerId: string; readonly slot: number | null } | null,
    event: InsideRequest<"SecurityEventNotification">,
  ): readonly LedgerWrite[];
  next(): Notice | null;
  /** The CSMS has it. */
  confirm(notice: Notice): readonly LedgerWrite[];
  load(): Load & { readonly dropped: number };
}

/**
 * Events that a station has to tell (A04.FR.01; 2.1 appendices §1, 1.6 security whitepaper §8), under the
 * names of 2.1. Those about certificates, TLS and firmware are critical in 2.x alone, but a 1.6 CSMS is
 * told of them by A00.FR.309, .315, .322 and A02.FR.07 of the whitepaper.
 */
const CRITICAL = new Set([
  "DiscardedRenewedClientCertificate",
  "FirmwareUpdated",
  "InvalidChargingStationCertificate",
  "InvalidCsmsCertificate",
  "InvalidFirmwareSignature",
  "InvalidFirmwareSigningCertificate",
  "InvalidTLSCipherSuite",
  "InvalidTLSVersion",
  "SettingSystemTime",
  "StartupOfTheDevice",
  "ResetOrReboot",
  "SecurityLogWasCleared",
  "MemoryExhaustion",
  "TamperDetectionActivated",
  "MaintenanceLoginAccepted",
  "MaintenanceLoginFailed",
]);

/** What techInfo may hold. */
const TECH_INFO_LENGTH_MAX = 255;

/** Opens the notices that were on disk. */
export function createNotices(
  ids: Pick<Ids, "uuid">,
  bound: OutboxBounds["notices"],
  held: Iterable<Notice>,
): Notices {
  const waiting = new Map(
    [...held].toSorted((a, b) => a.id - b.id).map((notice) => [notice.id, notice]),
  );
  let bytes = [...waiting.values()].reduce((sum, notice) => sum + bytesOf(notice), 0);
  let lastId = Math.max(0, ...[...waiting.keys()].slice(-1));
  let dropped = 0;

  function remove(notice: Notice): LedgerWrite[] {
    if (!waiting.delete(notice.id)) return [];
    bytes -= bytesOf(notice);
    return [drop("notices", notice.id)];
  }

  function* overTheBound(): Generator<Notice> {
    for (const notice of waiting.values()) {
      if (waiting.size <= bound.rows && bytes <= bound.bytes) return;
      yield notice;
    }
  }

  return {
    add(origin, event) {
      if (!CRITICAL.has(event.type)) return [];
      const message = origin === null
        ? { ...event, ...cut(event.techInfo) }
        : { ...event, techInfo: techInfo(origin, event.techInfo) };
      const notice = { id: ++lastId, messageId: ids.uuid(), message };
      waiting.set(notice.id, notice);
      bytes += bytesOf(notice);
      const writes: LedgerWrite[] = [put("notices", notice.id, notice)];
      for (const oldest of overTheBound()) {
        dropped++;
        writes.push(...remove(oldest));
      }
      return writes;
    },
    next: () => waiting.values().next().value ?? null,
    confirm: remove,
    load: () => ({ rows: waiting.size, bytes, dropped }),
  };
}

/** The CSMS sees one station: which charger it is about stands in the text. */
function techInfo(
  { chargerId, slot }: { readonly chargerId: string; readonly slot: number | null },
  text: string | undefined,
): string {
  const where = slot === null ? chargerId : `${slot}/${chargerId}`;
  return `${where}${text === undefined ? "" : `: ${text}`}`.slice(0, TECH_INFO_LENGTH_MAX);
}

function cut(text: string | undefined): { readonly techInfo?: string } {
  return text === undefined ? {} : { techInfo: text.slice(0, TECH_INFO_LENGTH_MAX) };
}

function bytesOf(notice: Notice): number {
  return JSON.stringify(notice).length;
}
