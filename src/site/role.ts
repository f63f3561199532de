/** What a person may do: each role may do all that the ones before it may. */
export type Role = "viewer" | "operator" | "installer" | "admin";

/** The roles, from the least to the most. */
export const ROLES: readonly Role[] = ["viewer", "operator", "installer", "admin"];

/** True when `role` may do what `needed` may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody who signs in to the pages. */
export interface UserRecord {
  readonly name: string;
  readonly role: Role;
  /** Salted scrypt digest of the password, with its parameters. */
  readonly passwordDigest: string;
  /** The password is the one printed at the first start and must be replaced. */
  readonly mustChangePassword: boolean;
  readonly createdAtMs: number;
}
