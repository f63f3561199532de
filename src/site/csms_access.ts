import type { OcppVersion } from "../ocpp/mod.ts";

/** As OCPP numbers them: 0 nothing, 1 a password, 2 with TLS, 3 a certificate instead of the password. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** A password: a text, or bytes that are none (1.6 AuthorizationKey), in hexadecimal. */
export type CsmsPassword = string | { readonly hex: string };

/** How the CSMS wants to be reached from one of its slots (2.x NetworkConnectionProfile). */
export interface NetworkProfile {
  readonly slot: number;
  readonly url: string;
  readonly securityProfile: SecurityProfile;
  /** Absent: as site.yaml says. */
  readonly identity?: string;
  /** Absent: the gateway's own of now. */
  readonly password?: CsmsPassword;
  /** Absent: as site.yaml says. */
  readonly protocols?: readonly OcppVersion[];
  readonly answerTimeoutMs?: number;
}

/** What the CSMS has changed in how the gateway reaches it. What site.yaml says is not in it. */
export interface CsmsAccessRecord {
  /** What site.yaml said then: once somebody changes that, nothing of all this counts any more. */
  readonly configured: { readonly salt: string; readonly digest: string };
  readonly profiles: readonly NetworkProfile[];
  /** Slots, the one to try first in front (2.x NetworkConfigurationPriority). */
  readonly priority: readonly number[];
  /** With no lower one it has connected, so with no lower one it does (A05.FR.06). */
  readonly leastProfile: SecurityProfile;
  /** The slot with which the last connection came about. */
  readonly lastSlot?: number;
  /** Absent: that of site.yaml. `before`: counts until the CSMS has been reached with the new one. */
  readonly password?: {
    readonly now: CsmsPassword;
    readonly before?: CsmsPassword | null;
  };
  /** A certificate that the CSMS has had signed. Absent: that of site.yaml, or none. */
  readonly certificate?: {
    readonly number: number;
    /** The one in the files of site.yaml then: another there is newer, and counts instead. */
    readonly instead: string | null;
    /** The CSMS has been reached with it. */
    readonly isProven: boolean;
  };
  /** A certificate that was asked for. */
  readonly request?: CertificateRequest;
}

/** A request for a certificate that is on its way. */
export interface CertificateRequest {
  /** Of the key it is for, and by which 2.1 tells it from others. */
  readonly number: number;
  readonly csr: string;
  readonly askedAtMs: number;
  readonly subject: { readonly commonName: string; readonly organization: string };
  /** How often the wait for the certificate was doubled (A02.FR.18). */
  readonly doublings: number;
  /** Nothing more is said until the CSMS wants it (A02.FR.19 and 20). */
  readonly isOver: boolean;
}
