import { createHash, timingSafeEqual } from "node:crypto";
import { decodeBase64 } from "@std/encoding/base64";

/**
 * The password in a Basic `Authorization` header, as bytes: 1.6 keys are raw bytes, not text. The
 * user name must be the identity, which may itself hold a colon. Null where either is missing.
 */
export function basicPassword(header: string | undefined, identity: string): Uint8Array | null {
  const match = header === undefined ? null : /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header);
  const bytes = match?.[1] === undefined ? null : base64Bytes(match[1]);
  if (bytes === null) return null;
  const user = new TextEncoder().encode(`${identity}:`);
  const isUser = bytes.length >= user.length && user.every((byte, index) => bytes[index] === byte);
  return isUser ? bytes.subarray(user.length) : null;
}

function base64Bytes(text: string): Uint8Array | null {
  try {
    return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
}

/**
 * True when a charger that shows `given` knows `secret`. A 1.6 AuthorizationKey is configured in hex
 * and may arrive as the bytes it stands for, or as the hex text itself (many chargers do that). The
 * time taken does not depend on where the two differ.
 */
export function knowsPassword(secret: string, given: Uint8Array): boolean {
  const candidates = [new TextEncoder().encode(secret), hexBytes(secret)];
  // Digests are compared, so that not even the length shows.
  return candidates
    .map((candidate) => candidate !== null && sameBytes(sha256(candidate), sha256(given)))
    .some((same) => same);
}

/** What is stored of a password that a charger chose: a salted digest (ruling 12). */
export function passwordDigest(given: Uint8Array, salt: Uint8Array): string {
  const salted = new Uint8Array([...salt, ...given]);
  return `sha256$${toHex(salt)}$${toHex(sha256(salted))}`;
}

/** True when `given` is the password behind a stored digest. */
export function matchesDigest(digest: string, given: Uint8Array): boolean {
  const [kind, saltHex] = digest.split("$");
  const salt = kind === "sha256" && saltHex !== undefined ? hexBytes(saltHex) : null;
  if (salt === null) return false;
  const encoder = new TextEncoder();
  return sameBytes(
    sha256(encoder.encode(passwordDigest(given, salt))),
    sha256(encoder.encode(digest)),
  );
}

/**
 * True when `given` is the password behind the digest, or that written in hexadecimal: 1.6 is given it
 * so, and many chargers show it so.
 */
export function matchesIssued(digest: string, given: Uint8Array): boolean {
  const decoded = hexBytes(new TextDecoder().decode(given));
  return [given, decoded]
    .map((candidate) => candidate !== null && matchesDigest(digest, candidate))
    .some((matches) => matches);
}

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** How many random bytes a password of ours is made from, and how many signs it has. */
export const PASSWORD_LENGTH = 20;

/**
 * A password of 100 random bits. As long as 1.6 takes keys (20 bytes), and longer than 2.x wants
 * passwords (16 signs).
 */
export function newPassword(secret: Uint8Array): string {
  return [...secret].map((byte) => SIGNS[byte & 31]).join("");
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return timingSafeEqual(left, right);
}

function hexBytes(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
