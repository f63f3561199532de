import { certificatesIn } from "../certificates/mod.ts";
import { sleep } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import type { InsideCall, InsideResponse } from "../ocpp/mod.ts";
import { chargerOrNew } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import { createThrottle } from "./throttle.ts";

/** How a charger took the order to ask for a new certificate. */
export type RenewalOrder =
  | { readonly kind: "asked" }
  | { readonly kind: "refused"; readonly status: string }
  | { readonly kind: "unsure" }
  | { readonly kind: "away" }
  /** No listener wants certificates, so the site signs none. */
  | { readonly kind: "nobody-signs" }
  /** It has shown no password: whoever has its address would get a certificate for good. */
  | { readonly kind: "unproven" };

/** The certificates that the site gives to its chargers (2.x A02, A03; 1.6 security extension). */
export interface ChargerCertificates {
  /** Answers a request for one; it is signed, on disk and on its way soon after. */
  sign(
    station: Station,
    call: InsideCall<"SignCertificate">,
  ): Promise<{ readonly message: InsideResponse<"SignCertificate"> }>;
  /** Has what ends soon renewed, and a new root known; called now and then. */
  look(stations: readonly Station[]): void;
  /** Has a charger ask for a new certificate now. */
  renew(station: Station | undefined): Promise<RenewalOrder>;
  /** Nothing that the charger has counts any more. How many that were. */
  revoke(chargerId: string, reason: string): Promise<number>;
}

const DAY_MS = 86_400_000;
/** The answer to the request goes first; some choke on what comes with it. */
const SIGNED_AFTER_MS = 1_000;
/** A charger is asked to renew its certificate so long before its end, once a day. */
const RENEWED_MS = 60 * DAY_MS;
/** More requests of one charger within an hour are a mistake, or an attack on our processor. */
const REQUESTS = {
  failuresMax: 6,
  windowMs: 3_600_000,
  blockMs: 3_600_000,
  keysMax: 1_000,
} as const;

