import { type Clock, isoTime } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { Journal, Notices } from "../outbox/mod.ts";

/** Security events of the gateway's own, as a station of the CSMS (2.1 appendices §1). */
export type OwnSecurityEvent =
  | "DiscardedRenewedClientCertificate"
  | "FailedToAuthenticateAtCsms"
  | "FirmwareUpdated"
  | "InvalidChargingStationCertificate"
  | "InvalidCsmsCertificate"
  | "InvalidFirmwareSignature"
  | "InvalidFirmwareSigningCertificate"
  | "InvalidTLSCipherSuite"
  | "InvalidTLSVersion"
  | "MemoryExhaustion"
  | "ReconfigurationOfSecurityParameters"
  | "ResetOrReboot"
  | "SettingSystemTime"
  | "StartupOfTheDevice";

/** Tells of them: all in the log, those that are critical up (A04.FR.01). */
export interface SecurityEvents {
  tell(type: OwnSecurityEvent, techInfo?: string): void;
}

/** What it works with. */
export interface SecurityEventPorts {
  readonly clock: Pick<Clock, "wallMs" | "monoMs">;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly journal: Pick<Journal, "commit">;
  readonly notices: Pick<Notices, "add">;
  /** Something waits for the CSMS. */
  readonly wake: () => void;
}

/**
 * The same event in the same words within this time is not told again: a CSMS that cannot be reached is
 * dialled for days, and what waits for it is bounded.
 */
const AGAIN_MS = 3_600_000;
const REMEMBERED_MAX = 100;

/** Creates the desk. Events wait on disk until the CSMS has them, also over a restart (A04.FR.02). */
export function createSecurityEvents(ports: SecurityEventPorts): SecurityEvents {
  const { clock, log, spawn, journal, notices } = ports;
  const toldAtMs = new Map<string, number>();

  function isRepeated(key: string): boolean {
    const nowMs = clock.monoMs();
    const before = toldAtMs.get(key);
    if (before !== undefined && nowMs - before < AGAIN_MS) return true;
    toldAtMs.delete(key);
    toldAtMs.set(key, nowMs);
    for (const oldest of toldAtMs.keys()) {
      if (toldAtMs.size <= REMEMBERED_MAX) break;
      toldAtMs.delete(oldest);
    }
    return false;
  }

  return {
    tell(type, techInfo) {
      if (isRepeated(`${type} ${techInfo ?? ""}`)) return;
      const isUsual = type === "StartupOfTheDevice" || type === "ResetOrReboot";
      log(isUsual ? "info" : "warning", "security_event", {
        type,
        ...(techInfo === undefined ? {} : { techInfo }),
      });
      const event = { type, timestamp: isoTime(clock.wallMs()) };
      const writes = notices.add(null, techInfo === undefined ? event : { ...event, techInfo });
      if (writes.length === 0) return;
      spawn("keep security event", async () => {
        await journal.commit(writes);
        ports.wake();
      });
    },
  };
}
