import { createHash } from "node:crypto";
import type { CsmsAccessRecord, NetworkProfile, SecurityProfile } from "../site/mod.ts";
import type { CsmsOptions } from "./options.ts";

/** What site.yaml says of how the CSMS is reached, as the slot that it is. */
export function configuredProfile(options: CsmsOptions): NetworkProfile {
  return { slot: 1, url: options.url, securityProfile: configuredSecurity(options) };
}

/** As the specification numbers it: 1 a password, 2 with TLS, 3 a certificate instead, 0 none of all. */
export function configuredSecurity({ url, password, tls }: CsmsOptions): SecurityProfile {
  if (url.startsWith("wss:")) return (tls?.().own ?? null) === null ? 2 : 3;
  return password === null ? 0 : 1;
}

/** By what a changed site.yaml is known: salted, since the password is in it. */
export function configuredAs(
  options: CsmsOptions,
  salt: Uint8Array,
): CsmsAccessRecord["configured"] {
  const hex = [...salt].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { salt: hex, digest: digestOf(options, hex) };
}

export function isConfiguredAs(
  { salt, digest }: CsmsAccessRecord["configured"],
  options: CsmsOptions,
): boolean {
  return digestOf(options, salt) === digest;
}

function digestOf(options: CsmsOptions, salt: string): string {
  const { url, identity, password } = options;
  const text = JSON.stringify([salt, url, identity, password, configuredSecurity(options)]);
  return createHash("sha256").update(text).digest("hex");
}