/** Creates the desk for certificates. */
export function createChargerCertificates(ports: ChargersPorts): ChargerCertificates {
  const { clock, site, log, events, journal } = ports;
  const { authority, book } = ports.certificates;
  const requests = createThrottle(REQUESTS);
  /** When a charger was last asked for something of all this, by the monotonic clock. */
  const askedAtMs = new Map<string, number>();

  function tell(chargerId: string, problem: string | null): void {
    events.emit("fault", {
      kind: "charger-certificate",
      severity: "warning",
      subject: chargerId,
      text: problem ?? `The certificate of ${chargerId} is in order`,
      state: problem === null ? "over" : "raised",
    });
  }

  function refuse(chargerId: string, reasonCode: string, problem: string) {
    log("warning", "certificate_request_refused", { charger: chargerId, problem });
    tell(chargerId, `The certificate request of ${chargerId} was refused: ${problem}`);
    const statusInfo = { reasonCode, additionalInfo: problem.slice(0, 1_024) };
    return { message: { status: "Rejected", statusInfo } } as const;
  }

  async function sign(
    station: Station,
    { message: { csr, certificateType, requestId } }: InsideCall<"SignCertificate">,
  ): Promise<{ readonly message: InsideResponse<"SignCertificate"> }> {
    const { chargerId } = station;
    if (certificateType !== undefined && certificateType !== "ChargingStationCertificate") {
      return refuse(chargerId, "UnsupportedRequest", `nobody here signs a ${certificateType}`);
    }
    if (authority === null) {
      return refuse(chargerId, "NotEnabled", "no listener of this site wants certificates");
    }
    // Known by its address alone: whoever has that address would be the charger for good.
    if (station.securityProfile === 0) {
      return refuse(chargerId, "NotEnabled", "it has shown no password");
    }
    const nowMs = clock.monoMs();
    if (requests.isBlocked(chargerId, nowMs)) {
      return refuse(chargerId, "TooManyElements", "it asks too often");
    }
    requests.fail(chargerId, nowMs);
    const outcome = await authority.sign(csr, chargerId);
    if (!outcome.ok) return refuse(chargerId, "InvalidCSR", outcome.error);
    const [certificate] = certificatesIn(outcome.value.cert) ?? [];
    if (certificate === undefined) throw new Error("Cannot read what was signed");
    await journal.commit(book.issue(certificate, chargerId, clock.wallMs()));
    events.emit("charger", { chargerId });
    const serial = certificate.serialNumber;
    log("info", "certificate_signed", { charger: chargerId, serial });
    const { chain } = outcome.value;
    ports.spawn("hand out certificate", () => deliverCertificate(station, chain, requestId));
    return { message: { status: "Accepted" } };
  }

  async function deliverCertificate(
    station: Station,
    certificateChain: string,
    requestId: number | undefined,
  ): Promise<void> {
    if (await sleep(clock, SIGNED_AFTER_MS, station.gone) === "aborted") return;
    const { chargerId } = station;
    const message = compact({
      certificateChain,
      certificateType: "ChargingStationCertificate" as const,
      requestId,
    });
    const outcome = await station.speaker.call({ action: "CertificateSigned", message });
    const isTaken = outcome.kind === "answered" && outcome.message.status === "Accepted";
    // Without an answer it asks again by itself (2.x A02.FR.17).
    if (isTaken) tell(chargerId, null);
    else if (outcome.kind === "answered") {
      tell(chargerId, `${chargerId} did not take the certificate that was signed for it`);
    }
  }

  /** The newest that the charger has come with. */
  function inUse(chargerId: string) {
    return book.of(chargerId)
      .filter(({ revoked, firstUsedMs }) => revoked === undefined && firstUsedMs !== undefined)
      .toSorted((a, b) => b.notAfterMs - a.notAfterMs)[0];
  }

  function wantsRenewal({ chargerId }: Station): boolean {
    const record = inUse(chargerId);
    if (record === undefined) return false;
    return record.notAfterMs - clock.wallMs() < RENEWED_MS;
  }

  async function askToRenew({ chargerId, speaker }: Station): Promise<RenewalOrder> {
    const message = { requestedMessage: "SignChargingStationCertificate" } as const;
    const outcome = await speaker.call({ action: "TriggerMessage", message });
    const status = outcome.kind === "answered" ? outcome.message.status : outcome.kind;
    log("info", "certificate_renewal_asked", { charger: chargerId, status });
    if (outcome.kind === "refused") return { kind: "refused", status: outcome.error.code };
    if (outcome.kind !== "answered") return { kind: "unsure" };
    return status === "Accepted" ? { kind: "asked" } : { kind: "refused", status };
  }

  /** The root that signs now, where it is not the first and the charger has not taken it yet. */
  function newRoot({ chargerId }: Station): string | null {
    const [newest, ...older] = authority?.roots() ?? [];
    if (newest === undefined || older.length === 0) return null;
    const { leastProfile = 0, rootGiven } = chargerOrNew(site, chargerId);
    return leastProfile >= 2 && rootGiven !== printOf(newest) ? newest : null;
  }

  async function giveRoot({ chargerId, speaker }: Station, root: string): Promise<void> {
    const outcome = await speaker.call({
      action: "InstallCertificate",
      message: { certificateType: "CSMSRootCertificate", certificate: root },
    });
    if (outcome.kind !== "answered") return;
    if (outcome.message.status !== "Accepted") {
      return tell(chargerId, `${chargerId} did not take the new root of the site's certificates`);
    }
    const record = chargerOrNew(site, chargerId);
    await journal.commit(site.saveCharger({ ...record, rootGiven: printOf(root) }));
  }

  function isDue({ chargerId }: Station): boolean {
    const before = askedAtMs.get(chargerId);
    return before === undefined || clock.monoMs() - before >= DAY_MS;
  }

  return {
    sign,
    look(stations) {
      if (authority === null) return;
      for (const station of stations.filter(({ life }) => life.accepted).filter(isDue)) {
        const root = newRoot(station);
        const isRenewed = wantsRenewal(station);
        if (root === null && !isRenewed) continue;
        askedAtMs.set(station.chargerId, clock.monoMs());
        ports.spawn("look after certificate", async () => {
          if (root !== null) await giveRoot(station, root);
          if (isRenewed) await askToRenew(station);
        });
      }
    },
    async renew(station) {
      if (authority === null) return { kind: "nobody-signs" };
      if (station === undefined || !station.life.accepted) return { kind: "away" };
      if (station.securityProfile === 0) return { kind: "unproven" };
      askedAtMs.set(station.chargerId, clock.monoMs());
      return await askToRenew(station);
    },
    async revoke(chargerId, reason) {
      const writes = book.revoke(chargerId, reason, clock.wallMs());
      await journal.commit(writes);
      log("warning", "certificates_revoked", { charger: chargerId, count: writes.length });
      return writes.length;
    },
  };
}

function printOf(pem: string): string {
  return certificatesIn(pem)?.[0]?.fingerprint256 ?? "";
}
