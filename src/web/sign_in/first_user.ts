import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { UserStore } from "../ports.ts";
import { hashPassword, SCRYPT_COST, type ScryptCost } from "./password.ts";

/** Without what is easily mistaken when read aloud or typed: 0 and o, 1, i and l. */
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** The name of the first user. */
export const FIRST_USER_NAME = "admin";

/**
 * A password for one use, for people to read and type: 20 characters in groups of five, 99 bits.
 */
export function oneTimePassword(ids: Ids): string {
  const characters: string[] = [];
  // Bytes past the last whole multiple would make the first characters likelier: drawn again.
  const limit = 256 - (256 % READABLE.length);
  while (characters.length < GROUPS * GROUP_LENGTH) {
    for (const byte of ids.secret(GROUPS * GROUP_LENGTH)) {
      const character = READABLE[byte % READABLE.length];
      if (byte < limit && character !== undefined) characters.push(character);
    }
  }
  const group = (index: number) =>
    characters.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH).join("");
  return Array.from({ length: GROUPS }, (_, index) => group(index)).join("-");
}

/** The account of the first start, and the only time its password can be read. */
export interface FirstUser {
  readonly name: string;
  readonly password: string;
}

/**
 * Makes the user `admin` with a one-time password where there is no user yet, or where that user is
 * the only one and has never replaced the password (which stops working after a day). Null, and
 * nothing done, where people can sign in already.
 */
export async function createFirstUser(
  users: Pick<UserStore, "list" | "save">,
  { ids, clock }: { readonly ids: Ids; readonly clock: Clock },
  cost: ScryptCost = SCRYPT_COST,
): Promise<FirstUser | null> {
  const isUnused = users.list().every((user) =>
    user.name === FIRST_USER_NAME && user.mustChangePassword
  );
  if (!isUnused) return null;
  const password = oneTimePassword(ids);
  await users.save({
    name: FIRST_USER_NAME,
    role: "admin",
    passwordDigest: await hashPassword(password, ids, cost),
    mustChangePassword: true,
    createdAtMs: clock.wallMs(),
  });
  return { name: FIRST_USER_NAME, password };
}
