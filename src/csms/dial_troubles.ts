import type { Access, Way } from "./access.ts";
import type { CsmsPorts, DialOutcome } from "./ports.ts";

/** What goes wrong on the way to the CSMS, told as faults and security events. */
export interface DialTroubles {
  /** An attempt failed: says whatever in it needs somebody's hand. */
  failed(outcome: FailedDial, way: Way): void;
  /** A connection is open: password and certificate of the CSMS are in order. */
  connected(way: Way): void;
  /** The gateway's own certificate is in trouble; null: it is in order. */
  ownCertificate(problem: string | null): void;
}

type FailedDial = DialOutcome & { readonly kind: "failed" };
type Ports = Pick<CsmsPorts, "log" | "events" | "security">;

/** Creates it; `ways` are those that may be tried, of which an older one may still be taken. */
export function createDialTroubles(
  { log, events, security }: Ports,
  { ways }: Pick<Access, "ways">,
): DialTroubles {
  let areCredentialsRefused = false;
  let isCertificateWrong = false;

  function failed(outcome: FailedDial, way: Way): void {
    const { httpStatus, reason, isCertificateWrong: isWrong, isTlsWrong } = outcome;
    if (outcome.isOwnCertificateRefused) {
      security.tell("FailedToAuthenticateAtCsms", `slot ${way.slot}: ${reason}`);
      ownCertificate(`The CSMS refuses the certificate of this gateway: ${reason}`);
    }
    if (httpStatus === 401) {
      security.tell("FailedToAuthenticateAtCsms", `slot ${way.slot}: HTTP 401`);
      // What was before may still be taken.
      const isLast = ways().every(({ credentials }) => credentials === "new") ||
        way.credentials === "old";
      if (isLast) credentials("raised", way);
    }
    if (isWrong) {
      security.tell("InvalidCsmsCertificate", reason);
      certificate("raised", reason);
    }
    if (isTlsWrong !== undefined) {
      security.tell(
        isTlsWrong === "version" ? "InvalidTLSVersion" : "InvalidTLSCipherSuite",
        reason,
      );
    }
  }

  function ownCertificate(problem: string | null): void {
    events.emit("fault", {
      kind: "own-certificate",
      severity: "warning",
      subject: "site",
      text: problem ?? "The certificate of this gateway towards the CSMS is in order",
      state: problem === null ? "over" : "raised",
    });
  }

  function certificate(state: "raised" | "over", what: string): void {
    if (isCertificateWrong === (state === "raised")) return;
    isCertificateWrong = state === "raised";
    if (isCertificateWrong) log("warning", "csms_certificate_invalid", { reason: what });
    events.emit("fault", {
      kind: "csms-certificate",
      severity: "alarm",
      subject: "site",
      text: `The certificate of the CSMS: ${what}`,
      state,
    });
  }

  function credentials(state: "raised" | "over", { identity }: Way): void {
    if (state === "over" && !areCredentialsRefused) return;
    areCredentialsRefused = state === "raised";
    events.emit("fault", {
      kind: "csms-credentials",
      severity: "alarm",
      subject: "site",
      text: `The CSMS refuses identity "${identity}" with this password (HTTP 401)`,
      state,
    });
  }

  return {
    failed,
    ownCertificate,
    connected(way) {
      credentials("over", way);
      certificate("over", "it is in order");
    },
  };
}
