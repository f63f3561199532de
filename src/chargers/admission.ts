import type { ChainProblem } from "../certificates/mod.ts";
import { chooseVersion, type OcppVersion } from "../ocpp/mod.ts";
import { isAllowedAddress } from "./address_rule.ts";
import { basicPassword, knowsPassword, matchesIssued } from "./credentials.ts";
import { identityInPath } from "./identity.ts";

/** The head of a WebSocket handshake, before anything is granted. */
export interface Knock {
  readonly url: string;
  readonly authorization: string | undefined;
  /** Names of `Sec-WebSocket-Protocol`, in the charger's order; empty where it sent none. */
  readonly protocols: readonly string[];
  readonly remoteAddress: string;
  /** On a listener of profile 3; absent where the charger showed none. */
  readonly certificate?: ShownCertificate;
}

/** The certificate with which a charger came. */
export interface ShownCertificate {
  /** DER, the charger's own first. */
  readonly chain: readonly Uint8Array[];
  /** The handshake has shown that the charger holds its key. */
  readonly isProven: boolean;
}

/** OCPP's security profiles, and 0 for none. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** A door that chargers may knock at. */
export interface ListenerRules {
  readonly path: string;
  /** 0: no password (ruling 17). 1 and 2: every charger needs one. 3: a certificate instead. */
  readonly securityProfile: SecurityProfile;
}

/** How a charger shows that it is who it says. */
export type ChargerProof =
  /** A password from site.yaml. */
  | { readonly kind: "password"; readonly password: string }
  /** The digest of the password that an adopted charger showed first. */
  | { readonly kind: "digest"; readonly digest: string }
  /** Adopted, and has not yet shown a password: the next one counts. */
  | { readonly kind: "first" }
  /** Profile 0: whoever comes from an allowed address. */
  | { readonly kind: "address"; readonly addresses: readonly string[] };

/** What the register of chargers says about an identity. */
export type Standing =
  | {
    readonly kind: "known";
    readonly proof: ChargerProof;
    /** Versions in which it is better spoken to, where it names one of them; best first. */
    readonly versions?: readonly OcppVersion[];
    /** It was heard to speak this one, whatever it names. */
    readonly speaks?: OcppVersion;
    /** It was given this password lately: that counts too, and from its first use on alone. */
    readonly nextDigest?: string;
    /** It has come with this security profile before, and comes with no lower one; absent: 0. */
    readonly leastProfile?: SecurityProfile;
  }
  | { readonly kind: "unknown" };

/** What becomes of a knock. */
export type Admission =
  | {
    readonly kind: "admit";
    readonly chargerId: string;
    readonly version: OcppVersion;
    /** The subprotocol to answer with; null where the charger named none (assumed: 1.6). */
    readonly protocol: OcppVersion | null;
    /** The password to keep from now on, for a charger that shows its first one. */
    readonly firstPassword: Uint8Array | null;
    /** It has come with the password that it was given. */
    readonly hasNewPassword?: true;
    readonly securityProfile: SecurityProfile;
  }
  /** OCPP-J: complete the handshake without a subprotocol, then close. */
  | { readonly kind: "no-common-version"; readonly chargerId: string }
  | {
    readonly kind: "refuse";
    readonly status: 401 | 404;
    readonly chargerId: string | null;
    readonly reason: RefusalReason;
  };

/** Why a charger was not let in; shown to the installer who wonders. */
export type RefusalReason =
  | "no identity in the path"
  | "unknown identity"
  | ChainProblem
  | "no certificate"
  | "certificate revoked"
  | "certificate of another charger"
  /** The front did not find it in order, for a reason that we do not see. */
  | "certificate not proven"
  | "user name of another charger"
  /** It has come with a higher one before (2.x A00.FR.005: only upwards). */
  | "security profile too low"
  /** What it can of TLS is not enough. */
  | "TLS version too low"
  | "no common cipher suite"
  | "TLS handshake failed"
  | "no password"
  | "wrong password"
  | "address not allowed"
  | "too many failures"
  /** RFC 6455 §4.1 no. 6: the server never gets to see such a connection as one to upgrade. */
  | "no Connection: Upgrade in its handshake";

