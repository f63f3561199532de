import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { Ids } from "../../lib/ids.ts";
import type { SecondFactor } from "../../site/mod.ts";
import { oneTimePassword } from "./one_time.ts";

/** RFC 4226 §4 asks for 160 bits. */
const SECRET_BYTES = 20;
const PERIOD_S = 30;
const DIGITS = 6;
/** Codes of the step before and after are good too: clocks differ, and people type (RFC 6238 §5.2). */
const WINDOW_STEPS = 1;
/** One for each of these may be used once, where the person's app is gone. */
export const RECOVERY_CODES = 8;

/** A new secret in base32, for the person's app. */
export function newSecret(ids: Ids): string {
  const bytes = Uint8Array.from(ids.secret(SECRET_BYTES));
  return new Secret({ buffer: bytes.buffer }).base32;
}

/** The address that an app reads from the square code. */
export function enrolmentUri(secret: string, userName: string, siteName: string): string {
  return totpOf(secret, userName, `Sangam ${siteName}`).toString();
}

/** The step of a right code that was not used before; null for any other text. */
export function stepOf(
  { secret, lastStep }: Pick<SecondFactor, "secret" | "lastStep">,
  code: string,
  nowWallMs: number,
): number | null {
  const token = code.replaceAll(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret).validate({ token, timestamp: nowWallMs, window: WINDOW_STEPS });
  if (delta === null) return null;
  const step = Math.floor(nowWallMs / 1_000 / PERIOD_S) + delta;
  return step > lastStep ? step : null;
}

function totpOf(secret: string, label = "", issuer = ""): TOTP {
  return new TOTP({
    secret: Secret.fromBase32(secret),
    label,
    issuer,
    algorithm: "SHA1",
    digits: DIGITS,
    period: PERIOD_S,
  });
}

/** Recovery codes for a person to print, and what is kept of them. */
export function newRecoveryCodes(
  ids: Ids,
): { readonly codes: readonly string[]; readonly digests: readonly string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => oneTimePassword(ids));
  return { codes, digests: codes.map(recoveryDigest) };
}

/** Those that are left when a code was used; null where it is none of them. */
export function withoutCode(digests: readonly string[], code: string): readonly string[] | null {
  const digest = Buffer.from(recoveryDigest(code));
  const left = digests.filter((each) => {
    const known = Buffer.from(each);
    return known.length !== digest.length || !timingSafeEqual(known, digest);
  });
  return left.length === digests.length ? null : left;
}

/** A plain digest will do: a code has 99 bits that nobody chose. Case, blanks and hyphens are free. */
function recoveryDigest(code: string): string {
  const text = code.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return createHash("sha256").update(text).digest("hex");
}
