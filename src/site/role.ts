/** What a person may do: each role may do all that the ones before it may. */
export type Role = "viewer" | "operator" | "installer" | "admin";

/** The roles, from the least to the most. */
export const ROLES: readonly Role[] = ["viewer", "operator", "installer", "admin"];

/** True when `role` may do what `needed` may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The languages of the pages: English, Marathi, Hindi. */
export type Language = "en" | "mr" | "hi";

/** Somebody who signs in to the pages. */
export interface UserRecord {
  readonly name: string;
  readonly role: Role;
  /** Salted scrypt digest of the password, with its parameters. */
  readonly passwordDigest: string;
  /** The password is the one printed at the first start and must be replaced. */
  readonly mustChangePassword: boolean;
  readonly createdAtMs: number;
  /** When the one-time password was made; absent: with the account. */
  readonly oneTimeAtMs?: number;
  /** Absent: signing in takes the password alone. */
  readonly secondFactor?: SecondFactor;
  /** In which the pages speak to this person; absent: in the site's. */
  readonly language?: Language;
}

/** What a person shows beside the password: a code that changes every 30 seconds (RFC 6238). */
export interface SecondFactor {
  /** The secret that the person's app has too, in base32. */
  readonly secret: string;
  readonly sinceMs: number;
  /** The step of the last code that was used: no code works twice. */
  readonly lastStep: number;
  /** Digests of the recovery codes that were not used yet. */
  readonly recoveryDigests: readonly string[];
}

/** A token with which a script uses the API. */
export interface ApiTokenRecord {
  /** Eight hexadecimal digits: part of the token, and no secret. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the secret part, which is too long to be guessed. */
  readonly digest: string;
  readonly createdAtMs: number;
  /** The user who made it. */
  readonly createdBy: string;
  /** Null: it holds until it is revoked. */
  readonly expiresAtMs: number | null;
  /** To the hour; null: never. */
  readonly lastUsedMs: number | null;
  readonly lastUsedFrom: string | null;
}