/** What the door knows of chargers. */
export interface Register {
  standing(chargerId: string): Standing;
  /** What is wrong with a charger's certificate; null for nothing. */
  certificateProblem(shown: ShownCertificate, chargerId: string): RefusalReason | null;
}

/**
 * Decides on a knock before the upgrade. An unknown identity is told 404 (J errata 3.4), a wrong
 * password or certificate 401: a certificate is looked at first, for whoever holds a good one is known
 * to somebody.
 */
export function admit(
  knock: Knock,
  listener: ListenerRules,
  spoken: readonly OcppVersion[],
  register: Register,
): Admission {
  const chargerId = identityInPath(knock.url, listener.path);
  if (chargerId === null) return refuse(404, null, "no identity in the path");
  const { securityProfile } = listener;
  const unproven = securityProfile === 3 ? certificateProblem(knock, chargerId, register) : null;
  if (unproven !== null) return refuse(401, chargerId, unproven);
  const found = register.standing(chargerId);
  if (found.kind === "unknown") return refuse(404, chargerId, "unknown identity");
  if (securityProfile < (found.leastProfile ?? 0)) {
    return refuse(401, chargerId, "security profile too low");
  }
  const given = basicPassword(knock.authorization, chargerId);
  // The certificate is the proof: a password beside it is one from before, or none of ours.
  const hasNewPassword = securityProfile !== 3 && given !== null &&
    found.nextDigest !== undefined && matchesIssued(found.nextDigest, given);
  const problem = securityProfile === 3 || hasNewPassword
    ? null
    : proofProblem(found.proof, given, knock, listener);
  if (problem !== null) return refuse(401, chargerId, problem);
  // Some chargers name no subprotocol at all (Grizzl-E): they speak 1.6.
  const better = (found.versions ?? []).filter((version) => spoken.includes(version));
  const protocol = better.find((version) => knock.protocols.includes(version)) ??
    chooseVersion(knock.protocols, spoken);
  const assumed = knock.protocols.length === 0 && spoken.includes("ocpp1.6") ? "ocpp1.6" : null;
  const named = protocol ?? assumed;
  const version = named === null ? null : found.speaks ?? named;
  if (version === null) return { kind: "no-common-version", chargerId };
  // An empty password is none: kept, it would lock out a charger that has no other.
  const isFirst = securityProfile !== 3 && !hasNewPassword && found.proof.kind === "first" &&
    given !== null &&
    given.length > 0;
  const firstPassword = isFirst ? given : null;
  const admission = { chargerId, version, protocol, firstPassword, securityProfile };
  return { kind: "admit", ...admission, ...(hasNewPassword && { hasNewPassword }) };
}

/** Path, user name and certificate say the same identity (1.6 TC_086_CS). */
function certificateProblem(
  { authorization, certificate }: Knock,
  chargerId: string,
  register: Register,
): RefusalReason | null {
  if (certificate === undefined || certificate.chain.length === 0) return "no certificate";
  if (authorization !== undefined && basicPassword(authorization, chargerId) === null) {
    return "user name of another charger";
  }
  return register.certificateProblem(certificate, chargerId) ??
    (certificate.isProven ? null : "certificate not proven");
}

function proofProblem(
  proof: ChargerProof,
  given: Uint8Array | null,
  knock: Knock,
  listener: ListenerRules,
): RefusalReason | null {
  if (proof.kind === "address") {
    if (listener.securityProfile !== 0) return "no password";
    return isAllowedAddress(knock.remoteAddress, proof.addresses) ? null : "address not allowed";
  }
  if (proof.kind === "first" && listener.securityProfile === 0) return null;
  if (given === null || given.length === 0) return "no password";
  if (proof.kind === "first") return null;
  const isKnown = proof.kind === "password"
    ? knowsPassword(proof.password, given)
    : matchesIssued(proof.digest, given);
  return isKnown ? null : "wrong password";
}

function refuse(status: 401 | 404, chargerId: string | null, reason: RefusalReason): Admission {
  return { kind: "refuse", status, chargerId, reason };
}
