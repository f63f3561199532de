import { certificatesIn, ownCertificateProblem, type OwnKeys } from "../certificates/mod.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { InsideCall, InsideRequest, InsideResponse, SpokenOutcome } from "../ocpp/mod.ts";
import type { Journal } from "../outbox/mod.ts";
import type { CertificateRequest, Variables } from "../site/mod.ts";
import type { X509Certificate } from "node:crypto";
import type { Access } from "./access.ts";
import type { SecurityEvents } from "./security_events.ts";

/** The gateway's own certificate towards the CSMS, as the CSMS has it signed (2.x A02, A03). */
export interface OwnCertificate {
  /** The CSMS wants it renewed: a new key, and a request for it, after the answer. */
  trigger(): void;
  /** A certificate has come. */
  signed(
    message: InsideRequest<"CertificateSigned">,
  ): Promise<{ readonly message: InsideResponse<"CertificateSigned"> }>;
  /** Renews what ends soon, and asks again for what does not come; called now and then. */
  look(): void;
}

/** What it works with. */
export interface OwnCertificatePorts {
  readonly clock: Pick<Clock, "wallMs" | "monoMs">;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly journal: Journal;
  readonly variables: Pick<Variables, "value" | "integer">;
  readonly keys: OwnKeys;
  readonly access: Access;
  /** Where the operator's hierarchy begins, as far as somebody has said so. */
  readonly anchors: () => readonly X509Certificate[];
  readonly ask: (
    call: InsideCall<"SignCertificate"> & { readonly action: "SignCertificate" },
    by: "us" | "asked",
    told: (outcome: SpokenOutcome<"SignCertificate">) => void,
  ) => void;
  readonly security: SecurityEvents;
  /** Somebody should know; null: it is in order again. */
  readonly tellFault: (problem: string | null) => void;
  /** The next connection shows another certificate. */
  readonly reconnect: () => void;
}

const DAY_MS = 86_400_000;
/** A03.FR.02: "will expire in one month". */
const RENEWED_MS = 30 * DAY_MS;
/** A CSMS that does not sign is asked anew after so long, where it is us who want it. */
const REFUSED_WAIT_MS = DAY_MS;

