import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { UserStore } from "../ports.ts";
import { oneTimePassword } from "./one_time.ts";
import { hashPassword, SCRYPT_COST, type ScryptCost } from "./password.ts";

/** The name of the first user. */
export const FIRST_USER_NAME = "admin";

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
