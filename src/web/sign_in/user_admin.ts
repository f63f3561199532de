import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Role, UserRecord } from "../../site/mod.ts";
import type { UserStore } from "../ports.ts";
import { oneTimePassword } from "./one_time.ts";
import { hashPassword, SCRYPT_COST, type ScryptCost } from "./password.ts";
import type { SessionStore } from "./sessions.ts";

/** A name that people can tell from another: letters, digits and a few marks, up to 64. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@-]{0,63}$/u;
const USERS_MAX = 200;

/** Why something about an account was not done. */
export type UserProblem =
  | "bad-name"
  | "taken"
  | "unknown"
  /** Somebody has to be able to let others in. */
  | "last-admin"
  /** One's own account is changed on its own page, or by another administrator. */
  | "own-account"
  | "too-many";

export type UserChange =
  | { readonly kind: "done" }
  /** The password that lets the person in once, within a day. */
  | { readonly kind: "one-time"; readonly password: string }
  | { readonly kind: "problem"; readonly problem: UserProblem };

/** What an administrator does with accounts. */
export interface UserAdmin {
  add(name: string, role: Role): Promise<UserChange>;
  changeRole(name: string, role: Role, by: string): Promise<UserChange>;
  /** A new one-time password, no second factor, signed out everywhere: for who is locked out. */
  reset(name: string, by: string): Promise<UserChange>;
  remove(name: string, by: string): Promise<UserChange>;
}

/** What it works with. Who changes is signed out: a session keeps no role that its user has lost. */
export interface UserAdminPorts {
  readonly users: UserStore;
  readonly sessions: Pick<SessionStore, "closeOthers">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Creates it. `cost` is lower in tests only. */
export function createUserAdmin(
  { users, sessions, clock, ids }: UserAdminPorts,
  cost: ScryptCost = SCRYPT_COST,
): UserAdmin {
  const problem = (what: UserProblem): UserChange => ({ kind: "problem", problem: what });

  function isLastAdmin(name: string): boolean {
    return users.list().every((user) => user.name === name || user.role !== "admin");
  }

  /** Finds somebody else; or says why nothing is to be done. */
  async function withOther(
    name: string,
    by: string,
    change: (user: UserRecord) => Promise<UserChange>,
  ): Promise<UserChange> {
    const user = users.find(name);
    if (user === undefined) return problem("unknown");
    return name === by ? problem("own-account") : await change(user);
  }

  async function oneTime(): Promise<Pick<UserRecord, "passwordDigest"> & { password: string }> {
    const password = oneTimePassword(ids);
    return { password, passwordDigest: await hashPassword(password, ids, cost) };
  }

  return {
    async add(wanted, role) {
      const name = wanted.normalize("NFC").trim();
      if (!isUserName(name)) return problem("bad-name");
      const { password, passwordDigest } = await oneTime();
      const isTaken = users.list().some((user) => isSameName(user.name, name));
      if (isTaken) return problem("taken");
      if (users.list().length >= USERS_MAX) return problem("too-many");
      const nowMs = clock.wallMs();
      await users.save({
        name,
        role,
        passwordDigest,
        mustChangePassword: true,
        createdAtMs: nowMs,
        oneTimeAtMs: nowMs,
      });
      return { kind: "one-time", password };
    },
    changeRole: (name, role, by) =>
      withOther(name, by, async (user) => {
        if (role !== "admin" && isLastAdmin(name)) return problem("last-admin");
        await users.save({ ...user, role });
        sessions.closeOthers(name, null);
        return { kind: "done" };
      }),
    reset: (name, by) =>
      withOther(name, by, async () => {
        const { password, passwordDigest } = await oneTime();
        const user = users.find(name);
        if (user === undefined) return problem("unknown");
        await users.save(resetUser(user, passwordDigest, clock.wallMs()));
        sessions.closeOthers(name, null);
        return { kind: "one-time", password };
      }),
    remove: (name, by) =>
      withOther(name, by, async () => {
        if (isLastAdmin(name)) return problem("last-admin");
        await users.remove(name);
        sessions.closeOthers(name, null);
        return { kind: "done" };
      }),
  };
}

/** The account of somebody who lost the password or the app, with a one-time password instead. */
export function resetUser(user: UserRecord, passwordDigest: string, nowMs: number): UserRecord {
  const { secondFactor: _gone, ...rest } = user;
  return { ...rest, passwordDigest, mustChangePassword: true, oneTimeAtMs: nowMs };
}

/** True for what an account may be called. */
export function isUserName(name: string): boolean {
  return NAME.test(name);
}

/** Nobody could tell "Asha" from "asha" in a list. */
function isSameName(left: string, right: string): boolean {
  return left.normalize("NFKC").toLowerCase() === right.normalize("NFKC").toLowerCase();
}