/** Creates the desk on what was on disk. */
export function createOwnCertificate(ports: OwnCertificatePorts): OwnCertificate {
  const { clock, log, spawn, journal, variables, keys, access } = ports;
  /** By the monotonic clock: when the certificate has to be there, or is asked for again. */
  let dueAtMs: number | null = null;
  let refusedAtMs: number | null = null;
  let isMaking = false;

  function subject() {
    const { identity } = access.active();
    return { commonName: identity, organization: variables.value(ORGANIZATION) };
  }

  async function begin(by: "us" | "asked"): Promise<void> {
    if (isMaking) return;
    isMaking = true;
    try {
      const wanted = subject();
      const { number, csr } = await keys.request(wanted);
      const askedAtMs = clock.wallMs();
      const request = { number, csr, askedAtMs, subject: wanted, doublings: 0, isOver: false };
      await journal.commit(access.setRequest(request));
      log("info", "own_certificate_requested", { number, by });
      say(request, by);
    } catch (error) {
      // A full disk, or nowhere to keep a key: chargers charge all the same.
      log("warning", "own_certificate_not_requested", { error: errorText(error) });
      ports.tellFault("No certificate could be asked for: its key or request was not kept");
      refusedAtMs = clock.monoMs();
    } finally {
      isMaking = false;
    }
  }

  function say({ number, csr, doublings }: CertificateRequest, by: "us" | "asked"): void {
    const message = {
      csr,
      certificateType: "ChargingStationCertificate",
      requestId: number,
    } as const;
    // Counted from here, so that a CSMS that never answers is asked again too.
    dueAtMs = clock.monoMs() + waitMs(doublings);
    ports.ask({ action: "SignCertificate", message }, by, (outcome) => heard(number, outcome));
  }

  /** A02.FR.17 and 18: the wait doubles each time. */
  function waitMs(doublings: number): number {
    const seconds = Math.max(1, variables.integer("SecurityCtrlr.CertSigningWaitMinimum"));
    return seconds * 1_000 * 2 ** Math.min(doublings, 20);
  }

  function heard(number: number, outcome: SpokenOutcome<"SignCertificate">): void {
    const isRefused = outcome.kind === "refused" ||
      outcome.kind === "answered" && outcome.message.status === "Rejected";
    if (outcome.kind === "answered" && !isRefused) {
      const { doublings = 0 } = access.record().request ?? {};
      dueAtMs = clock.monoMs() + waitMs(doublings);
      return;
    }
    if (!isRefused) return;
    const why = outcome.kind === "refused"
      ? outcome.error.code
      : outcome.message.statusInfo?.reasonCode ?? "Rejected";
    log("warning", "own_certificate_refused", { number, why });
    ports.tellFault(`The CSMS signs no certificate for this gateway (${why})`);
    dueAtMs = null;
    refusedAtMs = clock.monoMs();
    spawn("drop certificate request", () => journal.commit(access.setRequest(undefined)));
  }

  function reject(reasonCode: string, problem: string) {
    log("warning", "own_certificate_rejected", { problem });
    const statusInfo = { reasonCode, additionalInfo: problem.slice(0, 512) };
    return { message: { status: "Rejected", statusInfo } } as const;
  }

  /** A02.FR.07 and 20: it is not taken, and nothing more is asked for until the CSMS wants it. */
  async function discard(request: CertificateRequest, problem: string) {
    ports.security.tell("InvalidChargingStationCertificate", problem);
    ports.tellFault(`The certificate that the CSMS sent for this gateway is not taken: ${problem}`);
    dueAtMs = null;
    await journal.commit(access.setRequest({ ...request, isOver: true }));
    return reject("InvalidCertificate", problem);
  }

  async function signed(
    { certificateChain, certificateType, requestId }: InsideRequest<"CertificateSigned">,
  ): Promise<{ readonly message: InsideResponse<"CertificateSigned"> }> {
    if (certificateType !== undefined && certificateType !== "ChargingStationCertificate") {
      return reject("UnsupportedRequest", `there is no place for a ${certificateType} here`);
    }
    const waiting = keys.waiting();
    const { request } = access.record();
    if (waiting === null || request === undefined || request.number !== waiting.number) {
      return reject("InvalidCertificate", "nobody here has asked for one");
    }
    if (requestId !== undefined && requestId !== request.number) {
      // A02.FR.26: of a request that another has taken the place of, or of none.
      return reject("InvalidValue", `there is no request ${requestId}`);
    }
    const problem = ownCertificateProblem(certificateChain, {
      key: waiting.key,
      subject: request.subject,
      anchors: ports.anchors(),
      nowWallMs: clock.wallMs(),
    });
    if (problem !== null) return await discard(request, problem);
    await keys.accept(waiting.number, certificateChain);
    await journal.commit(access.setCertificate(waiting.number));
    dueAtMs = null;
    log("info", "own_certificate_accepted", { number: waiting.number });
    ports.security.tell("ReconfigurationOfSecurityParameters", "client certificate");
    ports.tellFault(null);
    // A02.FR.08. Where the connection shows none, it does not matter to it.
    if (access.active().securityProfile === 3) ports.reconnect();
    return { message: { status: "Accepted" } };
  }

  function askAgain(request: CertificateRequest): void {
    if (dueAtMs === null) {
      // The gateway has started anew since.
      dueAtMs = clock.monoMs() + waitMs(request.doublings);
      return;
    }
    if (clock.monoMs() < dueAtMs) return;
    if (request.doublings >= variables.integer("SecurityCtrlr.CertSigningRepeatTimes")) {
      log("warning", "own_certificate_not_signed", { number: request.number });
      ports.tellFault("The CSMS has not sent the certificate that this gateway asked for");
      dueAtMs = null;
      spawn("end certificate request", async () => {
        await journal.commit(access.setRequest({ ...request, isOver: true }));
      });
      return;
    }
    const next = { ...request, doublings: request.doublings + 1 };
    spawn("ask for certificate again", async () => {
      await journal.commit(access.setRequest(next));
      say(next, "us");
    });
    dueAtMs = clock.monoMs() + waitMs(next.doublings);
  }

  /** The one in use, where it is one that the connection shows. */
  function endsSoon(): boolean {
    const { own, securityProfile } = access.active();
    const [leaf] = own === null || securityProfile !== 3 ? [] : certificatesIn(own.cert) ?? [];
    return leaf !== undefined && Date.parse(leaf.validTo) - clock.wallMs() < RENEWED_MS;
  }

  return {
    trigger: () => spawn("request certificate", () => begin("asked")),
    signed,
    look() {
      const { request } = access.record();
      if (request !== undefined) {
        if (!request.isOver) askAgain(request);
        return;
      }
      const waits = refusedAtMs !== null && clock.monoMs() - refusedAtMs < REFUSED_WAIT_MS;
      if (!waits && !isMaking && endsSoon()) spawn("renew certificate", () => begin("us"));
    },
  };
}

const ORGANIZATION = "SecurityCtrlr.OrganizationName";
